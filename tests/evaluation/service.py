"""The evaluation service as a process of its own, for tests with the real broker."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from services.chassis.asking import ask
from services.chassis.bus import Bus, BusError
from services.contracts.queries import Nothing
from tests.conftest import NatsSystem


class EvaluationProcess:
    """`python -m services.evaluation` on a broker, with its data in a folder; killed at the end of the block."""

    def __init__(self, system: NatsSystem, data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.log = (data / "evaluation.log").open("ab")
        environment = {"NENEP_NATS_URL": system.url, "NENEP_KEYS": str(system.keys), "NENEP_DATA": str(data)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "services.evaluation"], env={**os.environ, **environment}, stderr=self.log
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
