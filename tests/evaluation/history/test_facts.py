"""The facts frame against histories written by hand: versions, late knowledge, back-dating, runs of excuses, trees."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from services.evaluation.history.facts import facts
from services.evaluation.history.known import Dials
from services.evaluation.history.store import Connection, append, open_history, transaction
from services.evaluation.scoring.facts import FACTS
from tests.evaluation.history.stream import Stream, moment


@pytest.fixture
def stream() -> Stream:
    """A stream with the unit U and its cell C, both from 2020 on."""
    stream = Stream()
    stream.unit("U", None, "2020-01-01")
    stream.cell("C", {"valid_from": "2020-01-01"}, recorded="2020-01-01")
    return stream


def history(stream: Stream) -> Connection:
    con = open_history(":memory:")
    with transaction(con):
        append(con, stream.events)
    return con


def told(stream: Stream, **dials: Any) -> list[dict[str, Any]]:
    scope = {name: dials.pop(name) for name in ("cells", "first", "last", "unit") if name in dials}
    if "known_at" in dials:
        dials["known_at"] = moment(dials["known_at"])
    return facts(history(stream), dials=Dials(**dials), **scope).to_dicts()


def test_the_frame_has_the_columns_and_types_that_scoring_expects(stream: Stream) -> None:
    assert facts(history(stream)).schema == pl.Schema(FACTS)
    stream.held("C", "m1", "2025-01-03")
    assert facts(history(stream)).schema == pl.Schema(FACTS)


def test_a_held_meeting_is_one_row_with_its_sheet_its_cell_and_its_events(stream: Stream) -> None:
    assessment = {"criteria": "an-phu-2025", "marks": {"3.1": 3, "3.2": 1.5}, "total": 88, "grade": "fair"}
    held = stream.held(
        "C", "m1", "2025-01-03", "2025-01-04T09:00", excused=["m-4f07c1"], unexcused=["m-4f07c2"], assessment=assessment
    )
    [row] = told(stream)
    expected = {
        "cell": "C",
        "cell_name": "Chi bộ C",
        "cell_kind": "village",
        "hardship": False,
        "unit": "U",
        "unit_name": "Đảng ủy U",
        "units": ["U"],
        "period": "2025-01",
        "meeting": "m1",
        "kind": "regular",
        "held_on": date(2025, 1, 3),
        "position": 3,
        "event": held,
        "registry_event": "e2",
        "members": 24,
        "exempt": 1,
        "special_duty": 0,
        "expected": 23,
        "present": 21,
        "excused": 1,
        "unexcused": 1,
        "longest_excused_run": 1,
        "most_excused_in_year": 1,
        "has_committee": True,
        "minutes": 95,
        "speakers": 9,
        "documents_at": moment("2025-01-01"),
        "notice_at": None,
        "minutes_filed_on": date(2025, 1, 4),
        "targets_met": 17,
        "targets_total": 20,
        "thematic_part": False,
        "marks_criteria": "an-phu-2025",
        "marks_items": "3.1 3.2",
        "marks": [300, 150],
        "self_total": 88.0,
        "self_grade": "fair",
        "recorded_at": moment("2025-01-04T09:00"),
    }
    assert {name: row[name] for name in expected} == expected
    assert len(row["steps"]) == 6


def test_meetings_that_were_only_planned_cancelled_or_withdrawn_are_no_facts(stream: Stream) -> None:
    stream.meeting("C", "planned", "2025-02-03")
    stream.meeting("C", "off", "2025-03-03", status="cancelled")
    stream.held("C", "mistake", "2025-01-03")
    stream.meeting("C", "mistake", "2025-01-03", "2025-01-09", status="withdrawn")
    assert told(stream) == []
    assert [row["meeting"] for row in told(stream, known_at="2025-01-05")] == ["mistake"]


def test_a_correction_counts_from_the_moment_it_was_recorded(stream: Stream) -> None:
    stream.held("C", "m1", "2025-01-03", "2025-01-04")
    corrected = stream.held("C", "m1", "2025-01-03", "2025-02-10", sheet={"minutes": 60})
    [now] = told(stream)
    assert (now["minutes"], now["event"]) == (60, corrected)
    [then] = told(stream, known_at="2025-02-09")
    assert then["minutes"] == 95
    assert told(stream, known_at="2025-01-03") == []
    [at_its_moment] = told(stream, known_at="2025-02-10")
    assert at_its_moment["minutes"] == 60


def test_a_correction_of_the_day_moves_the_meeting_to_another_month(stream: Stream) -> None:
    stream.held("C", "m1", "2025-01-31")
    stream.held("C", "m1", "2025-02-01", "2025-03-01")
    assert [row["period"] for row in told(stream)] == ["2025-02"]
    assert told(stream, first=date(2025, 1, 1), last=date(2025, 1, 31)) == []
    assert [row["period"] for row in told(stream, known_at="2025-02-20")] == ["2025-01"]


def test_a_back_dated_change_of_the_registry_changes_the_past_but_not_what_was_known(stream: Stream) -> None:
    stream.held("C", "m1", "2025-03-03")
    late = stream.cell("C", {"valid_from": "2025-02-01", "committee_size": 0, "hardship": True}, recorded="2025-06-01")
    [now] = told(stream)
    assert (now["has_committee"], now["hardship"], now["registry_event"]) == (False, True, late)
    [then] = told(stream, known_at="2025-05-31")
    assert (then["has_committee"], then["hardship"], then["registry_event"]) == (True, False, "e2")


def test_a_back_dated_change_restates_the_later_states_that_it_alters(stream: Stream) -> None:
    stream.cell("C", {"valid_from": "2025-05-01", "kind": "agency"}, recorded="2025-05-01")
    stream.cell(
        "C",
        {"valid_from": "2025-02-01", "committee_size": 0},
        {"valid_from": "2025-05-01", "committee_size": 0, "kind": "agency"},
        recorded="2025-06-01",
    )
    for meeting, on in (("jan", "2025-01-03"), ("mar", "2025-03-03"), ("may", "2025-05-03")):
        stream.held("C", meeting, on)
    known = [(row["meeting"], row["has_committee"], row["cell_kind"]) for row in told(stream)]
    assert known == [("jan", True, "village"), ("mar", False, "village"), ("may", False, "agency")]


def test_what_the_registry_does_not_know_is_null(stream: Stream) -> None:
    stream.held("X", "m1", "2025-01-03")
    stream.held("C", "m0", "2019-12-03")
    for row in told(stream):
        named = ("has_committee", "cell_name", "cell_kind", "hardship", "unit", "unit_name", "units", "registry_event")
        assert [row[name] for name in named] == [None] * 8


def test_a_run_counts_regular_meetings_in_a_row_in_which_one_same_absentee_was_excused(stream: Stream) -> None:
    a, b = "m-4f07c1", "m-4f07c2"
    stream.held("C", "m12", "2024-12-03", excused=[a])
    stream.held("C", "m01", "2025-01-03", excused=[a])
    stream.held("C", "m02", "2025-02-03", excused=[a, b])
    stream.held("C", "t02", "2025-02-20", kind="thematic", sheet={"thematic_part": True})
    stream.held("C", "m03", "2025-03-03", excused=[a], kind="combined", sheet={"thematic_part": True})
    stream.held("C", "m04", "2025-04-03", excused=[b], unexcused=[a])
    stream.held("C", "m05", "2025-05-03", excused=[a, b])
    stream.held("C", "m07", "2025-07-03", excused=[b])
    stream.held("C", "m08", "2025-08-03")
    runs = {row["meeting"]: row["longest_excused_run"] for row in told(stream)}
    expected = {"m12": 1, "m01": 1, "m02": 2, "t02": 0, "m03": 3, "m04": 1, "m05": 2, "m07": 3, "m08": 0}
    assert runs == expected


def test_excuses_of_the_year_are_counted_for_each_member_who_is_excused_now(stream: Stream) -> None:
    a, b = "m-4f07c1", "m-4f07c2"
    stream.held("C", "m12", "2024-12-03", excused=[a])
    stream.held("C", "m01", "2025-01-03", excused=[a])
    stream.held("C", "m02", "2025-02-03", excused=[b])
    stream.held("C", "t02", "2025-02-20", kind="thematic", excused=[a], sheet={"thematic_part": True})
    stream.held("C", "m03", "2025-03-03", excused=[a, b])
    stream.held("C", "m04", "2025-04-03", unexcused=[a])
    stream.held("C", "m05", "2025-05-03", excused=[a])
    stream.held("C", "m06", "2025-06-03")
    found = {row["meeting"]: row["most_excused_in_year"] for row in told(stream)}
    assert found == {"m12": 1, "m01": 1, "m02": 1, "t02": 0, "m03": 2, "m04": 0, "m05": 3, "m06": 0}
    [may] = told(stream, cells=["C"], first=date(2025, 5, 1), last=date(2025, 5, 31))
    assert may["most_excused_in_year"] == 3


def test_a_run_is_whole_though_only_its_last_month_is_asked_for(stream: Stream) -> None:
    for month in range(1, 5):
        stream.held("C", f"m{month}", f"2025-{month:02}-03", excused=["m-4f07c1"])
    [row] = told(stream, cells=["C"], first=date(2025, 4, 1), last=date(2025, 4, 30))
    assert row["longest_excused_run"] == 4


def test_a_run_is_broken_by_a_meeting_that_was_reported_later(stream: Stream) -> None:
    for month in (1, 3):
        stream.held("C", f"m{month}", f"2025-{month:02}-03", excused=["m-4f07c1"])
    stream.held("C", "m2", "2025-02-03", "2025-03-20")
    runs = {row["period"]: row["longest_excused_run"] for row in told(stream)}
    assert runs == {"2025-01": 1, "2025-02": 0, "2025-03": 1}
    before = {row["period"]: row["longest_excused_run"] for row in told(stream, known_at="2025-03-10")}
    assert before == {"2025-01": 1, "2025-03": 2}


def test_the_unit_is_that_of_the_day_or_of_the_tree_asked_for(stream: Stream) -> None:
    stream.unit("V", None, "2025-07-01")
    stream.cell("C", {"valid_from": "2025-07-01", "parent": "V"}, recorded="2025-07-01")
    stream.held("C", "june", "2025-06-03")
    stream.held("C", "july", "2025-07-03")
    assert [(row["period"], row["unit"]) for row in told(stream)] == [("2025-06", "U"), ("2025-07", "V")]
    assert {row["unit_name"] for row in told(stream, tree_at=date(2025, 8, 1))} == {"Đảng ủy V"}
    assert {row["unit"] for row in told(stream, tree_at=date(2021, 1, 1))} == {"U"}
    assert {row["unit"] for row in told(stream, tree_at=date(2019, 1, 1))} == {None}


def test_a_meeting_lies_in_all_the_units_above_its_cell_on_the_right_day(stream: Stream) -> None:
    stream.unit("CITY", "PROVINCE", "2021-01-01", kind="city")
    stream.unit("U", "CITY", "2022-01-01")
    stream.unit("PROVINCE", None, "2023-01-01", kind="province")
    stream.unit("CITY", None, "2024-01-01", kind="city")
    stream.unit("U", "NOWHERE", "2025-01-01")
    for year in range(2020, 2026):
        stream.held("C", f"m{year}", f"{year}-06-03")
    assert [row["units"] for row in told(stream)] == [
        ["U"],
        ["U"],
        ["U", "CITY", "PROVINCE"],
        ["U", "CITY", "PROVINCE"],
        ["U", "CITY"],
        ["U", "NOWHERE"],
    ]
    assert {row["unit_name"] for row in told(stream)} == {"Đảng ủy U"}
    assert {tuple(row["units"]) for row in told(stream, tree_at=date(2022, 1, 1))} == {("U", "CITY", "PROVINCE")}
    assert [row["units"] for row in told(stream, known_at="2021-06-04")] == [["U"], ["U"]]


def test_a_cell_whose_unit_nobody_established_lies_in_that_unit(stream: Stream) -> None:
    stream.cell("D", {"valid_from": "2020-01-01", "parent": "LOST"}, recorded="2020-01-01")
    stream.held("D", "m1", "2025-01-03")
    [row] = told(stream)
    assert (row["unit"], row["unit_name"], row["units"]) == ("LOST", None, ["LOST"])


def test_units_that_are_each_others_uppers_end_somewhere(stream: Stream) -> None:
    stream.unit("V", "U", "2020-01-01")
    stream.unit("U", "V", "2021-01-01")
    stream.held("C", "m1", "2025-01-03")
    [row] = told(stream)
    assert row["units"] == ["U", "V"] * 8


def test_a_unit_takes_in_all_below_it_on_the_day(stream: Stream) -> None:
    stream.unit("CITY", None, "2020-01-01", kind="city")
    stream.unit("U", "CITY", "2022-01-01")
    stream.unit("U", None, "2024-01-01")
    stream.cell("D", {"valid_from": "2020-01-01", "parent": "CITY"}, recorded="2020-01-01")
    for cell in ("C", "D"):
        for year in (2021, 2023, 2025):
            stream.held(cell, f"m{year}", f"{year}-01-03")
    assert [(row["cell"], row["held_on"].year) for row in told(stream, unit="CITY")] == [
        ("C", 2023),
        ("D", 2021),
        ("D", 2023),
        ("D", 2025),
    ]
    assert len(told(stream, unit="CITY", tree_at=date(2023, 6, 1))) == 6
    assert {row["cell"] for row in told(stream, unit="CITY", tree_at=date(2025, 6, 1))} == {"D"}
    assert {row["cell"] for row in told(stream, unit="U")} == {"C"}
    assert told(stream, unit="NOWHERE") == []


def test_nothing_after_a_position_is_seen(stream: Stream) -> None:
    stream.held("C", "m1", "2025-01-03")
    stream.held("C", "m1", "2025-01-03", sheet={"minutes": 60})
    stream.cell("C", {"valid_from": "2020-01-01", "committee_size": 0}, recorded="2025-06-01")
    assert [(row["minutes"], row["has_committee"]) for row in told(stream, position=3)] == [(95, True)]
    assert [(row["minutes"], row["has_committee"]) for row in told(stream, position=4)] == [(60, True)]
    assert [(row["minutes"], row["has_committee"]) for row in told(stream)] == [(60, False)]
