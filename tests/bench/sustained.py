"""Events a second: accepted, and accepted and scored, with a publisher that never lets the services rest."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

import orjson
import psutil

from services.chassis.bus import Bus
from services.contracts.bus import SERVICES
from tests.bench.figures import Section
from tests.load import ROOT, Ready, founding, held, meetings
from tests.system import System, until
from tests.ward import Ward

CELLS, MONTHS = 1_000, 90
UNANSWERED, TOGETHER = 2_000, 100
"""Reports without a receipt at a time: enough that no service ever waits for the publisher; and stored in one go."""
SETTINGS = {"patience": "60", "backdating_days": "-1"}
LAST = "C0001"


@dataclass(frozen=True)
class Run:
    """One run: reports answered, seconds until the last receipt and the last score, CPU seconds by process."""

    reports: int
    answered_s: float
    scored_s: float
    cpu: dict[str, float]


async def measured(seconds: float, ceiling: float | None) -> list[Section]:
    """Both runs, as sections."""
    accepted = await run(seconds, ("registry", "meetings"))
    scored = await run(seconds, SERVICES)
    rate = accepted.reports / accepted.answered_s
    both = scored.reports / scored.scored_s
    section = Section(
        "Sustained",
        f"One unit publishes for {seconds:g} s sheets and self-assessments of {CELLS:,} cells, month by month, "
        f"{TOGETHER} at a time, at most {UNANSWERED:,} without a receipt. Accepted: until the last receipt, evaluation "
        "not running. Accepted and scored: all services, until the score that the last report changed was published.",
    )
    section.rate("accepted", rate)
    section.rate("accepted and scored", both, aim=2_000)
    if ceiling:
        share = rate / ceiling
        section.add("accepted, share of the bare chain", f"{share:.2f}", ">= 0.50", share >= 0.5)
        section.add("accepted and scored, share of the bare chain", f"{both / ceiling:.2f}")
    for name, one in (("accepted", accepted), ("accepted and scored", scored)):
        micro = {process: 1e6 * spent / one.reports for process, spent in one.cpu.items()}
        words = ", ".join(f"{process} {spent:,.0f}" for process, spent in micro.items())
        section.add(f"CPU a report when {name}", f"{sum(micro.values()):,.0f} µs ({words})")
    return [section]


async def run(seconds: float, services: Sequence[str]) -> Run:
    """Publishes for so many seconds to a fresh system with these services."""
    with tempfile.TemporaryDirectory() as folder:
        async with System(Path(folder), [ROOT], services, settings=SETTINGS) as system, await system.unit(ROOT) as unit:
            ward = await Ward(unit, window=UNANSWERED).open()
            await ward.publish(founding(CELLS))
            await until("the cells are founded", lambda: _answered(ward, CELLS + 1))
            reports = list(islice(meetings(CELLS, date(2019, 1, 1), MONTHS, dated=True), int(seconds * 4_000)))
            before, began, base = cpu(system), time.perf_counter(), ward.answered
            published = await publish(ward, reports, began + seconds, base)
            await until("every report is answered", lambda: _answered(ward, base + published))
            answered_s = time.perf_counter() - began
            if "evaluation" in services:
                await last_score(system, ward)
            return Run(published, answered_s, time.perf_counter() - began, cpu(system, before))


async def publish(ward: Ward, reports: Sequence[Ready], ends: float, base: int) -> int:
    """Publishes until then, never more than `UNANSWERED` ahead of the receipts; returns how many."""
    some: Iterator[Ready] = iter(reports)
    sent = 0
    while time.perf_counter() < ends:
        room = UNANSWERED - (sent - (ward.answered - base))
        if room >= TOGETHER and (chunk := list(islice(some, TOGETHER))):
            await ward.publish_together(chunk)
            sent += len(chunk)
        else:
            await asyncio.sleep(0.002)  # there is no room until receipts come
    return sent


async def last_score(system: System, ward: Ward) -> None:
    """Publishes one more sheet and returns when its score is out: everything before it is scored then."""
    async with await system.bus("operator") as operator:
        day = date(2026, 10, 3)
        out = asyncio.Event()
        await on_score(operator, LAST, lambda cell, period: out.set() if period == f"{day:%Y-%m}" else None)
        await ward.publish([held(LAST, day, 1)])
        await asyncio.wait_for(out.wait(), 600)


async def on_score(operator: Bus, cell: str, told: object) -> None:
    """Calls `told(cell, period)` for every published score of a cell (`*`: of any)."""

    async def take(message: object) -> None:
        said = orjson.loads(message.data)  # type: ignore[attr-defined]
        told(said["cell"], said["period"])  # type: ignore[operator]

    await operator.subscribe(f"evt.evaluation.ScoreChanged.*.{cell}", take)


def cpu(system: System, before: dict[str, float] | None = None) -> dict[str, float]:
    """CPU seconds of every process (this one is `publisher`), less those `before`."""
    assert system.server.process is not None
    pids = {"broker": system.server.process.pid, **{name: one.pid for name, one in system.processes.items()}}
    found = {name: sum(psutil.Process(pid).cpu_times()[:2]) for name, pid in pids.items()}
    found["publisher"] = time.process_time()
    return {name: spent - (before or {}).get(name, 0.0) for name, spent in found.items()}


async def _answered(ward: Ward, count: int) -> bool:
    assert not ward.refused, ward.refused[:3]
    return ward.answered >= count
