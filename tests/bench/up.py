"""`nenep up` as a user starts it, observed from outside: when it is ready, how far the demo is, its memory."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from deploy.embedded import progress, system
from deploy.embedded.system import System
from services.chassis.asking import ask
from services.chassis.bus import Bus, connect
from services.contracts.bus import EVENTS
from services.contracts.queries import HistoryDigest, Nothing, ServiceStatus
from tests.system import until

NENEP = Path(sys.executable).with_name("nenep")
PATIENCE_S = 900


class Up:
    """A running `nenep up` on a data folder. `began` is when it was started (monotonic)."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data, self.began = data, time.perf_counter()
        command = [str(NENEP), "up", "--data", str(data), "--nats-port", "0", "--dashboard-port", "0", *options]
        with (data / "up.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)

    @property
    def system(self) -> System:
        """What the running system says of itself."""
        found = system.read(self.data)
        assert found is not None
        return found

    async def ready(self) -> float:
        """Seconds until it said that it is ready (with the demo: the first data is there)."""

        async def is_ready() -> bool:
            assert self.process.poll() is None, (self.data / "up.log").read_text()
            found = system.read(self.data)
            return found is not None and found.ready

        await until("`nenep up` is ready", is_ready, PATIENCE_S)
        return time.perf_counter() - self.began

    async def told(self) -> float:
        """Seconds until every report of the demo's years was answered."""

        async def is_told() -> bool:
            found = progress.read(self.data)
            return found is not None and found.earlier.complete

        await until("the demo's years are told", is_told, PATIENCE_S)
        return time.perf_counter() - self.began

    async def bus(self, identity: str) -> Bus:
        """A connection to it."""
        return await connect(self.system.nats_url, identity, self.data / "keys")

    def grant(self, unit: str) -> None:
        """Lets a unit publish."""
        subprocess.run([str(NENEP), "grant", unit, "--data", str(self.data)], check=True, capture_output=True)

    def memory(self) -> dict[str, tuple[int, int]]:
        """Resident and proportional bytes of every process with its children."""
        found = {}
        for name, one in {"nenep up": self.system.supervisor, **self.system.processes}.items():
            own = psutil.Process(one.pid)
            family = [own] if name == "nenep up" else [own, *own.children(recursive=True)]
            infos = [process.memory_full_info() for process in family]
            found[name] = (sum(info.rss for info in infos), sum(info.pss for info in infos))
        return found

    def stop(self) -> int:
        """Ctrl-C; returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@contextmanager
def up(data: Path, options: Sequence[str] = ()) -> Iterator[Up]:
    """Inside, it runs (unless it was stopped)."""
    running = Up(data, *options)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.terminate()
            running.process.wait(60)


async def scored(bus: Bus) -> int:
    """Returns the event stream's length when evaluation has scored all of it."""

    async def is_scored() -> int:
        status = (await ask(bus, "evaluation", "status", Nothing(), timeout=60)).model(ServiceStatus)
        if status.lag:
            await asyncio.sleep(0.5)
            return 0
        end = int((await bus.api(f"STREAM.INFO.{EVENTS}"))["state"]["last_seq"])
        digest = (await ask(bus, "evaluation", "digest", Nothing(), timeout=60)).model(HistoryDigest)
        return end if digest.position >= end else 0

    return int(await until("everything is scored", is_scored, PATIENCE_S))
