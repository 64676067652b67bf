"""`nenep verify`: the history and all scores rebuilt beside the running ones and compared, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from services.chassis.bus import Bus
from services.cli.commands.status import services_of
from services.cli.failures import Exit, Failure
from services.cli.output import AsFormat, Format, console, messages, print_json
from services.cli.place import DEFAULT_DATA, Data, bus_at, locate, run
from services.contracts.receipts import Refused

if TYPE_CHECKING:
    from services.evaluation.verify import Verified


def command(format_: AsFormat = Format.TABLE, data: Data = DEFAULT_DATA) -> None:
    """Rebuild history and scores from the event log and compare them with the running ones, byte for byte.

    Also asks every service whether all that it has stored is in the event log. Exit code 1 on any difference.
    """
    verified, missing = run(_verify(data))
    differences = [*missing, *verified.differences]
    found = {
        "holds": not differences,
        "position": verified.position,
        "rows": dict(verified.rows),
        "differences": differences,
    }
    if format_ is Format.JSON:
        print_json(found)
    else:
        _show(found)
    if differences:
        raise typer.Exit(Exit.WRONG)


async def _verify(data: Data) -> tuple[Verified, list[str]]:
    from services.evaluation.verify import verify  # the whole engine, which no other command needs

    out = messages()
    with Progress(
        TextColumn("rebuilding from the event log"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=out,
        transient=True,
        disable=not out.is_terminal,
    ) as bars:
        task = bars.add_task("", total=None)
        async with bus_at(locate(data)) as bus:
            try:
                verified = await verify(bus, lambda done, of: bars.update(task, completed=done, total=of))
            except Refused as refused:
                raise Failure(f"Evaluation cannot be verified: {refused}", Exit.TIMEOUT) from refused
            return verified, await _missing(bus)


async def _missing(bus: Bus) -> list[str]:
    """What the services' own stores hold and the event log does not, or the other way round."""
    return [problem for service in await services_of(bus) for problem in service["problems"]]


def _show(found: dict[str, Any]) -> None:
    out = console()
    rows = ", ".join(f"{count:,} rows of {table}" for table, count in found["rows"].items())
    if found["holds"]:
        out.print(Text("✓ ", style="green").append(f"equal, byte for byte, at position {found['position']:,}: {rows}"))
        return
    for difference in found["differences"]:
        out.print(Text("✗ ", style="bold red").append(difference, style="not bold default"))
