"""A criteria report: tried or sent, and what to print of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from services.cli.grading.trial import tried
from services.cli.output import Format, console
from services.cli.place import locate
from services.cli.reporting import report, send, settle
from services.contracts.base import Contract

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only say everything that would be wrong, and what would be recorded.")
]


def say(one: Contract, unit: str, data: Path, patience: float, format_: Format, *, done: str, dry_run: bool) -> None:
    """Sends the report and prints its receipt (`done` when it is accepted); with `dry_run` only what would come of it.

    Raises Failure with all that is wrong: exit 3 when it was rejected, 1 when it would be.
    """
    place = locate(data)
    if not dry_run:
        settle(send(report("evaluation", unit, one), unit, place, patience), done, format_)
        return
    found = tried(one, unit, place, format_)
    if format_ is Format.JSON:
        return
    for event in found.events:
        force = event["document"]["effective"]
        until = f" to {force['to']}" if force.get("to") else " on"
        words = f"{event['set']} version {event['version']}, {event['status']}, in force from {force['from']}{until}"
        console().print(Text(f"Would be recorded: {words}"))
    if not found.events:
        console().print("It is so already: nothing would change.")
