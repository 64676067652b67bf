"""The answers: scores with their receipt, explanations, the board, the glance, a cell's page."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import polars as pl
import pyarrow as pa
import pytest

from services.contracts.cloudevents import DEMO_SOURCE
from services.contracts.queries import BoardOf, CellOf, Explain, GlanceOf, ScoresOf
from services.contracts.receipts import Refused
from services.evaluation.criteria.load import load_shipped
from services.evaluation.history.store import Connection
from services.evaluation.queries.board import board
from services.evaluation.queries.cell import cell_page
from services.evaluation.queries.explain import explain
from services.evaluation.queries.glance import glance
from services.evaluation.queries.scores import COLUMNS, scores
from services.evaluation.running.running import Running, open_evaluation
from services.evaluation.scoring.score import ENGINE
from services.evaluation.status import count, own_checks
from tests.evaluation.history.stream import Stream, moment

SETS = load_shipped()
TODAY, GRACE = date(2025, 5, 9), 5


@pytest.fixture
def stream() -> Stream:
    """A city with a grassroots committee: cell C under the committee, cell D right under the city."""
    stream = Stream()
    stream.unit("CITY", None, "2019-01-01", kind="city", name="Thành ủy")
    stream.unit("G", "CITY", "2019-01-01", name="Đảng ủy G")
    stream.cell("C", {"valid_from": "2019-01-01", "parent": "G"}, recorded="2019-01-01")
    stream.cell("D", {"valid_from": "2024-03-10", "parent": "CITY", "hardship": True}, recorded="2024-03-10")
    return stream


def running(stream: Stream) -> Connection:
    con = open_evaluation(":memory:")
    Running(con, SETS).apply(stream.events)
    return con


def rows(table: pa.Table) -> list[dict[str, Any]]:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame.to_dicts()


# -- scores ------------------------------------------------------------------------------------------------------------


def test_scores_have_their_columns_in_order_and_a_row_per_scored_month(stream: Stream) -> None:
    stream.held("D", "m2", "2025-02-03")
    stream.held("C", "m1", "2025-01-03", unexcused=["m-4f07c1"])
    stream.held("C", "old", "2024-12-03")
    found = scores(running(stream), ScoresOf(year=2025), SETS)
    assert tuple(found.column_names) == COLUMNS
    assert [(row["cell"], row["period"], row["unit"], row["unit_name"], row["grade"]) for row in rows(found)] == [
        ("C", "2025-01", "G", "Đảng ủy G", "not_met"),
        ("D", "2025-02", "CITY", "Thành ủy", None),
    ]


def test_scores_say_by_which_criteria_engine_and_facts_they_came_to_be(stream: Stream) -> None:
    stream.held("C", "m1", "2025-01-03")
    stream.held("C", "m12", "2025-12-03")
    said = scores(running(stream), ScoresOf(year=2025, cell="C"), SETS).schema.metadata
    assert orjson.loads(said[b"criteria"]) == {name: SETS[name].hash for name in ("hd-12-2018", "hd-42-2025")}
    assert said[b"engine"].decode() == ENGINE
    assert orjson.loads(said[b"dials"])["cell"] == "C"
    assert orjson.loads(said[b"events"]) == 3
    assert orjson.loads(said[b"until"]) == len(stream.events)
    assert len(said[b"facts_digest"]) == 64


def test_the_facts_digest_changes_with_the_facts_only(stream: Stream) -> None:
    stream.held("C", "m1", "2025-01-03")
    before = scores(running(stream), ScoresOf(year=2025), SETS).schema.metadata[b"facts_digest"]
    stream.held("D", "other-year", "2024-05-03")
    assert scores(running(stream), ScoresOf(year=2025), SETS).schema.metadata[b"facts_digest"] == before
    stream.held("C", "m1", "2025-01-03", sheet={"minutes": 96})
    assert scores(running(stream), ScoresOf(year=2025), SETS).schema.metadata[b"facts_digest"] != before


@pytest.mark.parametrize(
    ("asked", "cells"),
    [
        ({}, ["C", "D"]),
        ({"month": 2}, ["D"]),
        ({"cell": "C"}, ["C"]),
        ({"unit": "G"}, ["C"]),
        ({"unit": "CITY"}, ["C", "D"]),
        ({"unit": "G", "cell": "D"}, []),
        ({"known_at": moment("2025-01-20")}, ["C"]),
        ({"unit": "CITY", "tree_at": date(2020, 1, 1)}, ["C"]),
    ],
)
def test_scores_of_a_month_a_cell_a_unit_a_moment_a_tree(
    stream: Stream, asked: dict[str, Any], cells: list[str]
) -> None:
    stream.held("C", "m1", "2025-01-03")
    stream.held("D", "m2", "2025-02-03")
    found = scores(running(stream), ScoresOf(year=2025, **asked), SETS)
    assert [row["cell"] for row in rows(found)] == cells


def test_scores_of_nobody_are_refused(stream: Stream) -> None:
    con = running(stream)
    with pytest.raises(Refused, match="no cell X is known here"):
        scores(con, ScoresOf(year=2025, cell="X"), SETS)
    with pytest.raises(Refused, match="no unit X is known here"):
        scores(con, ScoresOf(year=2025, unit="X"), SETS)
    assert scores(con, ScoresOf(year=2025), SETS).num_rows == 0


# -- explain -----------------------------------------------------------------------------------------------------------


def test_an_explanation_has_a_line_for_every_item_and_the_events_behind_it(stream: Stream) -> None:
    for month in (1, 2, 3):
        stream.held("C", f"m{month}", f"2025-{month:02}-03", excused=["m-4f07c1"])
    stream.held("C", "m3", "2025-03-03", "2025-03-09", excused=["m-4f07c1"], unexcused=["m-4f07c2"])
    found = explain(running(stream), Explain(cell="C", period="2025-03"), SETS)
    criteria = SETS["hd-12-2018"]
    assert found.score.criteria == criteria.id
    assert [line.item for line in found.items][: len(criteria.items)] == [item.code for item in criteria.items]
    assert (found.cell_name, found.criteria_number) == ("Chi bộ C", criteria.number)
    assert found.events == ("e3", "e5", "e6", "e7", "e8")
    earlier = explain(running(stream), Explain(cell="C", period="2025-03", known_at=moment("2025-03-05")), SETS)
    assert earlier.events == ("e3", "e5", "e6", "e7")
    assert (earlier.score.grade, found.score.grade) == (None, "not_met")


@pytest.mark.parametrize(
    ("cell", "period", "why"),
    [
        ("X", "2025-01", "no cell X is known here"),
        ("C", "2025-02", "C held no regular meeting in 2025-02"),
        ("C", "2018-03", "no criteria set was in force on 2018-03-03"),
    ],
)
def test_what_cannot_be_explained_is_refused_with_the_reason(stream: Stream, cell: str, period: str, why: str) -> None:
    stream.held("C", "m1", "2025-01-03")
    stream.held("C", "t2", "2025-02-03", kind="thematic", sheet={"thematic_part": True})
    stream.held("C", "old", "2018-03-03")
    with pytest.raises(Refused, match=why):
        explain(running(stream), Explain(cell=cell, period=period), SETS)


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


def test_the_glance_of_nothing_is_empty() -> None:
    found = glance(running(Stream()), GlanceOf(year=2025), TODAY, GRACE)
    assert (found.cells, found.members, found.attendance, found.events, found.years) == (0, 0, None, 0, ())
    assert len(found.months) == 12


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
