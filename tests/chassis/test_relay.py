"""The relay: everything once and in order, whoever else writes, and whatever breaks."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from services.chassis import relay as relay_module
from services.chassis.bus import Bus, Stored, Unavailable
from services.chassis.relay import End, Outbox, Outgoing, Relay, parts
from services.contracts.bus import MAX_PAYLOAD_BYTES
from tests.chassis.flows import ListOutbox, message, positions, read_stream, stream_end, until
from tests.conftest import NatsSystem

anyio = pytest.mark.anyio
OWN = "evt.registry.>"


@asynccontextmanager
async def relaying(
    bus: Bus, outbox: Outbox, batch: int = 500, own: str = OWN, *, whole: bool = False
) -> AsyncIterator[Relay]:
    """A relay that runs meanwhile."""
    relay = Relay(bus, "EVT", own, outbox, batch, whole=whole)
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_a_batch_is_bounded_in_number_and_in_bytes_and_a_large_message_goes_alone() -> None:
    small = [message(n) for n in range(1, 8)]
    assert [[m.position for m in part] for part in parts(small, 3, 10_000)] == [[1, 2, 3], [4, 5, 6], [7]]
    mixed = [message(1, size=10), message(2, size=5_000), message(3, size=10), message(4, size=10)]
    assert [[m.position for m in part] for part in parts(mixed, 100, 1_000)] == [[1], [2], [3, 4]]
    assert list(parts([], 3, 10)) == []


@anyio
@pytest.mark.parametrize("batch", [0, 1_001])
async def test_a_batch_the_broker_would_refuse_is_refused_at_once(bare_nats: NatsSystem, batch: int) -> None:
    async with await bare_nats.bus("registry") as bus:
        with pytest.raises(ValueError, match="1 to 1000"):
            Relay(bus, "EVT", OWN, ListOutbox(), batch)


@anyio
@pytest.mark.parametrize("batch", [1, 7, 1_000])
async def test_it_publishes_everything_once_and_in_order_with_ids_and_positions(
    nats_system: NatsSystem, batch: int
) -> None:
    outbox = ListOutbox(min(2_500, 50 * batch), step=3)
    async with await nats_system.bus("registry") as bus, await nats_system.bus("operator") as operator:
        async with relaying(bus, outbox, batch) as relay:
            await until(lambda: relay.published == outbox.last and relay.lag == 0)
            outbox.grow(5)
            relay.wake()
            await until(lambda: relay.published == outbox.last)
            assert relay.trouble == ""
        found = await read_stream(operator)
    assert [(one.headers["Nats-Msg-Id"], one.subject, one.data, one.headers["ce-id"]) for one in found] == [
        (m.id, m.subject, m.body, m.headers["ce-id"]) for m in outbox.messages
    ]
    assert positions(found) == [m.position for m in outbox.messages]


@anyio
async def test_it_goes_on_where_the_stream_ends_although_it_remembers_nothing(nats_system: NatsSystem) -> None:
    outbox = ListOutbox(30)
    for _ in range(3):
        async with await nats_system.bus("registry") as bus, relaying(bus, outbox) as relay:
            await until(lambda relay=relay: relay.published == outbox.last)
        outbox.grow(20)
        nats_system.stop()
        nats_system.start()
    async with await nats_system.bus("operator") as operator:
        assert positions(await read_stream(operator)) == list(range(1, 71))


@anyio
async def test_without_being_woken_it_looks_by_itself(nats_system: NatsSystem) -> None:
    outbox = ListOutbox()
    async with await nats_system.bus("registry") as bus, relaying(bus, outbox) as relay:
        await until(lambda: relay._end.sequence == 0)
        outbox.grow(3)
        await until(lambda: relay.published == 3)


@anyio
async def test_two_relays_of_one_outbox_do_no_harm(nats_system: NatsSystem) -> None:
    outbox = ListOutbox(1_000)
    async with AsyncExitStack() as stack:
        operator = await stack.enter_async_context(await nats_system.bus("operator"))
        relays = []
        for batch in (37, 100, 250):
            bus = await stack.enter_async_context(await nats_system.bus("registry"))
            relays.append(await stack.enter_async_context(relaying(bus, outbox, batch)))
        for _ in range(10):
            outbox.grow(100)
            for relay in relays:
                relay.wake()
            await asyncio.sleep(0)
        # whoever was overtaken learns where the stream ends only when there is more to publish
        await until(lambda: max(relay.published for relay in relays) == outbox.last)
        assert positions(await read_stream(operator)) == list(range(1, outbox.last + 1))


@anyio
async def test_three_services_write_one_stream_each_in_its_own_order(nats_system: NatsSystem) -> None:
    outboxes = {name: ListOutbox(600, name) for name in ("registry", "meetings", "evaluation")}
    async with AsyncExitStack() as stack:
        operator = await stack.enter_async_context(await nats_system.bus("operator"))
        relays = []
        for name, outbox in outboxes.items():
            bus = await stack.enter_async_context(await nats_system.bus(name))
            relays.append(await stack.enter_async_context(relaying(bus, outbox, 50, f"evt.{name}.>")))
        await until(lambda: all(relay.published == 600 for relay in relays))
        found = await read_stream(operator)
    for name in outboxes:
        assert positions([one for one in found if one.subject.startswith(f"evt.{name}.")]) == list(range(1, 601))
    assert len(found) == 1_800


class Deaf(Relay):
    """A relay that never hears the first answers: its batches are stored, and it does not know."""

    deaf = 3

    async def _store(self, part: Sequence[Outgoing]) -> End:
        end = await super()._store(part)
        if self.deaf:
            self.deaf -= 1
            raise Unavailable("The answer was lost")
        return end


@anyio
async def test_a_batch_whose_answer_was_lost_is_recognised_in_the_stream(
    nats_system: NatsSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "TROUBLE_S", 0.01)
    outbox = ListOutbox(100)
    async with await nats_system.bus("registry") as bus, await nats_system.bus("operator") as operator:
        relay = Deaf(bus, "EVT", OWN, outbox, 10)
        task = asyncio.create_task(relay.run())
        await until(lambda: relay.published == 100)
        task.cancel()
        assert positions(await read_stream(operator)) == list(range(1, 101))
        assert relay.deaf == 0


@anyio
async def test_what_the_stream_refuses_is_named_and_holds_up_everything_behind_it(
    nats_system: NatsSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "TROUBLE_S", 0.01)
    outbox = ListOutbox(5)
    outbox.messages[2] = message(3, size=MAX_PAYLOAD_BYTES)
    async with await nats_system.bus("registry") as bus, await nats_system.bus("operator") as operator:
        async with relaying(bus, outbox) as relay:
            await until(lambda: bool(relay.trouble))
            assert f"the broker takes {MAX_PAYLOAD_BYTES}" in relay.trouble
            assert await stream_end(operator) <= 2
            outbox.messages[2] = message(3)
            await until(lambda: relay.published == 5 and not relay.trouble)
        assert positions(await read_stream(operator)) == [1, 2, 3, 4, 5]


@anyio
async def test_another_store_than_the_one_published_is_noticed(nats_system: NatsSystem) -> None:
    outbox, other = ListOutbox(10), ListOutbox(12, "replaced")
    async with await nats_system.bus("registry") as bus:
        async with relaying(bus, outbox) as relay:
            await until(lambda: relay.published == 10)
        async with relaying(bus, other) as relay:
            await until(lambda: bool(relay.trouble))
        assert "the store was replaced" in relay.trouble


@anyio
async def test_an_older_copy_of_the_store_is_noticed_before_what_it_records_next_is_lost(
    nats_system: NatsSystem,
) -> None:
    async with await nats_system.bus("registry") as bus:
        async with relaying(bus, ListOutbox(10), whole=True) as relay:
            await until(lambda: relay.published == 10)
        async with relaying(bus, ListOutbox(7), whole=True) as relay:
            await until(lambda: bool(relay.trouble))
        assert "an older backup?" in relay.trouble
        assert not relay.resumed.is_set()


@anyio
async def test_a_stray_message_on_its_subjects_is_noticed(nats_system: NatsSystem) -> None:
    async with await nats_system.bus("registry") as bus:
        stray: Stored = await bus.publish("evt.registry.CellRenamed.LAI-CHAU.C1", b"{}")
        async with relaying(bus, ListOutbox(3)) as relay:
            await until(lambda: bool(relay.trouble))
        assert f"Message {stray.position} of EVT" in relay.trouble


@anyio
@pytest.mark.faults
async def test_the_broker_is_killed_at_random_moments_and_nothing_is_lost_or_doubled(nats_system: NatsSystem) -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    dice, outbox = random.Random(seed), ListOutbox(200)
    async with await nats_system.bus("registry") as bus, await nats_system.bus("operator") as operator:
        async with relaying(bus, outbox, 20) as relay, relaying(bus, outbox, 33):
            for _ in range(6):
                goal = relay.published + dice.randrange(1, 150)
                await until(lambda goal=goal: relay.published >= min(goal, outbox.last))
                outbox.grow(dice.randrange(500, 1_500))
                relay.wake()
                await asyncio.sleep(dice.random() / 20)
                nats_system.kill()
                outbox.grow(dice.randrange(1, 100))
                nats_system.start()
            await until(lambda: relay.published == outbox.last)
        assert positions(await read_stream(operator)) == list(range(1, outbox.last + 1))
