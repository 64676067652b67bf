"""The embedded system: which processes it has, with which settings, in which order they start and stop."""

from __future__ import annotations

import asyncio
import os
import sys
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPException
from pathlib import Path

import psutil

from deploy.embedded import progress, system
from deploy.embedded.logs import tail
from deploy.embedded.ports import claim, free_ports, is_free
from deploy.embedded.rebuilder import EVALUATION, NEXT, Rebuilder, health
from deploy.embedded.supervisor import Launch, Spec, Supervisor
from deploy.nats.keys import IDENTITIES, ensure
from deploy.nats.server import NatsServer, executable
from services.chassis.bus import Bus, connect
from services.chassis.provision import provision
from services.contracts.bus import INTAKE, SERVICES
from services.demo.places import CITY, COMMITTEES, PROVINCE, WARD_A, WARD_B

POLL_S = 0.05
DISK_SHARE = 0.8
"""Of the free disk, what all streams together may take."""
DEMO_UNITS = (PROVINCE, CITY, WARD_A, WARD_B, *(committee.unit for committee in COMMITTEES))
BROKER, DASHBOARD, DEMO = "broker", "dashboard", "demo"
TOO_OFTEN = 3


class Trouble(Exception):
    """The system cannot be started; the message says why and what to do."""


@dataclass(frozen=True)
class Options:
    """What `nenep up` was asked for. `demo` is None without it; ports may be 0 (any free one)."""

    data: Path
    nats_port: int
    dashboard_port: int
    demo: progress.Progress | None = None


class Stack:
    """The processes of one system. `start` them, wait until they are `ready`, `stop` them."""

    def __init__(self, options: Options, say: Callable[[str], None]) -> None:
        self.options, self.data = options, options.data
        nats = claim(options.nats_port, "broker", "--nats-port", "NENEP_NATS_PORT")
        self.dashboard_port = claim(options.dashboard_port, "dashboard", "--dashboard-port", "NENEP_DASHBOARD_PORT")
        monitor, *health = free_ports(1 + len(SERVICES))
        self.server = NatsServer(options.data, nats, monitor)
        self.health_ports = dict(zip(SERVICES, health, strict=True))
        self.started_at = datetime.now(UTC)
        self.is_ready = False
        self._places: dict[str, object] = {}
        """How far each service said it is, where it does."""
        self.supervisor = Supervisor(options.data / "logs", say, self.write)
        self.rebuilder = Rebuilder(
            options.data,
            self.supervisor,
            self._next_evaluation,
            self._spec(EVALUATION),
            lambda: self.health_ports[NEXT],
            self._moved,
            say,
        )

    @property
    def dashboard_url(self) -> str:
        """Where people look."""
        return f"http://127.0.0.1:{self.dashboard_port}"

    async def start(self) -> None:
        """Start everything, each as soon as what it needs is there. Raises Trouble."""
        ensure(self.server.keys, IDENTITIES)
        self.server.grant(*(DEMO_UNITS if self.options.demo else ()))
        await self.supervisor.start(Spec(BROKER, self._broker, patience=20))
        await self.until(self.server.healthy, "the broker is not healthy", [BROKER])
        await self._provision()
        for service in SERVICES:
            await self.supervisor.start(self._spec(service))
        await self.supervisor.start(Spec(DASHBOARD, self._dashboard))
        if self.options.demo:
            await self.supervisor.start(Spec(DEMO, lambda: self._python("deploy.embedded.demo", BACKDATING)))

    async def ready(self) -> None:
        """Returns when every process says that it is ready. Raises Trouble when one keeps ending."""
        for service in SERVICES:
            ready, place = partial(self._service_is_ready, service), partial(self._places.get, service)
            await self.until(ready, f"{service} is not ready", [service], place=place)
        looks = partial(_answers, f"{self.dashboard_url}/api/health")
        await self.until(looks, "the dashboard does not answer", [DASHBOARD])

    async def stop(self) -> None:
        """Stop everything, the broker last, and let the other commands know."""
        await self.supervisor.stop_all()
        system.forget(self.data)

    async def until(
        self,
        condition: Callable[[], bool],
        what: str,
        names: Sequence[str],
        patience: float = 120,
        place: Callable[[], object] = lambda: None,
    ) -> None:
        """Returns when the condition holds. Raises Trouble when a process keeps ending, or when it does not hold and
        `place` (how far things are) stays the same for `patience` seconds."""
        clock = asyncio.get_running_loop().time
        seen, since = place(), clock()
        while not await asyncio.to_thread(condition):
            for name in names:
                if self.supervisor.children[name].restarts >= TOO_OFTEN:
                    raise Trouble(self._log_says(f"{name} ended {TOO_OFTEN} times", name))
            if (now_at := place()) != seen:
                seen, since = now_at, clock()
            elif clock() - since > patience:
                raise Trouble(self._log_says(f"{what} after {patience:g} s", names[0]))
            await asyncio.sleep(POLL_S)

    def write(self) -> None:
        """Write `system.json` as things are now."""
        system.System(
            data=self.data.absolute(),
            started_at=self.started_at,
            supervisor=system.Running(pid=os.getpid(), created=system.created(os.getpid())),
            nats_url=self.server.url,
            nats_port=self.server.port,
            monitor_port=self.server.monitor_port,
            dashboard_url=self.dashboard_url,
            dashboard_port=self.dashboard_port,
            demo=self.options.demo is not None,
            ready=self.is_ready,
            processes={
                name: system.Running(
                    pid=child.pid,
                    created=system.created(child.pid),
                    health_port=self.health_ports.get(name),
                    restarts=child.restarts,
                )
                for name, child in self.supervisor.children.items()
                if child.pid is not None
            },
        ).write()

    async def _provision(self) -> None:
        async with await connect(self.server.url, "admin", self.server.keys, name="up") as bus:
            await provision(bus, monitor=self.server.monitor, room=disk_room(self.data))
            if self.options.demo and progress.read(self.data) is None:
                await self._keep_apart(bus)
                self.options.demo.write(self.data)

    async def _keep_apart(self, bus: Bus) -> None:
        """What is synthetic must not get among what is real."""
        if (await bus.api(f"STREAM.INFO.{INTAKE}"))["state"]["messages"]:
            raise Trouble(
                f"{self.data} holds reports that are not the demo's, and the demo would mix with them: "
                "give the demo another data directory (--data), or start without it (--no-demo)."
            )

    def _broker(self) -> Launch:
        self.server.grant()  # the configuration as it has to be now
        return Launch([executable(), "-c", str(self.server.folder / "nats-server.conf")], BROKER_MEMORY | os.environ)

    def _spec(self, service: str) -> Spec:
        return Spec(service, partial(self._service, service))

    def _service(self, name: str) -> Launch:
        return self._python(f"services.{name}", self._settings(name))

    def _next_evaluation(self, generation: int, snapshot: Path | None) -> Launch:
        more = {"NENEP_GENERATION": str(generation)} | ({"NENEP_SNAPSHOT": str(snapshot)} if snapshot else {})
        return self._python(f"services.{EVALUATION}", self._settings(NEXT) | more)

    def _moved(self) -> None:
        self.health_ports[EVALUATION] = self.health_ports.pop(NEXT)

    def _settings(self, name: str) -> dict[str, str]:
        port = self.health_ports.get(name)
        if port is None or not is_free(port):
            (port,) = free_ports(1)
            self.health_ports[name] = port
        return {"NENEP_HEALTH_PORT": str(port)} | (BACKDATING if self.options.demo else {})

    def _dashboard(self) -> Launch:
        return self._python("dashboard", {"NENEP_DASHBOARD_PORT": str(self.dashboard_port)})

    def _python(self, module: str, more: Mapping[str, str] = {}) -> Launch:
        env = {
            "PYTHONUNBUFFERED": "1",
            "MALLOC_ARENA_MAX": "2",  # each thread's own arena keeps memory that nobody uses
            **os.environ,
            "NENEP_NATS_URL": self.server.url,
            "NENEP_KEYS": str(self.server.keys.absolute()),
            "NENEP_DATA": str(self.data.absolute()),
            **more,
        }
        return Launch([sys.executable, "-m", module], env)

    def _service_is_ready(self, service: str) -> bool:
        if report := health(self.health_ports[service]):
            self._places[service] = report.get("position")
        return bool(report.get("ready"))

    def _log_says(self, what: str, name: str) -> str:
        log = self.data / "logs" / f"{name}.log"
        lines: Sequence[str] = tail(log, 15)
        return "\n  ".join([f"{what}; the end of {log} says:", *lines]) if lines else f"{what}; {log} is empty."


BROKER_MEMORY = {"GOGC": "50"}
"""Go's collector twice as eager: a third less memory for the broker beside everything else on one machine."""
BACKDATING = {"NENEP_BACKDATING_DAYS": "-1"}
"""The demo tells of the past: its reports' own times are believed however old."""


def disk_room(data: Path) -> int:
    """Bytes that all streams together may take on this disk; a power of two, so that it rarely changes."""
    share = int(psutil.disk_usage(str(data)).free * DISK_SHARE)
    return 1 << max(0, share.bit_length() - 1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own process on loopback
            return bool(answer.status == 200)
    except (OSError, HTTPException):
        return False
