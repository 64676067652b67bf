"""The machine's bare ceiling: the libraries' own calls on the same broker configuration, with no logic of ours.

`python -m tests.bench.bare URL KEYS FILE SECONDS` is the chain's second process: it fetches, saves, acknowledges.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import nats
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from deploy.nats.server import NatsServer
from services.chassis.bus import client_options, connect
from services.chassis.provision import provision
from tests.bench.figures import Section
from tests.load import Ready, meetings
from tests.ward import Ward

BATCH, TOGETHER, SOME, AHEAD = 500, 100, 1_000, 4_000
UNIT_IDENTITY = "admin"
ROOM = 8 * 2**30


class Note(Aggregate):
    """The plainest aggregate: one thing that was said."""

    @event("Said")
    def __init__(self, said: dict[str, Any]) -> None:
        self.said = said


async def measured(seconds: float) -> tuple[Section, float]:
    """The section, and the rate of the chain (reports/s)."""
    section = Section(
        "The bare ceiling",
        "nats-py publishing to and fetching from a stream of the same configuration (gathers and fetches of 500), "
        "`eventsourcing` saving 500 events at a time to SQLite, each alone. Then as a chain of processes: fetch, save "
        "two events a report, acknowledge, while a third publishes in atomic batches of 100, as in the sustained runs "
        "(nats-py alone has none, and each of its messages is synced by itself). No logic of ours.",
    )
    reports = list(islice(meetings(1000, date(2019, 1, 1), 12), 20_000))
    with tempfile.TemporaryDirectory() as folder:
        server = NatsServer(Path(folder))
        server.start()
        try:
            async with await connect(server.url, UNIT_IDENTITY, server.keys) as admin:
                await provision(admin, monitor=server.monitor, room=ROOM)
            nc = await nats.connect(server.url, **client_options(UNIT_IDENTITY, server.keys))
            published, rate = await publish(nc, reports, seconds)
            section.rate("nats-py publish, stored and acknowledged", rate, what="messages/s")
            section.rate("nats-py fetch and acknowledge", await fetch(nc, published), what="messages/s")
            section.rate("`eventsourcing` saves", saves(Path(folder) / "bare.sqlite", reports, seconds))
            chained = await chain(server, reports, seconds, Path(folder))
            section.rate("the chain: publish, fetch, save, acknowledge", chained, what="reports/s")
            await nc.close()
        finally:
            server.kill()
    return section, chained


async def publish(nc: Any, reports: list[Ready], seconds: float) -> tuple[int, float]:
    """Publishes for so many seconds; returns how many and how many a second."""
    js, count, began = nc.jetstream(), 0, time.perf_counter()
    while (took := time.perf_counter() - began) < seconds:
        some = [reports[(count + n) % len(reports)] for n in range(BATCH)]
        await asyncio.gather(
            *(
                js.publish(one.subject, one.body, headers={**one.headers, "Nats-Msg-Id": f"a{count + n}"}, timeout=60)
                for n, one in enumerate(some)
            )
        )
        count += BATCH
    return count, count / took


async def fetch(nc: Any, count: int) -> float:
    """Fetches and acknowledges so many messages; returns the rate."""
    pull = await nc.jetstream().pull_subscribe_bind("meetings", stream="IN", inbox_prefix=b"_INBOX_admin.")
    began, left = time.perf_counter(), count
    while left > 0:
        found = await pull.fetch(BATCH, timeout=5)
        for message in found:
            await message.ack()
        left -= len(found)
    await nc.flush()
    took = time.perf_counter() - began
    await pull.unsubscribe()
    return count / took


def saves(path: Path, reports: list[Ready], seconds: float) -> float:
    """Saves new aggregates of one event, 500 in a save; returns events a second."""
    app = Application[Any](env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)})
    said = [json.loads(one.body) for one in reports[:BATCH]]
    count, began = 0, time.perf_counter()
    while (took := time.perf_counter() - began) < seconds:
        app.save(*(Note(one) for one in said))
        count += BATCH
    app.close()
    return count / took


async def chain(server: NatsServer, reports: list[Ready], seconds: float, folder: Path) -> float:
    """Publishes here, in batches as the sustained runs do, while a second process takes in; returns that one's rate."""
    arguments = [server.url, str(server.keys), str(folder / "chain.sqlite"), str(seconds)]
    async with await connect(server.url, UNIT_IDENTITY, server.keys) as bus:
        ward = await Ward(bus, window=AHEAD).open()
        second = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.bare", *arguments, stdout=subprocess.PIPE
        )
        feeding = asyncio.ensure_future(feed(ward, reports))
        out, _ = await second.communicate()
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)
    return float(out)


async def feed(ward: Ward, reports: list[Ready]) -> None:
    """Publishes until cancelled, never more than `AHEAD` before the consumer."""
    count = 0
    while True:
        if (await ward.bus.api("CONSUMER.INFO.IN.meetings"))["num_pending"] > AHEAD - SOME:
            await asyncio.sleep(0.01)  # the consumer has enough
            continue
        for _ in range(SOME // TOGETHER):
            some = [reports[(count + n) % len(reports)] for n in range(TOGETHER)]
            ids = (f"b{count + n}" for n in range(TOGETHER))
            fresh = zip(some, ids, strict=True)
            await ward.publish_together(
                [one._replace(headers={**one.headers, "Nats-Msg-Id": id_}) for one, id_ in fresh]
            )
            count += TOGETHER


async def take_in(url: str, keys: Path, path: str, seconds: float) -> float:
    """Fetches, saves two events a report, acknowledges, for so many seconds from the first; returns the rate."""
    nc = await nats.connect(url, **client_options(UNIT_IDENTITY, keys))
    app = Application[Any](env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": path})
    pull = await nc.jetstream().pull_subscribe_bind("meetings", stream="IN", inbox_prefix=b"_INBOX_admin.")
    began, count = 0.0, 0
    while not began or time.perf_counter() - began < seconds:
        found = await pull.fetch(BATCH, timeout=30)
        began = began or time.perf_counter()
        said = [json.loads(message.data) for message in found]
        notes = [note for one in said for note in (Note(one), Note({"report": str(uuid4()), "outcome": "accepted"}))]
        await asyncio.to_thread(app.save, *notes)
        for message in found:
            await message.ack()
        count += len(found)
    took = time.perf_counter() - began
    await nc.close()
    return count / took


if __name__ == "__main__":
    print(asyncio.run(take_in(sys.argv[1], Path(sys.argv[2]), sys.argv[3], float(sys.argv[4]))))
