"""From the publishing of a sheet to the screen, in a real browser: its square on the board, its line in the ticker."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright

from tests.bench.figures import Section
from tests.bench.up import scored, up
from tests.dashboard.browsing import FLAGS
from tests.load import ROOT, codes, founding, held, meetings, months
from tests.system import until
from tests.ward import Ward

CELLS, PACE, EVERY = 171, 200, 25
WATCH = """
() => {
  const seen = (window.__seen = { squares: {}, lines: {} })
  const grades = new Map()
  const look = () => {
    const now = performance.timeOrigin + performance.now()
    for (const row of root.querySelectorAll('[data-cell][role=row]'))
      for (const square of row.querySelectorAll('[data-grade]')) {
        const key = `${row.dataset.cell}-${square.dataset.month}`
        if (grades.has(key) && grades.get(key) !== square.dataset.grade) seen.squares[key] ??= now
        grades.set(key, square.dataset.grade)
      }
    for (const line of root.querySelectorAll('[data-testid=ticker] a[data-cell]'))
      seen.lines[`${line.dataset.cell}-${line.dataset.period}`] ??= now
  }
  const root = window.__root
  new MutationObserver(look).observe(root, { subtree: true, childList: true, attributes: true })
  look()
}
"""
FIND = "element => { window.__root = element.getRootNode() }"


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Any]:
    """The dashboard's first page in Debian's Chromium, live. Without a browser: None."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        yield None
        return
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        page = await browser.new_page(locale="vi-VN", viewport={"width": 1440, "height": 1000})
        page.set_default_timeout(120_000)
        await page.goto(url)
        await page.locator('[data-testid=badge][data-state="live"]').wait_for()
        yield page
        await browser.close()


async def measured(seconds: float) -> Section:
    """The section."""
    section = Section(
        f"Event to screen at {PACE} events/s",
        f"`nenep up` with {CELLS} cells; reports of past years at {PACE} a second, and among them every {EVERY}th is a "
        "sheet of the current year, timed from its publish until it is in the page of a headless Chromium that shows "
        "the first page (browser and all on the same cores).",
    )
    with tempfile.TemporaryDirectory() as folder, up(Path(folder)) as running:
        await running.ready()
        await asyncio.to_thread(running.grant, ROOT)
        async with (
            await running.bus(f"unit-{ROOT}") as unit,
            await running.bus("operator") as operator,
            opened(running.system.dashboard_url or "") as page,
        ):
            if page is None:
                section.add("event to screen", "not measured: no Chromium here")
                return section
            ward = await Ward(unit).open()
            await ward.publish(founding(CELLS))
            await ward.confirmed()
            await scored(operator)
            await page.locator(f'[role=row][data-cell="{codes(CELLS)[-1]}"] [data-grade]').first.wait_for()
            await page.locator("[role=grid]").evaluate(FIND)
            await page.evaluate(WATCH)
            sent = await talk(ward, int(PACE * seconds))

            async def all_there() -> bool:
                return len(await page.evaluate("Object.keys(window.__seen.squares)")) >= len(sent)

            await until("every square has its grade", all_there, 300)
            seen = await page.evaluate("window.__seen")
    squares = {key: at / 1000 for key, at in seen["squares"].items()}
    lines = {key: at / 1000 for key, at in seen["lines"].items()}
    section.latency(
        "to its square on the board", [squares[_square(key)] - at for key, at in sent.items()], aim_95_ms=1000
    )
    shown = [lines[key] - at for key, at in sent.items() if key in lines]
    if shown:
        section.latency("to its line in the ticker", shown, aim_95_ms=1000)
    section.add("lines that passed unseen", f"{len(sent) - len(shown)} of {len(sent)} (the ticker keeps the newest 40)")
    return section


async def talk(ward: Ward, count: int) -> dict[str, float]:
    """Publishes so many reports at the pace; returns when each probe was sent (epoch seconds) by cell and month."""
    past = iter(meetings(CELLS, date(2023, 1, 1), 36))
    probes = (
        (f"{c}-{day:%Y-%m}", held(c, day, n))
        for n, day in enumerate(months(date(2026, 1, 1), 10))
        for c in codes(CELLS)
    )
    sent: dict[str, float] = {}
    began = time.perf_counter()
    for n in range(count):
        if (wait := began + n / PACE - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        if n % EVERY:
            await ward.publish(islice(past, 1))
        else:
            key, report = next(probes)
            sent[key] = time.time()
            await ward.publish([report])
    await ward.confirmed()
    return sent


def _square(key: str) -> str:
    cell, _, month = key.split("-")
    return f"{cell}-{int(month)}"
