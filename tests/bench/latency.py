"""From the publishing of a sheet to its receipt and to its published score, at a steady pace."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from tests.bench.figures import Section
from tests.bench.sustained import SETTINGS, on_score
from tests.load import ROOT, Ready, codes, founding, held, months
from tests.system import System, until
from tests.ward import Ward

CELLS, PACE = 500, 200


async def measured(seconds: float) -> Section:
    """The section."""
    section = Section(
        f"Latency at {PACE} events/s",
        f"Sheets of {CELLS} cells are published one by one, {PACE} a second, for {seconds:g} s; the clock runs from "
        "the publish until the receipt, and until the score that follows from it, are with a subscriber.",
    )
    reports = sheets(int(PACE * seconds))
    sent: dict[str, float] = {}
    receipts: dict[str, float] = {}
    scores: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        async with (
            System(Path(folder), [ROOT], settings=SETTINGS) as system,
            await system.unit(ROOT) as unit,
            await system.bus("operator") as operator,
        ):
            ward = await Ward(unit).open()
            await ward.publish(founding(CELLS))
            await until("the cells are founded", lambda: _all(ward, CELLS + 1))
            ward.tell(lambda id_, _: receipts.update({id_: time.perf_counter()}))
            await on_score(
                operator, "*", lambda c, p: scores.setdefault(f"h-{c}-{p.replace('-', '')}", time.perf_counter())
            )
            await paced(ward, reports, sent)
            await until("everything is scored", lambda: _scored(scores, len(reports)))
    section.latency("event to receipt", [receipts[id_] - at for id_, at in sent.items()])
    section.latency("event to score", [scores[id_] - at for id_, at in sent.items()], aim_95_ms=300)
    return section


def sheets(count: int) -> list[Ready]:
    """So many sheets, each of another cell's month."""
    found = [held(c, day, n) for n, day in enumerate(months(date(2019, 1, 1), 92)) for c in codes(CELLS)]
    return found[:count]


async def paced(ward: Ward, reports: Iterable[Ready], sent: dict[str, float], pace: float = PACE) -> None:
    """Publishes at the pace, and notes when each was sent."""
    began = time.perf_counter()
    for n, report in enumerate(reports):
        due = began + n / pace
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        sent[report.id] = time.perf_counter()
        await ward.publish([report])
    await ward.confirmed()


async def _all(ward: Ward, count: int) -> bool:
    return ward.answered >= count


async def _scored(scores: dict[str, Any], count: int) -> bool:
    return len(scores) >= count
