"""What was proposed, appraised and decided, in the history: as known at any moment, verified, beside the months."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.classification import YearDecided, YearOf
from services.contracts.receipts import Refused
from services.evaluation.canonical import digest
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.history.store import Connection
from services.evaluation.queries.year import year
from services.evaluation.verify import rebuild
from services.evaluation.yearend.load import load_shipped_rules
from tests.evaluation.history.stream import Stream, moment
from tests.evaluation.intake import Evaluation
from tests.evaluation.territory import SETS, rows, running
from tests.evaluation.yearend.said import LATER, at, cancelled, line, listed, territory, until_decided

RULES = load_shipped_rules()
SAID = {"common": 27, "results": 65, "grade": "excellent"}


def classified() -> Stream:
    """The territory; C1 is decided good, cancelled and decided anew, C2 appraised, G proposed itself."""
    stream = territory()
    for cell in ("C1", "C2"):
        stream.classified(cell, 2025, "2025-12-10", "proposed", by="G", **SAID)
    lowered = {**SAID, "results": 55.5, "grade": "good"}
    stream.classified("C1", 2025, "2025-12-20", "appraised", by="G", **lowered)
    stream.classified("C2", 2025, "2025-12-20", "appraised", by="G", **SAID)
    stream.classified("G", 2025, "2025-12-22", "proposed", level="unit", by="G", **SAID)
    stream.classified("C1", 2025, "2026-01-05", "decided", by="G", **lowered)
    stream.classified("C1", 2025, "2026-01-10", "cancelled", by="G", number="7-QĐ", reason="Void")
    stream.classified("C1", 2025, "2026-01-15", "decided", by="G", number="9-QĐ", **SAID)
    return stream


def asked(con: Connection, sets: dict[str, CriteriaSet] = SETS, **how: Any) -> dict[str, dict[str, Any]]:
    return {row["subject"]: row for row in rows(year(con, YearOf(year=2025, **how), sets, RULES))}


# -- as known ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known_at", "status", "decided", "next_"),
    [
        ("2025-12-01", None, None, "propose"),
        ("2025-12-10", "proposed", None, "appraise"),
        ("2025-12-31", "appraised", None, "decide"),
        ("2026-01-06", "decided", "good", None),
        ("2026-01-12", "cancelled", None, "decide"),
        ("2026-01-15", "decided", "excellent", None),
    ],
)
def test_what_was_decided_is_what_was_known_at_a_moment(
    known_at: str, status: str | None, decided: str | None, next_: str | None
) -> None:
    row = asked(running(classified()), known_at=moment(known_at))["C1"]
    assert (row["status"], (row["decided"] or {"grade": None})["grade"], row["next"]) == (status, decided, next_)
    told = ("2025-12-10", "2025-12-20", "2026-01-05", "2026-01-10", "2026-01-15")
    assert [one["recorded_at"] for one in row["events"]] == [moment(day) for day in told if day <= known_at]


def test_every_subject_shows_its_stages_its_events_and_what_is_missing_next() -> None:
    found = asked(running(classified()))
    assert list(found) == ["C1", "C2", "C3", "D", "CITY", "G", "H"]
    one = found["C1"]
    assert one["proposed"] == {
        "common": 27.0, "results": 65.0, "grade": "excellent", "veto": None, "note": None, "number": None,
        "on": date(2025, 12, 10), "by": "G", "total": 92.0, "earned": "excellent",
    }  # fmt: skip
    assert (one["appraised"]["grade"], one["appraised"]["total"]) == ("good", 82.5)
    assert [event["status"] for event in one["events"]] == [
        "proposed",
        "appraised",
        "decided",
        "cancelled",
        "decided",
    ]
    assert (one["events"][3]["number"], one["events"][3]["reason"]) == ("7-QĐ", "Void")
    assert one["events"][0]["recorded_at"] == moment("2025-12-10")
    steps = {subject: (row["next"], row["next_by"], row["deadline"]) for subject, row in found.items()}
    assert steps == {
        "C1": (None, None, None),
        "C2": ("decide", "G", None),
        "C3": ("propose", "H", None),
        "D": ("propose", "CITY", None),
        "G": ("appraise", "CITY", None),
        "H": ("propose", "H", None),
        "CITY": (None, None, None),
    }
    assert (found["G"]["waits_for"], found["G"]["waiting"]) == (["C2"], 1)
    assert (found["CITY"]["waits_for"], found["CITY"]["waiting"]) == (["C2", "C3", "D", "G", "H"], 5)
    assert {row["rule"] for row in found.values()} == {"qd-366-2025"}


def test_a_units_year_is_that_of_its_subtree_and_nobodys_is_refused() -> None:
    con = running(classified())
    assert list(asked(con, unit="G")) == ["C1", "C2", "G"]
    with pytest.raises(Refused, match="no unit X"):
        asked(con, unit="X")
    assert rows(year(con, YearOf(year=2017), SETS, RULES)) == []


def test_a_year_before_every_rule_has_none_and_asks_for_nothing() -> None:
    found = rows(year(running(classified()), YearOf(year=2024), SETS, RULES))
    assert {(row["rule"], row["next"]) for row in found} == {(None, None)}


def test_the_quota_says_allowed_counted_undetermined_and_over() -> None:
    stream = classified()
    for n in range(3, 11):
        stream.cell(f"E{n}", {"valid_from": "2019-01-01", "parent": "G"}, recorded="2019-01-01")
    con = running(stream)
    found = year(con, YearOf(year=2025, unit="G"), SETS, RULES)
    said = {(one["level"], one["among"]): one for one in orjson.loads(found.schema.metadata[b"quotas"])}
    assert set(said) == {("cell", "G"), ("unit", "CITY")}
    cells = said["cell", "G"]
    assert [cells[name] for name in ("denominator", "allowed", "counted", "undetermined", "foreseen", "over")] == [
        10, 2, 1, 9, 1, 0,
    ]  # fmt: skip
    assert (cells["grade"], cells["percent"], cells["rule"]) == ("excellent", 20.0, "qd-366-2025")
    for n in (3, 4, 5):
        for status in ("proposed", "appraised", "decided"):
            stream.classified(f"E{n}", 2025, "2026-01-20", status, by="G", **SAID)
    found = year(running(stream), YearOf(year=2025, unit="G"), SETS, RULES)
    [over] = [one for one in orjson.loads(found.schema.metadata[b"quotas"]) if one["among"] == "G"]
    assert (over["counted"], over["over"]) == (4, 2)


# -- the months --------------------------------------------------------------------------------------------------------


def with_months() -> Stream:
    """C1 met every month of 2026 and marked itself; of the last day of the year something is told."""
    stream = territory()
    for month in range(1, 13):
        own = {"criteria": "an-phu-2025", "marks": {}, "total": 95, "grade": "good"}
        stream.held("C1", f"c1-{month}", f"2026-{month:02}-03", assessment=own)
    stream.unit("LATE", "CITY", "2027-01-02")
    return stream


def test_the_months_are_one_component_beside_what_is_said_and_change_nothing_of_it() -> None:
    stream = with_months()
    stream.classified("C1", 2026, "2026-12-10", "proposed", by="G", **SAID)
    found = {row["subject"]: row for row in rows(year(running(stream), YearOf(year=2026), SETS, RULES))}
    one = found["C1"]
    assert (one["rolled_by"], one["rolled_how"], one["component_of"]) == ("hd-42-2025", "rule", 10.0)
    assert one["rolled_lower"] is not None and one["rolled_lower"] < one["rolled_upper"] <= 100
    assert one["component_lower"] == round(one["rolled_lower"] / 10, 2)
    assert one["component_upper"] == round(one["rolled_upper"] / 10, 2)
    assert (one["proposed"]["total"], one["decided"]) == (92.0, None)
    idle = found["C2"]
    assert (idle["rolled_points"], idle["component_points"]) == (0.0, 0.0), "it never met"
    unit = found["G"]
    assert unit["component_lower"] == round(one["component_lower"] / 2, 2)
    assert unit["component_upper"] == round(one["component_upper"] / 2, 2)
    alone = {row["subject"]: row for row in rows(year(running(stream), YearOf(year=2026, unit="G"), SETS, RULES))}
    assert alone == {subject: found[subject] for subject in ("C1", "C2", "G")}


def test_a_sets_own_rule_rolls_its_months_up() -> None:
    base = SETS["hd-42-2025"]
    counted = {
        "code": "R1",
        "title": {"vi": "a", "en": "a", "bn": "a"},
        "reference": "a",
        "span": "year",
        "method": "counted",
        "without_meeting": "lowest",
        "not_determinable": "left_out",
        "grades": [{"grade": "good", "all": [{"grade": "good", "every": True}]}, {"grade": "poor"}],
    }
    own = CriteriaSet.model_validate({**base.model_dump(by_alias=True), "rollups": [counted]})
    con = running(with_months())
    found = {row["subject"]: row for row in rows(year(con, YearOf(year=2026), {**SETS, own.id: own}, RULES))}
    assert [found["C2"][f"rolled_{name}"] for name in ("by", "how", "grade", "points")] == [
        "hd-42-2025", "set", "poor", None,
    ]  # fmt: skip
    assert found["C2"]["component_points"] is None, "the rule says nothing of what a counted grade is worth"


def test_a_set_that_rolls_up_quarters_alone_leaves_the_year_to_the_rule() -> None:
    rule = RULES["qd-366-2025"]
    assert rule.meetings is not None and rule.meetings.rollup is not None
    quarterly = rule.meetings.rollup.model_dump(by_alias=True) | {"span": "quarter"}
    base = SETS["hd-42-2025"]
    own = CriteriaSet.model_validate({**base.model_dump(by_alias=True), "rollups": [quarterly]})
    found = rows(year(running(with_months()), YearOf(year=2026), {**SETS, own.id: own}, RULES))
    assert {row["rolled_how"] for row in found if row["level"] == "cell"} == {"rule"}


def test_before_the_year_is_over_nothing_is_rolled_up() -> None:
    stream = with_months()
    stream.events.pop()
    found = {row["subject"]: row for row in rows(year(running(stream), YearOf(year=2026), SETS, RULES))}
    assert (found["C1"]["rolled_by"], found["C1"]["component_lower"], found["C1"]["next"]) == (None, None, "propose")


@pytest.mark.parametrize(("today", "next_"), [("2025-12-31", None), ("2026-01-01", "propose")])
def test_of_a_year_that_has_not_begun_nothing_is_to_be_proposed(today: str, next_: str | None) -> None:
    con, day = running(with_months()), date.fromisoformat(today)
    found = rows(year(con, YearOf(year=2026), SETS, RULES, day))
    assert {row["next"] for row in found if row["unit"]} == {next_}
    assert any(row["waiting"] for row in found) == (next_ is not None)
    early = rows(year(con, YearOf(year=2026, known_at=moment("2025-12-31")), SETS, RULES))
    assert {row["next"] for row in early} == {None}


# -- the whole way -----------------------------------------------------------------------------------------------------


def test_an_event_that_comes_twice_is_told_once() -> None:
    assert asked(running(classified().twice())) == asked(running(classified()))


def test_a_history_that_is_built_anew_has_the_same_years() -> None:
    events = classified().events
    whole, again = running(classified()), rebuild([events[:12], events[12:]], ":memory:", SETS)
    assert digest(whole) == digest(again)
    assert {one.table: one.rows for one in digest(whole).tables}["years"] == 8


REPORTS = [
    *until_decided(line("C1"), line("C2", 20, 40, "completed")),
    *until_decided(line("G", 25, 50, "good"), unit="CITY", by="G"),
    at(cancelled("C2")),
]


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.sampled_from(range(len(REPORTS))), max_size=3).flatmap(
        lambda again: st.permutations([*range(len(REPORTS) - 1), *again, len(REPORTS) - 1])
    ),
    st.integers(1, 4),
)
def test_doubled_and_reordered_reports_come_to_the_same_years(history: Connection, order: list[int], size: int) -> None:
    evaluation, cancelling = Evaluation(history, LATER), len(REPORTS) - 1
    evaluation.takes_all([REPORTS[n] for n in order if n != cancelling], size)
    assert evaluation.takes(REPORTS[cancelling]) == []
    told = [(one["subject"], one["version"], one["status"], one["decided"]) for one in evaluation.told]
    assert sorted((*said, decided and decided["grade"]) for *said, decided in told) == [
        ("C1", 1, "proposed", None),
        ("C1", 2, "appraised", None),
        ("C1", 3, "decided", "excellent"),
        ("C2", 1, "proposed", None),
        ("C2", 2, "appraised", None),
        ("C2", 3, "decided", "completed"),
        ("C2", 4, "cancelled", None),
        ("G", 1, "proposed", None),
        ("G", 2, "appraised", None),
        ("G", 3, "decided", "good"),
    ]
    evaluation.store.close()


def test_a_trial_says_all_that_would_be_wrong_and_records_nothing(history: Connection) -> None:
    evaluation = Evaluation(history, LATER)
    evaluation.takes(*until_decided()[:2])
    found = evaluation.tried("G", listed(YearDecided, line("C1"), line("D"), line("C2", 31)))
    assert [one.path for one in found.problems] == [
        "data.subjects.2.common",
        "data.subjects.1.subject",
        "data.subjects.1.subject",
        "data.subjects.2.subject",
    ]
    fits = evaluation.tried("G", listed(YearDecided))
    assert [one["decided"]["grade"] for one in fits.events] == ["excellent"]
    assert len(evaluation.told) == 2
