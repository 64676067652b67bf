"""Following the stream with the real broker: a hole in the stream, an unreadable event, a kill, a broker that goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from nats.js.api import StreamConfig

from services.chassis.asking import ask
from services.chassis.bus import Bus, BusError
from services.chassis.provision import provision
from services.contracts.bus import EVENTS, STREAMS, event_subject
from services.contracts.queries import Nothing, ServiceStatus, StoreCheck
from services.evaluation.verify import verify
from tests.conftest import ROOM, NatsSystem
from tests.evaluation.history.stream import Stream
from tests.evaluation.service import EvaluationProcess
from tests.system import until

pytestmark = pytest.mark.anyio


def months(count: int) -> Stream:
    """A cell's regular meetings."""
    stream = Stream()
    stream.unit("U", None, "2019-01-01")
    stream.cell("C", {"valid_from": "2019-01-01"}, recorded="2019-01-01")
    for number in range(count):
        stream.held("C", f"m{number}", f"{2019 + number // 12}-{number % 12 + 1:02}-03")
    return stream


async def publish(bus: Bus, stream: Stream, first: int = 0, last: int | None = None) -> None:
    """Publishes a stretch of the stream's events as its services would."""
    for event in stream.events[first:last]:
        await bus.publish(event.subject, event.data, event.headers, timeout=30)


async def status(asker: Bus) -> tuple[ServiceStatus, dict[str, StoreCheck]]:
    found = (await ask(asker, "evaluation", "status", Nothing(), timeout=10)).model(ServiceStatus)
    return found, {check.name: check for check in found.checks}


async def reaches(asker: Bus, recorded: int, scores: int) -> None:
    """Awaits that so many events of meetings are in the history and so many scores in the stream and back again."""

    async def there() -> bool:
        try:
            checks = (await status(asker))[1]
        except BusError:
            return False
        return (checks["meetings"].recorded, checks["evaluation"].recorded) == (recorded, scores)

    await until(f"{recorded} events and {scores} scores", there)


async def test_a_hole_in_the_stream_is_passed_over_and_shown(bare_nats: NatsSystem, tmp_path: Path) -> None:
    async with await bare_nats.bus("admin") as admin, await bare_nats.bus("operator") as operator:
        await provision(admin, room=ROOM, streams=[stream for stream in STREAMS if stream.name != EVENTS])
        # our own streams let nobody delete: this one stands for what a damaged disk leaves
        await admin.js.add_stream(StreamConfig(EVENTS, subjects=["evt.>"], allow_direct=True, allow_atomic=True))
        stream = months(4)
        await publish(admin, stream)
        await admin.js.delete_msg(EVENTS, 4)
        with EvaluationProcess(bare_nats, tmp_path / "data"):
            await reaches(operator, 3, 3)
            found, checks = await status(operator)
            assert (found.lag, checks["history"].ok) == (0, False)
            assert checks["history"].detail.startswith("1 events of the stream never arrived")
            assert (await verify(operator)).holds


async def test_an_event_that_cannot_be_read_is_shown_and_stops_nothing(nats_system: NatsSystem, tmp_path: Path) -> None:
    async with await nats_system.bus("admin") as admin, await nats_system.bus("operator") as operator:
        stream = months(2)
        await publish(admin, stream, 0, 3)
        await admin.publish(event_subject("meetings", "MeetingHeld", "U", "C"), b"\xff", {"ce-type": "junk"})
        await publish(admin, stream, 3)
        with EvaluationProcess(nats_system, tmp_path / "data"):
            await reaches(operator, 3, 2)
            found, checks = await status(operator)
            assert found.ready
            assert not checks["readable"].ok
            assert "event 4: " in checks["readable"].detail
            assert checks["meetings"].ok and checks["history"].ok
            assert (await verify(operator)).holds


async def test_killed_and_without_a_broker_it_carries_on_where_it_was(nats_system: NatsSystem, tmp_path: Path) -> None:
    data = tmp_path / "data"
    stream = months(30)
    async with await nats_system.bus("admin") as admin, await nats_system.bus("operator") as operator:
        for stop in (10, 20):
            with EvaluationProcess(nats_system, data):
                await publish(admin, stream, stop - 10, stop)
                await reaches(operator, stop - 2, stop - 2)
        with EvaluationProcess(nats_system, data) as process:
            await until("the service is ready", process.answers(operator))
            nats_system.kill()
            nats_system.start()
            await operator.wait_connected(30)
            await admin.wait_connected(30)
            await publish(admin, stream, 20)
            await reaches(operator, 30, 30)
            found, checks = await status(operator)
            assert all(check.ok for check in found.checks), found.checks
            assert checks["outbox"].recorded == 30
            assert (await verify(operator)).holds
            assert process.process.poll() is None


async def test_a_stream_that_was_replaced_is_noticed(nats_system: NatsSystem, tmp_path: Path) -> None:
    async with await nats_system.bus("admin") as admin, await nats_system.bus("operator") as operator:
        with EvaluationProcess(nats_system, tmp_path / "data"):
            await publish(admin, months(2))
            await reaches(operator, 2, 2)
        await admin.js.delete_stream(EVENTS)
        await nats_system.provision()
        with EvaluationProcess(nats_system, tmp_path / "data"):

            async def noticed() -> bool:
                try:
                    found, _ = await status(operator)
                except BusError:
                    return False
                return not found.ready and "the stream was replaced" in found.detail

            await until("the service says that the stream was replaced", noticed)


async def test_asked_before_anything_happened_it_answers(nats_system: NatsSystem, tmp_path: Path) -> None:
    async with await nats_system.bus("operator") as operator:
        with EvaluationProcess(nats_system, tmp_path / "data") as process:
            await until("the service is ready", process.answers(operator))
            found, _ = await status(operator)
            assert (found.lag, found.last_event_at) == (0, None)
            assert all(check.ok for check in found.checks)
            nothing = await verify(operator)
            assert (nothing.holds, nothing.position) == (True, 0)
