"""The answers behind the pages: the board, the glance, a cell's page, and what the history says of itself."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from dashboard.hub.answers import glance_of
from services.contracts.cloudevents import DEMO_SOURCE
from services.contracts.queries import BoardOf, CellOf, GlanceOf
from services.contracts.receipts import Refused
from services.evaluation.queries.board import board
from services.evaluation.queries.cell import cell_page
from services.evaluation.queries.glance import glance
from services.evaluation.running.running import Running, open_evaluation
from services.evaluation.status import count, own_checks
from tests.evaluation.alerts.looking import say as alert
from tests.evaluation.history.stream import Stream, moment
from tests.evaluation.territory import SETS, rows, running, territory

TODAY, GRACE = date(2025, 5, 9), 5
NOON = datetime(2025, 5, 9, 5, tzinfo=UTC)


@pytest.fixture
def stream() -> Stream:
    return territory()


# -- board -------------------------------------------------------------------------------------------------------------


def states(stream: Stream, today: date = TODAY, year: int = 2025, **asked: Any) -> dict[str, list[str]]:
    found = rows(board(running(stream), BoardOf(year=year, **asked), today, GRACE))
    cells = sorted({row["cell"] for row in found})
    return {cell: [row["state"] for row in found if row["cell"] == cell] for cell in cells}


def test_the_board_shows_each_month_of_each_living_cell(stream: Stream) -> None:
    stream.held("C", "m1", "2025-01-03", unexcused=["m-4f07c1"])
    stream.meeting("C", "m2", "2025-02-03", status="cancelled")
    stream.meeting("C", "m3", "2025-03-03")
    stream.meeting("C", "m6", "2025-06-03")
    stream.held("C", "wrong", "2025-04-03")
    stream.meeting("C", "wrong", "2025-04-03", status="withdrawn")
    stream.held("C", "theme", "2025-05-03", kind="thematic", sheet={"thematic_part": True})
    assert states(stream)["C"] == ["held", "cancelled", *["overdue"] * 3, "scheduled", *["none"] * 6]
    first = rows(board(running(stream), BoardOf(year=2025), TODAY, GRACE))[0]
    assert first == {
        "cell": "C",
        "cell_name": "Chi bộ C",
        "kind": "village",
        "hardship": False,
        "unit": "G",
        "unit_name": "Đảng ủy G",
        "members": 24,
        "month": 1,
        "state": "held",
        "on": date(2025, 1, 3),
        "points": None,
        "lower": None,
        "upper": None,
        "grade": "not_met",
        "criteria": "hd-12-2018",
        "meeting": "m1",
    }


@pytest.mark.parametrize(("day", "state"), [(3, "scheduled"), (8, "scheduled"), (9, "overdue"), (31, "overdue")])
def test_a_month_is_overdue_after_the_third_and_the_days_of_grace(stream: Stream, day: int, state: str) -> None:
    stream.meeting("C", "m5", "2025-05-03")
    assert states(stream, date(2025, 5, day))["C"][4] == state


def test_a_held_meeting_counts_before_a_planned_or_cancelled_one_of_the_same_month(stream: Stream) -> None:
    stream.meeting("C", "a", "2025-01-20")
    stream.held("C", "b", "2025-01-03", kind="combined", sheet={"thematic_part": True})
    stream.meeting("C", "c", "2025-01-28", status="cancelled")
    assert states(stream)["C"][0] == "held"


def test_a_cell_is_not_overdue_before_it_was_there_and_gone_when_it_is_no_more(stream: Stream) -> None:
    assert states(stream, year=2024)["D"] == [*["none"] * 3, *["overdue"] * 9]
    stream.cell("D", {"valid_from": "2025-05-01", "parent": "CITY", "dissolved": True}, recorded="2025-05-01")
    assert list(states(stream)) == ["C"]
    assert list(states(stream, year=2024)) == ["C", "D"]
    assert states(stream, year=2018) == {}


def test_the_board_of_a_unit_takes_in_all_below_it(stream: Stream) -> None:
    assert list(states(stream, unit="CITY")) == ["C", "D"]
    assert list(states(stream, unit="G")) == ["C"]
    with pytest.raises(Refused, match="no unit X"):
        states(stream, unit="X")


def test_the_board_brings_the_glance_of_the_same_moment(stream: Stream) -> None:
    stream.held("C", "m1", "2025-01-03", unexcused=["m-4f07c1"])
    con = running(stream)
    found = board(con, BoardOf(year=2025), TODAY, GRACE, NOON)
    assert glance_of(found) == glance(con, GlanceOf(year=2025), TODAY, GRACE, NOON)
    with pytest.raises(ValueError, match="lacks the glance"):
        glance_of(board(con, BoardOf(year=2025, unit="G"), TODAY, GRACE, NOON))


# -- glance ------------------------------------------------------------------------------------------------------------


def test_the_glance_counts_the_territory_and_its_months(stream: Stream) -> None:
    stream.held("C", "m1", "2025-01-03", unexcused=["m-4f07c1"])
    stream.held("D", "m1", "2025-01-03", sheet={"present": 23})
    stream.held("D", "t1", "2025-01-20", kind="thematic", sheet={"thematic_part": True, "present": 13, "members": 14})
    stream.held("C", "old", "2024-06-03")
    found = glance(running(stream), GlanceOf(year=2025), TODAY, GRACE)
    assert (found.cells, found.grassroots_cells, found.subordinate_cells) == (2, 1, 1)
    assert (found.members, found.hardship_cells, found.years) == (48, 1, (2024, 2025))
    assert found.attendance == 45 / 46
    january, february = found.months[:2]
    assert (january.period, january.states, january.grades) == ("2025-01", {"held": 2}, {"not_met": 1})
    assert (january.attendance, january.mean_points) == (45 / 46, None)
    assert (february.states, february.attendance) == ({"overdue": 2}, None)
    assert (found.events, found.until, found.synthetic) == (8, 8, False)


def test_the_glance_counts_the_alerts_that_stand_by_colour(stream: Stream) -> None:
    alert(stream, "2025-02-09", cell="C", colour="red")
    alert(stream, "2025-02-09")
    alert(stream, "2025-02-10", "changed", 2, colour="orange")
    alert(stream, "2025-02-09", cell="E")
    alert(stream, "2025-02-10", "resolved", 2, cell="E")
    found = glance(running(stream), GlanceOf(year=2025), TODAY, GRACE, NOON)
    assert found.alerts == {"red": 1, "orange": 1}


def test_the_glance_of_nothing_is_empty() -> None:
    found = glance(running(Stream()), GlanceOf(year=2025), TODAY, GRACE)
    assert found.alerts is None, "nobody has looked for them"
    found = glance(running(Stream()), GlanceOf(year=2025), TODAY, GRACE, NOON)
    assert (found.cells, found.members, found.attendance, found.events, found.years) == (0, 0, None, 0, ())
    assert (len(found.months), found.alerts) == (12, {})


def test_the_glance_says_when_anything_is_synthetic(stream: Stream) -> None:
    first = stream.events[0]
    stream.events[0] = first._replace(headers={**first.headers, "ce-origin": f"{DEMO_SOURCE}/U1"})
    assert glance(running(stream), GlanceOf(year=2025), TODAY, GRACE).synthetic


# -- cell --------------------------------------------------------------------------------------------------------------


def test_a_cells_page_has_its_state_its_units_and_its_meetings_with_scores(stream: Stream) -> None:
    stream.cell(
        "C",
        {"valid_from": "2025-06-01", "parent": "CITY", "secretary": {"on_upper_committee": True}},
        recorded="2025-06-01",
    )
    stream.meeting("C", "m1", "2025-01-03", "2024-12-20")
    stream.held("C", "m1", "2025-01-03", "2025-01-05", unexcused=["m-4f07c1"])
    stream.meeting("C", "m2", "2025-02-03", status="cancelled")
    stream.held("C", "old", "2024-01-03")
    page = cell_page(running(stream), CellOf(cell="C", year=2025), TODAY)
    assert (page.state.parent, page.state.secretary, page.state.members.total) == ("G", None, 24)
    assert [unit.unit for unit in page.units] == ["G", "CITY"]
    assert page.years == (2024, 2025)
    held, cancelled = page.meetings
    assert (held.meeting, held.versions, held.recorded_at) == ("m1", 2, moment("2025-01-05"))
    assert held.score is not None and held.score.grade == "not_met"
    assert (held.present, held.expected, held.period) == (22, 23, "2025-01")
    assert (cancelled.status, cancelled.minutes, cancelled.score) == ("cancelled", None, None)
    later = cell_page(running(stream), CellOf(cell="C", year=2025), date(2025, 7, 1))
    assert later.state.secretary is not None and later.state.secretary.on_upper_committee
    assert [unit.unit for unit in later.units] == ["CITY"]


def test_a_cells_page_has_the_visits_to_each_meeting(stream: Stream) -> None:
    stream.held("C", "m1", "2025-01-03")
    stream.held("C", "m2", "2025-02-03")
    marks = {"criteria": "an-phu-2025", "marks": {"7": 24}, "total": 84, "grade": "fair"}
    stream.visited("C", "v1", "m2", "2025-02-03", assessment=marks)
    stream.visited("D", "v1", "m2", "2025-02-03")
    first, second = cell_page(running(stream), CellOf(cell="C", year=2025), TODAY).meetings
    assert first.visits == ()
    [visit] = second.visits
    assert (visit.observer, visit.total, visit.grade, visit.marks, visit.line) == ("o-001", 84.0, "fair", {}, None)


def test_a_cells_page_before_its_first_day_shows_its_first_state(stream: Stream) -> None:
    page = cell_page(running(stream), CellOf(cell="D", year=2020), TODAY)
    assert (page.state.valid_from, page.meetings) == (date(2024, 3, 10), ())


def test_a_cell_that_the_registry_does_not_know_has_no_page(stream: Stream) -> None:
    with pytest.raises(Refused, match="the registry knows no cell X"):
        cell_page(running(stream), CellOf(cell="X", year=2025), TODAY)


# -- status ------------------------------------------------------------------------------------------------------------


def test_the_history_checks_that_every_position_has_one_row_and_was_read(stream: Stream) -> None:
    con = running(stream)
    assert all(check.ok for check in own_checks(count(con)))
    stream.foreign("evt.meetings.MeetingHeld.G.C", {"ce-type": "junk"}, b"")
    con = running(stream)
    whole, readable = own_checks(count(con))
    assert whole.ok
    assert not readable.ok
    assert "1 events could not be read: event 5: " in readable.detail
    con.execute("DELETE FROM log WHERE position = 3")
    whole, _ = own_checks(count(con))
    assert (whole.ok, whole.recorded, whole.arrived) == (False, 4, 5)


def test_lost_events_are_an_error(stream: Stream) -> None:
    con = open_evaluation(":memory:")
    Running(con, SETS).apply([stream.events[0], *stream.events[2:]], accept_gap=True)
    whole, _ = own_checks(count(con))
    assert not whole.ok
    assert "1 events of the stream never arrived" in whole.detail
