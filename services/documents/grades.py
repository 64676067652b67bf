"""Which of a month's grades a paper shows, and the note that says so and why points were lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    found = chosen(month)
    basis, grade = found.basis, found.grade
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
    if basis is not Basis.COMPUTED and month.computed_grade is not None:
        points = month.computed_points
        if month.computed_grade is not grade or (points is not None and points != found.points):
            said = "" if points is None else f" ({number(points)})"
            yield f"theo tiêu chí: {GRADES[month.computed_grade]}{said}"


def _lost(month: CellMonth) -> str:
    losses = month.losses or ()
    unmet = [one for one in losses if one.most is None and not one.open]
    lost = [one for one in losses if one.most is not None and not one.open]
    unknown = [one for one in losses if one.open]
    parts = []
    if unmet:
        parts.append(f"Không đạt: {_named(unmet, unmet)}")
    if lost:
        parts.append(f"Trừ điểm: {_named(lost, sorted(lost, key=lambda one: -(one.most or 0)))}")
    if unknown:
        least, most = (sum(value or 0 for value in values) for values in zip(*map(_bounds, unknown), strict=True))
        between = f" (mất {number(least)}–{number(most)})" if most else ""
        parts.append(f"Chưa xác định: {', '.join(one.item for one in unknown[:MOST_NAMED])}{between}")
    return "; ".join(parts)


def _named(losses: Sequence[Loss], by_weight: Sequence[Loss]) -> str:
    """The weightiest of them, in the order of the set, and how many more there are."""
    shown = [one for one in losses if one in by_weight[:MOST_NAMED]]
    more = f" và {len(losses) - MOST_NAMED} mục khác" if len(losses) > MOST_NAMED else ""
    return f"{', '.join(map(_loss, shown))}{more}"


def _bounds(loss: Loss) -> tuple[float | None, float | None]:
    return loss.least, loss.most


def _loss(loss: Loss) -> str:
    title = shorten(f"{loss.item} {loss.title[LANG]}", TITLE, placeholder=" …")
    if loss.most is None:
        return title
    return f"{title}{'' if loss.applies else ' (không có)'} −{number(loss.most)}"
