"""The broker is away for longer than any client's patience, or hangs: everybody lives through it."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.flow import flowing
from tests.system import System, until

pytestmark = pytest.mark.anyio


async def watched(system: System, seconds: float) -> dict[str, Counter[int]]:
    """Asks every service for its health all the time while so many seconds pass; counts the answers by status."""
    found: dict[str, Counter[int]] = {name: Counter() for name in system.processes}
    ends = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < ends:
        for name, process in system.processes.items():
            found[name][(await process.health())[0]] += 1
        await asyncio.sleep(0.1)
    return found


async def test_a_broker_that_is_away_for_long(tmp_path: Path, away_s: float) -> None:
    async with flowing(tmp_path) as flow:
        system = flow.system
        await flow.more(100)
        pids = {name: process.pid for name, process in system.processes.items()}
        system.kill("broker")

        async def noticed() -> bool:
            return {(await process.health())[0] for process in system.processes.values()} == {503}

        await until("every service says that it is not ready", noticed)
        answers = await watched(system, away_s)
        assert all(set(counted) == {503} for counted in answers.values()), f"health said {answers}"
        await system.start("broker")
        await flow.more(100)
        await flow.balanced()
        assert {name: process.pid for name, process in system.processes.items()} == pids, "a service was restarted"
        assert not any(process.deaths for process in system.processes.values())


async def test_a_broker_that_hangs(tmp_path: Path, away_s: float) -> None:
    """Stopped, not killed: its connections stay open and nothing answers."""
    async with flowing(tmp_path) as flow:
        system = flow.system
        await flow.more(100)
        assert system.server.process is not None
        system.server.process.send_signal(signal.SIGSTOP)
        try:
            answers = await watched(system, away_s)
        finally:
            system.server.process.send_signal(signal.SIGCONT)
        assert all(counted[0] == 0 for counted in answers.values()), f"health did not answer: {answers}"
        await flow.more(100)
        await flow.balanced()
        assert not any(process.deaths for process in system.processes.values())
