"""The intake desk: every message is settled exactly once, whatever it is and however often it comes."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from eventsourcing.persistence import OperationalError, PersistenceError
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from services.chassis.intake import Desk, Verdict
from services.chassis.outbox import events_outbox, receipts_outbox
from services.chassis.reading import Arrival
from services.chassis.rejected import rejected_in
from services.chassis.store import Store
from services.contracts.base import FORMS, Code, Key, Name, Ref, Text, derived_id
from services.contracts.receipts import Outcome, Problem, Receipt, Refused, RejectedOf
from services.registry import events
from services.registry.nodes import Unit

NOON = datetime(2025, 11, 3, 12, 0, tzinfo=UTC)


def decide(work, report):
    """Stands in for a service's decision: the registry's units without their rules."""
    id_ = derived_id("unit", report.data.unit)
    unit = work.get(Unit, id_)
    data = {"unit": report.data.unit, "states": []}
    change = {"valid_from": "2025-01-01", "set": {}}
    if report.data.name == "boom":
        raise ZeroDivisionError
    if report.kind == "UnitEstablished":
        if unit is not None:
            raise Refused(Problem(path="data.unit", problem="exists"))
        unit = Unit.blank(id_)
        work.add(unit)
        unit.record(events.UnitEstablished, report, cell=None, data=data, change=change)
    else:
        if unit is None:
            raise Refused(Problem(path="data.unit", problem="unknown"), waiting=True)
        unit.record(events.UnitRenamed, report, cell=None, data=data, change=change)
        if report.data.name == "half":
            raise Refused(Problem(path="data.name", problem="too late to refuse"))


class Clock:
    def __init__(self):
        self.time = NOON

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path):
    with Store("registry", tmp_path / "registry.sqlite") as store:
        yield store


@pytest.fixture
def desk(store, clock):
    return Desk(store, decide, clock, patience=10)


def message(position, kind="UnitEstablished", id_="r1", data=None, at=NOON, **attributes):
    data = {"unit": "U1", "name": "One", "kind": "ward", "valid_from": "2025-01-01"} if data is None else data
    given = {
        "specversion": "1.0",
        "id": id_,
        "source": "/u1",
        "type": f"vn.nennep.report.registry.{kind}.v1",
        **attributes,
    }
    headers = {f"ce-{name}": value for name, value in given.items() if value is not None}
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return Arrival(f"in.U1.registry.{kind}", headers, body, position, at)


def rename(position, name="Two", id_="r2", **attributes):
    data = {"unit": "U1", "name": name, "valid_from": "2025-02-01"}
    return message(position, "UnitRenamed", id_, data, **attributes)


def receipts(store):
    return [Receipt.model_validate_json(out.body) for out in receipts_outbox(store).read(0, 10_000)]


def test_an_accepted_report_becomes_its_event_and_one_receipt_that_names_it(store, desk):
    assert desk.settle([message(1)]) == [Verdict.SETTLED]
    (receipt,) = receipts(store)
    (event,) = events_outbox(store).read(0, 10)
    assert (receipt.outcome, receipt.id, receipt.position, receipt.events) == (Outcome.ACCEPTED, "r1", 1, (event.id,))
    assert event.subject == "evt.registry.UnitEstablished.U1._"
    assert event.headers["ce-cause"] == "U1/r1"
    assert orjson.loads(event.body)["unit"] == "U1"


def test_the_same_message_again_is_a_duplicate_that_names_the_first_events(store, desk):
    desk.settle([message(1), message(2)])
    desk.settle([message(3)])
    outcomes = [receipt.outcome for receipt in receipts(store)]
    assert outcomes == [Outcome.ACCEPTED, Outcome.DUPLICATE, Outcome.DUPLICATE]
    assert len({receipt.events for receipt in receipts(store)}) == 1
    assert len(events_outbox(store).read(0, 10)) == 1


def test_the_same_delivery_again_leaves_no_second_trace(store, desk):
    desk.settle([message(1), rename(2)])
    assert desk.settle([message(1), rename(2)]) == [Verdict.SETTLED] * 2
    assert len(receipts(store)) == 2


def test_another_body_under_an_accepted_id_is_rejected(store, desk):
    desk.settle([message(1)])
    desk.settle([message(2, data={"unit": "U1", "name": "Other", "kind": "ward", "valid_from": "2025-01-01"})])
    assert receipts(store)[1].outcome is Outcome.REJECTED
    assert receipts(store)[1].problems[0].path == "id"


def test_a_rejected_id_may_be_tried_again_with_what_was_put_right(store, desk):
    desk.settle([message(1, data={"unit": "U1"})])
    desk.settle([message(2)])
    assert [r.outcome for r in receipts(store)] == [Outcome.REJECTED, Outcome.ACCEPTED]


def test_all_problems_are_named_at_once(store, desk):
    data = {"unit": "lower case", "kind": "castle", "extra": 1, "valid_from": "yesterday"}
    future = (NOON + timedelta(days=1)).isoformat()
    desk.settle([message(1, id_=None, data=data, specversion="0.3", time=future, datacontenttype="text/xml")])
    (receipt,) = receipts(store)
    assert receipt.id == "unreadable-1"
    assert {p.path for p in receipt.problems} == {
        *("id", "specversion", "time", "datacontenttype"),
        *("data.unit", "data.kind", "data.extra", "data.valid_from", "data.name"),
    }


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff", b'"x"', b"[" * 1000, b'{"a":' * 500 + b"1" + b"}" * 500]
)
def test_what_is_not_a_json_object_is_rejected_in_words(store, desk, body):
    assert desk.settle([message(1, data=body)]) == [Verdict.SETTLED]
    (receipt,) = receipts(store)
    assert receipt.outcome is Outcome.REJECTED
    assert "data" in {p.path for p in receipt.problems}


@pytest.mark.parametrize("type_", [None, "", "nonsense", "vn.nennep.report.registry.UnitEstablished.v9"])
def test_a_type_that_is_not_this_subjects_is_rejected_with_the_right_one(store, desk, type_):
    desk.settle([message(1, type=type_)])
    (receipt,) = receipts(store)
    assert receipt.problems[0].expected == "vn.nennep.report.registry.UnitEstablished.v1"


def test_a_report_about_something_unknown_waits_and_then_is_rejected(store, desk, clock):
    assert desk.settle([rename(1)]) == [Verdict.WAIT]
    clock.time += timedelta(seconds=9)
    assert desk.settle([rename(1)]) == [Verdict.WAIT]
    clock.time += timedelta(seconds=2)
    assert desk.settle([rename(1)]) == [Verdict.SETTLED]
    assert receipts(store)[0].outcome is Outcome.REJECTED


def test_a_clock_that_is_set_back_makes_nobody_wait_much_longer(desk, clock):
    assert desk.settle([rename(1)]) == [Verdict.WAIT]
    clock.time -= timedelta(days=365)
    assert desk.settle([rename(1)]) == [Verdict.WAIT]
    clock.time += timedelta(seconds=11)
    assert desk.settle([rename(1)]) == [Verdict.SETTLED]


def test_a_report_that_waits_is_accepted_when_what_it_names_has_come(store, desk):
    assert desk.settle([rename(1), message(2)]) == [Verdict.WAIT, Verdict.SETTLED]
    assert desk.settle([rename(1)]) == [Verdict.SETTLED]
    assert [r.outcome for r in receipts(store)] == [Outcome.ACCEPTED] * 2


@pytest.mark.parametrize("name", ["boom", "half"])
def test_a_decision_that_fails_takes_nothing_with_it(store, desk, name):
    verdicts = desk.settle([message(1), rename(2), rename(3, name, "r3"), rename(4, "Three", "r4")])
    assert verdicts == [Verdict.SETTLED] * 4
    by_id = {r.id: r.outcome for r in receipts(store)}
    assert by_id == {"r1": "accepted", "r2": "accepted", "r3": "rejected", "r4": "accepted"}
    assert store.find(Unit, derived_id("unit", "U1")).version == 3


@pytest.mark.parametrize(
    "trouble", [sqlite3.DatabaseError("malformed"), OperationalError("locked"), OSError("disk"), BufferError("history")]
)
def test_a_store_that_fails_while_it_is_decided_rejects_nobody(store, clock, trouble):
    def fail_once(work, report):
        if troubles:
            raise troubles.pop()
        decide(work, report)

    troubles, desk = [trouble], Desk(store, fail_once, clock, faults=(BufferError,))
    with pytest.raises((PersistenceError, OSError, BufferError)):
        desk.settle([message(1), rename(2)])
    assert receipts(store) == []
    assert desk.settle([message(1), rename(2)]) == [Verdict.SETTLED] * 2
    assert [receipt.outcome for receipt in receipts(store)] == [Outcome.ACCEPTED] * 2


def test_two_desks_on_one_store_decide_on_what_the_other_stored(store, clock, desk):
    other = Desk(store, decide, clock)
    desk.settle([message(1)])
    late = []

    def decide_after_the_other(work, report):
        decide(work, report)
        if not late:
            late.append(other.settle([rename(9, "Else", "r9")]))

    slow = Desk(store, decide_after_the_other, clock)
    assert slow.settle([rename(2), rename(3, "Three", "r3")]) == [Verdict.SETTLED] * 2
    assert [r.outcome for r in receipts(store)] == [Outcome.ACCEPTED] * 4
    assert store.find(Unit, derived_id("unit", "U1")).version == 4


@pytest.mark.parametrize(("days", "believed"), [(1, True), (30, False)])
def test_a_report_s_own_time_is_its_recording_time_unless_it_is_too_old(store, desk, days, believed):
    own = NOON - timedelta(days=days)
    desk.settle([message(1, time=own.isoformat())])
    assert receipts(store)[0].recorded_at == (own if believed else NOON)


bodies = st.one_of(
    st.binary(max_size=200),
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
        max_leaves=10,
    ).map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries(
        {},
        optional={
            "unit": st.sampled_from(["U1", "U2", "", "x", 3, None]),
            "name": st.text(max_size=30) | st.integers(),
            "kind": st.sampled_from(["ward", "castle", 1]),
            "valid_from": st.sampled_from(["2025-01-01", "0000-00-00", 17, "9999-12-31"]),
        },
    ).map(lambda value: json.dumps(value).encode()),
)
header_values = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\n"), max_size=40)
messages = st.builds(
    lambda body, headers, kind, id_: Arrival(f"in.U1.registry.{kind}", {**headers, **id_}, body, 0, NOON),
    bodies,
    st.dictionaries(
        st.sampled_from(["ce-id", "ce-type", "ce-time", "ce-source", "ce-specversion", "content-type"]), header_values
    ),
    st.sampled_from(["UnitEstablished", "UnitRenamed", "CellMerged", "Nonsense"]),
    st.sampled_from([{}, {"ce-id": "a", "ce-specversion": "1.0", "ce-source": "/x"}]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(messages, min_size=1, max_size=40))
def test_thousands_of_bad_messages_get_one_receipt_each(tmp_path_factory, found):
    with Store("registry", tmp_path_factory.mktemp("bad") / "s.sqlite") as store:
        desk = Desk(store, decide, Clock(), patience=0)
        arrivals = [one._replace(position=n) for n, one in enumerate(found, 1)]
        assert desk.settle(arrivals) == [Verdict.SETTLED] * len(arrivals)
        assert sorted(r.position for r in receipts(store)) == [one.position for one in arrivals]
        assert all(r.problems for r in receipts(store) if r.outcome is Outcome.REJECTED)


def test_rejected_reports_are_listed_until_they_are_accepted_under_the_same_id(store, desk):
    answer = rejected_in(store)
    bad = {"unit": "U1", "name": "", "kind": "ward", "valid_from": "2025-01-01"}
    desk.settle([message(1, id_="good"), message(2, id_="r2"), message(3, id_="r3", data=bad)])
    found = answer(RejectedOf())
    assert found.count == 2
    assert [(one.receipt.id, one.receipt.position, one.accepted) for one in found.reports] == [
        ("r3", 3, False),
        ("r2", 2, False),
    ]
    assert [problem.path for problem in found.reports[0].receipt.problems] == ["data.name"]
    when = found.reports[0].receipt.recorded_at
    assert answer(RejectedOf(since=when)).count == 2
    assert answer(RejectedOf(since=when + timedelta(seconds=1))).count == 0
    other = {"unit": "U2", "name": "Two", "kind": "ward", "valid_from": "2025-01-01"}
    desk.settle([message(4, id_="r2", data=other)])
    assert [one.receipt.id for one in answer(RejectedOf()).reports] == ["r3"]
    assert [one.accepted for one in answer(RejectedOf(every=True)).reports] == [False, True]
    assert (answer(RejectedOf(limit=1, every=True)).count, answer(RejectedOf(unit="X1")).count) == (2, 0)


def test_what_is_wrong_with_a_field_is_said_in_words(desk, store):
    bad = {"unit": "lower", "name": "", "kind": "x", "valid_from": "2025-13-01", "more": 1}
    desk.settle([message(1, data=bad)])
    [receipt] = receipts(store)
    assert {
        problem.path.removeprefix("data."): (problem.problem, problem.expected) for problem in receipt.problems
    } == {
        "unit": ("'lower' cannot be used here", FORMS[r"^[A-Z0-9][A-Z0-9_-]{0,31}$"]),
        "name": ("empty", None),
        "kind": ("'x' is not among them", "province, city, commune, ward or grassroots"),
        "valid_from": ("'2025-13-01' is no date", "like 2025-11-03"),
        "more": ("not a field of this report", None),
    }


def test_every_form_in_words_is_one_that_contracts_use():
    used = {TypeAdapter(kind).json_schema()["pattern"] for kind in (Code, Key, Ref, Name, Text)}
    assert used == {*FORMS}
