"""Thematic orientations each January, and the cells' plans of the year: submitted, approved, returned, changed.

The plans foretell most of the themes that the cells' meetings will have. They have random numbers of their own, so that
what else the demo tells does not depend on them. They have faults too: cells without a plan, plans returned or never
decided on, themes that no orientation has.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from services.contracts.registry import CellKind
from services.demo.city import Cell, City
from services.demo.habits import habits_of
from services.demo.months import thematic_part
from services.demo.places import CITY, REFORM, WARD_A, WARD_B
from services.demo.reports import Draft, dice, office_hour
from services.demo.themes import BY_KIND, COMMON, OWN_THEMES, RETURNED, themes

MISSING, MISSING_IN_HARDSHIP, RETURN, RETURN_AGAIN, UNDECIDED, CHANGED = 0.03, 0.2, 0.12, 0.1, 0.02, 0.04
"""Chances of a plan (0-1)."""
OTHER_THEME, OWN_THEME, BY_CODE = 0.12, 0.05, 0.9
"""Chances of a planned theme: not the one that will be held, the cell's own, named by its orientation's code."""
CHANGES = 5
"""The month in which approved plans are changed."""


def planned(city: City, month: date) -> Iterator[Draft]:
    """What is said of the year's plans, as far as it begins in this month: all but the changes begins in January."""
    if month.month == 1:
        yield from _orientations(city.seed, month)
        for cell in city.cells.values():
            yield from _plan(city.seed, cell, month.year)
    elif month.month == CHANGES:
        for cell in city.cells.values():
            yield from _change(city.seed, cell, month)


def _code(theme: str) -> str:
    """An orientation's code: that of its list, and its number there."""
    for name, listed in (("CD", COMMON), *((kind.value.upper(), listed) for kind, listed in BY_KIND.items())):
        if theme in listed:
            return f"{name}-{listed.index(theme) + 1:02}"
    raise LookupError(f"no list has the theme {theme!r}")


def _left_out(seed: int, year: int) -> str:
    """The common theme that this year's orientations leave out."""
    return dice(seed, year, "orientations").choice(COMMON)


def _orientations(seed: int, month: date) -> Iterator[Draft]:
    """The city's (from the reform on each ward's): what is common to all cells, and what is for each kind."""
    for unit in (CITY,) if month < REFORM else (WARD_A, WARD_B):
        rng = dice(seed, unit, month.year, "orientations published")
        at = office_hour(rng, month.replace(day=rng.randint(3, 6)))
        number, out = f"{rng.randint(10, 60)}-HD/{'TU' if unit == CITY else 'ĐU'}", _left_out(seed, month.year)
        lists: list[tuple[CellKind | None, list[str]]] = [(None, [theme for theme in COMMON if theme != out])]
        for kind, listed in [*lists, *((kind, list(listed)) for kind, listed in BY_KIND.items())]:
            document = f"{unit}_{month.year}_{kind or 'all'}"
            data: dict[str, Any] = {
                "document": document,
                "year": month.year,
                "kinds": kind and [kind.value],
                "themes": [{"code": _code(theme), "title": theme} for theme in listed],
                "on": at.date().isoformat(),
                "number": number,
            }
            yield Draft(at, unit, "meetings", "OrientationsPublished", unit, document, data)
            at += timedelta(minutes=2)


def _entries(seed: int, cell: Cell, year: int, rng: Random, quarters: range = range(1, 5)) -> list[dict[str, Any]]:
    """A theme for each quarter: mostly the one that its meeting will have."""
    found = []
    for quarter in quarters:
        month = date(year, quarter * 3 - 2 + habits_of(seed, cell).thematic_month, 1)
        _, theme = thematic_part(dice(seed, cell.code, month, "meetings"), seed, cell, month)
        if theme is None or rng.random() < OTHER_THEME:
            theme = rng.choice(themes(cell.kind))
        if rng.random() < OWN_THEME:
            theme = rng.choice(OWN_THEMES)
        when = {"month": month.month} if rng.random() < 0.3 else {"quarter": quarter}
        by_code = theme not in OWN_THEMES and theme != _left_out(seed, year) and rng.random() < BY_CODE
        found.append({**when, "theme": theme, **({"orientation": _code(theme)} if by_code else {})})
    return found


def _plan(seed: int, cell: Cell, year: int) -> Iterator[Draft]:
    """A cell's plan: submitted in January or February, decided on by the end of March at the latest."""
    rng = dice(seed, cell.code, year, "plan")
    if rng.random() < (MISSING_IN_HARDSHIP if cell.hardship else MISSING):
        return
    at = office_hour(rng, date(year, 1, 8) + timedelta(days=rng.randint(0, 32)))
    entries = _entries(seed, cell, year, rng)
    yield _submitted(cell, year, "1", at, entries)
    if rng.random() < UNDECIDED:
        return
    at = office_hour(rng, at.date() + timedelta(days=rng.randint(4, 15)))
    if rng.random() >= RETURN:
        yield _approved(cell, year, "1", at, rng)
        return
    yield _returned(cell, year, "1", at, rng)
    at = office_hour(rng, at.date() + timedelta(days=rng.randint(4, 12)))
    yield _submitted(cell, year, "2", at, _entries(seed, cell, year, rng))
    at = office_hour(rng, at.date() + timedelta(days=rng.randint(4, 12)))
    yield _returned(cell, year, "2", at, rng) if rng.random() < RETURN_AGAIN else _approved(cell, year, "2", at, rng)


def _change(seed: int, cell: Cell, month: date) -> Iterator[Draft]:
    """Now and then other themes are planned for the second half of the year; most such changes are approved."""
    rng = dice(seed, cell.code, month, "plan changed")
    if rng.random() >= CHANGED:
        return
    at = office_hour(rng, month.replace(day=rng.randint(4, 20)))
    first = _entries(seed, cell, month.year, dice(seed, cell.code, month.year, "plan kept"), range(1, 3))
    yield _submitted(cell, month.year, "c", at, [*first, *_entries(seed, cell, month.year, rng, range(3, 5))])
    at = office_hour(rng, at.date() + timedelta(days=rng.randint(5, 25)))
    if rng.random() < 1 - UNDECIDED * 10:
        yield _approved(cell, month.year, "c", at, rng)


def _submitted(cell: Cell, year: int, mark: str, at: datetime, entries: list[dict[str, Any]]) -> Draft:
    return _draft(cell.publisher(at.date()), cell, year, mark, at, "PlanSubmitted", entries=entries)


def _approved(cell: Cell, year: int, mark: str, at: datetime, rng: Random) -> Draft:
    number = f"{rng.randint(3, 90)}-KL"
    return _draft(cell.parent(at.date()), cell, year, mark, at, "PlanApproved", number=number)


def _returned(cell: Cell, year: int, mark: str, at: datetime, rng: Random) -> Draft:
    return _draft(cell.parent(at.date()), cell, year, mark, at, "PlanReturned", reason=rng.choice(RETURNED))


def _draft(unit: str, cell: Cell, year: int, mark: str, at: datetime, kind: str, **more: Any) -> Draft:
    key = f"{cell.code}_{year}_{mark}"
    data = {"cell": cell.code, "year": year, "plan": key, "on": at.date().isoformat(), **more}
    return Draft(at, unit, "meetings", kind, cell.code, key, data)
