"""One report sent from the command line: an id of its own content, its receipt in plain words, and how that ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

import orjson
import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rich.text import Text

from deploy.nats.keys import unit_identity
from services.cli.failures import Exit, Failure
from services.cli.letter import Unanswered
from services.cli.lines import read_line
from services.cli.output import Format, console, print_json
from services.cli.place import Place, bus_at, run
from services.cli.publishing import publish
from services.cli.values import unit_code
from services.contracts.base import Contract, derived_id
from services.contracts.catalogue import find
from services.contracts.cloudevents import CloudEvent
from services.contracts.receipts import Outcome, Problem, Receipt

As = Annotated[str, typer.Option("--as", help="The unit that reports it (see `nenep grant`).", callback=unit_code)]
Reason = Annotated[str, typer.Option(help="Why: it is kept with the event.")]
Patience = Annotated[float, typer.Option(help="Give up when nothing moved for so many seconds.", min=0.1)]
PATIENCE = 30.0
SOURCE = "urn:nennep:cli"
COMMANDS = {
    "CriteriaPublished": "criteria publish",
    "GradesDecided": "decide",
    "GradeReclassified": "decide --reclassify",
    "GradeCancelled": "decide --cancel",
    "YearProposed": "year propose",
    "YearAppraised": "year appraise",
    "YearDecided": "year decide",
    "YearReclassified": "year reclassify",
    "YearCancelled": "year cancel",
}
"""How a report is made on the command line."""


def report(service: str, unit: str, said: Contract) -> CloudEvent:
    """The report as a CloudEvent. The same content from the same unit has the same id, so that saying it again is a
    duplicate."""
    kind = type(said).__name__
    known = find("report", service, kind)
    if known is None:
        raise ValueError(f"{service} takes no {kind}")
    data: dict[str, Any] = said.model_dump(mode="json", exclude_none=True)
    id_ = derived_id("cli", unit, known.type, orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode())
    return CloudEvent(id=str(id_), source=f"{SOURCE}/{unit}", type=known.type, data=data)


def impossible(invalid: ValidationError) -> str:
    """Why the arguments make no report, in words."""
    return "; ".join(f"{_place(error)}{_wrong(error)}" for error in invalid.errors(include_url=False))


def _place(error: ErrorDetails) -> str:
    return f"{error['loc'][0]}: " if error["loc"] else ""


def _wrong(error: ErrorDetails) -> str:
    if error["type"] in ("string_too_short", "missing"):
        return "is empty: give one"
    if error["type"] == "string_pattern_mismatch":
        return f"{error['input']!r} cannot be used here"
    return error["msg"].removeprefix("Value error, ")


def in_words(problem: Problem, names: Sequence[str] = ()) -> str:
    """A problem as the command line says it: reports by their commands, the lines of a list by their `names`."""
    where = ": ".join(filter(None, (problem.path.removeprefix("data."), problem.problem)))
    if names:
        where = re.sub(r"\b(?:grades|subjects)\.(\d+)(\.)?", lambda m: names[int(m[1])] + ": " * bool(m[2]), where)
    expected = re.sub(r"\b(?:a )?([A-Z][a-z]+[A-Z][a-z]+)\b", _command, problem.expected or "")
    return f"{where} ({expected})" if expected else where


def _command(said: re.Match[str]) -> str:
    return f"`nenep {COMMANDS[said[1]]}`" if said[1] in COMMANDS else said[0]


def send(event: CloudEvent, unit: str, place: Place, patience: float) -> Receipt:
    """Sends a report as this unit and waits for its receipt. Raises Failure (exit 5) when none comes."""
    entry = read_line(event.structured(), 1, unit)
    if isinstance(entry, Receipt):
        return entry  # too large, for instance: it never leaves this machine
    try:
        return run(_send(entry, unit, place, patience))
    except Unanswered as error:
        raise Failure(
            f"{error}. Look at `nenep status`, then say the same again: if it was taken in it will be a duplicate.",
            Exit.TIMEOUT,
        ) from error


async def _send(event: CloudEvent, unit: str, place: Place, patience: float) -> Receipt:
    async with bus_at(place, unit_identity(unit)) as bus:
        receipts = [receipt async for receipt in publish(bus, unit, [event], patience=patience)]
    return receipts[0]


def settle(
    receipt: Receipt,
    done: str,
    format_: Format,
    again: str = "To say it anew, give another --reason.",
    names: Sequence[str] = (),
) -> None:
    """Prints the receipt; `done` says what was done when it was accepted, `again` what to do about a duplicate, `names`
    how the lines of a list are named.

    Raises Failure (exit 3) when it was rejected.
    """
    if format_ is Format.JSON:
        print_json(receipt.model_dump(mode="json"))
    else:
        out = console()
        out.print(Text(_words(receipt, done, again)))
        for event in receipt.events:
            out.print(Text(f"  event {event}", style="dim"))
    if receipt.outcome is Outcome.REJECTED:
        problems = "".join(f"\n  {in_words(one, names)}" for one in receipt.problems)
        raise Failure(f"The {receipt.service} service rejected it:{problems}", Exit.REJECTED)


def _words(receipt: Receipt, done: str, again: str) -> str:
    if receipt.outcome is Outcome.ACCEPTED:
        return done if receipt.events else "Accepted. It was so already: nothing changes."
    if receipt.outcome is Outcome.DUPLICATE:
        return f"Exactly this was reported before, and counts once. {again}"
    return "Rejected. Nothing was recorded."
