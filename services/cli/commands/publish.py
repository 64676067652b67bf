"""`nenep publish`: a unit's reports in, one receipt a line out."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.nats.keys import unit_identity
from services.cli.failures import Exit, Failure
from services.cli.letter import Unanswered
from services.cli.lines import Entry, read_line, read_lines
from services.cli.output import many, messages
from services.cli.place import DEFAULT_DATA, Data, Place, bus_at, locate, run
from services.cli.publishing import publish
from services.cli.values import unit_code
from services.contracts.receipts import Outcome

STDIN = Path("-")
CHUNK = 65_536


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
            f"Rejected: {counts[Outcome.REJECTED]} of {many(total, 'line')}. The receipts say why.", Exit.REJECTED
        )


async def _publish(file: Path, unit: str, patience: float, place: Place, counts: dict[Outcome, int]) -> None:
    out = sys.stdout
    with ExitStack() as opened, _progress() as progress:
        task = progress.add_task(f"publishing as {unit}", total=None)
        sent = 0

        def count_sent() -> None:
            nonlocal sent
            sent += 1

        if file == STDIN:
            entries: AsyncIterable[Entry] | Iterable[Entry] = _arriving(sys.stdin.fileno(), unit)
        else:
            entries = read_lines(opened.enter_context(_opened(file)), unit)
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
    try:
        return file.open("rb")
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.") from error


async def _arriving(source: int, unit: str) -> AsyncIterator[Entry]:
    """Lines of a pipe (a file descriptor) as they come: receipts are printed while no new line is there.

    Read by a daemon thread and without Python's buffers: nothing can interrupt a blocked read, and neither Ctrl-C nor
    the interpreter's end must wait for it or for a lock that it holds.
    """
    chunks: asyncio.Queue[list[bytes] | None] = asyncio.Queue(100)
    loop = asyncio.get_running_loop()

    def hand_over(lines: list[bytes] | None) -> None:
        asyncio.run_coroutine_threadsafe(chunks.put(lines), loop).result()

    def read() -> None:
        begun: list[bytes] = []
        while chunk := os.read(source, CHUNK):
            whole, newline, rest = chunk.rpartition(b"\n")
            if newline:
                hand_over((b"".join(begun) + whole).split(b"\n"))
                begun.clear()
            begun.append(rest)
        hand_over([b"".join(begun)])
        hand_over(None)

    threading.Thread(target=read, daemon=True, name="stdin").start()
    number = 0
    while (lines := await chunks.get()) is not None:
        for line in lines:
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
