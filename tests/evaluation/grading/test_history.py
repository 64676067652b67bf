"""What was decided, in the history: as known at any moment, beside self and computed grades, verified, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.chassis.tail import Arrived
from services.contracts.queries import CellOf, Explain, GradesOf
from services.contracts.receipts import Outcome, Refused
from services.contracts.rescoring import Lens
from services.evaluation.canonical import digest
from services.evaluation.history.grades import official_grades
from services.evaluation.history.store import Connection
from services.evaluation.queries.cell import cell_page
from services.evaluation.queries.explain import explain
from services.evaluation.queries.grades import grades
from services.evaluation.running.running import Running, open_evaluation
from services.evaluation.verify import rebuild
from tests.evaluation.grading.said import MONTH, cancelled, decided, graded, reclassified, territory
from tests.evaluation.history.stream import Stream, moment
from tests.evaluation.intake import Evaluation
from tests.evaluation.territory import SETS, rows, running
from tests.given import By

NOW = datetime(2026, 1, 10, 5, tzinfo=UTC)


def judged() -> Stream:
    """The territory with what was decided of C1 (good, then fair, then void) and of D."""
    stream = territory()
    stream.grade("C1", MONTH, "2025-12-02", points=92.0, decided_by="G", list="nov")
    stream.grade("D", MONTH, "2025-12-03", grade="fair", decided_by="CITY")
    stream.grade("C1", MONTH, "2025-12-10", "reclassified", grade="fair", number="8-QĐ", replaces="e16", reason="Why")
    stream.grade("C1", MONTH, "2025-12-20", "cancelled", number="9-QĐ", reason="Void")
    return stream


# -- as known ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known_at", "stands"),
    [
        ("2025-12-01", None),
        ("2025-12-02", ("good", ["decided"])),
        ("2025-12-15", ("fair", ["decided", "reclassified"])),
        ("2025-12-20", (None, ["decided", "reclassified", "cancelled"])),
    ],
)
def test_what_was_decided_is_what_was_known_at_a_moment(known_at: str, stands: tuple[str, list[str]] | None) -> None:
    con = running(judged())
    lens = Lens(known_at=moment(known_at))
    explained = explain(con, Explain(cell="C1", period=MONTH, lens=lens), SETS).official
    found = explained and (explained.grade, [one.status for one in explained.decisions])
    assert found == stands
    [row] = rows(grades(con, GradesOf(year=2025, month=11, cell="C1", lens=lens), SETS))
    assert (row["official_grade"], row["status"]) == ((stands[0], stands[1][-1]) if stands else (None, None))
    assert [one["status"] for one in row["decisions"] or ()] == (stands[1] if stands else [])


def test_official_self_and_computed_stand_side_by_side_for_every_month_of_a_living_cell() -> None:
    stream = judged()
    own = {"criteria": "an-phu-2025", "marks": {}, "total": 95, "grade": "good"}
    stream.held("C2", "c2-11", "2025-11-04", "2025-12-04", assessment=own)
    seen = {"criteria": "an-phu-2025", "marks": {}, "total": 80, "grade": "fair"}
    stream.visited("C2", "v1", "c2-11", "2025-11-04", assessment=seen)
    stream.visited("C2", "v2", "c2-11", "2025-11-04", assessment=seen | {"total": 71})
    stream.visited("C2", "v3", "c2-11", "2025-11-04")
    stream.visited("D", "v4", "d-11", "2025-11-05", assessment=seen)
    stream.visited("D", "v5", "d-11", "2025-11-05", assessment=seen | {"grade": "good", "total": 90})
    found = {row["cell"]: row for row in rows(grades(running(stream), GradesOf(year=2025, month=11), SETS))}
    assert list(found) == ["C1", "C2", "C3", "D"], "a cell that was dissolved is not asked for a grade"
    sides = ("self_grade", "self_points", "official_grade", "official_points", "status", "criteria")
    assert [found["C2"][side] for side in sides] == ["good", 95.0, None, None, None, "hd-42-2025"]
    assert [found["D"][side] for side in sides] == [None, None, "fair", None, "decided", "hd-42-2025"]
    observed = ("observer_grade", "observer_points", "visits")
    assert [[found[cell][side] for side in observed] for cell in ("C1", "C2", "D")] == [
        [None, None, None],
        ["fair", 75.5, 2],
        [None, 85.0, 2],
    ]
    assert [found["C3"][side] for side in (*sides, "meeting")] == [None] * 7
    assert found["D"]["computed_lower"] is not None
    assert (found["C1"]["unit"], found["C1"]["cell_name"]) == ("G", "Chi bộ C1")
    [said] = found["D"]["decisions"]
    assert (said["event"], said["decided_by"], said["decided_on"], said["recorded_at"]) == (
        "e17",
        "CITY",
        date(2025, 12, 3),
        moment("2025-12-03"),
    )


def test_a_units_grades_are_those_of_its_subtree_and_nobodys_are_refused() -> None:
    con = running(judged())
    assert {row["cell"] for row in rows(grades(con, GradesOf(year=2025, month=11, unit="G"), SETS))} == {"C1", "C2"}
    assert len(rows(grades(con, GradesOf(year=2025, unit="CITY"), SETS))) == 12 * 4 + 10
    assert rows(grades(con, GradesOf(year=2017), SETS)) == []
    for asked, problem in (({"cell": "X"}, "no cell X"), ({"unit": "X"}, "no unit X")):
        with pytest.raises(Refused, match=problem):
            grades(con, GradesOf(year=2025, **asked), SETS)


def test_a_cells_page_has_its_official_grades() -> None:
    [found] = cell_page(running(judged()), CellOf(cell="C1", year=2025), date(2026, 1, 1)).official
    assert (found.period, found.grade, [one.number for one in found.decisions]) == (MONTH, None, [None, "8-QĐ", "9-QĐ"])
    assert cell_page(running(judged()), CellOf(cell="C1", year=2024), date(2026, 1, 1)).official == ()


def test_a_decision_that_comes_twice_is_told_once() -> None:
    once, twice = (official_grades(running(stream), "C1", MONTH, MONTH) for stream in (judged(), judged().twice()))
    assert twice == once


def test_a_history_that_is_built_anew_has_the_same_decisions() -> None:
    events = judged().events
    whole, again = running(judged()), rebuild([events[:13], events[13:]], ":memory:", SETS)
    assert digest(whole) == digest(again)
    assert {one.table: one.rows for one in digest(whole).tables}["grades"] == 4


# -- the whole way: reports, events, history ---------------------------------------------------------------------------


def history_with(evaluation: Evaluation, before: Sequence[Arrived]) -> Connection:
    """A history of these events and of what was recorded."""
    con, own = open_evaluation(":memory:"), evaluation.published
    later = [Arrived(len(before) + n, one.subject, one.headers, one.body, NOW) for n, one in enumerate(own, 1)]
    Running(con, SETS).apply([*before, *later])
    return con


REPORTS = [
    By("G", decided(graded("C1", "good", 91), graded("C2", "fair"))),
    By("G", decided(graded("C3", "poor"))),
    By("CITY", decided(graded("D", "average"))),
    By("G", reclassified("C2", "good")),
    By("G", cancelled("C3")),
]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.sampled_from(range(len(REPORTS))), max_size=4).flatmap(
        lambda again: st.permutations([*range(len(REPORTS)), *again])
    ),
    st.integers(1, 4),
)
def test_doubled_and_reordered_reports_come_to_the_same_grades(
    history: Connection, order: list[int], size: int
) -> None:
    evaluation = Evaluation(history, NOW)
    evaluation.takes_all([REPORTS[n] for n in order], size)
    told = sorted((one["cell"], one["version"], one["grade"], one["replaces"]) for one in evaluation.told)
    said = zip(evaluation.told, evaluation.published, strict=True)
    ids = {body["cell"]: one.id for body, one in said if body["version"] == 1}
    assert told == [
        ("C1", 1, "good", None),
        ("C2", 1, "fair", None),
        ("C2", 2, "good", ids["C2"]),
        ("C3", 1, "poor", None),
        ("C3", 2, None, ids["C3"]),
        ("D", 1, "average", None),
    ]
    evaluation.store.close()


def test_a_whole_list_is_one_commit_and_its_receipt_names_every_event(history: Connection) -> None:
    evaluation = Evaluation(history, NOW)
    evaluation.takes(By("G", decided(graded("C1"), graded("C2"), graded("C3"))))
    evaluation.takes(By("G", decided(graded("C1", "fair"), graded("C2", "fair"), list="other")))
    settled = [event for event in evaluation.store.recorder.select_notifications(0, 50) if "Intake" in event.topic]
    [first, second] = [orjson.loads(event.state) for event in settled]
    out = evaluation.published
    assert (first["outcome"], first["events"]) == (Outcome.ACCEPTED, [one.id for one in out])
    assert (second["outcome"], second["events"], len(second["problems"])) == (Outcome.REJECTED, [], 2)
    assert {one.subject for one in out} == {"evt.evaluation.GradeDecided.G._"}
    assert [one.headers["ce-subject"] for one in out] == ["C1", "C2", "C3"]
    con = history_with(evaluation, territory().events)
    assert [one.grade for one in official_grades(con, "C3", MONTH, MONTH)] == ["good"]


# -- trying ------------------------------------------------------------------------------------------------------------


def test_a_trial_warns_of_a_month_without_a_known_meeting_and_refuses_nothing(history: Connection) -> None:
    evaluation = Evaluation(history, NOW)
    found = evaluation.tried("G", decided(graded("C1"), graded("C2")))
    assert (found.problems, [one["cell"] for one in found.events]) == ((), ["C1", "C2"])
    [warning] = found.warnings
    assert (warning.path, warning.problem) == ("data.grades.1.cell", "no regular meeting of C2 in 2025-11 is known")
    assert evaluation.tried("G", decided(graded("C1", meeting="c1-11"))).warnings == ()
    evaluation.takes(By("G", decided(graded("C2"))))
    assert evaluation.tried("G", cancelled("C2")).warnings == ()
    assert len(evaluation.tried("G", reclassified("C2")).warnings) == 1


def test_a_trial_says_all_that_would_be_wrong_and_records_nothing(history: Connection) -> None:
    evaluation = Evaluation(history, NOW)
    found = evaluation.tried("G", decided(graded("C1"), graded("D"), graded("C2", "met")))
    assert [one.path for one in found.problems] == ["data.grades.2.grade", "data.grades.1.cell"]
    assert (found.waits, found.events) == (False, ())
    fits = evaluation.tried("G", decided(graded("C1"), graded("C2")))
    assert [one["cell"] for one in fits.events] == ["C1", "C2"]
    assert evaluation.tried("G", decided(graded("NOBODY"))).waits
    malformed = {
        "period": "2025-13",
        "decided_on": "soon",
        "grades": [{"cell": "C1", "grade": "good"}, {"cell": "C1", "grade": "great"}],
    }
    assert {one.path for one in evaluation.tried("G", malformed, "GradesDecided").problems} == {
        "data.list",
        "data.period",
        "data.decided_on",
        "data.grades.1.grade",
    }
    for month in ("0000-05", "9999-12"):
        out_of_time = decided().model_dump(mode="json") | {"period": month}
        [problem] = evaluation.tried("G", out_of_time, "GradesDecided").problems
        assert (problem.path, "1930 to 2200" in problem.problem) == ("data.period", True)
    assert [one.path for one in evaluation.tried("G", {}, "Nothing").problems] == ["type"]
    assert evaluation.store.recorder.max_notification_id() in (None, 0)
    assert evaluation.told == []
