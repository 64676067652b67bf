"""`kill -9`, many times, at random moments, with events flowing: of one service, of the broker, of everything."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import pytest

from services.contracts.bus import SERVICES
from tests.faults.flow import flowing

pytestmark = pytest.mark.anyio
VICTIMS = (*SERVICES, "broker", "everything")


async def test_nothing_is_lost_and_nothing_counts_twice_whatever_is_killed(
    tmp_path: Path, rounds: int, seed: int
) -> None:
    dice = Random(seed)
    async with flowing(tmp_path, cells=40 + 20 * rounds) as flow:
        system = flow.system
        await flow.more(100)
        for _ in range(rounds):
            for victim in dice.sample(VICTIMS, len(VICTIMS)):
                await asyncio.sleep(dice.uniform(0, 0.7))  # the random moment
                if victim == "everything":
                    system.kill_everything()
                    names = ["broker", *dice.sample(SERVICES, len(SERVICES))]
                else:
                    pids = {name: process.pid for name, process in system.processes.items()}
                    system.kill(victim)
                    names = [victim]
                await asyncio.sleep(dice.uniform(0, 0.3))
                for name in names:
                    await system.start(name)
                await flow.more(20)
                if victim == "broker":
                    alive = {name: process.pid for name, process in system.processes.items() if process.alive}
                    assert alive == pids, "a service did not survive the broker"
        await flow.balanced()
        deaths = {name: process.deaths for name, process in system.processes.items() if process.deaths}
        assert not deaths, f"ended by themselves: {deaths}"
