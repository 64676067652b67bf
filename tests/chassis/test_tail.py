"""Following a stream: in order, without gaps or repetitions, whatever happens to the consumer and to the broker."""

from __future__ import annotations

import asyncio
import os
import random
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import pytest

from services.chassis import tail as tail_module
from services.chassis.bus import Bus, PermissionDenied, Unavailable
from services.chassis.errors import Replaced
from services.chassis.tail import Arrived, tail
from tests.chassis.flows import ListOutbox, message, positions, until
from tests.chassis.test_relay import relaying
from tests.conftest import NatsSystem

pytestmark = pytest.mark.anyio
ABSENCE_S = float(os.environ.get("NENEP_TEST_ABSENCE_S", "3"))
"""How long the broker stays away in the test of its absence; 300 is the long form."""


class Follower:
    """Follows in the background and keeps all it got."""

    def __init__(self, bus: Bus, subject: str = "evt.>", after: int = 0, batch: int = 2_000) -> None:
        self.bus, self.subject, self.after, self.batch = bus, subject, after, batch
        self.got: list[Arrived] = []
        self.sizes: list[int] = []

    async def __aenter__(self) -> Follower:
        self.task = asyncio.create_task(self._follow())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def _follow(self) -> None:
        following = tail(self.bus, "EVT", self.subject, self.bus.identity, self.after, batch=self.batch)
        async with aclosing(following) as batches:
            async for batch in batches:
                self.got += batch
                self.sizes.append(len(batch))

    async def has(self, count: int) -> None:
        """Returns when it got so many."""
        await until(lambda: len(self.got) >= count or self.task.done())
        if self.task.done():
            self.task.result()


async def test_it_yields_what_is_there_then_what_comes_in_order_and_complete(nats_system: NatsSystem) -> None:
    outbox, began = ListOutbox(5_000), datetime.now(UTC)
    async with (
        await nats_system.bus("registry") as bus,
        await nats_system.bus("evaluation") as reader,
        relaying(bus, outbox) as relay,
        Follower(reader, batch=300) as follower,
    ):
        await follower.has(5_000)
        for _ in range(50):
            outbox.grow(1)
            relay.wake()
            await follower.has(outbox.last)
    assert positions(follower.got) == list(range(1, 5_051))
    assert [one.position for one in follower.got] == list(range(1, 5_051))
    assert max(follower.sizes) <= 300
    last = follower.got[-1]
    assert (last.subject, last.data, last.headers["ce-id"]) == (
        outbox.messages[-1].subject,
        outbox.messages[-1].body,
        outbox.messages[-1].headers["ce-id"],
    )
    assert began <= last.at <= datetime.now(UTC)


async def test_it_starts_after_the_position_given_and_takes_only_its_subject(nats_system: NatsSystem) -> None:
    async with await nats_system.bus("registry") as registry, await nats_system.bus("meetings") as meetings:
        for n in range(1, 21):
            bus = registry if n % 2 else meetings
            one = message(n, bus.identity)
            await bus.publish(one.subject, one.body)
        async with Follower(meetings, "evt.registry.>", after=6) as follower:
            await follower.has(7)
    assert [one.position for one in follower.got] == [7, 9, 11, 13, 15, 17, 19]


async def test_a_reader_who_takes_his_time_gets_everything_all_the_same(
    nats_system: NatsSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "SILENCE_S", 0.2)
    monkeypatch.setattr(tail_module, "HEARTBEAT_S", 0.05)
    outbox, got = ListOutbox(300), list[Arrived]()
    async with (
        await nats_system.bus("registry") as bus,
        await nats_system.bus("evaluation") as reader,
        relaying(bus, outbox),
        aclosing(tail(reader, "EVT", "evt.>", "evaluation", 0, batch=50)) as batches,
    ):
        while len(got) < 300:
            got += await anext(batches)
            await asyncio.sleep(0.25)  # longer than the silence that would mean a lost consumer
    assert positions(got) == list(range(1, 301))


async def test_a_deleted_consumer_is_made_again(nats_system: NatsSystem) -> None:
    outbox = ListOutbox(10)
    async with (
        await nats_system.bus("registry") as bus,
        await nats_system.bus("evaluation") as reader,
        await nats_system.bus("admin") as admin,
        relaying(bus, outbox) as relay,
        Follower(reader) as follower,
    ):
        for _ in range(5):
            await follower.has(outbox.last)
            await admin.api("CONSUMER.DELETE.EVT.evaluation")
            outbox.grow(10)
            relay.wake()
        await follower.has(outbox.last)
    assert positions(follower.got) == list(range(1, 61))


async def test_messages_taken_away_by_another_are_noticed_and_read_again(nats_system: NatsSystem) -> None:
    outbox = ListOutbox(10)
    async with (
        await nats_system.bus("registry") as bus,
        await nats_system.bus("evaluation") as reader,
        await nats_system.bus("admin") as thief,
        relaying(bus, outbox) as relay,
        Follower(reader, batch=5) as follower,
    ):
        for _ in range(5):
            await follower.has(outbox.last)
            await thief.send("$JS.API.CONSUMER.MSG.NEXT.EVT.evaluation", b"3", reply="nowhere")
            outbox.grow(20)
            relay.wake()
        await follower.has(outbox.last)
    assert positions(follower.got) == list(range(1, 111))


async def test_a_consumer_that_fell_silent_is_made_again(
    nats_system: NatsSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "SILENCE_S", 0.3)
    monkeypatch.setattr(tail_module, "HEARTBEAT_S", 30)  # none will come in time, as from a broker that hangs
    monkeypatch.setattr(tail_module, "EXPIRES_S", 60)
    outbox = ListOutbox(10)
    async with (
        await nats_system.bus("registry") as bus,
        await nats_system.bus("evaluation") as reader,
        relaying(bus, outbox) as relay,
        Follower(reader) as follower,
    ):
        await follower.has(10)
        await asyncio.sleep(1)
        outbox.grow(10)
        relay.wake()
        await follower.has(20)
    assert positions(follower.got) == list(range(1, 21))


async def test_the_broker_is_away_for_longer_than_any_clients_patience(
    nats_system: NatsSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, short in (("SILENCE_S", 0.4), ("HEARTBEAT_S", 0.1)):
        monkeypatch.setattr(tail_module, name, short)
    outbox = ListOutbox(100)
    async with (
        await nats_system.bus("registry") as bus,
        await nats_system.bus("evaluation") as reader,
        relaying(bus, outbox) as relay,
        Follower(reader) as follower,
    ):
        await follower.has(100)
        nats_system.kill()
        outbox.grow(100)
        relay.wake()
        for _ in range(100):  # the loop turns all the while
            await asyncio.sleep(ABSENCE_S / 100)
        assert not reader.connected
        nats_system.start()
        await follower.has(200)
    assert positions(follower.got) == list(range(1, 201))


@pytest.mark.faults
async def test_the_broker_is_killed_at_random_moments_while_events_flow(nats_system: NatsSystem) -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    dice, outbox = random.Random(seed), ListOutbox(500)
    async with (
        await nats_system.bus("registry") as bus,
        await nats_system.bus("evaluation") as reader,
        relaying(bus, outbox, 20) as relay,
        Follower(reader, batch=30) as follower,
    ):
        for _ in range(6):
            await follower.has(min(len(follower.got) + dice.randrange(1, 300), outbox.last))
            outbox.grow(dice.randrange(300, 900))
            relay.wake()
            await asyncio.sleep(dice.random() / 20)
            nats_system.kill()
            nats_system.start()
        await follower.has(outbox.last)
    assert positions(follower.got) == [one.position for one in follower.got] == list(range(1, outbox.last + 1))


def cut_short(nats_system: NatsSystem, by: int) -> None:
    """What a disk leaves that had not written all it said: the last file of the events stream ends earlier."""
    nats_system.kill()
    [*_, last] = sorted((nats_system.data / "nats").glob("store/**/streams/EVT/msgs/*.blk"))
    os.truncate(last, last.stat().st_size - by)
    nats_system.start()


@pytest.mark.parametrize("cut", [50, 2_000])
async def test_a_stream_that_was_cut_short_is_noticed_whether_or_not_it_was_filled_again(
    nats_system: NatsSystem, cut: int
) -> None:
    outbox = ListOutbox(40)
    async with (
        await nats_system.bus("registry") as bus,
        await nats_system.bus("evaluation") as reader,
        relaying(bus, outbox) as relay,
        Follower(reader) as follower,
    ):
        await follower.has(40)
        cut_short(nats_system, cut)
        outbox.grow(20)
        relay.wake()
        with pytest.raises(Replaced, match="message 40 of EVT"):
            await follower.has(60)
        last = follower.got[-1]
        for at in (last.at, last.at + timedelta(seconds=1)):
            with pytest.raises(Replaced):
                await anext(tail(reader, "EVT", "evt.>", "evaluation", last.position, at))


async def test_an_identity_follows_under_its_own_name_and_subject_only(nats_system: NatsSystem) -> None:
    async with await nats_system.bus("meetings") as meetings:
        for subject, name in (("evt.>", "meetings"), ("evt.registry.>", "evaluation")):
            with pytest.raises(PermissionDenied):
                await anext(tail(meetings, "EVT", subject, name, 0))


async def test_it_ends_when_the_connection_is_closed(nats_system: NatsSystem) -> None:
    async with await nats_system.bus("evaluation") as reader, Follower(reader) as follower:
        await until(lambda: bool(reader.on_lost))
        await reader.close()
        with pytest.raises(Unavailable, match="closed"):
            await follower.task
