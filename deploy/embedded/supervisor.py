"""Keeping processes alive: whatever ends without being asked to is started again, after a growing, bounded wait."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.logs import BoundedLog
from deploy.embedded.process import how_it_ended, signal_group, spawn


@dataclass(frozen=True)
class Backoff:
    """Seconds before a restart: `first`, doubled with each death, at most `limit`; forgotten after `steady` alive."""

    first: float = 0.2
    limit: float = 15.0
    steady: float = 30.0

    def wait(self, deaths: int) -> float:
        """The wait before the restart that follows this many deaths in a row (1 for the first)."""
        return min(self.limit, self.first * 2.0 ** min(deaths - 1, 30))


@dataclass(frozen=True)
class Launch:
    """What to run, decided anew at each start (a port may have to change)."""

    command: Sequence[str]
    env: Mapping[str, str]


@dataclass(frozen=True)
class Spec:
    """One process to keep alive. `patience`: seconds it has to stop by itself. `once`: done when it exits with 0."""

    name: str
    launch: Callable[[], Launch]
    patience: float = 10.0
    once: bool = False


class Child:
    """One kept process: its current pid (None while it is down), how often it was restarted, whether it is done."""

    def __init__(self, spec: Spec, log: BoundedLog) -> None:
        self.spec = spec
        self.pid: int | None = None
        self.restarts = 0
        self.done = False
        self.log = log
        self.keeper: asyncio.Task[None] | None = None
        self.stopping = False


class Supervisor:
    """Starts children in order, keeps them, stops them in the reverse order.

    `say` gets one sentence for the screen, `changed` is called after every start and end of a process.
    """

    def __init__(
        self,
        logs: Path,
        say: Callable[[str], None],
        changed: Callable[[], None] = lambda: None,
        backoff: Backoff | None = None,
    ) -> None:
        self._logs = logs
        self._say = say
        self._changed = changed
        self._backoff = backoff or Backoff()
        self.children: dict[str, Child] = {}

    async def start(self, spec: Spec) -> Child:
        """Start and keep one more process; returns as soon as it is running (not: ready)."""
        child = Child(spec, BoundedLog(self._logs / f"{spec.name}.log"))
        self.children[spec.name] = child
        process = await self._launch(child)
        child.keeper = asyncio.create_task(self._keep(child, process), name=f"keep {spec.name}")
        return child

    async def _launch(self, child: Child) -> asyncio.subprocess.Process:
        launch = child.spec.launch()
        process = await spawn(launch.command, launch.env)
        child.pid = process.pid
        self.note()
        return process

    def note(self) -> None:
        """Tells of a start or an end. That it cannot be written down (a full disk) keeps nobody from being kept."""
        try:
            self._changed()
        except OSError as error:
            self._say(f"what runs now could not be noted: {error}")

    async def _keep(self, child: Child, process: asyncio.subprocess.Process) -> None:
        deaths = 0
        while True:
            born = time.monotonic()
            code = await self._watch(child, process)
            child.pid = None
            self.note()
            if child.stopping:
                return
            if child.spec.once and code == 0:
                child.done = True
                return
            deaths = 1 if time.monotonic() - born >= self._backoff.steady else deaths + 1
            process, deaths = await self._relaunch(child, f"ended by itself ({how_it_ended(code)})", deaths)

    async def _relaunch(self, child: Child, why: str, deaths: int) -> tuple[asyncio.subprocess.Process, int]:
        while True:
            wait = self._backoff.wait(deaths)
            self._say(f"{child.spec.name} {why}; starting it again in {wait:g} s (log: {child.log.path})")
            await asyncio.sleep(wait)
            child.restarts += 1
            try:
                return await self._launch(child), deaths
            except Exception as error:  # also of what decides what to launch: a broken key, a broker that is not there
                why, deaths = f"could not be started ({error})", deaths + 1

    async def _watch(self, child: Child, process: asyncio.subprocess.Process) -> int:
        assert process.stdout is not None
        while data := await process.stdout.read(65_536):
            child.log.write(data)
        return await process.wait()

    async def stop(self, name: str) -> None:
        """Stop one child for good: asked first, killed when its patience is over."""
        child = self.children[name]
        child.stopping = True
        if child.keeper is None:
            return
        if child.pid is None:
            child.keeper.cancel()
        else:
            signal_group(child.pid, signal.SIGTERM)
        await asyncio.wait({child.keeper}, timeout=child.spec.patience)
        if not child.keeper.done() and child.pid is not None:
            self._say(f"{name} did not stop within {child.spec.patience:g} s; killing it")
            signal_group(child.pid, signal.SIGKILL)
            await asyncio.wait({child.keeper}, timeout=child.spec.patience)
        child.keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await child.keeper
        child.log.close()

    async def remove(self, name: str) -> None:
        """Stop one child and know nothing of it any more."""
        if name in self.children:
            await self.stop(name)
            del self.children[name]
            self.note()

    def rename(self, name: str, spec: Spec) -> None:
        """A running child takes the place of one that was stopped: its name, its launch from now on, its log."""
        child = self.children.pop(name)
        child.log.close()
        child.spec, child.log = spec, BoundedLog(self._logs / f"{spec.name}.log")
        self.children[spec.name] = child
        self.note()

    async def stop_all(self) -> None:
        """Stop every child, the last started first."""
        for name in reversed(list(self.children)):
            await self.stop(name)

    def kill_all(self) -> None:
        """Kill every child at once, for good (they survive it by design). `stop_all` then waits for little."""
        for child in self.children.values():
            child.stopping = True
            if child.pid is not None:
                signal_group(child.pid, signal.SIGKILL)
