"""The answers about scores: those of a year with what identifies them, and the explanation of one."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import pytest

from services.contracts.queries import Explain, ScoresOf
from services.contracts.receipts import Refused
from services.contracts.rescoring import Lens
from services.evaluation.queries.explain import explain
from services.evaluation.queries.scores import COLUMNS, scores
from services.evaluation.scoring.score import ENGINE
from tests.evaluation.history.stream import Stream, moment
from tests.evaluation.territory import SETS, rows, running, territory


@pytest.fixture
def stream() -> Stream:
    return territory()


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
        ({"lens": Lens(known_at=moment("2025-01-20"))}, ["C"]),
        ({"unit": "CITY", "lens": Lens(tree_at=date(2020, 1, 1))}, ["C"]),
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
    earlier = explain(
        running(stream), Explain(cell="C", period="2025-03", lens=Lens(known_at=moment("2025-03-05"))), SETS
    )
    assert earlier.events == ("e3", "e5", "e6", "e7")
    assert (earlier.score.grade, found.score.grade) == (None, "not_met")


def test_every_fact_names_the_events_that_last_changed_it(stream: Stream) -> None:
    marks = {"criteria": "an-phu-2025", "marks": {"4.2": 9.0, "3.1": 3.0}}
    for month in (1, 2):
        stream.held("C", f"m{month}", f"2025-{month:02}-03", excused=["m-4f07c1"])
    stream.meeting("C", "m3", "2025-03-03", "2025-02-20", notice_at="2025-02-20T00:00:00Z")
    stream.held("C", "m3", "2025-03-03", "2025-03-04", excused=["m-4f07c1"])
    stream.held("C", "m3", "2025-03-03", "2025-03-05", excused=["m-4f07c1"], assessment=marks)
    stream.held("C", "m3", "2025-03-03", "2025-03-09", excused=["m-4f07c1"], sheet={"minutes": 70}, assessment=marks)
    cell, earlier = "e3", ("e5", "e6")
    held, assessed, corrected = "e8", "e9", "e10"
    found = explain(running(stream), Explain(cell="C", period="2025-03", lens=Lens(set="an-phu-2025")), SETS)
    said = {line.item: line.events for line in found.items}
    assert said["1.1"] == {"minutes": (corrected,), "members": (held,)}
    assert said["2.1"]["present"] == (held,)
    assert said["2.2"] == {"longest_excused_run": (*earlier, held)}
    assert said["3.3"]["has_committee"] == (cell,)
    assert said["4.2"] == {"an-phu-2025 4.2": (assessed,)}
    assert said["8.1"] == {"an-phu-2025 8.1": ()}  # nobody marked it
    for line in found.items:
        assert line.events.keys() == line.facts.keys()
        assert {event for events in line.events.values() for event in events} <= set(found.events)


def test_of_two_meetings_on_one_day_the_first_counts_towards_the_second(stream: Stream) -> None:
    for meeting in ("a", "b"):
        stream.held("C", meeting, "2025-03-03", excused=["m-4f07c1"])
    found = explain(running(stream), Explain(cell="C", period="2025-03", lens=Lens(set="an-phu-2025")), SETS)
    [line] = [line for line in found.items if line.item == "2.2"]
    assert (line.value, line.facts) == (2, {"longest_excused_run": 2})
    assert line.events == {"longest_excused_run": ("e5", "e6")}


def test_an_explanation_has_the_cells_own_marks_beside_those_of_each_observer(stream: Stream) -> None:
    own = {"criteria": "an-phu-2025", "marks": {"7": 30, "8.3": 1}, "total": 95, "grade": "good"}
    theirs = {"criteria": "an-phu-2025", "marks": {"7": 24.5, "8.3": 1}, "total": 84, "grade": "fair"}
    stream.held("C", "m1", "2025-01-03", assessment=own)
    stream.assigned("C", "a1", "2025-01-01", by_unit="G")
    event = stream.visited("C", "v1", "m1", "2025-01-03", assignment="a1", assessment=theirs, agrees=False)
    stream.visited("C", "v2", "m1", "2025-01-03", "2025-01-20", observer="o-002", guidance="Ý kiến")
    found = explain(running(stream), Explain(cell="C", period="2025-01"), SETS)
    assert found.own is not None
    assert (found.own.marks, found.own.total, found.own.grade) == ({"7": 30.0, "8.3": 1.0}, 95.0, "good")
    first, second = found.visits
    assert (first.observer, first.line, first.marks, first.total) == ("o-001", "subordinate", theirs["marks"], 84.0)
    assert (first.agrees, first.event, second.marks, second.guidance) == (False, event, {}, "Ý kiến")
    earlier = Explain(cell="C", period="2025-01", lens=Lens(known_at=moment("2025-01-10")))
    assert len(explain(running(stream), earlier, SETS).visits) == 1


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
