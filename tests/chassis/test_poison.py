"""A hostile message gets its receipt like any other, of a size that the receipts' stream takes, and holds up nobody."""

from __future__ import annotations

import json

import pytest

from services.chassis import reading
from services.chassis.intake import Desk, Verdict
from services.chassis.store import Store
from services.contracts.bus import RECEIPTS, STREAMS
from services.contracts.receipts import MOST_PROBLEMS, Outcome, Problem, Refused
from tests.chassis.test_consumer import Intake, publish, report
from tests.chassis.test_intake import Clock, decide, message, receipts

[RECEIPT_BYTES] = [stream.max_msg_size for stream in STREAMS if stream.name == RECEIPTS]
LONG = "\x01" * 60_000
"""Each of these is six characters in JSON."""
HOSTILE = {
    "before all time": {"time": "0001-01-01T00:00:00+14:00"},
    "after all time": {"time": "9999-12-31T23:59:59-14:00"},
    "a version of many digits": {"type": "vn.nennep.report.registry.UnitEstablished.v" + "9" * 5_000},
    "a long id": {"id_": LONG},
    "a long type": {"type": LONG},
    "a long time": {"time": LONG},
    "a long source": {"source": LONG},
    "a long specversion": {"specversion": LONG},
    "a long content type": {"datacontenttype": LONG},
    "nested as deep as can be read": {"data": b'{"a":' + b"[" * 253 + b"]" * 253 + b"}"},
    "a long key": {"data": json.dumps({"\x01" * 10_000: 1}).encode()},
    "many keys": {"data": json.dumps({f"{'é' * 300}{n}": 1 for n in range(100)}, ensure_ascii=False).encode()},
    "an integer without end": {"data": b'{"unit":' + b"9" * 60_000 + b"}"},
    "no number": {"data": b'{"unit":NaN}'},
    "half a character": {"data": rb'{"unit":"\ud800"}'},
}


@pytest.fixture
def store(tmp_path):
    with Store("registry", tmp_path / "registry.sqlite") as store:
        yield store


@pytest.mark.parametrize("given", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_message_is_settled_among_others_with_a_receipt_that_fits(store, given):
    desk = Desk(store, decide, Clock(), patience=0)
    other = {"unit": "U2", "name": "Two", "kind": "ward", "valid_from": "2025-01-01"}
    found = [message(1), message(2, **{"id_": "bad", **given}), message(3, id_="r3", data=other)]
    assert desk.settle(found) == [Verdict.SETTLED] * 3
    assert [receipt.outcome for receipt in receipts(store)] == ["accepted", "rejected", "accepted"]
    assert receipts(store)[1].problems
    assert len(receipts(store)[1].model_dump_json().encode()) < RECEIPT_BYTES / 2


@pytest.mark.parametrize(("each", "held"), [("wrong", MOST_PROBLEMS), (LONG[:1_000], 21)])
def test_a_receipt_holds_only_so_many_problems_and_says_how_many_are_left_out(store, each, held):
    def refuse(work, report):
        raise Refused(*(Problem(path=f"data.{n}", problem=each) for n in range(MOST_PROBLEMS + 5)))

    Desk(store, refuse, Clock()).settle([message(1)])
    [receipt] = receipts(store)
    assert receipt.outcome is Outcome.REJECTED
    assert len(receipt.problems) == held + 1
    assert receipt.problems[-1].problem == f"and {MOST_PROBLEMS + 5 - held} more"
    assert len(receipt.model_dump_json().encode()) < RECEIPT_BYTES


def test_what_reading_fails_on_is_rejected_too(store, monkeypatch):
    def fail(data, wrong):
        raise RecursionError

    with monkeypatch.context() as broken:
        broken.setattr(reading, "_json", fail)
        assert Desk(store, decide, Clock()).settle([message(1)]) == [Verdict.SETTLED]
    [receipt] = receipts(store)
    assert (receipt.id, receipt.unit, receipt.outcome) == ("unreadable-1", "U1", Outcome.REJECTED)
    assert "RecursionError" in receipt.problems[0].problem


@pytest.mark.anyio
async def test_a_kind_that_is_no_text_holds_up_nobody(nats_system, tmp_path):
    with Store("registry", tmp_path / "s.sqlite") as store:
        async with (
            await nats_system.bus("registry") as bus,
            await nats_system.unit("TAN-PHONG") as ward,
        ):
            await ward.nc._send_command(b"PUB in.TAN-PHONG.registry.\xff 2\r\n{}\r\n")
            await ward.nc.flush()
            await publish(ward, report(1))
            async with Intake(bus, store) as intake:
                await intake.has_settled(2)
            assert {receipt.outcome for receipt in receipts(store)} == {"accepted", "rejected"}
