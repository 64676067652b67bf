"""A score explained: every line with its rule in words, its measure, and the facts it was made from."""

from __future__ import annotations

import json
from datetime import date

import pytest

from services.contracts.evaluation import ItemStatus
from services.evaluation.criteria.load import load
from services.evaluation.scoring.explain import explain
from services.evaluation.scoring.measures import MEASURES
from services.evaluation.scoring.notes import NOTES, Note
from services.evaluation.scoring.score import score
from tests.evaluation.scoring.sheets import SETS, A, D, E, frame, sheet
from tests.evaluation.scoring.test_cases import HERE

WORKED = sheet(
    exempt=1,
    expected=23,
    present=20,
    excused=2,
    unexcused=1,
    longest_excused_run=1,
    minutes=95,
    speakers=9,
    targets_met=17,
    marks={"2.1": 1, "4.5": 4, "7": 27},
)


def test_the_lines_add_up_to_the_score() -> None:
    lines = explain(frame(WORKED), E, SETS)
    assert sum(line.points or 0 for line in lines) == 88 == score(frame(WORKED), E, SETS).scores["points"][0]
    assert [line.item for line in lines] == [item.code for item in E.items]


def test_a_band_says_which_one_was_hit_and_why() -> None:
    line = {line.item: line for line in explain(frame(WORKED), E, SETS)}["2.1"]
    assert line.rule.startswith(
        "or if attendance.unexcused above 0 members earns 1. attendance.rate: at least 90 %: 4; "
    )
    assert line.facts == {"present": 20, "expected": 23, "unexcused": 1}
    assert (line.measure, line.value) == ("attendance.rate", pytest.approx(2000 / 23))
    assert line.title["vi"] == "Tỷ lệ đảng viên dự"
    assert line.reference == "Phiếu phường An Phú, mục 2.1"
    duration = explain(frame(WORKED), E, SETS)[0]
    assert duration.rule.startswith("at least 90 minutes earns 5. time.minutes: size.members below 30 members: ")


def test_a_judged_line_names_the_marks_it_was_carried_from() -> None:
    line = {line.item: line for line in explain(frame(WORKED), D, SETS)}["7"]
    assert line.facts == {"an-phu-2025 8.1": 2.0, "an-phu-2025 8.2": 2.0, "an-phu-2025 8.3": 1.0}
    assert (line.points, line.max, line.rule) == (5, 5, "judged by people: up to 5 points")


def test_yes_and_no_are_said_as_such() -> None:
    line = {line.item: line for line in explain(frame(sheet(has_committee=False)), E, SETS)}["3.3"]
    assert line.value is False
    assert line.status is ItemStatus.NOT_APPLICABLE
    assert line.note == "does not apply to this meeting; counts in full"


def test_what_is_missing_is_said_in_words() -> None:
    line = {line.item: line for line in explain(frame(sheet(documents_at=None)), E, SETS)}["3.5"]
    assert (line.points, line.lower, line.upper) == (None, 0, 2)
    assert line.status is ItemStatus.NOT_DETERMINABLE
    assert line.facts["documents_at"] is None
    assert line.note == "a fact it needs is not recorded"


def test_a_pass_fail_line_is_met_or_not_and_has_no_points() -> None:
    line = {line.item: line for line in explain(frame(WORKED), A, SETS)}["1.2"]
    assert (line.met, line.points, line.max) == (False, None, None)
    assert line.rule == "attendance.unexcused at most 0 members"


def test_limits_are_lines_too() -> None:
    rules = load(HERE / "rules.yaml")
    row = frame(sheet(form="rules", marks={"4": 20, "5": 20}, targets_met=1))
    lines = {line.item: line for line in explain(row, rules, SETS)}
    assert lines["V1"].met is False
    assert lines["V1"].rule == "the lowest grade where targets.share below 10 %"
    assert lines["G1"].rule == "no grade above fair without full marks on 3, 4"
    assert lines["C1"].rule == "no grade above average where minutes.days_after above 10 days"
    assert lines["C2"].rule == "at most 65.5 points where time.minutes below 20 minutes"
    assert lines["1"].rule == "20 points by the share of targets.share in 80, to 1 decimals"
    assert lines["2"].rule == "attendance.rate at least 50 %: 10 points, otherwise 3"


def test_explanations_are_json() -> None:
    for criteria in (A, D, E):
        for line in explain(frame(sheet(held_on=date(2025, 11, 3))), criteria, SETS):
            json.dumps(line.model_dump(mode="json"))


def test_one_meeting_at_a_time() -> None:
    with pytest.raises(ValueError, match="one meeting"):
        explain(frame(sheet(), sheet(cell="B")), E, SETS)


def test_every_note_has_its_sentence_and_every_measure_its_description() -> None:
    assert set(NOTES) == set(Note)
    assert all(one.meaning and one.fields and one.missing for one in MEASURES.values())
