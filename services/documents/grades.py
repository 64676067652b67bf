"""Which of a month's grades a paper shows, and the note that says so and why points were lost."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from textwrap import shorten
from typing import NamedTuple

from services.contracts.grades import GradeStatus
from services.contracts.meetings import Grade
from services.contracts.reports import CellMonth, Loss
from services.documents.formats import GRADES, LANG, number

OF_POINTS = (Grade.GOOD, Grade.FAIR, Grade.AVERAGE, Grade.POOR)
"""The grades that have a column of their own."""
MOST_NAMED, TITLE = 12, 80
"""So many items are named in a note, each in so many letters: a row must fit on a page."""


class Basis(StrEnum):
    """Where a grade comes from."""

    OFFICIAL = "official"
    SELF = "self"
    COMPUTED = "computed"
    CANCELLED = "cancelled"
    NONE = "none"


class Chosen(NamedTuple):
    """The grade that is shown, with the points of the same source."""

    basis: Basis
    grade: Grade | None
    points: float | None


_WORDS = {Basis.OFFICIAL: "Chính thức", Basis.SELF: "Chi bộ tự chấm", Basis.COMPUTED: "Theo tiêu chí"}


def chosen(month: CellMonth) -> Chosen:
    """The official grade; where none was decided the cell's own, then that of the criteria. What is void is none."""
    if month.status is GradeStatus.CANCELLED:
        return Chosen(Basis.CANCELLED, None, None)
    if month.official_grade is not None:
        return Chosen(Basis.OFFICIAL, month.official_grade, month.official_points)
    if month.self_grade is not None:
        return Chosen(Basis.SELF, month.self_grade, month.self_points)
    if month.computed_grade is not None:
        return Chosen(Basis.COMPUTED, month.computed_grade, month.computed_points)
    return Chosen(Basis.NONE, None, None)


def note(month: CellMonth) -> str:
    """Where the grade comes from, and why points were lost by the criteria."""
    return "; ".join([*_about_grade(month), *([lost] if (lost := _lost(month)) else [])])


def _about_grade(month: CellMonth) -> Iterator[str]:
    basis, grade, _ = chosen(month)
    decision = f" (QĐ {month.number})" if month.number else ""
    if month.meeting is None:
        yield "Chưa ghi nhận sinh hoạt thường kỳ"
    if basis is Basis.CANCELLED:
        yield f"Kết quả xếp loại đã bị hủy{decision}, chưa xếp loại lại"
    elif grade is not None:
        word = "" if grade in OF_POINTS else f": {GRADES[grade]}"
        yield _WORDS[basis] + (decision if basis is Basis.OFFICIAL else "") + word
    elif month.meeting is not None:
        yield "Chưa xác định được xếp loại"
    if basis is not Basis.COMPUTED and month.computed_grade not in (None, grade):
        points = "" if month.computed_points is None else f" ({number(month.computed_points)})"
        yield f"theo tiêu chí: {GRADES[month.computed_grade]}{points}"


def _lost(month: CellMonth) -> str:
    lost = [one for one in month.losses or () if not one.open]
    unknown = [one for one in month.losses or () if one.open]
    parts = []
    if lost:
        shown = sorted(sorted(lost, key=_weight)[:MOST_NAMED], key=lost.index)
        more = f" và {len(lost) - MOST_NAMED} mục khác" if len(lost) > MOST_NAMED else ""
        parts.append(f"Trừ điểm: {', '.join(map(_loss, shown))}{more}")
    if unknown:
        least, most = (sum(value or 0 for value in values) for values in zip(*map(_bounds, unknown), strict=True))
        between = f" (mất {number(least)}–{number(most)})" if most else ""
        parts.append(f"Chưa xác định: {', '.join(one.item for one in unknown[:MOST_NAMED])}{between}")
    return "; ".join(parts)


def _bounds(loss: Loss) -> tuple[float | None, float | None]:
    return loss.least, loss.most


def _weight(loss: Loss) -> float:
    """What has no points (a condition, a limit) comes before what cost most."""
    return float("-inf") if loss.most is None else -loss.most


def _loss(loss: Loss) -> str:
    title = shorten(f"{loss.item} {loss.title[LANG]}", TITLE, placeholder=" …")
    if loss.most is None:
        return f"{title} (không đạt)"
    return f"{title}{'' if loss.applies else ' (không có)'} −{number(loss.most)}"
