"""`nenep criteria publish`: a new criteria set, in force from its own day on."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from pydantic import ValidationError

from services.cli.commands.criteria.documents import File, document
from services.cli.commands.criteria.saying import DryRun, say
from services.cli.failures import Failure
from services.cli.output import AsFormat, Format
from services.cli.place import DEFAULT_DATA, Data
from services.cli.reporting import PATIENCE, As, Patience, impossible
from services.contracts.criteria import CriteriaPublished


def _ended(value: str) -> tuple[str, date]:
    set_, _, last = value.partition("=")
    try:
        return set_, date.fromisoformat(last)
    except ValueError:
        raise Failure(f"--ends {value!r}: SET=DATE, like hd-42-2025=2026-05-31") from None


def command(
    file: File,
    unit: As,
    ends: Annotated[
        list[str] | None,
        typer.Option(metavar="SET=DATE", help="A set that this one ends, with its last day in force."),
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why: it is kept with the event.")] = None,
    dry_run: DryRun = False,
    patience: Patience = PATIENCE,
    format_: AsFormat = Format.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """Publish a criteria set. From then on it judges what it applies to, past months of its time included.

    It is refused when two sets would be in force for the same meeting: name the other one under --ends. Exit code 1
    when the document is not complete (nothing is sent), 3 when the evaluation rejects it.
    """
    ended = dict(_ended(value) for value in ends or ())
    whole = document(file)
    try:
        said = CriteriaPublished(document=whole, ends=ended, reason=reason)
    except ValidationError as invalid:
        raise Failure(impossible(invalid)) from None
    say(
        said,
        unit,
        data,
        patience,
        format_,
        done=f"{whole['id']} is published, in force from {whole['effective']['from']} on.",
        dry_run=dry_run,
    )
