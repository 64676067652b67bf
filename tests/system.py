"""The embedded system for tests and benchmarks: the real broker and the real services as processes of their own.

Every service is started as `nenep up` starts it (`python -m services.<name>`) on free ports in one folder; a test may
kill, stop and start each of them as often as it likes. Nothing restarts by itself unless `keep` runs, which does what a
supervisor does.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import orjson

from deploy.embedded.ports import free_ports
from deploy.nats.keys import unit_identity
from deploy.nats.server import NatsServer
from services.chassis.asking import ask
from services.chassis.bus import Bus, connect
from services.chassis.provision import provision
from services.contracts.alerts import Rule
from services.contracts.bus import DURABLES, SERVICES
from services.contracts.queries import Nothing, ServiceStatus

ROOM = 4 * 2**30
LOOK_S = 0.05
LONG_S = 90.0
"""How long a condition is awaited at most: far more than it takes on a busy machine, so that only a hang reaches it."""


async def until(what: str, holds: Callable[[], Awaitable[Any]], patience_s: float = LONG_S) -> Any:
    """What `holds` returned as soon as that is true. Raises AssertionError naming `what` after `patience_s` seconds."""
    deadline = asyncio.get_running_loop().time() + patience_s
    while not (found := await holds()):
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"after {patience_s:g} s still not: {what}")
        await asyncio.sleep(LOOK_S)
    return found


class Process:
    """One instance of a service: its command's environment, its log, and how often it was started."""

    def __init__(self, service: str, name: str, env: Mapping[str, str], port: int, log: Path) -> None:
        self.service, self.name, self.env, self.port, self.log = service, name, env, port, log
        self.popen: subprocess.Popen[bytes] | None = None
        self.wanted = False
        self.starts = 0
        self.deaths: list[int] = []
        """Exit codes of ends that nobody asked for (`kill` and `stop` are asking)."""

    @property
    def alive(self) -> bool:
        """Whether the process lives."""
        return self.popen is not None and self.popen.poll() is None

    @property
    def pid(self) -> int:
        """Its process id; 0 when it was never started."""
        return self.popen.pid if self.popen else 0

    def start(self) -> None:
        """Starts it; returns at once."""
        self.wanted, self.starts = True, self.starts + 1
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", f"services.{self.service}"],
                env={**os.environ, **self.env},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def end(self, how: signal.Signals) -> int | None:
        """Ends it with this signal and returns its exit code."""
        self.wanted = False
        if self.popen is None:
            return None
        self.popen.send_signal(how)
        try:
            return self.popen.wait(20)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
            raise AssertionError(f"{self.name} did not end within 20 s of {how.name}; see {self.log}") from None

    async def health(self, timeout_s: float = 5.0) -> tuple[int, dict[str, Any]]:
        """Status and body of /health; (0, {}) when nothing answers."""

        def ask() -> tuple[int, dict[str, Any]]:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=timeout_s) as answer:
                    return answer.status, orjson.loads(answer.read())
            except urllib.error.HTTPError as error:
                return error.code, orjson.loads(error.read())
            except OSError:
                return 0, {}

        return await asyncio.to_thread(ask)


class System:
    """Broker and services over one data folder. `async with System(...) as system:` starts and ends all of it.

    `settings` are environment variables for every service (by name without `NENEP_`), `ack_wait_s` how soon the broker
    sends again what a killed service had taken and not acknowledged.
    """

    def __init__(
        self,
        data: Path,
        units: Iterable[str],
        services: Iterable[str] = SERVICES,
        *,
        settings: Mapping[str, str] | None = None,
        ack_wait_s: int | None = None,
    ) -> None:
        self.data, self.units, self.ack_wait_s = data, tuple(units), ack_wait_s
        self.settings = dict(settings or {})
        self.server = NatsServer(data)
        (data / "logs").mkdir(parents=True, exist_ok=True)
        self.processes: dict[str, Process] = {}
        for service in services:
            self.add(service)

    def add(self, service: str, name: str | None = None, data: Path | None = None) -> Process:
        """One more instance of a service (not started yet), on the stores of `data` (default: the system's own)."""
        name, (port,) = name or service, free_ports(1)
        env = {
            "NENEP_ALERTS_OFF": ",".join(Rule),  # they come when they come, and would never let the books be balanced
            **{f"NENEP_{key.upper()}": value for key, value in self.settings.items()},
            "NENEP_NATS_URL": self.server.url,
            "NENEP_KEYS": str(self.server.keys),
            "NENEP_DATA": str(data or self.data / "stores"),
            "NENEP_HEALTH_PORT": str(port),
        }
        self.processes[name] = Process(service, name, env, port, self.data / "logs" / f"{name}.log")
        return self.processes[name]

    async def __aenter__(self) -> Self:
        try:
            self.server.grant(*self.units)
            await self.start_broker()
            async with await self.bus("admin") as admin:
                durables = [replace(d, ack_wait_s=self.ack_wait_s or d.ack_wait_s) for d in DURABLES]
                await provision(admin, monitor=self.server.monitor, room=ROOM, durables=durables)
            for process in self.processes.values():
                process.start()
            await self.ready()
        except BaseException:
            self.kill_everything()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        self.kill_everything()

    # -- what lives and dies -----------------------------------------------------------------------------------------

    async def start_broker(self) -> None:
        """Starts the broker over what is on disk and returns when it is healthy."""
        await asyncio.to_thread(self.server.start)

    def kill(self, name: str) -> None:
        """`kill -9` of one service or of the `broker`."""
        if name == "broker":
            self.server.kill()
        else:
            self.processes[name].end(signal.SIGKILL)

    async def start(self, name: str) -> None:
        """Starts one service, or the `broker`."""
        if name == "broker":
            await self.start_broker()
        else:
            self.processes[name].start()

    def kill_everything(self) -> None:
        """`kill -9` of all of it, the broker first."""
        self.server.kill()
        for process in self.processes.values():
            process.end(signal.SIGKILL)

    async def stop(self, name: str) -> int | None:
        """Asks one service to end (SIGTERM) and returns its exit code."""
        return await asyncio.to_thread(self.processes[name].end, signal.SIGTERM)

    async def keep(self) -> None:
        """Until cancelled: starts again what ended by itself, and notes with which exit code."""
        while True:
            for process in self.processes.values():
                if process.wanted and not process.alive:
                    process.deaths.append(process.popen.returncode if process.popen else 0)
                    process.start()
            await asyncio.sleep(LOOK_S)

    # -- asking ------------------------------------------------------------------------------------------------------

    async def bus(self, identity: str) -> Bus:
        """A new connection as this identity (the caller closes it)."""
        return await connect(self.server.url, identity, self.server.keys, patience_s=LONG_S)

    async def unit(self, unit: str) -> Bus:
        """A new connection as this publishing unit."""
        return await self.bus(unit_identity(unit))

    async def ready(self, *names: str) -> None:
        """Returns when these services (default: all) say that they are ready."""
        for name in names or tuple(self.processes):
            process = self.processes[name]

            async def is_ready(process: Process = process) -> bool:
                if process.wanted and not process.alive:
                    raise AssertionError(
                        f"{process.name} ended by itself; the end of its log:\n{self.log_end(process.name)}"
                    )
                return (await process.health())[0] == 200

            await until(f"{name} is ready", is_ready)

    async def status(self, operator: Bus, service: str) -> ServiceStatus:
        """`rpc.<service>.status`."""
        answer = await ask(operator, service, "status", Nothing(), timeout=30)
        return answer.model(ServiceStatus)

    def log_end(self, name: str, lines: int = 25) -> str:
        """The last lines of a service's log."""
        return "\n".join(self.processes[name].log.read_text(errors="replace").splitlines()[-lines:])


@asynccontextmanager
async def kept(system: System) -> Any:
    """Inside, what ends by itself is started again."""
    keeping = asyncio.ensure_future(system.keep())
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
