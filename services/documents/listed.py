"""What all lists of cells share: their order, how cells are named, and what is said below the table."""

from __future__ import annotations

import json
from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from services.contracts.reports import CellMonth, MonthlyOf
from services.documents.formats import ZONE, day
from services.documents.grades import Basis, chosen


class Named(Protocol):
    """Something about a cell and the unit right above it."""

    @property
    def cell(self) -> str: ...
    @property
    def cell_name(self) -> str | None: ...
    @property
    def unit(self) -> str | None: ...
    @property
    def unit_name(self) -> str | None: ...


N = TypeVar("N", bound=Named)
MOST_SETS = 3
"""So many sets are named at the foot of a page, which has room for 255 letters in a workbook."""
_BASES = {Basis.OFFICIAL: "chính thức", Basis.SELF: "do chi bộ tự chấm", Basis.COMPUTED: "theo tiêu chí"}


@dataclass(frozen=True)
class Told:
    """What was asked (a unit, months from `first` to `last`, both belong) and what the answer says of itself."""

    unit: str
    first: str
    last: str
    unit_name: str | None = None
    until: date | None = None
    criteria: tuple[str, ...] = ()
    engine: str = ""
    digest: str = ""
    known_at: datetime | None = None

    @classmethod
    def of(cls, asked: MonthlyOf, metadata: Mapping[bytes, bytes]) -> Told:
        """From the question and the metadata of its answer's schema."""
        said = {name.decode(): value.decode() for name, value in metadata.items() if value != b"null"}
        return cls(
            unit=asked.unit,
            first=f"{asked.year:04}-{asked.first:02}",
            last=f"{asked.year:04}-{asked.last:02}",
            unit_name=said.get("unit_name"),
            until=date.fromisoformat(said["last"]) if "last" in said else None,
            criteria=tuple(json.loads(said["criteria"])),
            digest=said["facts_digest"],
            engine=said["engine"],
            known_at=asked.lens.known_at,
        )


def ordered(rows: Sequence[N], told: Told) -> list[N]:
    """The cells right below the unit first, then those of each lower unit together."""
    return sorted(rows, key=lambda one: (one.unit != told.unit, one.unit or "", one.cell))


def name_of(one: Named, told: Told) -> str:
    """The cell's name, with that of the unit right above where it is not the one that was asked for."""
    name = one.cell_name or one.cell
    return name if one.unit == told.unit or one.unit is None else f"{name} ({one.unit_name or one.unit})"


def remarks(months: Sequence[CellMonth], told: Told) -> tuple[str, ...]:
    """Where the grades come from, and until when anything is told."""
    counted = Counter(chosen(month).basis for month in months)
    bases = [f"{counted[basis]} {word}" for basis, word in _BASES.items() if counted[basis]]
    said = [f"Kết quả xếp loại: {', '.join(bases)}."] if bases else []
    if told.until is not None and told.until < _end(told.last):
        said.append(f"Số liệu đến ngày {day(told.until)}.")
    if told.known_at is not None:
        known_at = told.known_at.astimezone(ZONE)
        said.append(f"Theo dữ liệu đã ghi nhận đến {known_at:%H:%M} ngày {day(known_at)}.")
    return tuple(said)


def _end(period: str) -> date:
    year, month = (int(part) for part in period.split("-"))
    return date(year, month, monthrange(year, month)[1])


def source(told: Told) -> str:
    """What identifies the numbers: the sets that judged, the engine, the digest of the facts."""
    sets = told.criteria if len(told.criteria) <= MOST_SETS else (f"{len(told.criteria)} bộ tiêu chí",)
    return " · ".join(["Nền Nếp", *sets, told.engine, told.digest[:16]])
