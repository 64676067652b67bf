"""`nenep export`: everything the services recorded, as a file that `nenep rescore --events` reads anywhere."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, cast

import orjson
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.chassis.bus import Bus
from services.cli.failures import Failure
from services.cli.output import many, messages
from services.cli.place import DEFAULT_DATA, OPERATOR, Data, bus_at, locate, run
from services.contracts.bus import EVENTS
from services.contracts.cloudevents import CloudEvent, attributes

if TYPE_CHECKING:
    from services.chassis.tail import Arrived

STDOUT = Path("-")


def command(
    out: Annotated[Path, typer.Option("--out", help="The file to write (NDJSON); - writes to standard output.")],
    data: Data = DEFAULT_DATA,
) -> None:
    """Write every recorded event up to now, one structured CloudEvent a line, in the order of the event stream.

    The file is the whole history: `nenep rescore --events FILE` scores it with nothing running, and comes to the same.
    """
    place = locate(data)

    async def export(file: BinaryIO) -> int:
        async with bus_at(place) as bus:
            return await _export(bus, file)

    if out == STDOUT:
        count = run(export(sys.stdout.buffer))
    else:
        draft = out.with_name(f".{out.name}.{os.getpid()}")
        try:
            with draft.open("wb") as file:
                count = run(export(file))
            draft.replace(out)
        except OSError as error:
            raise Failure(f"{out} cannot be written: {error.strerror}.") from error
        finally:
            draft.unlink(missing_ok=True)
    messages().print(f"{many(count, 'event')} written to {out}", markup=False)


async def _export(bus: Bus, file: BinaryIO) -> int:
    from services.chassis.tail import tail

    end = int((await bus.api(f"STREAM.INFO.{EVENTS}"))["state"]["last_seq"])
    count = 0
    if not end:
        return count
    columns = (TextColumn("exporting"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    out = messages()
    following = tail(bus, EVENTS, "evt.>", OPERATOR, 0)
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        task = bar.add_task("exporting", total=end)
        async with aclosing(cast("AsyncGenerator[list[Arrived]]", following)) as batches:
            async for batch in batches:
                for arrived in batch:
                    if arrived.position <= end:
                        file.write(line(arrived) + b"\n")
                        count += 1
                bar.update(task, completed=min(batch[-1].position, end))
                if batch[-1].position >= end:
                    return count
    return count


def line(arrived: Arrived) -> bytes:
    """The event as one structured CloudEvent. Attributes are taken as they are: what is recorded was checked before."""
    given = attributes(arrived.headers)
    time = datetime.fromisoformat(given["time"]) if "time" in given else None
    known = {name: given[name] for name in CloudEvent.model_fields if name in given}
    return CloudEvent.model_construct(**{**known, "time": time, "data": orjson.loads(arrived.data)}).structured()
