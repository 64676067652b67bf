"""Runs one service: its connections, the tasks around its domain, its health, and a clean end.

A service is composed in its `app.py`; nothing else wires anything. Whatever fails for good ends the process, and
whoever supervises it starts it again: what it knows lies in its store and in the streams.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import nats.errors
import psutil
from faststream.nats import NatsBroker, NatsNKey

from services.chassis.bus import Bus, client_options, connect
from services.chassis.clock import now
from services.chassis.consumer import Consumer
from services.chassis.health import Health
from services.chassis.intake import Desk
from services.chassis.outbox import events_outbox, receipts_outbox
from services.chassis.relay import Outbox, Relay
from services.chassis.rpc import Answerer
from services.chassis.settings import Settings
from services.chassis.store import Store
from services.contracts.bus import EVENTS, RECEIPTS

log = logging.getLogger(__name__)
VERSION = "0.1.0"
Task = Callable[[], Awaitable[None]]
COLLECT = 200_000, 20, 100
"""Batches are up to a hundred thousand objects that die together: at Python's own thresholds a fifth of the time went
into looking for cycles among them, at a quarter of these still a seventh of a replay's reading."""


class Service:
    """One service's connections and tasks. Compose it, then `serve` until told to stop."""

    def __init__(self, name: str, settings: Settings, bus: Bus) -> None:
        self.name, self.settings, self.bus, self.version = name, settings, bus, VERSION
        self.started_at: datetime = now()
        self.ready: Callable[[], str] = lambda: ""
        """Why the service is not ready, in words; empty when it is."""
        self.progress: Callable[[], dict[str, Any]] = dict
        """What the health check tells besides."""
        self.answering, self.leading = asyncio.Event(), asyncio.Event()
        """Set (as they are from the start, unless a service composes itself otherwise): questions are answered; reports
        are taken in and outboxes published."""
        self.answering.set()
        self.leading.set()
        self._stop, self._closed = asyncio.Event(), asyncio.Event()
        self._asked = False
        self._consumer: Consumer | None = None
        self._relays: list[Relay] = []
        self._stores: list[Store] = []
        self._tasks: list[Task] = []
        self._process = psutil.Process()
        options = client_options(name, settings.keys, f"{name}-intake")
        self.broker = NatsBroker(
            settings.nats_url,
            security=NatsNKey.from_seed(options.pop("nkeys_seed_str")),
            closed_cb=self._on_closed,
            logger=None,
            **options,
        )
        self.answers = Answerer(self.broker, name)
        self.health = Health(self._report, settings.health_port)

    def run(self, task: Task) -> None:
        """Runs this for as long as the service runs; its failure ends the process."""
        self._tasks.append(task)

    def _run_leading(self, task: Task) -> None:
        """Runs this as long as the service leads."""

        async def run() -> None:
            await self.leading.wait()
            await task()

        self.run(run)

    def consume(self, desk: Desk, settled: Callable[[], None], first: Task | None = None) -> None:
        """Takes the service's reports from the intake, once the outboxes that were given to `relay` before are seen to
        be those of the streams (nothing is decided by an older backup), and `first` (what must be known) returned."""
        consumer = self._consumer = Consumer(self.bus, self.name, desk, settled)

        async def run() -> None:
            for relay in self._relays:
                await relay.resumed.wait()
            if first is not None:
                await first()
            await consumer.run()

        self._run_leading(run)

    def relay(self, stream: str, subject_filter: str, outbox: Outbox, *, whole: bool = False) -> Relay:
        """Publishes an outbox to a stream."""
        relay = Relay(self.bus, stream, subject_filter, outbox, whole=whole)
        self._relays.append(relay)
        self._run_leading(relay.run)
        return relay

    def relay_store(self, store: Store, own: str | None = None) -> tuple[Relay, Relay]:
        """Publishes a store's events and its receipts, and closes it in the end, so that its one file is all of it.

        `own` covers the events' subjects (default: the service's).
        """
        self._stores.append(store)
        return (
            self.relay(EVENTS, own or f"evt.{self.name}.>", events_outbox(store), whole=True),
            self.relay(RECEIPTS, f"rcpt.*.{self.name}.*", receipts_outbox(store), whole=True),
        )

    async def serve(self) -> None:
        """Runs everything until SIGTERM or SIGINT, or until a task fails (then raises its error)."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        await self.health.start()
        log.info("%s is up; health on http://127.0.0.1:%d/health", self.name, self.health.port)
        tasks = [asyncio.ensure_future(task()) for task in (*self._tasks, self._questions)]
        stopping = asyncio.ensure_future(self._stop.wait())
        try:
            done, _ = await asyncio.wait({stopping, *tasks}, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stopping}:
                task.result()
                raise RuntimeError("a task of the service ended by itself")
        finally:
            stopping.cancel()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._close()

    @property
    def memory_bytes(self) -> int:
        """Resident memory of the process."""
        return int(self._process.memory_info().rss)

    async def _close(self) -> None:
        await self.health.stop()
        with suppress(nats.errors.Error):  # the broker may have gone before
            if self._asked:
                await self.answers.finish()
            await self.broker.stop()
        await self.bus.close()
        for store in self._stores:
            store.close()

    async def _on_closed(self) -> None:
        self._closed.set()

    async def _questions(self) -> None:
        """Answers questions from when it shall until FastStream's client is closed for good (a withdrawn key): then the
        process ends, for it would answer nothing more."""
        await self.answering.wait()
        await self.broker.start()
        await self.answers.begun()
        self._asked = True
        await self._closed.wait()
        raise RuntimeError("the broker closed the connection on which questions are answered")

    @property
    def problem(self) -> str:
        """Why the service is not ready, in words; empty when it is."""
        if not self.bus.connected:
            return "the broker is away"
        silent = "" if self._asked else "questions are not yet answered"
        return self.ready() or (self._consumer.trouble if self._consumer else "") or silent

    def _report(self) -> dict[str, Any]:
        problem = self.problem
        return {"service": self.name, "version": VERSION, "ready": not problem, "detail": problem, **self.progress()}


def start(name: str, compose: Callable[[Service], Awaitable[None]]) -> None:
    """A service's `main`: reads the settings, connects, composes, serves."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    settings = Settings.from_environment()
    settings.data.mkdir(parents=True, exist_ok=True)

    async def main() -> None:
        bus = await connect(settings.nats_url, name, settings.keys)
        service = Service(name, settings, bus)
        await compose(service)
        gc.freeze()  # what was loaded lives as long as the process: no collection need look at it again
        gc.set_threshold(*COLLECT)
        gc.enable()
        await service.serve()

    asyncio.run(main())
