"""The evaluation service as a process of its own, for tests with the real broker."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from deploy.embedded.ports import free_ports
from services.chassis.asking import ask
from services.chassis.bus import Bus, BusError
from services.contracts.alerts import Rule
from services.contracts.queries import Nothing
from tests.conftest import NatsSystem
from tests.system import until


class EvaluationProcess:
    """`python -m services.evaluation` on a broker, with its data in a folder; killed at the end of the block.

    It raises no alerts unless `alerts_off` is given: what is not yet well on the day of the test is nothing to a test.
    """

    def __init__(self, system: NatsSystem, data: Path, module: str = "services.evaluation", **settings: object) -> None:
        data.mkdir(parents=True, exist_ok=True)
        (self.port,) = free_ports(1)
        self.said = data / f"evaluation-{self.port}.log"
        self.log = self.said.open("ab")
        environment = {
            "NENEP_NATS_URL": system.url,
            "NENEP_KEYS": str(system.keys),
            "NENEP_DATA": str(data),
            "NENEP_HEALTH_PORT": str(self.port),
            "NENEP_ALERTS_OFF": ",".join(Rule),
            **{f"NENEP_{name.upper()}": str(value) for name, value in settings.items()},
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", module], env={**os.environ, **environment}, stderr=self.log
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()

    def kill(self) -> None:
        """Ends it at once, without a chance to clean up."""
        self.process.kill()
        self.process.wait()
        self.log.close()

    def stop(self) -> int:
        """Asks it to end and returns its exit code."""
        self.process.terminate()
        return self.process.wait(20)

    async def health(self) -> dict[str, Any]:
        """What its health check says; empty when nothing answers."""

        def look() -> dict[str, Any]:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as answer:
                    return dict(orjson.loads(answer.read()))
            except urllib.error.HTTPError as error:
                return dict(orjson.loads(error.read()))
            except OSError:
                return {}

        return await asyncio.to_thread(look)

    async def says(self, **wanted: object) -> dict[str, Any]:
        """Returns its health check's words as soon as they are these."""

        async def look() -> dict[str, Any] | None:
            assert self.process.poll() is None, f"the service ended by itself: {self.said.read_text()[-3000:]}"
            found = await self.health()
            return found if wanted.items() <= found.items() else None

        return dict(await until(f"the health check says {wanted}", look))

    def answers(self, asker: Bus) -> Callable[[], Awaitable[bool]]:
        """A condition: it answers its status and is ready."""

        async def ready() -> bool:
            assert self.process.poll() is None, "the service ended by itself: see its log"
            try:
                answer = await ask(asker, "evaluation", "status", Nothing(), timeout=2)
            except BusError:
                return False
            return b'"ready":true' in answer.body

        return ready
