"""The city's register as it stands: its cells with their members, and who reports about them on which day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random
from typing import Any

from services.contracts.registry import CellKind, ConcurrentPost, UnitKind
from services.demo.places import CITY, COMMITTEES, KINDS, MEMBERS, NAMES, PROVINCE, REFORM, WARD_A, WARD_B, places
from services.demo.reports import Draft, dice, local

SIZES = {
    CellKind.VILLAGE: (11, 20),
    CellKind.RESIDENTIAL: (17, 39),
    CellKind.AGENCY: (12, 27),
    CellKind.SCHOOL: (12, 33),
    CellKind.ENTERPRISE: (7, 14),
    CellKind.ARMED_FORCES: (10, 24),
    CellKind.HEALTH: (8, 17),
    CellKind.OTHER: (10, 20),
}
"""Members a cell of this kind starts with, from and to."""
HARDEST_SIZE = (6, 12)
LEAST_FOR_COMMITTEE = 9


@dataclass
class Cell:
    """A cell as it stands. `committee` is the grassroots committee above it, None for a grassroots cell."""

    code: str
    name: str
    kind: CellKind
    committee: str | None
    ward: str
    full: int
    probationary: int = 0
    exempt: int = 0
    special_duty: int = 0
    committee_size: int = 0
    post: ConcurrentPost = ConcurrentPost.NONE
    on_upper: bool = False
    vacant: bool = False
    hardship: bool = False
    born: date = date.min

    @property
    def total(self) -> int:
        """All members."""
        return self.full + self.probationary

    @property
    def expected(self) -> int:
        """Members who should attend."""
        return self.total - self.exempt - self.special_duty

    @property
    def members(self) -> dict[str, int]:
        """The counts as a report gives them."""
        return {
            "full": self.full,
            "probationary": self.probationary,
            "exempt": self.exempt,
            "special_duty": self.special_duty,
        }

    def secretary(self) -> dict[str, Any] | None:
        """The secretary's standing, None while the post is vacant."""
        return None if self.vacant else {"concurrent_post": self.post.value, "on_upper_committee": self.on_upper}

    def parent(self, day: date) -> str:
        """The unit directly above it that day: its committee, or the city (from the reform on: the ward)."""
        return self.committee or (CITY if day < REFORM else self.ward)

    def publisher(self, day: date) -> str:
        """The unit that reports about its meetings on that day: until the reform its upper unit, then the ward."""
        return self.parent(day) if day < REFORM else self.ward


def committee_for(full: int) -> int:
    """The committee a cell of so many full members elects: none below 9, at most 7."""
    return 0 if full < LEAST_FOR_COMMITTEE else 3 if full < 15 else 5 if full < 30 else 7


def post_for(rng: Random, kind: CellKind) -> ConcurrentPost:
    """What a new secretary of such a cell also heads."""
    heads = {CellKind.VILLAGE: ConcurrentPost.VILLAGE_HEAD, CellKind.RESIDENTIAL: ConcurrentPost.RESIDENTIAL_HEAD}
    if kind not in heads:
        return ConcurrentPost.NONE
    return rng.choices((heads[kind], ConcurrentPost.FRONT_HEAD, ConcurrentPost.NONE), (5, 2, 3))[0]


def _units(day: date) -> Iterator[tuple[str, str | None, str, UnitKind]]:
    """Every unit of that day's tree with its parent, name and kind, parents first."""
    reformed = day >= REFORM
    yield PROVINCE, None, NAMES[PROVINCE], KINDS[PROVINCE]
    for unit in (WARD_A, WARD_B) if reformed else (CITY,):
        yield unit, PROVINCE, NAMES[unit], KINDS[unit]
    for committee in COMMITTEES:
        parent, name = (committee.ward, committee.later) if reformed else (CITY, committee.name)
        yield committee.unit, parent, name, UnitKind.GRASSROOTS


@dataclass
class City:
    """All cells by code, in the order of registration."""

    seed: int
    cells: dict[str, Cell] = field(default_factory=dict)
    reluctant: frozenset[str] = frozenset()
    """Cells with 9 full members and more that elect no committee all the same."""

    @classmethod
    def founded(cls, seed: int) -> City:
        """The city as it was when the register was opened: 171 cells, 3,368 members."""
        rng = dice(seed, "founding")
        city = cls(seed)
        sizes, bounds = {}, {}
        for place in places():
            bounds[place.cell] = HARDEST_SIZE if place.hardest else SIZES[place.kind]
            sizes[place.cell] = rng.randint(*bounds[place.cell])
        while (missing := MEMBERS - sum(sizes.values())) != 0:
            code = rng.choice(list(sizes))
            step = 1 if missing > 0 else -1
            low, high = bounds[code]
            sizes[code] += step if low <= sizes[code] + step <= high else 0
        for place in places():
            size = sizes[place.cell]
            probationary = rng.randint(0, min(2, size // 6))
            elders = size // 9 if place.kind in (CellKind.VILLAGE, CellKind.RESIDENTIAL) else 0
            city.cells[place.cell] = Cell(
                place.cell,
                place.name,
                place.kind,
                place.committee,
                place.ward,
                full=size - probationary,
                probationary=probationary,
                exempt=rng.randint(0, elders),
                special_duty=rng.randint(0, 2) if place.kind is CellKind.ARMED_FORCES else 0,
                committee_size=committee_for(size - probationary),
                post=post_for(rng, place.kind),
                on_upper=place.committee is None and rng.random() < 0.4,
                hardship=place.hardest,
            )
        city.reluctant = frozenset(rng.sample([c.code for c in city.cells.values() if 9 <= c.full <= 12], 2))
        for code in city.reluctant:
            city.cells[code].committee_size = 0
        return city

    def registered(self, day: date) -> Iterator[Draft]:
        """The reports that register all units and cells as they stand, valid from `day`."""
        at, pause = local(day, time(8)), timedelta(seconds=20)
        for unit, parent, name, kind in _units(day):
            data: dict[str, Any] = {
                "valid_from": day.isoformat(),
                "unit": unit,
                "name": name,
                "kind": kind.value,
                "parent": parent,
            }
            yield Draft(at, parent or unit, "registry", "UnitEstablished", unit, unit, data)
            at += pause
        for cell in self.cells.values():
            cell.born = day
            if cell.full < LEAST_FOR_COMMITTEE:
                cell.committee_size = 0  # one that shrank kept its committee; the register opens by the rule
            data = {
                "valid_from": day.isoformat(),
                "cell": cell.code,
                "name": cell.name,
                "kind": cell.kind.value,
                "parent": cell.parent(day),
                "members": cell.members,
                "secretary": cell.secretary(),
                "committee_size": cell.committee_size,
                "hardship": cell.hardship,
            }
            yield Draft(at, cell.publisher(day), "registry", "CellEstablished", cell.code, cell.code, data)
            at += pause
