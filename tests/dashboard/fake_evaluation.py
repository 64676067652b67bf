"""The neighbours, faked on the real bus: evaluation answers from a `City`, all three services say how they are.

Run as a program (`python -m tests.dashboard.fake_evaluation FOLDER`) it starts a broker, the fakes and a trickle of
events, and prints the environment for `python -m dashboard`: the way to look at the pages without the services.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time as clock
from collections.abc import Coroutine
from datetime import UTC, date, datetime, time
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar
from uuid import uuid4

import orjson
import pyarrow as pa

from deploy.nats.server import NatsServer
from services.chassis.bus import Bus, connect
from services.contracts.alerts import Alerts
from services.contracts.base import Contract
from services.contracts.bus import SERVICES, event_subject
from services.contracts.catalogue import find
from services.contracts.cloudevents import DEMO_SOURCE, CloudEvent
from services.contracts.evaluation import ScoreChanged
from services.contracts.meetings import MeetingKind, MeetingRecorded, Sheet, Status
from services.contracts.queries import (
    ARROW,
    BoardOf,
    CellOf,
    Explain,
    GlanceOf,
    Refusal,
    ServiceStatus,
    StoreCheck,
)
from services.contracts.receipts import Problem, Refused
from services.contracts.rescoring import Lens
from tests.dashboard.fake_city import City
from tests.dashboard.fake_rescoring import Rescoring

T = TypeVar("T")
STARTED = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def answered(city: City, rescoring: Rescoring, query: str, question: bytes) -> Contract | pa.Table:
    """Evaluation's answer about months through lenses."""
    if query == "runs":
        return rescoring.listed()
    if query == "alerts":
        return Alerts(alerts=(), counts=(), total=0, position=1)
    if query != "explain":
        model, answer = rescoring.answers()[query]
        return answer(model.model_validate_json(question))
    why = Explain.model_validate_json(question)
    return city.explain(why.cell, why.period) if why.lens == Lens() else rescoring.explain(why)


class FakeServices:
    """Three services in a thread of their own.

    `silent` ones do not answer, `broken` is why evaluation refuses; `lag` and `checks` go into the status.
    """

    def __init__(self, url: str, keys: Path, city: City | None = None) -> None:
        self.url, self.keys, self.city = url, keys, city or City()
        self.rescoring = Rescoring(self.city)
        self.silent: set[str] = set()
        self.broken: str | None = None
        self.lag = dict.fromkeys(SERVICES, 0)
        self.checks: dict[str, tuple[StoreCheck, ...]] = {
            name: (StoreCheck(name="events", recorded=5130, arrived=5130, ok=True),) for name in SERVICES
        }
        self.loop = asyncio.new_event_loop()
        self.thread = Thread(target=self.loop.run_forever, name="fakes", daemon=True)
        self.buses: dict[str, Bus] = {}

    def __enter__(self) -> FakeServices:
        self.thread.start()
        self.do(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self.do(self._close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Does it on the fakes' loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    async def _open(self) -> None:
        for name in SERVICES:
            self.buses[name] = bus = await connect(self.url, name, self.keys, patience_s=20)
            await bus.subscribe(f"rpc.{name}.*", self._answer)

    async def _close(self) -> None:
        for bus in self.buses.values():
            await bus.close()

    async def _answer(self, message: Any) -> None:
        _, name, query = message.subject.split(".")
        if name in self.silent:
            return
        status = "200"
        try:
            found = self._status(name) if query == "status" else self._found(query, message.data)
        except Refused as refused:
            found, status = Refusal(problems=refused.problems), "400"
        if isinstance(found, pa.Table):
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, found.schema) as writer:
                writer.write_table(found)
            body, kind = sink.getvalue().to_pybytes(), ARROW
        else:
            body, kind = found.model_dump_json(by_alias=True).encode(), "application/json"
        await self.buses[name].send(message.reply, body, {"content-type": kind, "status": status})

    def _found(self, query: str, question: bytes) -> Contract | pa.Table:
        if self.broken:
            raise Refused(Problem(path="", problem=self.broken))
        if query == "board":
            return self.city.board(BoardOf.model_validate_json(question).year)
        if query == "glance":
            return self.city.glance(GlanceOf.model_validate_json(question).year)
        if query == "cell":
            asked = CellOf.model_validate_json(question)
            return self.city.cell(asked.cell, asked.year)
        return answered(self.city, self.rescoring, query, question)

    def _status(self, name: str) -> ServiceStatus:
        return ServiceStatus(
            service=name,
            version="0.1.0",
            ready=True,
            started_at=STARTED,
            lag=self.lag[name],
            last_event_at=STARTED,
            checks=self.checks[name],
            memory_bytes=140 * 2**20,
        )

    # -- events -----------------------------------------------------------------------------------------------------

    def publish(self, service: str, kind: str, unit: str, cell: str, data: Contract) -> None:
        """An event as the services publish it."""
        said = find("event", service, kind)
        assert said is not None
        event = CloudEvent(
            id=str(uuid4()),
            source=f"/services/{service}",
            type=said.type,
            time=datetime.now(UTC),
            subject=cell,
            cause=f"{unit}/test",
            origin=f"{DEMO_SOURCE}/LAICHAU",
            data=orjson.loads(data.model_dump_json(by_alias=True)),
        )
        self.do(self.buses[service].send(event_subject(service, kind, unit, cell), event.body(), event.headers()))

    def hold(self, cell: str, month: int, points: float) -> None:
        """A meeting is reported held, and scored."""
        state, on = self.city.cells[cell], date(self.city.year, month, 3)
        expected = state.members.total
        sheet = Sheet(held_on=on, started_at=time(7, 30), minutes=95, members=expected, present=expected, speakers=5)
        meeting = MeetingRecorded(
            cell=cell,
            meeting=f"M-{on:%Y-%m}",
            version=2,
            status=Status.HELD,
            kind=MeetingKind.REGULAR,
            on=on,
            sheet=sheet,
        )
        self.publish("meetings", "MeetingHeld", state.parent, cell, meeting)
        self.do(self.buses["meetings"].nc.flush())  # a score follows its meeting, which came by another connection
        score, before = self.city.hold(cell, month, points)
        change = ScoreChanged(cell=cell, period=score.period, score=score, previous=before, basis=1)
        self.publish("evaluation", "ScoreChanged", state.parent, cell, change)


def main(folder: str) -> None:
    """Broker, fakes and a meeting every other second, until Ctrl-C."""
    server = NatsServer(Path(folder))
    server.start()
    print(f"NENEP_NATS_URL={server.url} NENEP_KEYS={server.keys} python -m dashboard", flush=True)
    chance = random.Random(3)
    try:
        with FakeServices(server.url, server.keys) as fakes:
            while True:
                clock.sleep(2)
                fakes.hold(chance.choice(list(fakes.city.cells)), 11, round(chance.uniform(45, 100), 1))
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()


if __name__ == "__main__":
    main(sys.argv[1])
