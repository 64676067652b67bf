"""Values of an event's data (JSON) as the columns of the history hold them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from services.contracts.meetings import Grade
from services.evaluation.scoring.facts import as_hundredths

Row = tuple[Any, ...]
Data = Mapping[str, Any]
GRADES = {None: None} | {grade.value: grade.value for grade in Grade}


class Stamp(NamedTuple):
    """What every row says about its event; `recorded_at` is UTC without a zone."""

    position: int
    event: str | None
    recorded_at: datetime


def utc(value: datetime) -> datetime:
    """The moment in UTC without its zone; one without a zone is taken as UTC."""
    offset = value.utcoffset()
    return value if offset is None else value.replace(tzinfo=None) - offset


def moment(text: str) -> datetime:
    """An ISO 8601 moment, in UTC without its zone."""
    return utc(datetime.fromisoformat(text))


def moment_or_none(text: str | None) -> datetime | None:
    """The same of what may be missing."""
    return None if text is None else utc(datetime.fromisoformat(text))


def date_or_none(text: str | None) -> date | None:
    """An ISO 8601 date that may be missing."""
    return None if text is None else date.fromisoformat(text)


def marks_row(assessment: Data) -> Row:
    """The columns of somebody's marks on a form: its set, items, hundredths, total and grade."""
    marks = assessment["marks"]
    items = " ".join(marks)
    if items.count(" ") >= max(len(marks), 1):
        raise ValueError("an item's code has a space in it")
    return (
        assessment["criteria"],
        items,
        [as_hundredths(mark) for mark in marks.values()],
        assessment.get("total"),
        GRADES[assessment.get("grade")],
    )
