"""Publishing and waiting for receipts, against the real broker and a stand-in for the services."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from services.chassis.bus import Bus
from services.cli.letter import Unanswered
from services.cli.lines import Entry, read_line
from services.cli.publishing import publish
from services.contracts.bus import receipt_subject
from services.contracts.cloudevents import CloudEvent
from services.contracts.receipts import Outcome, Receipt
from tests.conftest import NatsSystem

pytestmark = pytest.mark.anyio
UNIT = "LAI-CHAU"


def event(id_: str, cell: str = "C1") -> CloudEvent:
    return CloudEvent(id=id_, source="urn:test", type="vn.nennep.report.registry.CellRenamed.v1", data={"cell": cell})


class Clerk:
    """Answers every report of the registry's durable: the first of an id is accepted, the next is a duplicate."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.first: dict[str, int] = {}
        self.deaf_to: set[str] = set()

    async def work(self) -> None:
        pull = await self.bus.js.pull_subscribe_bind("registry", "IN")
        while True:
            try:
                for message in await pull.fetch(200, timeout=0.2):
                    await self.answer(message)
            except Exception:
                await asyncio.sleep(0.05)  # nothing came, or the broker is away: what is not acknowledged comes again

    async def answer(self, message: Any) -> None:
        id_, position = message.headers["ce-id"], message.metadata.sequence.stream
        if id_ in self.deaf_to:
            return
        first = self.first.setdefault(id_, position)
        receipt = Receipt(
            id=id_,
            unit=UNIT,
            service="registry",
            outcome=Outcome.ACCEPTED if position == first else Outcome.DUPLICATE,
            recorded_at=datetime.now(UTC),
            position=position,
        )
        await self.bus.publish(receipt_subject(UNIT, "registry", id_), receipt.model_dump_json().encode())
        await message.ack()

    @property
    def order(self) -> list[str]:
        """The ids in the order of their first places in the intake stream."""
        return sorted(self.first, key=self.first.__getitem__)


@asynccontextmanager
async def clerk(system: NatsSystem) -> AsyncIterator[Clerk]:
    async with await system.bus("registry") as bus:
        found = Clerk(bus)
        task = asyncio.create_task(found.work())
        try:
            yield found
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def collect(system: NatsSystem, entries: Iterable[Entry], patience: float = 20) -> list[Receipt]:
    async with await system.unit(UNIT) as bus:
        return [receipt async for receipt in publish(bus, UNIT, entries, patience=patience)]


async def test_receipts_come_in_the_order_of_the_lines_with_local_rejections_among_them(
    nats_system: NatsSystem,
) -> None:
    entries: list[Entry] = [event(f"e{n}") for n in range(300)]
    entries[100:100] = [read_line(b"{", 101, UNIT)]
    async with clerk(nats_system) as stand_in:
        receipts = await collect(nats_system, entries)
    assert [r.id for r in receipts] == [e.id for e in entries]
    assert [r.outcome for r in receipts].count(Outcome.REJECTED) == 1
    assert stand_in.order == [f"e{n}" for n in range(300)], "the stream has another order"


async def test_the_same_line_twice_is_answered_twice(nats_system: NatsSystem) -> None:
    async with clerk(nats_system):
        receipts = await collect(nats_system, [event("e1"), event("e1")])
        again = await collect(nats_system, [event("e1")])
    assert [r.outcome for r in (*receipts, *again)] == [Outcome.ACCEPTED, Outcome.DUPLICATE, Outcome.DUPLICATE]
    assert len({r.position for r in (*receipts, *again)}) == 3


async def test_nobody_answering_ends_with_what_is_missing(nats_system: NatsSystem) -> None:
    with pytest.raises(Unanswered) as given_up:
        await collect(nats_system, [event("e1"), event("e2")], patience=1)
    assert given_up.value.missing == ["e1", "e2"]
    assert given_up.value.stored == 2
    assert "stored by the broker" in str(given_up.value)


async def test_one_missing_receipt_does_not_hide_behind_the_others(nats_system: NatsSystem) -> None:
    async with clerk(nats_system) as stand_in:
        stand_in.deaf_to = {"e1"}
        with pytest.raises(Unanswered) as given_up:
            await collect(nats_system, [event("e1"), event("e2")], patience=1.5)
    assert given_up.value.missing == ["e1"]


async def test_a_stopped_broker_is_waited_for_and_order_holds(nats_system: NatsSystem) -> None:
    async def lines() -> AsyncIterator[Entry]:
        for n in range(40):
            if n == 20:
                await asyncio.to_thread(nats_system.kill)
                asyncio.get_running_loop().run_in_executor(None, nats_system.start)
            yield event(f"e{n}")

    async with clerk(nats_system) as stand_in, await nats_system.unit(UNIT) as bus:
        receipts = [receipt async for receipt in publish(bus, UNIT, lines(), patience=30)]
        assert [r.id for r in receipts] == [f"e{n}" for n in range(40)]
        assert stand_in.order == [f"e{n}" for n in range(40)]


async def test_a_receipt_said_while_the_line_was_down_is_fetched(nats_system: NatsSystem) -> None:
    """The receipt is in its stream, but the publisher's subscription never saw it."""
    async with await nats_system.unit(UNIT) as bus, await nats_system.bus("registry") as registry:
        publishing = publish(bus, UNIT, [event("e1")], patience=30)
        first = asyncio.ensure_future(anext(aiter(publishing)))
        pull = await registry.js.pull_subscribe_bind("registry", "IN")
        (message,) = await pull.fetch(1, timeout=10)
        receipt = Receipt(
            id="e1",
            unit=UNIT,
            service="registry",
            outcome=Outcome.ACCEPTED,
            recorded_at=datetime.now(UTC),
            position=message.metadata.sequence.stream,
        )
        for subscription in list(bus.nc._subs.values()):
            if subscription.subject.startswith("rcpt."):
                await subscription.unsubscribe()  # as if the line were down just now
        await bus.nc.flush()
        await registry.publish(receipt_subject(UNIT, "registry", "e1"), receipt.model_dump_json().encode())
        assert (await first).outcome is Outcome.ACCEPTED
        await publishing.aclose()  # type: ignore[attr-defined]


async def test_too_large_for_the_stream_is_a_rejection(nats_system: NatsSystem) -> None:
    large = event("big").model_copy(update={"data": {"cell": "x" * 70_000}})
    async with clerk(nats_system):
        receipts = await collect(nats_system, [event("a"), large, event("b")])
    assert [r.outcome for r in receipts] == [Outcome.ACCEPTED, Outcome.REJECTED, Outcome.ACCEPTED]
    assert orjson.loads(receipts[1].model_dump_json())["problems"][0]["expected"] == "at most 65,536 bytes"


async def test_a_broker_killed_amid_batches_loses_nothing_and_keeps_the_order(nats_system: NatsSystem) -> None:
    async def lines() -> AsyncIterator[Entry]:
        for n in range(3_000):
            if n == 1_500:
                nats_system.server.kill()  # batches are under way, confirmed, half-sent
                asyncio.get_running_loop().run_in_executor(None, nats_system.start)
            yield event(f"e{n}")

    async with clerk(nats_system) as stand_in, await nats_system.unit(UNIT) as bus:
        receipts = [receipt async for receipt in publish(bus, UNIT, lines(), patience=60)]
        assert [r.id for r in receipts] == [f"e{n}" for n in range(3_000)]
        assert stand_in.order == [f"e{n}" for n in range(3_000)]
