"""`nenep year reclassify`: another classification takes the place of one, by a numbered decision."""

from __future__ import annotations

from typing import Annotated

import typer
from pydantic import ValidationError

from services.chassis.clock import local_day, now
from services.cli.commands.year.cancel import ByNumber, ToWhom
from services.cli.commands.year.steps import DryRun, OfLevel, OfYear, On, Veto, show
from services.cli.failures import Failure
from services.cli.grading.trial import tried
from services.cli.output import AsFormat, Format
from services.cli.place import DEFAULT_DATA, Data, locate
from services.cli.reporting import PATIENCE, As, Patience, Reason, impossible, report, send, settle
from services.cli.yearend.words import year_grade_of
from services.contracts.classification import YearReclassified


def command(
    unit: As,
    year: OfYear,
    subject: ToWhom,
    number: ByNumber,
    reason: Reason,
    common: Annotated[float, typer.Option(help="Points for the common criteria.")],
    results: Annotated[float, typer.Option(help="Points for the results of the tasks.")],
    grade: Annotated[str, typer.Option(help="excellent, good, completed or not_completed; Vietnamese words will do.")],
    veto: Veto = None,
    level: OfLevel = None,
    on: On = None,
    dry_run: DryRun = False,
    patience: Patience = PATIENCE,
    format_: AsFormat = Format.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """Put another classification in the place of the one that stands for a subject's year."""
    said = {"subject": subject, "level": level, "year": year, "number": number, "on": on or local_day(now())}
    points = {"common": common, "results": results, "grade": year_grade_of(grade), "veto": veto}
    try:
        one = YearReclassified.model_validate({**said, **points, "reason": reason})
    except ValidationError as invalid:
        raise Failure(impossible(invalid)) from None
    place = locate(data)
    if dry_run:
        show(tried(one, unit, place, format_), format_)
        return
    receipt = send(report("evaluation", unit, one), unit, place, patience)
    settle(receipt, f"{subject} is {one.grade} for {year}, by {number}.", format_)
