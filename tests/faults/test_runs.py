"""A run that was asked for is carried out, whatever becomes of the evaluation that was asked."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from random import Random

import pytest

from services.chassis.asking import ask
from services.chassis.bus import BusError
from services.contracts.queries import Nothing
from services.contracts.rescoring import Lens, RescoreOf, RunOf, RunProgress, Runs, RunState
from tests.faults.flow import Flow, flowing
from tests.system import until

pytestmark = pytest.mark.anyio


async def test_a_run_outlives_an_evaluation_that_is_killed(tmp_path: Path, rounds: int, seed: int) -> None:
    dice, asked = Random(seed), list[str]()
    async with flowing(tmp_path, pause_s=0.25) as flow:  # some go on coming: what a run sees must not matter
        await flow.more(50)
        for n in range(1 + rounds):
            question = RescoreOf(after=Lens(set="an-phu-2025"), first="2019-01", last=f"2026-{n % 12 + 1:02}")
            begun = await until("it is begun", partial(_progress, flow, "rescore", question))
            asked.append(begun.run)
            await asyncio.sleep(dice.uniform(0, 0.05))  # the random moment
            flow.system.kill("evaluation")
            await flow.system.start("evaluation")
        for run in asked:
            await until(f"the run {run} is done", partial(_done, flow, run))
        await until("every run is recorded once", partial(_recorded, flow, asked))
        await flow.balanced()


async def _progress(flow: Flow, query: str, question: RescoreOf | RunOf) -> RunProgress | None:
    """The answer; None as long as there is no evaluation to give one."""
    try:
        return (await ask(flow.operator, "evaluation", query, question, timeout=5)).model(RunProgress)
    except (BusError, TimeoutError):
        return None


async def _done(flow: Flow, run: str) -> bool:
    told = await _progress(flow, "run", RunOf(run=run))
    assert told is None or told.state in (RunState.RUNNING, RunState.DONE), told.problem
    return told is not None and told.state is RunState.DONE


async def _recorded(flow: Flow, asked: list[str]) -> bool:
    known = (await ask(flow.operator, "evaluation", "runs", Nothing(), timeout=20)).model(Runs)
    found = [line.receipt.run for line in known.runs]
    assert len(found) == len(set(found))
    return set(asked) <= set(found)
