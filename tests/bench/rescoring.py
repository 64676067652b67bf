"""Re-scoring at the scale of a city, a province and a nation, beside one SQL statement, a plain fold and a runner."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
from eventsourcing.application import Application
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner

from services.evaluation.allocator import KEEPS
from services.evaluation.running.running import open_evaluation
from tests.bench.bare import Note
from tests.bench.by_fold import Fold, committees, events
from tests.bench.figures import Section
from tests.bench.nation import A_YEAR, write

CITY, PROVINCE, NATION = 171, 1_700, 263_000
GROWTH = (625, 6_250, 62_500, 625_000)
"""Cells, each with a year of 16 meetings: 10,000 to 10,000,000 sheets."""
MEMORY, SMALL = "1GB", "256MB"
GB, MB = 2**30, 2**20
FOLDED, RUN = 1_000, 150
"""Cells whose year is folded in plain Python, and by a ProjectionRunner."""


@dataclass(frozen=True)
class Measured:
    """What one child process reported."""

    rows: int
    seconds: float
    peak: int
    digest: str

    @property
    def rate(self) -> float:
        """Sheets a second."""
        return self.rows / self.seconds

    def words(self) -> str:
        """For a table."""
        return f"{self.seconds:,.2f} s, {self.rate:,.0f} sheets/s, peak {self.peak / MB:,.0f} MB"


def measured() -> list[Section]:
    """Three sections: a nation's year, smaller territories, growth."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        return [nation(home), territories(home), growth(home)]


def way(name: str, path: Path, memory: str = MEMORY, times: int = 3) -> Measured:
    """One measurement in a process of its own, the best of some."""
    command = [sys.executable, "-m", "tests.bench.rescored", name, str(path), memory, str(times)]
    done = subprocess.run(command, check=True, capture_output=True, env=os.environ | KEEPS)
    return Measured(**orjson.loads(done.stdout))


def written(home: Path, cells: int, years: int = 1) -> Path:
    """The file of a generated history."""
    path = home / f"{cells}-{years}.duckdb"
    write(path, cells, years).close()
    os.sync()  # what is still to be written to disk would be written while it is read
    return path


def nation(home: Path) -> Section:
    """A nation's year: scoring, and the same by other means."""
    section = Section(
        "Re-scoring a nation's year",
        f"{NATION:,} generated cells, one year, {NATION * A_YEAR:,} sheets, 15 % of them corrected; set E: latest "
        "versions, runs of excuses, marks, bounds, grades, from the history's file to every score in memory. "
        f"Best of three; DuckDB's limit {MEMORY}. Beside it, with equal results: one hand-written DuckDB statement; "
        f"plain Python, event by event, for {FOLDED:,} cells; and for {RUN} cells `eventsourcing`'s ProjectionRunner "
        "(in memory). A run of that year with its receipt: against what is in force, every table in files, DuckDB's "
        f"limit {SMALL}, `NENEP_RUN_MEMORY` 1 GB; once.",
    )
    path = written(home, NATION)
    ours, sql = way("engine", path), way("statement", path)
    if ours.digest != sql.digest:
        raise AssertionError("scoring and the hand-written statement do not say the same")
    section.most("every score", ours.seconds, aim=5)
    section.rate("rate", ours.rate, what="sheets/s")
    section.most("peak memory", ours.peak / GB, aim=4, what="GB")
    section.add("one SQL statement", sql.words())
    section.most("times the statement", ours.seconds / sql.seconds, aim=1.5, what="×", digits=2)
    fold, runner = folded(path), projected(path)
    section.rate("plain Python fold", fold, what="sheets/s")
    section.add("faster than the fold", f"{ours.rate / fold:,.0f} ×")
    section.rate("ProjectionRunner", runner, what="sheets/s")
    section.add("faster than the runner", f"{ours.rate / runner:,.0f} ×")
    whole = way("run", path, SMALL, times=1)
    section.most("a run with its receipt", whole.seconds)
    section.most("its peak memory", whole.peak / GB, aim=4, what="GB")
    path.unlink()
    return section


def territories(home: Path) -> Section:
    """Ten years of a province, and a draft over a city's year."""
    section = Section(
        "Re-scoring a province, what-if of a city",
        f"Ten years of {PROVINCE:,} cells as above. A run of a city: {CITY} cells, seven years, against what is in "
        "force, every table of its result. A what-if: a draft compared with what is in force for the city's last year, "
        "its facts in memory.",
    )
    province = way("engine", written(home, PROVINCE, years=10))
    section.most(f"{province.rows:,} sheets of a province", province.seconds, aim=1, digits=2)
    section.add("rate, memory", province.words())
    city = written(home, CITY, years=7)
    section.most("a run of a city's seven years", way("run", city).seconds, digits=2)
    section.most("what-if of a city's year", way("what-if", city).seconds * 1000, aim=100, what="ms")
    return section


def growth(home: Path) -> Section:
    """From ten thousand to ten million sheets, in little memory."""
    section = Section(
        "How re-scoring grows",
        f"The grades of a year counted, batch by batch, with DuckDB's limit at {SMALL} (`NENEP_HISTORY_MEMORY`). "
        "Linear growth is an exponent of 1.",
    )
    found = []
    for cells in GROWTH:
        path = written(home, cells)
        found.append(way("distribution", path, SMALL))
        section.add(f"{found[-1].rows:,} sheets", found[-1].words())
        path.unlink()
    steps = pairwise(found[1:])
    exponents = [math.log(b.seconds / a.seconds) / math.log(b.rows / a.rows) for a, b in steps]
    section.most("exponent from 100,000 sheets on", max(exponents), aim=1.1, what="", digits=2)
    section.most("peak memory at ten million", found[-1].peak / GB, aim=1.5, what="GB")
    return section


def folded(path: Path) -> float:
    """Sheets a second of a fold in plain Python."""
    con = open_evaluation(path, MEMORY)
    lines, fold = events(con, FOLDED), Fold(committees(con))
    con.close()
    began = time.perf_counter()
    for line in lines:
        fold.take(orjson.loads(line))
    return len(fold.scores()) / (time.perf_counter() - began)


class Folding(Projection[POPOTrackingRecorder]):
    """The same fold as a projection."""

    name = "folding"
    fold: Fold

    def process_event(self, domain_event: Any, tracking: Any) -> None:
        """Takes the event in and records the position."""
        self.fold.take(domain_event.said)
        self.view.insert_tracking(tracking)


def projected(path: Path) -> float:
    """Sheets a second of the library's runner; what it costs to store the events first is not counted."""
    con = open_evaluation(path, MEMORY)
    said, Folding.fold = [orjson.loads(line) for line in events(con, RUN)], Fold(committees(con))
    con.close()
    env = {"PERSISTENCE_MODULE": "eventsourcing.popo"}
    notes = [Note(one) for one in said]
    with ProjectionRunner(
        application_class=Application[Any], projection_class=Folding, view_class=POPOTrackingRecorder, env=env
    ) as runner:
        began = time.perf_counter()
        runner.app.save(*notes)
        runner.wait(len(notes), timeout=600)
        return len(Folding.fold.scores()) / (time.perf_counter() - began)
