"""`nenep demo`: the synthetic history as a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from services.chassis.clock import local_day, now
from services.cli.failures import Failure
from services.cli.output import many, messages
from services.cli.values import day
from services.cli.values import years as parse_years
from services.contracts.cloudevents import CloudEvent
from services.demo import history

STDOUT = Path("-")


def command(
    out: Annotated[Path, typer.Option("--out", help="The file to write (NDJSON); - writes to standard output.")],
    years: Annotated[
        range, typer.Option(parser=parse_years, metavar="YEARS", help="A year or a span, like 2019-2025.")
    ],
    seed: Annotated[int, typer.Option(help="The same seed gives the same file, byte for byte.", min=0)] = 1,
    until: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DATE", help="Nothing recorded after this day (default: today)."),
    ] = None,
) -> None:
    """Write the synthetic history of Lai Châu city as reports, one structured CloudEvent a line.

    Every event's source begins with urn:nennep:demo and ends with the unit that publishes it.
    """
    events = history(seed, years[0], years[-1], until or local_day(now()))
    count = _write(sys.stdout.buffer, events) if out == STDOUT else _write_file(out, events)
    messages().print(f"{many(count, 'report')} written to {out}", markup=False)


def _write_file(out: Path, events: Iterable[CloudEvent]) -> int:
    """The whole file or none: it gets its name when it is complete."""
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            count = _write(file, events)
        draft.replace(out)
    except OSError as error:
        raise Failure(f"{out} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return count


def _write(file: BinaryIO, events: Iterable[CloudEvent]) -> int:
    count = 0
    for event in events:
        file.write(event.structured() + b"\n")
        count += 1
    return count
