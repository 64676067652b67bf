"""The hub: one thread, one loop, one connection as `dashboard`. It survives any absence of the broker and says so."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Any, TypeVar

import orjson
from pydantic import ValidationError

from dashboard.hub.picture import Picture
from dashboard.hub.years import Unreachable, Years
from services.chassis.asking import Answer, ask
from services.chassis.bus import Bus, connect
from services.chassis.clock import Clock, local_day, now
from services.chassis.errors import BusError
from services.chassis.settings import Settings
from services.contracts.base import Contract
from services.contracts.bus import SERVICES
from services.contracts.evaluation import ScoreChanged
from services.contracts.queries import Nothing, ServiceStatus
from services.contracts.receipts import Refused

log = logging.getLogger(__name__)
T = TypeVar("T")

POLL_S, POLL_PATIENCE_S = 5.0, 12.0
GATHER_S = 0.04
"""How long arrivals are gathered before the viewers are told: 25 times a second at most, however many events."""
RETRY_S = 0.5


class Hub:
    """Keeps a `Picture` up to date and asks the services on behalf of the pages."""

    def __init__(self, settings: Settings, clock: Clock = now) -> None:
        self.settings, self.clock = settings, clock
        self.picture = Picture(clock(), SERVICES)
        self.bus: Bus | None = None
        self._connections = 0
        self._listeners: set[Callable[[], object]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._stopping = asyncio.Event()
        self.years = Years(self.picture, self._ask, self._news.set, clock)
        self._thread = Thread(target=self._run, name="hub", daemon=True)

    def start(self) -> Hub:
        """Starts the thread; returns at once, connected or not."""
        self._loop = asyncio.new_event_loop()
        self._thread.start()
        return self

    def close(self) -> None:
        """Leaves the bus and ends the thread."""
        self._running.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)

    @property
    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            raise RuntimeError("the hub was not started")
        return self._loop

    def listen(self, tell: Callable[[], object]) -> Callable[[], None]:
        """Calls `tell` (from the hub's thread) whenever the picture has a new version; returns the way to stop that."""
        self._listeners.add(tell)
        return lambda: self._listeners.discard(tell)

    def ask(self, service: str, query: str, question: Contract, patience: float = 5.0) -> Answer:
        """Asks a service from any other thread. Raises `Refused` with its reasons, or `Unreachable`."""
        return self._from_outside(self._ask(service, query, question, patience), patience)

    def watch(self, year: int, patience: float = 5.0) -> None:
        """Sees to it that the picture holds this year, asking if need be; `Unreachable` when that takes too long."""
        if not self.years.watch(year):
            self._from_outside(self.years.refresh(year), patience)

    def settle_year(self, patience: float = 5.0) -> int:
        """The year a page opens with: this year, or the last one that has data. Raises `Unreachable`."""
        if self.picture.default_year is None:
            self._from_outside(self.years.find_default(), patience)
        return self.picture.default_year or self.this_year

    @property
    def this_year(self) -> int:
        """The year it is in the domain's time zone."""
        return local_day(self.clock()).year

    def _from_outside(self, work: Coroutine[Any, Any, T], patience: float) -> T:
        waiting: Future[T] = asyncio.run_coroutine_threadsafe(work, self._running)
        try:
            return waiting.result(patience + 1)
        except TimeoutError:
            waiting.cancel()
            raise Unreachable from None

    async def _ask(self, service: str, query: str, question: Contract, patience: float = 5.0) -> Answer:
        if self.bus is None or not self.bus.connected:
            raise Unreachable
        try:
            return await ask(self.bus, service, query, question, patience)
        except (BusError, TimeoutError) as error:
            raise Unreachable(str(error)) from error

    def _run(self) -> None:
        asyncio.set_event_loop(self._running)
        self._running.run_until_complete(self._main())
        self._running.close()

    async def _main(self) -> None:
        steps: list[Callable[[], Awaitable[None]]] = [self._stay_connected, self.years.keep_fresh, self._spread_news]
        steps += [partial(self._poll, service) for service in SERVICES]
        chores = [asyncio.create_task(self._forever(step)) for step in steps]
        await self._stopping.wait()
        for chore in chores:
            chore.cancel()
        await asyncio.gather(*chores, return_exceptions=True)
        if self.bus is not None:
            with suppress(Exception):
                await asyncio.wait_for(self.bus.close(), 3)

    async def _forever(self, chore: Callable[[], Awaitable[None]]) -> None:
        """Repeats one step of a chore; one that fails is logged (once for the same reason) and tried again."""
        said = ""
        while True:
            try:
                await chore()
                said = ""
            except Exception as trouble:
                if said != (said := repr(trouble)):
                    log.warning("%s; tried again until it works", trouble or said)
                await asyncio.sleep(RETRY_S)

    async def _stay_connected(self) -> None:
        if self.bus is None or self.bus.closed.is_set():
            bus = await connect(self.settings.nats_url, "dashboard", self.settings.keys)
            await bus.subscribe("evt.>", self._arrived)
            self.bus, self._connections = bus, 0
        if self.bus.connected != self.picture.link.connected or self.bus.connections != self._connections:
            self._connections = self.bus.connections
            self.picture.linked(self.bus.connected, self.clock())
            self.years.everything_changed()
            self._news.set()
        await asyncio.sleep(0.1)

    async def _arrived(self, message: Any) -> None:
        self.picture.happened(message.subject, dict(message.headers or {}), message.data, self.clock())
        _, service, kind, *_ = message.subject.split(".")
        if kind == "ScoreChanged":
            with suppress(ValidationError):
                change = ScoreChanged.model_validate_json(message.data)
                self.picture.scored(change)
                self.years.changed(int(change.period[:4]))
        elif service == "meetings":
            with suppress(orjson.JSONDecodeError, KeyError, ValueError, TypeError):
                self.years.changed(int(orjson.loads(message.data)["on"][:4]))
        else:
            self.years.everything_changed()
        self._news.set()

    async def _poll(self, service: str) -> None:
        """Asks how a service is; one that answers slowly (it counts its store) is asked less often."""
        started = time.monotonic()
        try:
            answer = await self._ask(service, "status", Nothing(), POLL_PATIENCE_S)
            status: ServiceStatus | None = answer.model(ServiceStatus)
        except (Unreachable, Refused, ValidationError):
            status = None
        self.picture.answered(service, status, self.clock())
        self._news.set()
        await asyncio.sleep(max(POLL_S, 4 * (time.monotonic() - started)) if status else RETRY_S)

    async def _spread_news(self) -> None:
        await self._news.wait()
        await asyncio.sleep(GATHER_S)
        self._news.clear()
        for tell in tuple(self._listeners):
            tell()
