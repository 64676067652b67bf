"""`rpc.evaluation.cell`: one cell, its upper units, and its meetings of a year with their scores."""

from __future__ import annotations

from datetime import UTC, date

from services.contracts.evaluation import Score
from services.contracts.observers import VisitSeen
from services.contracts.queries import CellOf, CellPage, MeetingLine
from services.contracts.receipts import Problem, Refused
from services.evaluation.history.grades import official_grades
from services.evaluation.history.observers import visits_seen
from services.evaluation.history.store import Connection
from services.evaluation.history.tree import cell_on, units_above
from services.evaluation.queries.answers import reference_day

_MEETINGS = """
WITH latest AS (
    SELECT max_by(position, (version, position)) AS position, count(*) AS versions
    FROM meetings WHERE cell = $cell GROUP BY meeting
)
SELECT m.meeting, m.kind, m.status, m.on_date AS on, strftime(m.on_date, '%Y-%m') AS period, m.minutes, m.present,
    m.members - m.exempt - m.special_duty AS expected, m.speakers, m.self_total, m.self_grade, versions, m.recorded_at
FROM meetings m JOIN latest USING (position) WHERE year(m.on_date) = $year ORDER BY m.on_date, m.meeting
"""
_SCORES = """
SELECT cell, period, meeting, held_on, criteria, criteria_hash, points, lower, upper, grade FROM scores
WHERE cell = $cell AND period BETWEEN $first AND $last
"""
_YEARS = "SELECT DISTINCT year(on_date)::INTEGER FROM meetings WHERE cell = $cell ORDER BY 1"


def cell_page(con: Connection, question: CellOf, today: date) -> CellPage:
    """The cell as of the year's reference day. Refuses a cell that the registry never spoke of."""
    day = reference_day(question.year, today)
    state = cell_on(con, question.cell, day)
    if state is None:
        raise Refused(Problem(path="cell", problem=f"the registry knows no cell {question.cell}"))
    months = {"cell": question.cell, "first": f"{question.year:04}-01", "last": f"{question.year:04}-12"}
    scores = {row["meeting"]: Score.model_validate(row) for row in con.sql(_SCORES, params=months).pl().to_dicts()}
    meetings = con.sql(_MEETINGS, params={"cell": question.cell, "year": question.year}).pl().to_dicts()
    visits = visits_seen(con, question.cell)
    return CellPage(
        state=state,
        units=units_above(con, state.parent, day),
        meetings=tuple(_line(row, scores, visits) for row in meetings),
        years=tuple(year for (year,) in con.sql(_YEARS, params={"cell": question.cell}).fetchall()),
        official=official_grades(con, question.cell, months["first"], months["last"]),
    )


def _line(row: dict[str, object], scores: dict[str, Score], visits: dict[str, tuple[VisitSeen, ...]]) -> MeetingLine:
    recorded_at = row["recorded_at"].replace(tzinfo=UTC)  # type: ignore[attr-defined]
    meeting = str(row["meeting"])
    seen = tuple(visit.model_copy(update={"marks": {}}) for visit in visits.get(meeting, ()))
    return MeetingLine.model_validate({**row, "recorded_at": recorded_at, "score": scores.get(meeting), "visits": seen})
