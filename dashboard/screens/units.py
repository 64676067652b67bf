"""What units are called, and which may be chosen: those with cells right below them and those above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.house import House
from dashboard.screens.asking import ask
from dashboard.words.texts import Texts
from services.contracts.queries import Units, UnitsOf

PATIENCE_S = 2.0


@dataclass(frozen=True)
class Named:
    """Names of units by code, and the codes of those that stand in the year, by name."""

    names: Mapping[str, str]
    standing: tuple[str, ...]

    def choices(self, chosen: str) -> list[tuple[str, str]]:
        """Code and name of each that may be chosen, and of the one that is."""
        also = (chosen,) if chosen and chosen not in self.standing else ()
        return [(code, self.names.get(code, code)) for code in (*self.standing, *also)]


def units_of(house: House, year: int, words: Texts) -> Named:
    """As evaluation says; when it does not, those of the year's board."""
    found = ask(house, "territory", UnitsOf(year=year), Units, words, PATIENCE_S)
    if isinstance(found, Units):
        names, standing = found.names, found.standing
    else:
        shown = house.hub.picture.years.get(year)
        names = {row.unit: row.unit_name for row in shown.rows.values()} if shown else {}
        standing = tuple(names)
    return Named(names, tuple(sorted(standing, key=lambda code: (names.get(code, code), code))))
