"""Two instances of a service over one store, two relays: they do no harm, and either may die."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import pytest

from tests.faults.flow import flowing

pytestmark = pytest.mark.anyio
TWINNED = ("registry", "meetings")
"""Of evaluation there is one at a time: its history is one process's."""


async def test_two_instances_at_once_do_no_harm(tmp_path: Path, seed: int) -> None:
    dice = Random(seed)
    async with flowing(tmp_path) as flow:
        system = flow.system
        await flow.more(50)
        twins = [system.add(service, f"{service}-2") for service in TWINNED]
        for twin in twins:
            twin.start()
        await system.ready()
        await flow.more(300)
        for service in TWINNED:
            victim = dice.choice([service, f"{service}-2"])
            await asyncio.sleep(dice.uniform(0, 0.5))  # the random moment
            system.kill(victim)
            await flow.more(100)
            await system.start(victim)
        await flow.more(100)
        await flow.balanced()
        assert not any(process.deaths for process in system.processes.values())
