"""How far a cell's yearly classification has come, as a paper shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from services.contracts.classification import Level, YearGrade, YearStatus
from services.contracts.meetings import Grade
from services.documents.document import Column, Kind, Value
from services.documents.formats import GRADES

YEAR_GRADES: dict[YearGrade, str] = {
    YearGrade.EXCELLENT: "Hoàn thành xuất sắc nhiệm vụ",
    YearGrade.GOOD: "Hoàn thành tốt nhiệm vụ",
    YearGrade.COMPLETED: "Hoàn thành nhiệm vụ",
    YearGrade.NOT_COMPLETED: "Không hoàn thành nhiệm vụ",
}
STAGES = {"decided": "Quyết định", "appraised": "Thẩm định", "proposed": "Đề nghị"}
"""The last first: what has come furthest is shown."""
_YEAR = "Xếp loại năm"
COLUMNS = (
    Column("Từ các tháng", 14, group=_YEAR),
    Column("Điểm", 13, Kind.NUMBER, group=_YEAR),
    Column("Mức xếp loại", 26, group=_YEAR),
)


@dataclass(frozen=True)
class YearSaid:
    """What is known of a cell's year: the roll-up of its months, and the furthest stage of its classification.

    `stage` is one of `STAGES`, `cancelled` (what was decided is void), or None; `number` that of its document.
    """

    rolled: Grade | None = None
    stage: str | None = None
    grade: YearGrade | None = None
    points: float | None = None
    number: str | None = None

    @property
    def cells(self) -> tuple[Value, ...]:
        """What stands in `COLUMNS`."""
        return (self.rolled and GRADES[self.rolled], self.points, self.grade and YEAR_GRADES[self.grade])

    @property
    def note(self) -> str | None:
        """Which stage it is."""
        number = f" (số {self.number})" if self.number else ""
        if self.stage == YearStatus.CANCELLED:
            return f"Xếp loại năm đã bị hủy{number}"
        return self.stage and f"Xếp loại năm: {STAGES[self.stage].lower()}{number}"


NOTHING = YearSaid()


class Organisation(NamedTuple):
    """A unit by its code and name, and its own year."""

    unit: str
    name: str
    year: YearSaid


def years_said(rows: Iterable[Mapping[str, Any]]) -> dict[str, YearSaid]:
    """Of each cell among the rows of `rpc.evaluation.year` (`YearOf`) that anything is known of."""
    cells = {row["subject"]: _said(row) for row in rows if row["level"] == Level.CELL}
    return {cell: said for cell, said in cells.items() if said != NOTHING}


def units_said(rows: Iterable[Mapping[str, Any]]) -> list[Organisation]:
    """The organisations among them that anything is known of, lower ones before upper ones."""
    units = {row["subject"]: row for row in rows if row["level"] == Level.UNIT}

    def above(code: str) -> int:
        return 1 + above(parent) if (parent := units[code]["unit"]) in units else 0

    in_order = sorted(units, key=lambda code: (-above(code), code))
    found = (Organisation(code, units[code]["name"] or code, _said(units[code])) for code in in_order)
    return [one for one in found if one.year != NOTHING]


def _said(row: Mapping[str, Any]) -> YearSaid:
    rolled = row["rolled_grade"] and Grade(row["rolled_grade"])
    if row["status"] == YearStatus.CANCELLED:
        return YearSaid(rolled, YearStatus.CANCELLED.value, number=row["events"][-1]["number"])
    for stage in STAGES:
        if (said := row[stage]) is not None:
            return YearSaid(rolled, stage, YearGrade(said["grade"]), said["total"], said["number"])
    return YearSaid(rolled)


def remark(said: Iterable[YearSaid], of: str = "") -> str | None:
    """How many have which grade of the year, at whatever stage; None where none has one. `of` names what they are."""
    counted = Counter(one.grade for one in said)
    found = [f"{counted[grade]} {word.lower()}" for grade, word in YEAR_GRADES.items() if counted[grade]]
    return f"Xếp loại năm{of}: {', '.join(found)}." if found else None
