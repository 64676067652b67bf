"""`nenep year cancel`: a decision is void, by a numbered one."""

from __future__ import annotations

from typing import Annotated

import typer
from pydantic import ValidationError

from services.chassis.clock import local_day, now
from services.cli.commands.year.steps import DryRun, OfLevel, OfYear, On, show
from services.cli.failures import Failure
from services.cli.grading.trial import tried
from services.cli.output import AsFormat, Format
from services.cli.place import DEFAULT_DATA, Data, locate
from services.cli.reporting import PATIENCE, As, Patience, Reason, impossible, report, send, settle
from services.cli.values import cell_code
from services.contracts.classification import YearCancelled

ToWhom = Annotated[str, typer.Option("--subject", help="The code of a cell or unit.", callback=cell_code)]
ByNumber = Annotated[str, typer.Option("--number", help="The number of the decision.")]


def command(
    unit: As,
    year: OfYear,
    subject: ToWhom,
    number: ByNumber,
    reason: Reason,
    level: OfLevel = None,
    on: On = None,
    dry_run: DryRun = False,
    patience: Patience = PATIENCE,
    format_: AsFormat = Format.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """Cancel the decision on a subject's year. It is decided anew only by a number."""
    try:
        one = YearCancelled(
            subject=subject, level=level, year=year, number=number, on=on or local_day(now()), reason=reason
        )
    except ValidationError as invalid:
        raise Failure(impossible(invalid)) from None
    place = locate(data)
    if dry_run:
        show(tried(one, unit, place, format_), format_)
        return
    receipt = send(report("evaluation", unit, one), unit, place, patience)
    settle(receipt, f"The decision on {subject} for {year} is cancelled by {number}.", format_)
