"""Criteria sets are published and amended, and grades decided, while evaluation is killed again and again."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import pytest

from services.evaluation.verify import verify
from tests.evaluation.publishing.said import document
from tests.faults.flow import CELLS, flowing
from tests.load import ROOT, Ready, codes, report

pytestmark = pytest.mark.anyio
MONTHS = 10


def decided(n: int) -> Ready:
    """The list of a month's grades, of all cells; of nearly all of those months nobody knows a meeting yet."""
    grades = [{"cell": cell, "grade": "good", "points": 91} for cell in codes(CELLS)]
    said = {"list": f"list-{n}", "period": f"2026-{n % MONTHS + 1:02}", "decided_on": "2026-11-01", "grades": grades}
    return report(ROOT, "evaluation", "GradesDecided", f"grades-{n}", said)


async def test_evaluation_killed_while_criteria_change_loses_none_and_scores_by_all(
    tmp_path: Path, rounds: int, seed: int
) -> None:
    dice, amendments = Random(seed), 0
    async with flowing(tmp_path) as flow:
        system = flow.system
        await flow.more(100)
        for n in range(2 + 4 * rounds):
            kind = "CriteriaAmended" if n else "CriteriaPublished"
            whole = document(since="2020-01-01", units=[ROOT], minutes=61 + n)
            said = report(ROOT, "evaluation", kind, f"criteria-{n}", {"document": whole, "reason": f"number {n}"})
            both = (said, decided(n))
            flow.published += both
            await flow.ward.publish(both)
            amendments += 1
            await asyncio.sleep(dice.uniform(0, 0.4))  # the random moment
            system.kill("evaluation")
            await asyncio.sleep(dice.uniform(0, 0.2))
            await system.start("evaluation")
            await flow.more(10)
        await flow.balanced()
        verified = await verify(flow.operator, folder=tmp_path)
        assert verified.rows["criteria"] == amendments
        assert verified.rows["grades"] == min(amendments, MONTHS) * CELLS, "what is said again changes nothing"
        assert not any(process.deaths for process in system.processes.values())
