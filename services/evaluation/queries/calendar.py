"""`rpc.evaluation.calendar`: the meetings of a year that concern an observer."""

from __future__ import annotations

from datetime import UTC, date

from services.contracts.receipts import Problem, Refused
from services.contracts.reports import CalendarMeeting, CalendarOf, ObserverCalendar
from services.evaluation.history.known import Dials
from services.evaluation.history.observers import meetings_of_observer
from services.evaluation.history.store import Connection

_UNKNOWN = "nobody is known by this reference: no assignment and no visit names it"


def calendar(con: Connection, question: CalendarOf) -> ObserverCalendar:
    """The answer to `CalendarOf`. Refuses a reference that no assignment and no visit names."""
    year = question.year
    found = meetings_of_observer(con, question.observer, date(year, 1, 1), date(year, 12, 31), Dials(question.known_at))
    if found is None:
        raise Refused(Problem(path="observer", problem=_UNKNOWN, expected="an observer's reference, like o-001"))
    rows = found.to_dicts()
    for row in rows:
        row["recorded_at"] = row["recorded_at"].replace(tzinfo=UTC)
    return ObserverCalendar(
        observer=question.observer, year=year, meetings=tuple(CalendarMeeting.model_validate(row) for row in rows)
    )
