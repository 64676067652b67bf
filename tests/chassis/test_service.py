"""A service's beginning and end: when it answers, when it publishes, and what it still owes when it stops."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from services.chassis.asking import ask
from services.chassis.bus import Bus, Unavailable
from services.chassis.clock import now
from services.chassis.intake import Desk
from services.chassis.outbox import event_topics
from services.chassis.relay import Outgoing
from services.chassis.service import Service
from services.chassis.settings import Settings
from services.chassis.store import Store
from services.contracts.bus import EVENTS, MAX_PAYLOAD_BYTES, RECEIPTS
from services.contracts.queries import Nothing, Refusal
from services.contracts.receipts import Problem, Refused
from tests.chassis.flows import stream_end
from tests.chassis.test_consumer import publish, report
from tests.chassis.test_intake import decide
from tests.conftest import NatsSystem
from tests.system import until

pytestmark = pytest.mark.anyio


@pytest.fixture
async def service(nats_system: NatsSystem, tmp_path: Path) -> AsyncIterator[Service]:
    """A service that was not started yet."""
    bus = await nats_system.bus("evaluation")
    yield Service("evaluation", Settings(nats_url=nats_system.url, keys=nats_system.keys, data=tmp_path), bus)
    await bus.close()


@asynccontextmanager
async def served(service: Service) -> AsyncIterator[None]:
    """Inside, the service runs and answers."""
    serving = asyncio.ensure_future(service.serve())
    try:

        async def ready() -> bool:
            return not service.problem

        await until("the service is ready", ready)
        yield
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def test_what_it_was_asked_before_it_stops_it_answers(nats_system: NatsSystem, service: Service) -> None:
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(_: Nothing) -> Nothing:
        began.set()
        await go_on.wait()
        return Nothing()

    service.answers.add("slow", Nothing, slowly)
    serving = asyncio.ensure_future(service.serve())
    async with await nats_system.bus("operator") as operator:

        async def ready() -> bool:
            return not service.problem

        await until("the service is ready", ready)
        asked = [asyncio.ensure_future(ask(operator, "evaluation", "slow", Nothing(), timeout=30)) for _ in range(5)]
        await began.wait()
        await operator.nc.flush()  # all five are on their way to the service
        os.kill(os.getpid(), signal.SIGTERM)

        async def not_asked_any_more() -> bool:
            try:
                await ask(operator, "evaluation", "slow", Nothing(), timeout=0.2)
            except Unavailable as unavailable:
                return "Nobody answers" in str(unavailable)
            return False

        await until("no more questions come to it", not_asked_any_more)
        go_on.set()
        assert len(await asyncio.gather(*asked)) == 5
    await serving


async def test_an_answer_larger_than_a_message_may_be_is_a_refusal_that_says_so(
    nats_system: NatsSystem, service: Service
) -> None:
    def much(_: Nothing) -> Refusal:
        return Refusal(problems=(Problem(path="", problem="x" * MAX_PAYLOAD_BYTES),))

    service.answers.add("much", Nothing, much)
    async with served(service), await nats_system.bus("operator") as operator:
        with pytest.raises(Refused, match="ask for less"):
            await ask(operator, "evaluation", "much", Nothing())


async def test_an_answer_goes_to_an_inbox_and_never_becomes_an_event(nats_system: NatsSystem, service: Service) -> None:
    service.answers.add("any", Nothing, lambda question: question)
    async with served(service), await nats_system.bus("dashboard") as asker, await nats_system.bus("admin") as admin:
        for reply in ("evt.evaluation.ScoreChanged.U.C", "rcpt.U.evaluation.id-1"):
            await asker.send("rpc.evaluation.any", b"{}", reply=reply)
        await ask(asker, "evaluation", "any", Nothing())
        assert [await stream_end(admin, stream) for stream in (EVENTS, RECEIPTS)] == [0, 0]


class OneChange:
    """An outbox with one event."""

    def read(self, after: int, limit: int) -> list[Outgoing]:
        return [] if after else [Outgoing(1, "evt.evaluation.ScoreChanged.U.C", "id-1", {}, b"{}")]


async def test_one_that_does_not_lead_answers_and_publishes_nothing_until_it_may(
    nats_system: NatsSystem, service: Service
) -> None:
    async def answer(_: Nothing) -> Nothing:
        return Nothing()

    service.answers.add("any", Nothing, answer)
    relay = service.relay(EVENTS, "evt.evaluation.>", OneChange())
    service.answering.clear()
    service.leading.clear()
    serving = asyncio.ensure_future(service.serve())
    async with await nats_system.bus("operator") as operator:
        with pytest.raises(Unavailable, match="Nobody answers"):
            await ask(operator, "evaluation", "any", Nothing(), timeout=5)
        assert service.problem == "questions are not yet answered"
        service.answering.set()

        async def answered() -> bool:
            return not service.problem and bool(await ask(operator, "evaluation", "any", Nothing(), timeout=5))

        await until("it answers", answered)
        assert (await operator.api(f"STREAM.INFO.{EVENTS}"))["state"]["messages"] == 0
        service.leading.set()

        async def published() -> bool:
            return relay.published == 1

        await until("it publishes", published)
    os.kill(os.getpid(), signal.SIGTERM)
    await serving


async def test_nothing_is_decided_by_an_older_backup(nats_system: NatsSystem, tmp_path: Path) -> None:
    settings = Settings(nats_url=nats_system.url, keys=nats_system.keys, data=tmp_path)
    path = tmp_path / "registry.sqlite"

    @asynccontextmanager
    async def registry() -> AsyncIterator[tuple[Service, Desk]]:
        with Store("registry", path) as store:
            async with await nats_system.bus("registry") as bus:
                service = Service("registry", settings, bus)
                events, receipts = service.relay_store(store)
                desk = Desk(store, decide, now, patience=0)
                service.consume(desk, lambda: None)
                service.ready = lambda: events.trouble or receipts.trouble
                serving = asyncio.ensure_future(service.serve())
                try:
                    yield service, desk
                finally:
                    serving.cancel()
                    await asyncio.gather(serving, return_exceptions=True)

    async with await nats_system.unit("TAN-PHONG") as ward, await nats_system.bus("admin") as admin:
        backup = None
        for number in (1, 2):
            async with registry() as (_, desk):
                await publish(ward, report(number))
                await until("it is settled", partial(settled_and_out, desk, admin, number))
            backup = backup or path.read_bytes()
        path.write_bytes(backup)
        async with registry() as (service, desk):
            await publish(ward, report(3))

            async def said() -> bool:
                return "an older backup?" in service.problem

            await until("it says so", said)
            await asyncio.sleep(0.3)
            assert desk.settled == 0


async def test_after_a_clean_end_the_stores_one_file_is_all_of_it(nats_system: NatsSystem, tmp_path: Path) -> None:
    store = Store("registry", tmp_path / "registry.sqlite")
    desk = Desk(store, decide, now, patience=0)
    async with await nats_system.unit("TAN-PHONG") as ward, await nats_system.bus("admin") as admin:
        bus = await nats_system.bus("registry")
        service = Service("registry", Settings(nats_url=nats_system.url, keys=nats_system.keys, data=tmp_path), bus)
        service.relay_store(store)
        service.consume(desk, lambda: None)
        async with served(service):
            await publish(ward, report(1))
            await until("it is settled", partial(settled_and_out, desk, admin, 1))
    (tmp_path / "backup.sqlite").write_bytes((tmp_path / "registry.sqlite").read_bytes())
    with Store("registry", tmp_path / "backup.sqlite") as backup:
        assert backup.count(event_topics("registry")) == 1


async def settled_and_out(desk: Desk, admin: Bus, receipts: int) -> bool:
    return desk.settled == 1 and await stream_end(admin, RECEIPTS) == receipts
