"""What must be true when everything has settled, whatever was killed meanwhile: counted from the streams and stores
themselves, not from what the services say (that is asked too)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from services.chassis.asking import ask
from services.chassis.bus import Bus
from services.chassis.outbox import events_outbox, receipts_outbox
from services.chassis.relay import POSITION, Outbox
from services.chassis.store import Store
from services.chassis.tail import Arrived
from services.contracts.bus import EVENTS, INTAKE, INTAKE_SERVICES, RECEIPTS, SERVICES
from services.contracts.queries import HistoryDigest, Nothing
from services.evaluation.verify import verify
from tests.load import Ready
from tests.system import System, until
from tests.ward import everything


class Receipt(NamedTuple):
    """What a receipt says, as far as it is counted."""

    unit: str
    id: str
    position: int
    outcome: str
    events: tuple[str, ...]


async def settled(system: System, operator: Bus, admin: Bus) -> None:
    """Returns when every stored report has its receipt, every event is out, and evaluation has scored all of it."""
    await system.ready()

    async def receipted() -> bool:
        reports = (await admin.api(f"STREAM.INFO.{INTAKE}"))["state"]["messages"]
        receipts = (await admin.api(f"STREAM.INFO.{RECEIPTS}"))["state"]["messages"]
        return bool(receipts >= reports)

    async def quiet() -> bool:
        found = [await system.status(operator, service) for service in SERVICES]
        before = (await admin.api(f"STREAM.INFO.{EVENTS}"))["state"]["last_seq"]
        scored = (await ask(operator, "evaluation", "digest", Nothing(), timeout=60)).model(HistoryDigest).position
        after = (await admin.api(f"STREAM.INFO.{EVENTS}"))["state"]["last_seq"]
        checked = all(check.ok for status in found for check in status.checks)
        return checked and not any(status.lag for status in found) and before == after == scored

    await until("every stored report has its receipt", receipted)
    await until("all services are contiguous and have nothing left to do", quiet)


async def balance(system: System, operator: Bus, admin: Bus, published: Sequence[Ready], scored: int) -> None:
    """Checks all of it: `published` were confirmed by the broker, `scored` cells' months must have a score."""
    await settled(system, operator, admin)
    reports, receipts, events = [await everything(admin, stream) for stream in (INTAKE, RECEIPTS, EVENTS)]
    told = [_receipt(one.data) for one in receipts]
    nothing_lost(reports, published)
    one_receipt_each(reports, told)
    accepted_once(told, {report.id for report in published})
    events_once(told, events)
    for service in INTAKE_SERVICES:
        store = Store(service, system.data / "stores" / f"{service}.sqlite")
        own = [one for one in events if one.subject.startswith(f"evt.{service}.") and not _is_score(one)]
        in_store_order(own, events_outbox(store))
        in_store_order([one for one in receipts if f".{service}." in one.subject], receipts_outbox(store))
    assert _grows([int(one.headers[POSITION]) for one in events if _is_score(one)])
    digest = (await ask(operator, "evaluation", "digest", Nothing(), timeout=60)).model(HistoryDigest)
    rows = {table.table: table.rows for table in digest.tables}
    assert rows["log"] == len(events), "an event counts twice in the history, or not at all"
    assert rows["scores"] == scored, "a month has no score, or two"
    verified = await verify(operator, folder=Path(system.data))
    assert verified.holds, verified.differences


def nothing_lost(reports: Iterable[Arrived], published: Iterable[Ready]) -> None:
    """What the broker confirmed is in the intake."""
    stored = {one.headers["ce-id"] for one in reports}
    lost = [report.id for report in published if report.id not in stored]
    assert not lost, f"confirmed by the broker and gone: {lost[:5]}"


def one_receipt_each(reports: Sequence[Arrived], receipts: Sequence[Receipt]) -> None:
    """Every message of the intake has exactly one receipt, under its own position."""
    expected = {(one.subject.split(".")[1], one.headers["ce-id"], one.position) for one in reports}
    counted = Counter((one.unit, one.id, one.position) for one in receipts)
    twice = [key for key, count in counted.items() if count > 1]
    assert not twice, f"two receipts: {twice[:5]}"
    assert counted.keys() == expected, f"without a receipt: {sorted(expected - counted.keys())[:5]}"


def accepted_once(receipts: Iterable[Receipt], ids: set[str]) -> None:
    """Every report was accepted exactly once; what was stored again is its duplicate, and nothing was rejected."""
    outcomes = Counter((one.id, one.outcome) for one in receipts)
    rejected = [id_ for id_, outcome in outcomes if outcome == "rejected"]
    assert not rejected, f"rejected though it is right: {rejected[:5]}"
    wrong = [id_ for id_ in ids if outcomes[id_, "accepted"] != 1]
    assert not wrong, f"not accepted exactly once: {wrong[:5]}"


def events_once(receipts: Iterable[Receipt], events: Iterable[Arrived]) -> None:
    """The events named by the accepted receipts are those in the stream, each once; duplicates name the same."""
    receipts = list(receipts)
    named = Counter(event for one in receipts if one.outcome == "accepted" for event in one.events)
    stored = Counter(one.headers["ce-id"] for one in events if not _is_made(one))
    assert set(stored.values()) <= {1}, "an event is in the stream twice"
    assert named == stored, f"only named, or only stored: {list((named - stored) | (stored - named))[:5]}"
    first = {one.id: one.events for one in receipts if one.outcome == "accepted"}
    assert all(one.events == first[one.id] for one in receipts if one.outcome == "duplicate")


def in_store_order(messages: Iterable[Arrived], outbox: Outbox) -> None:
    """What a service published (`messages`) is what its store holds, all of it, in the store's order."""
    held, after = list[tuple[int, str]](), 0
    while found := outbox.read(after, 5_000):
        held += [(one.position, one.id) for one in found]
        after = found[-1].position
    stored = [(int(one.headers[POSITION]), one.headers["Nats-Msg-Id"]) for one in messages]
    assert stored == held, "the stream and the store differ"


def _is_score(one: Arrived) -> bool:
    return one.subject.startswith("evt.evaluation.ScoreChanged.")


def _is_made(one: Arrived) -> bool:
    """Whether no report caused it: evaluation itself made a score or a run, or raised or cleared an alert."""
    return _is_score(one) or one.subject.startswith(("evt.evaluation.RunMade.", "evt.evaluation.Alert"))


def _grows(numbers: list[int]) -> bool:
    return all(a < b for a, b in pairwise(numbers))


def _receipt(body: bytes) -> Receipt:
    said: dict[str, Any] = orjson.loads(body)
    return Receipt(said["unit"], said["id"], said["position"], said["outcome"], tuple(said.get("events", ())))
