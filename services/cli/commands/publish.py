"""`nenep publish`: a unit's reports in, one receipt a line out."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.nats.keys import unit_identity
from services.cli.failures import Exit, Failure
from services.cli.lines import Entry, read_line, read_lines
from services.cli.output import messages
from services.cli.place import DEFAULT_DATA, Data, Place, bus_at, locate, run
from services.cli.publisher import Unanswered
from services.cli.publishing import publish
from services.cli.values import unit_code
from services.contracts.receipts import Outcome

STDIN = Path("-")


def command(
    file: Annotated[Path, typer.Argument(help="NDJSON, one structured CloudEvent a line; - reads standard input.")],
    unit: Annotated[str, typer.Option("--as", help="The unit that publishes (see `nenep grant`).", callback=unit_code)],
    patience: Annotated[float, typer.Option(help="Give up when nothing moved for so many seconds.", min=0.1)] = 30.0,
    data: Data = DEFAULT_DATA,
) -> None:
    """Publish reports and print one receipt a line (NDJSON), in the order of the lines.

    A line that is no CloudEvent, of an unknown type or too large gets its rejection here (position 0); the others go
    on. Exit code 0 when all were accepted or duplicates, 3 when some were rejected, 5 when receipts did not come.
    """
    counts = dict.fromkeys(Outcome, 0)
    try:
        run(_publish(file, unit, patience, locate(data), counts))
    except Unanswered as error:
        raise Failure(
            f"{error}. Look at `nenep status`, then publish the same lines again: what was taken in already will be a "
            "duplicate.",
            Exit.TIMEOUT,
        ) from error
    if counts[Outcome.REJECTED]:
        total = sum(counts.values())
        raise Failure(
            f"{counts[Outcome.REJECTED]} of {total} lines were rejected: their receipts say why.", Exit.REJECTED
        )


async def _publish(file: Path, unit: str, patience: float, place: Place, counts: dict[Outcome, int]) -> None:
    out = sys.stdout
    with _opened(file) as source, _progress() as progress:
        task = progress.add_task(f"publishing as {unit}", total=None)
        sent = 0

        def count_sent() -> None:
            nonlocal sent
            sent += 1

        entries = _arriving(source, unit) if file == STDIN else read_lines(source, unit)
        async with bus_at(place, unit_identity(unit)) as bus:
            async for receipt in publish(bus, unit, entries, patience=patience, sent=count_sent):
                out.write(receipt.model_dump_json() + "\n")
                counts[receipt.outcome] += 1
                done = sum(counts.values())
                if done == sent:
                    out.flush()  # whoever reads along sees the receipts as soon as there is nothing more to come
                progress.update(task, completed=done, total=max(sent, done))
    out.flush()


def _opened(file: Path) -> BinaryIO:
    if file == STDIN:
        # an own reader: the interpreter wants the lock of sys.stdin when it ends, and the blocked thread holds it
        return open(0, "rb", closefd=False)
    try:
        return file.open("rb")
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.") from error


async def _arriving(source: BinaryIO, unit: str) -> AsyncIterator[Entry]:
    """Lines of a pipe as they come, so that receipts are printed while no new line is there.

    Read by a daemon thread: nothing can interrupt a blocked read, and Ctrl-C must not wait for it.
    """
    lines: asyncio.Queue[bytes | None] = asyncio.Queue(1000)
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in source:
            asyncio.run_coroutine_threadsafe(lines.put(line), loop).result()
        asyncio.run_coroutine_threadsafe(lines.put(None), loop).result()

    threading.Thread(target=read, daemon=True, name="stdin").start()
    number = 0
    while (line := await lines.get()) is not None:
        number += 1
        if text := line.strip():
            yield read_line(text, number, unit)


def _progress() -> Progress:
    out = messages()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=out,
        transient=True,
        disable=not out.is_terminal,
    )
