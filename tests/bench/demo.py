"""The demo's seven years: how soon they are there, what memory they take, how fast they are replayed."""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from pathlib import Path
from typing import Any

import orjson
from eventsourcing.application import Application
from eventsourcing.persistence import StoredEvent
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import SQLiteTrackingRecorder

from deploy.embedded import progress
from deploy.nats.server import NatsServer
from services.chassis.bus import Bus, connect
from services.chassis.outbox import event_topics
from services.chassis.service import COLLECT
from services.chassis.store import PlainJson, Store
from services.chassis.tail import tail
from services.contracts.bus import EVENTS, INTAKE_SERVICES
from services.evaluation import deciding as evaluation_deciding
from services.evaluation.alerts.raising import events as alert_events
from services.evaluation.criteria.load import load_shipped
from services.evaluation.running.running import open_evaluation
from services.evaluation.verify import BATCH, Rebuild
from services.meetings import decide as meetings_decide
from services.registry import events as registry_events
from tests.bench.figures import Section
from tests.bench.screen import opened
from tests.bench.up import scored, up

MB, FEW = 2**20, 10_000
TOPICS = (evaluation_deciding, alert_events, meetings_decide, registry_events)
"""Imported so that the library can make events of what is stored."""


async def measured() -> list[Section]:
    """Three sections: starting, memory, replay."""
    starting = Section(
        "`nenep up --demo`",
        "From an empty data directory, dependencies installed, until the dashboard shows meetings of the current year, "
        "and until seven years are told, answered and scored.",
    )
    memory = Section(
        "Memory",
        "Resident memory of every process of that system with seven years loaded, one browser on the dashboard and the "
        "city going on living. Shared pages count in each process; the proportional sum counts them once.",
    )
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with up(data, ["--demo"]) as running:
            starting.most("first data", await running.ready(), aim=60)
            told_s = await running.told()
            async with await running.bus("operator") as operator:
                events = await scored(operator)
                starting.most("all seven years answered and scored", time.perf_counter() - running.began)
                told = progress.read(data)
                assert told is not None
                reports = sum(part.total or 0 for part in (told.registry, told.recent, told.earlier))
                starting.add("reports", f"{reports:,} ({told.rejected} rejected), {reports / told_s:,.0f} a second")
                starting.add("events", f"{events:,}")
                async with opened(running.system.dashboard_url or ""):
                    await scored(operator)
                    _memory(memory, running.memory())
            assert running.stop() == 0
        return [starting, memory, await replay(data)]


def _memory(section: Section, found: dict[str, tuple[int, int]]) -> None:
    for name, (resident, proportional) in found.items():
        section.add(name, f"{resident / MB:,.0f} MB ({proportional / MB:,.0f} MB proportional)")
    sums = [sum(one[n] for one in found.values()) / MB for n in (0, 1)]
    section.most("sum, resident", sums[0], aim=1.2 * 1024, what="MB", digits=0)
    section.most("sum, proportional", sums[1], what="MB", digits=0)


async def replay(data: Path) -> Section:
    """The history and all scores built anew from the event stream of a stopped system."""
    section = Section(
        "Replay of the seven years",
        "An empty history follows the event stream from its beginning, and every score is computed. Beside it "
        "`eventsourcing`'s own ProjectionRunner over the same registry and meetings events, kept in memory (it cannot "
        "subscribe to SQLite): a projection that does nothing, and one that stores each event's data and position in "
        "SQLite, as one transaction each.",
    )
    server = NatsServer(data)
    server.start()
    try:
        async with await connect(server.url, "operator", server.keys) as operator:
            events, read_s, scored_s = await rebuilt(operator, data / "rebuilt.duckdb")
    finally:
        server.stop()
    section.most(f"{events:,} events", read_s + scored_s, aim=5)
    section.rate("rate", events / (read_s + scored_s))
    section.add("of which following and appending / scoring", f"{read_s:.1f} / {scored_s:.1f} s")
    await asyncio.to_thread(against, section, data)
    return section


async def rebuilt(operator: Bus, path: Path) -> tuple[int, float, float]:
    """How many events, and the seconds it took to follow and append them, and to score."""
    end = int((await operator.api(f"STREAM.INFO.{EVENTS}"))["state"]["last_seq"])
    con = await asyncio.to_thread(open_evaluation, path)
    gc.freeze()
    gc.set_threshold(*COLLECT)  # as in the service
    rebuilding, began = Rebuild(con, load_shipped()), time.perf_counter()
    async for batch in tail(operator, EVENTS, "evt.>", operator.identity, 0, batch=BATCH):
        if await asyncio.to_thread(rebuilding.take, batch) >= end:
            break
    followed = time.perf_counter()
    await asyncio.to_thread(rebuilding.finish)
    took = time.perf_counter() - followed
    gc.unfreeze()
    con.close()
    return end, followed - began, took


class Same(Application[Any]):
    """The services' events, kept in memory."""

    def construct_transcoder(self) -> PlainJson:
        """As the services store them."""
        return PlainJson()


class Nothing(Projection[POPOTrackingRecorder]):
    """Takes every event and only remembers where it is."""

    name = "nothing"

    def process_event(self, domain_event: Any, tracking: Any) -> None:
        """Records the position."""
        self.view.insert_tracking(tracking)


class Rows(SQLiteTrackingRecorder):
    """The plainest history: one row an event."""

    def construct_create_table_statements(self) -> list[str]:
        """One more table."""
        return [*super().construct_create_table_statements(), "CREATE TABLE IF NOT EXISTS history (data TEXT)"]

    def insert(self, data: bytes, tracking: Any) -> None:
        """The row and the position, in one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute("INSERT INTO history VALUES (?)", (data,))


class Storing(Projection[Rows]):
    """Stores every event's data."""

    name = "storing"

    def process_event(self, domain_event: Any, tracking: Any) -> None:
        """Inserts it."""
        self.view.insert(orjson.dumps(domain_event.data), tracking)


def against(section: Section, data: Path) -> None:
    """The library's runner over the same events."""
    stored = []
    for service in INTAKE_SERVICES:
        with Store(service, data / f"{service}.sqlite") as store:
            found = store.recorder.select_notifications(1, 10_000_000, topics=event_topics(service))
        stored += [StoredEvent(one.originator_id, one.originator_version, one.topic, one.state) for one in found]
    section.rate("ProjectionRunner, doing nothing", projected(stored, Nothing, POPOTrackingRecorder, {}))
    storing = {"STORING_PERSISTENCE_MODULE": "eventsourcing.sqlite", "STORING_SQLITE_DBNAME": str(data / "rows.sqlite")}
    section.rate("ProjectionRunner, storing", projected(stored[:FEW], Storing, Rows, storing))


def projected(stored: list[StoredEvent], projection: Any, view: Any, env: dict[str, str]) -> float:
    """Events a second of a ProjectionRunner over these events."""
    env = {"PERSISTENCE_MODULE": "eventsourcing.popo", **env}
    with ProjectionRunner(application_class=Same, projection_class=projection, view_class=view, env=env) as runner:
        began = time.perf_counter()
        runner.app.recorder.insert_events(stored)
        runner.wait(len(stored), timeout=600)
        return len(stored) / (time.perf_counter() - began)
