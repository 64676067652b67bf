"""The running score: what changes it, what does not, what is published."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.chassis.tail import Arrived
from services.contracts.bus import event_subject
from services.contracts.cloudevents import attributes
from services.contracts.evaluation import ScoreChanged
from services.evaluation.criteria.load import load_shipped
from services.evaluation.history.store import Gap, position
from services.evaluation.running import settle
from services.evaluation.running.outbox import ScoreOutbox
from services.evaluation.running.running import Running, open_evaluation
from tests.evaluation.history.stream import Stream

SETS = load_shipped()


@pytest.fixture
def stream() -> Stream:
    """A stream with the unit U and its cell C."""
    stream = Stream()
    stream.unit("U", None, "2019-01-01")
    stream.cell("C", {"valid_from": "2019-01-01"}, recorded="2019-01-01")
    return stream


class Evaluation:
    """A running evaluation in memory that takes what its stream has to say."""

    def __init__(self, stream: Stream, quiet_until: int = 0) -> None:
        self.stream = stream
        self.running = Running(open_evaluation(":memory:"), SETS, quiet_until)
        self.published: list[ScoreChanged] = []

    def takes(self, **how: Any) -> list[ScoreChanged]:
        """Applies what is new; returns the score changes that came of it."""
        self.running.apply(self.stream.events, **how)
        found = [ScoreChanged.model_validate_json(out.body) for out in ScoreOutbox(self.running.con).read(0, 1_000)]
        new, self.published = found[len(self.published) :], found
        return new


def test_a_held_meeting_gives_its_month_a_score_and_a_change_to_publish(stream: Stream) -> None:
    evaluation = Evaluation(stream)
    assert evaluation.takes() == []
    stream.held("C", "m1", "2025-03-03")
    [change] = evaluation.takes()
    assert (change.cell, change.period, change.previous, change.basis) == ("C", "2025-03", None, 3)
    assert change.score is not None
    assert (change.score.meeting, change.score.held_on) == ("m1", date(2025, 3, 3))
    assert change.score.criteria == "hd-12-2018"
    assert evaluation.takes() == []


def test_what_is_published_is_a_cloudevent_that_names_its_cause(stream: Stream) -> None:
    stream.held("C", "m1", "2025-03-03")
    evaluation = Evaluation(stream)
    evaluation.takes()
    [out] = ScoreOutbox(evaluation.running.con).read(0, 10)
    assert (out.position, out.subject) == (1, event_subject("evaluation", "ScoreChanged", "U", "C"))
    said = attributes(out.headers)
    assert said["id"] == out.id
    assert said["type"] == "vn.nennep.event.evaluation.ScoreChanged.v1"
    assert (said["source"], said["subject"]) == ("/services/evaluation", "C")
    assert (said["cause"], said["origin"]) == ("U/r3", "urn:test")
    assert datetime.fromisoformat(said["time"]) == datetime(2026, 1, 1, 0, 0, 3, tzinfo=UTC)
    assert ScoreOutbox(evaluation.running.con).read(1, 10) == []


def test_a_correction_changes_the_score_and_names_the_one_before(stream: Stream) -> None:
    stream.held("C", "m1", "2025-03-03")
    evaluation = Evaluation(stream)
    [first] = evaluation.takes()
    stream.held("C", "m1", "2025-03-03", "2025-03-09", unexcused=["m-4f07c1"])
    [second] = evaluation.takes()
    assert (_grade(first), _grade(second)) == (None, "not_met")
    assert second.previous == first.score


def test_what_does_not_touch_the_score_publishes_nothing(stream: Stream) -> None:
    stream.held("C", "m1", "2025-03-03")
    evaluation = Evaluation(stream)
    evaluation.takes()
    stream.meeting("C", "m2", "2025-04-03")
    stream.held("C", "t1", "2025-03-20", kind="thematic", sheet={"thematic_part": True})
    stream.held("C", "m1", "2025-03-03", confirmation={"by_unit": "U", "on": "2025-03-09"})
    stream.cell("C", {"valid_from": "2025-06-01", "name": "Chi bộ mới"}, recorded="2025-06-01")
    stream.unit("U", None, "2025-06-01", name="Đảng ủy mới")
    assert evaluation.takes() == []


def test_a_withdrawn_meeting_takes_its_score_with_it(stream: Stream) -> None:
    stream.held("C", "m1", "2025-03-03")
    evaluation = Evaluation(stream)
    [first] = evaluation.takes()
    stream.meeting("C", "m1", "2025-03-03", status="withdrawn")
    [gone] = evaluation.takes()
    assert (gone.period, gone.score, gone.previous) == ("2025-03", None, first.score)
    stream.held("C", "m9", "2025-03-04")
    [again] = evaluation.takes()
    assert again.previous is None
    assert again.score is not None and again.score.meeting == "m9"


def test_a_meeting_that_moves_leaves_one_month_and_comes_to_another(stream: Stream) -> None:
    stream.held("C", "m1", "2025-01-31")
    evaluation = Evaluation(stream)
    evaluation.takes()
    stream.held("C", "m1", "2024-12-31", "2025-02-05")
    changes = evaluation.takes()
    assert [(change.period, change.score is None) for change in changes] == [("2024-12", False), ("2025-01", True)]


def test_a_late_excuse_in_an_early_month_reaches_the_months_after_it(stream: Stream) -> None:
    for month in (2, 3, 4):
        stream.held("C", f"m{month}", f"2025-{month:02}-03", excused=["m-4f07c1"])
    evaluation = Evaluation(stream)
    assert {change.period: _grade(change) for change in evaluation.takes()} == {
        "2025-02": None,
        "2025-03": None,
        "2025-04": None,
    }
    stream.held("C", "m1", "2025-01-03", "2025-05-01", excused=["m-4f07c1"])
    changes = {change.period: _grade(change) for change in evaluation.takes()}
    assert changes == {"2025-01": None, "2025-04": "not_met"}


def _grade(change: ScoreChanged) -> str | None:
    return change.score.grade.value if change.score and change.score.grade else None


def test_a_back_dated_change_of_the_registry_reaches_the_months_from_its_day_on(stream: Stream) -> None:
    marks = {"criteria": "an-phu-2025", "marks": dict.fromkeys(("3.1", "3.2", "3.3", "3.4"), 1)}
    for month in (11, 12):
        stream.held("C", f"m{month}", f"2025-{month}-03", assessment=marks)
    evaluation = Evaluation(stream)
    evaluation.takes()
    stream.cell("C", {"valid_from": "2025-12-01", "committee_size": 0}, recorded="2026-02-01")
    assert [change.period for change in evaluation.takes()] == ["2025-12"]


def test_a_gap_does_nothing(stream: Stream) -> None:
    stream.held("C", "m1", "2025-03-03")
    running = Running(open_evaluation(":memory:"), SETS)
    running.apply(stream.events[:1])
    with pytest.raises(Gap):
        running.apply(stream.events[2:])
    assert position(running.con) == 1
    assert running.apply(stream.events[1:]).changes == 1


def published_in(stream: Stream, evaluation: Evaluation) -> None:
    """Lets the stream hold what the outbox has, as the relay would have published it."""
    known = sum(event.subject.startswith("evt.evaluation.") for event in stream.events)
    for out in ScoreOutbox(evaluation.running.con).read(known, 1_000):
        headers = {**out.headers, "Nats-Msg-Id": out.id, "Nenep-Position": str(out.position)}
        at = datetime(2026, 2, 1, tzinfo=UTC)
        stream.events.append(Arrived(len(stream.events) + 1, out.subject, headers, out.body, at))


def test_own_changes_that_come_back_change_nothing(stream: Stream) -> None:
    stream.held("C", "m1", "2025-03-03")
    evaluation = Evaluation(stream)
    evaluation.takes()
    published_in(stream, evaluation)
    assert evaluation.takes() == []
    assert position(evaluation.running.con) == 4


def test_a_rebuilt_one_learns_what_was_published_and_publishes_only_what_differs(stream: Stream) -> None:
    evaluation = Evaluation(stream)
    for month in (1, 2, 3):
        stream.held("C", f"m{month}", f"2025-{month:02}-03")
    evaluation.takes()
    stream.meeting("C", "m1", "2025-01-03", status="withdrawn")
    evaluation.takes()
    published_in(stream, evaluation)
    outbox = ScoreOutbox(evaluation.running.con).read(0, 100)
    end = len(stream.events)

    again = Evaluation(stream, quiet_until=end)
    again.takes()
    assert [out[:3] for out in ScoreOutbox(again.running.con).read(0, 100)] == [out[:3] for out in outbox]
    stream.held("C", "m2", "2025-02-03", sheet={"minutes": 10})
    [change] = again.takes()
    assert (change.period, change.basis) == ("2025-02", end + 1)
    assert [out.position for out in ScoreOutbox(again.running.con).read(0, 100)] == [1, 2, 3, 4, 5]


def test_after_a_batch_that_failed_nothing_that_came_before_it_is_overlooked(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    evaluation = Evaluation(stream)
    evaluation.takes(put_off=True)  # the unit and the cell, not looked at yet
    stream.held("C", "m1", "2025-03-03")
    with monkeypatch.context() as disk:
        disk.setattr(settle, "write_changes", full)
        with pytest.raises(OSError, match="no space"):
            evaluation.takes()
    assert [change.period for change in evaluation.takes()] == ["2025-03"]
    [out] = ScoreOutbox(evaluation.running.con).read(0, 10)
    assert out.subject == event_subject("evaluation", "ScoreChanged", "U", "C")


def test_until_it_knows_what_was_published_it_publishes_nothing(stream: Stream) -> None:
    for month in (1, 2):
        stream.held("C", f"m{month}", f"2025-{month:02}-03")
    evaluation = Evaluation(stream, quiet_until=6)
    assert evaluation.takes() == []
    assert evaluation.running.settle() == 0
    stream.meeting("C", "m3", "2025-03-03")
    assert evaluation.takes() == []
    stream.meeting("C", "m4", "2025-04-03")
    assert [change.period for change in evaluation.takes()] == ["2025-01", "2025-02"]


def test_under_other_criteria_everything_is_scored_again(stream: Stream) -> None:
    for month in (3, 11, 12):
        stream.held("C", f"m{month}", f"2025-{month:02}-03")
    evaluation = Evaluation(stream)
    evaluation.takes()
    con = evaluation.running.con
    assert Running(con, SETS).settle() == 0
    amended = SETS | {"hd-42-2025": SETS["hd-42-2025"].with_policy("full")}
    evaluation.running = Running(con, amended)
    assert evaluation.running.settle() == 2
    changes = evaluation.takes()
    assert [change.period for change in changes] == ["2025-11", "2025-12"]
    assert {change.score.criteria_hash for change in changes if change.score} == {amended["hd-42-2025"].hash}
    assert {change.basis for change in changes} == {len(stream.events)}
