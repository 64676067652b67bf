"""Who observes which cell, assigned anew every January and on the day of the reform, along the four lines.

It has random numbers of its own, so that what else the demo tells does not depend on it. It has the article's faults
too: cells that nobody is assigned to, assignments off their line, observers who never come, sponsors who do not come
every month, and some who are lenient.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import NamedTuple

from services.contracts.observers import Line, Standing
from services.contracts.registry import CellKind
from services.demo.city import Cell, City
from services.demo.places import CITY, REFORM, WARD_A, WARD_B
from services.demo.reports import Draft, dice, office_hour

SENT = {
    Standing.STANDING_COMMITTEE: 9,
    Standing.COUNCIL_OR_PEOPLES_COMMITTEE_HEAD: 4,
    Standing.CITY_COMMITTEE: 20,
    Standing.PARTY_BODY_STAFF: 14,
}
"""How many of each standing the city sends (from the reform on each ward half as many)."""
SENDS = {
    Line.GRASSROOTS: (Standing.STANDING_COMMITTEE, Standing.COUNCIL_OR_PEOPLES_COMMITTEE_HEAD),
    Line.VILLAGES: (Standing.CITY_COMMITTEE, Standing.PARTY_BODY_STAFF),
}
LOCAL_MEMBERS = 5
UNASSIGNED, OFF_THE_LINE, ON_COMMITTEE_ALL_THE_SAME = 0.05, 0.03, 0.2
NEVER, RARELY, LENIENT, LAZY_SPONSOR = 0.07, 0.1, 0.15, 0.3
"""Chances of an assignment not to be made or to be wrong, and of an observer."""
TRANSFERRED, REFORMED = "Chuyển công tác khác", "Không còn cấp thành phố, phường phân công lại"
VISITED = (CellKind.VILLAGE, CellKind.RESIDENTIAL)


class Assignment(NamedTuple):
    """An observer's assignment to a cell. `comes`: the chance to come to any one meeting."""

    key: str
    observer: str
    standing: Standing
    line: Line
    by_unit: str
    since: date
    comes: float
    lenient: bool


@dataclass
class Observers:
    """The assignments that hold, by cell."""

    seed: int
    of: dict[str, list[Assignment]] = field(default_factory=dict)

    def opened(self, city: City, month: date) -> list[Draft]:
        """Whoever is assigned and relieved on the first of a month, as reports."""
        if month.month == 1:
            return self._assigned(city, month)
        if month == REFORM:
            return [*self._relieved(city, month), *self._assigned(city, month)]
        return list(self._replaced(city, month))

    def _assigned(self, city: City, month: date) -> list[Draft]:
        rng = dice(self.seed, "observers", month)
        self.of = {}
        drafts = []
        sponsors = [cell for cell in city.cells.values() if cell.committee is None and cell.kind is CellKind.AGENCY]
        for cell in city.cells.values():
            for line in _lines(rng, cell):
                if rng.random() >= UNASSIGNED or line is Line.HARDEST:
                    sponsor = rng.choice([one for one in sponsors if one.ward == cell.ward]).code
                    drafts.append(self._assign(rng, cell, line, month, sponsor))
        return drafts

    def _assign(self, rng: Random, cell: Cell, line: Line, month: date, sponsor: str) -> Draft:
        standing, by_unit = _sender(rng, cell, line, month, sponsor)
        observer = _observer(self.seed, rng, standing, by_unit, cell)
        own = dice(self.seed, observer, month.year, "observer")
        comes = _comes(own, line)
        one = Assignment(
            f"{cell.code}_{month:%Y-%m}_{line[0].upper()}",
            observer,
            standing,
            line,
            by_unit,
            month,
            comes,
            own.random() < LENIENT,
        )
        self.of.setdefault(cell.code, []).append(one)
        return _reported(cell, one, office_hour(rng, month + timedelta(days=1 if month == REFORM else 0)))

    def _relieved(self, city: City, month: date) -> Iterator[Draft]:
        """The city is no more: nobody is its observer."""
        rng = dice(self.seed, "relieved", month)
        for code, assigned in self.of.items():
            if (cell := city.cells.get(code)) is not None:
                for one in assigned:
                    yield _relief(cell, one, month, REFORMED, rng)

    def _replaced(self, city: City, month: date) -> Iterator[Draft]:
        """Now and then somebody is transferred, and another of the same committee takes over the cell."""
        rng = dice(self.seed, "replaced", month)
        code = rng.choice(sorted(self.of))
        cell = city.cells.get(code)
        if cell is None or self.of[code][-1].line is Line.HARDEST:
            return
        before = self.of[code].pop()
        yield _relief(cell, before, month, TRANSFERRED, rng)
        yield self._assign(rng, cell, before.line, month, before.by_unit)


def _lines(rng: Random, cell: Cell) -> Iterator[Line]:
    """The lines along which the cell gets an observer."""
    if cell.committee is None:
        if not cell.on_upper or rng.random() < ON_COMMITTEE_ALL_THE_SAME:
            yield Line.GRASSROOTS
    elif cell.kind in VISITED:
        yield Line.VILLAGES
    else:
        yield Line.SUBORDINATE
    if cell.hardship:
        yield Line.HARDEST


def _sender(rng: Random, cell: Cell, line: Line, month: date, sponsor: str) -> tuple[Standing, str]:
    """In what standing somebody is sent, and from where."""
    if line is Line.HARDEST:
        return Standing.SPONSOR, sponsor
    if line is Line.SUBORDINATE:
        return Standing.LOCAL_COMMITTEE, cell.committee or sponsor
    standing = rng.choices(SENDS[line], [SENT[standing] for standing in SENDS[line]])[0]
    if rng.random() < OFF_THE_LINE:
        standing = Standing.LOCAL_COMMITTEE
    return standing, CITY if month < REFORM else cell.ward


def _observer(seed: int, rng: Random, standing: Standing, by_unit: str, cell: Cell) -> str:
    """The opaque reference of one of those that the committee sends: the same from year to year."""
    if standing is Standing.SPONSOR:
        index = int(sha256(cell.code.encode()).hexdigest(), 16) % 3
    else:
        sent = SENT.get(standing, LOCAL_MEMBERS)
        index = rng.randrange(sent if by_unit not in (WARD_A, WARD_B) else (sent + 1) // 2)
    digest = sha256(f"{seed}:{by_unit}:{standing}:{index}".encode()).hexdigest()
    return f"o-{index % 10}{digest[:9]}"


def _comes(own: Random, line: Line) -> float:
    """An observer's chance to come to a meeting of a cell of theirs, in this year."""
    if line is Line.HARDEST:
        return 0.65 if own.random() < LAZY_SPONSOR else 0.96
    diligence = own.random()
    return 0.0 if diligence < NEVER else 0.05 if diligence < NEVER + RARELY else own.uniform(0.2, 0.35)


def _reported(cell: Cell, one: Assignment, at: datetime) -> Draft:
    data = {
        "cell": cell.code,
        "assignment": one.key,
        "observer": one.observer,
        "standing": one.standing.value,
        "line": one.line.value,
        "by_unit": one.by_unit,
        "valid_from": one.since.isoformat(),
        "valid_to": one.since.replace(month=12, day=31).isoformat(),
    }
    return Draft(at, cell.publisher(at.date()), "meetings", "ObserverAssigned", cell.code, one.key, data)


def _relief(cell: Cell, one: Assignment, day: date, reason: str, rng: Random) -> Draft:
    at = office_hour(rng, day + timedelta(days=1))
    data = {"cell": cell.code, "assignment": one.key, "on": day.isoformat(), "reason": reason}
    return Draft(at, cell.publisher(at.date()), "meetings", "ObserverRelieved", cell.code, one.key, data)
