"""A paper before it is drawn: a titled table between a letterhead and a signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

from services.documents.formats import mean
from services.documents.letterhead import Letterhead

Value = str | int | float | date | None
NO_DAY = datetime(1980, 1, 1)
"""When every file says that it was made: the same paper is the same bytes."""
CROSS = "x"
TOTAL = "Tổng cộng"


class Kind(Enum):
    """What a column holds, and how it is written."""

    TEXT = auto()
    COUNT = auto()
    NUMBER = auto()
    SHARE = auto()
    DATE = auto()
    CROSS = auto()


class Total(Enum):
    """What the last row says of a column. `SHARE`: the sum two columns before over the sum of the column before."""

    NONE = auto()
    LABEL = auto()
    SUM = auto()
    MEAN = auto()
    CROSSES = auto()
    SHARE = auto()


@dataclass(frozen=True)
class Column:
    """A column; `group` is a heading that it shares with its neighbours. `width` in millimetres on paper."""

    title: str
    width: float
    kind: Kind = Kind.TEXT
    total: Total = Total.NONE
    group: str | None = None


@dataclass(frozen=True)
class Document:
    """The paper. `body` is whose it is where the letterhead does not say; `source` identifies the numbers."""

    title: str
    period: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    letterhead: Letterhead
    body: str | None
    remarks: tuple[str, ...] = ()
    source: str = ""

    @property
    def totals(self) -> tuple[Value, ...]:
        """The last row."""
        return tuple(self._total(place, column.total) for place, column in enumerate(self.columns))

    def _total(self, place: int, total: Total) -> Value:
        if total is Total.LABEL:
            return TOTAL
        if total is Total.CROSSES:
            return sum(row[place] == CROSS for row in self.rows)
        if total is Total.SUM:
            return round(sum(self._numbers(place)))
        if total is Total.MEAN:
            return mean(self._numbers(place))
        if total is Total.SHARE:
            part, whole = (sum(self._numbers(other)) for other in (place - 2, place - 1))
            return part / whole if whole else None
        return None

    def _numbers(self, place: int) -> list[float]:
        return [value for row in self.rows if isinstance(value := row[place], int | float)]

    @property
    def groups(self) -> tuple[tuple[str | None, tuple[int, ...]], ...]:
        """The headings above the columns, from left to right, each with its columns: (None, one) without a heading."""
        found: list[tuple[str | None, tuple[int, ...]]] = []
        for place, column in enumerate(self.columns):
            if column.group is not None and found and found[-1][0] == column.group:
                found[-1] = (column.group, (*found[-1][1], place))
            else:
                found.append((column.group, (place,)))
        return tuple(found)
