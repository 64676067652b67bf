"""What a line may be, and what is said about one that is not."""

import orjson
import pytest

from services.cli.lines import NO_SERVICE, read_line, read_lines
from services.contracts.cloudevents import CloudEvent
from services.contracts.receipts import Outcome, Receipt

GOOD = {
    "specversion": "1.0",
    "id": "e1",
    "source": "urn:ward:W1",
    "type": "vn.nennep.report.meetings.MeetingHeld.v1",
    "data": {"cell": "C1"},
}


def rejected(given: object) -> Receipt:
    line = given if isinstance(given, bytes) else orjson.dumps(given)
    entry = read_line(line, 7, "W1")
    assert isinstance(entry, Receipt)
    assert entry.outcome is Outcome.REJECTED
    assert entry.position == 0
    assert entry.unit == "W1"
    return entry


def test_a_good_line_is_an_event() -> None:
    entry = read_line(orjson.dumps(GOOD), 1, "W1")
    assert isinstance(entry, CloudEvent)
    assert entry.id == "e1"


def test_blank_lines_are_no_lines() -> None:
    lines = [b"\n", orjson.dumps(GOOD) + b"\n", b"   \n"]
    assert [entry.id for entry in read_lines(lines, "W1")] == ["e1"]


@pytest.mark.parametrize("line", [b"{", b"\xff\xfe", b"[1]", b"12"])
def test_what_is_no_json_object_is_named_by_its_line(line: bytes) -> None:
    receipt = rejected(line)
    assert receipt.id == "line-7"
    assert receipt.service == NO_SERVICE
    assert "one CloudEvent" in str(receipt.problems[0].expected)


def test_a_number_that_cannot_be_sent_is_one_lines_problem() -> None:
    receipt = rejected(orjson.dumps(GOOD | {"data": {"x": 0}}).replace(b'"x":0', b'"x":' + b"9" * 30))
    assert receipt.id == GOOD["id"]
    assert [problem.path for problem in receipt.problems] == ["data"]


def test_all_problems_are_named_at_once() -> None:
    receipt = rejected({"specversion": "0.3", "id": "no spaces", "type": "vn.nennep.report.meetings.MeetingHold.v1"})
    assert {problem.path for problem in receipt.problems} == {"specversion", "id", "source", "type", "data"}
    assert receipt.id == "line-7"


def test_an_unknown_type_is_answered_with_the_nearest_known() -> None:
    receipt = rejected(GOOD | {"type": "vn.nennep.report.meetings.MeetingHold.v1"})
    assert receipt.problems[0].expected == "perhaps vn.nennep.report.meetings.MeetingHeld.v1"


@pytest.mark.parametrize(
    "type_",
    [
        "vn.nennep.event.meetings.MeetingHeld.v1",
        "vn.nennep.report.evaluation.ScoreChanged.v1",
        "vn.nennep.report.meetings.MeetingHeld.v9",
        "org.example.Thing",
    ],
)
def test_what_no_service_takes_is_refused_here(type_: str) -> None:
    assert rejected(GOOD | {"type": type_}).problems[0].path == "type"


def test_a_rejected_line_keeps_its_usable_id_and_its_service() -> None:
    receipt = rejected(GOOD | {"extra": 1})
    assert (receipt.id, receipt.service) == ("e1", "meetings")


def test_too_large_a_line_says_how_large_it_may_be() -> None:
    receipt = rejected(GOOD | {"data": {"text": "x" * 66_000}})
    assert "too large" in receipt.problems[0].problem
    assert receipt.problems[0].expected == "at most 65,536 bytes"


def test_a_header_cannot_smuggle_another() -> None:
    receipt = rejected(GOOD | {"source": "urn:x\r\nNats-Msg-Id: 1"})
    assert receipt.problems[0].path == "source"
