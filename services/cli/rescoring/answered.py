"""Getting a report: from the running system, with its progress, or from a file of events with nothing running."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.chassis.bus import Bus
from services.cli.failures import Exit, Failure
from services.cli.offline import File, history_of, read_file
from services.cli.output import messages
from services.cli.place import Place, bus_at, problem_words, question
from services.cli.rescoring.report import Report
from services.contracts.receipts import Refused
from services.contracts.rescoring import (
    TABLES,
    RescoreOf,
    ResultOf,
    RunId,
    RunOf,
    RunProgress,
    RunReceipt,
    RunState,
)
from services.evaluation.criteria.load import load_shipped
from services.evaluation.rescoring.result import Rescoring

LOOK_S = 0.15
PAGE = 20_000


async def from_system(place: Place, asked: RescoreOf) -> Report:
    """The report of a run in the running system. Ctrl-C cancels the run there."""
    async with bus_at(place) as bus:
        begun = (await question(bus, "evaluation", "rescore", asked)).model(RunProgress)
        return await _finished(bus, begun)


async def repeated(place: Place, run: RunId) -> Report:
    """The report of a recorded run, carried out again. Raises Failure (exit 1) naming what is not the same."""
    async with bus_at(place) as bus:
        begun = (await question(bus, "evaluation", "repeat", RunOf(run=run))).model(RunProgress)
        return await _finished(bus, begun)


async def _finished(bus: Bus, told: RunProgress) -> Report:
    asked = RunOf(run=told.run)
    try:
        with _bar() as bar:
            task = bar.add_task("re-scoring", total=None)
            while told.state is RunState.RUNNING:
                bar.update(task, description=f"re-scoring {told.stage}", completed=told.done, total=told.total or None)
                await asyncio.sleep(LOOK_S)
                told = (await question(bus, "evaluation", "run", asked)).model(RunProgress)
    except asyncio.CancelledError:
        await question(bus, "evaluation", "cancel", asked)
        raise
    if told.state is RunState.CANCELLED:
        raise Failure(f"The run {told.run} was cancelled; nothing was recorded.", Exit.WRONG)
    if told.receipt is None:
        raise Failure(f"The run {told.run} failed: {told.problem}", Exit.WRONG)
    return Report(told.receipt, await _tables(bus, told.receipt))


async def _tables(bus: Bus, receipt: RunReceipt) -> dict[str, pl.DataFrame]:
    return {name: await _table(bus, receipt.run, name) for name in TABLES if name in receipt.tables}


async def _table(bus: Bus, run: RunId, name: str) -> pl.DataFrame:
    pages = list[pa.Table]()
    got, rows = 0, 1
    while got < rows:
        asked = ResultOf(run=run, table=name, offset=got, limit=PAGE)
        page = (await question(bus, "evaluation", "result", asked)).table()
        rows = int((page.schema.metadata or {})[b"rows"])
        got += page.num_rows
        pages.append(page.replace_schema_metadata(None))
        if not page.num_rows:
            break
    found = pl.from_arrow(pa.concat_tables(pages))
    assert isinstance(found, pl.DataFrame)
    return found


def from_file(path: Path, unit: str | None, asked: RescoreOf, memory: str) -> tuple[Report, list[str]]:
    """The report of what a file tells, and every problem of its lines that could not be taken in."""
    try:
        file = read_file(path, unit)
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}.") from error
    if not file:
        why = f" ({file.refused[0]})" if file.refused else ""
        raise Failure(f"{path} holds no event that can be taken in: reports or recorded events, one a line{why}.")
    try:
        return _told(path, file, asked, memory), file.refused
    except duckdb.Error as error:
        behind: BaseException | None = error
        while behind is not None and not isinstance(behind, duckdb.OutOfMemoryException):
            behind = behind.__context__  # cleaning up after it fails, too
        if behind is None:
            raise
        raise Failure(f"The history does not fit into {memory}: give it more with --memory.") from error


def _told(path: Path, file: File, asked: RescoreOf, memory: str) -> Report:
    with _bar() as bar:
        task = bar.add_task(f"reading {path}", total=len(file))
        sets = load_shipped()
        with history_of(file, sets, memory, lambda done, total: bar.update(task, completed=done, total=total)) as con:
            try:
                rescoring = Rescoring(con, asked, sets)
            except Refused as refused:
                raise Failure("\n".join(map(problem_words, refused.problems))) from refused

            def told(year: str, done: int, total: int) -> None:
                bar.update(task, description=f"re-scoring {year}", completed=done, total=total)

            found = rescoring.carry_out(told)
    return Report.of(found)


@contextmanager
def _bar() -> Iterator[Progress]:
    out = messages()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        yield bar
