"""`nenep year propose`, `appraise` and `decide`: one subject, a list, or all as it stands at the step before."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from pydantic import ValidationError
from rich.text import Text

from services.chassis.clock import local_day, now
from services.cli.failures import Failure
from services.cli.grading.lists import Listed, read_lines
from services.cli.grading.trial import tried
from services.cli.options import shared
from services.cli.output import AsFormat, Format, console, many, messages, number, table
from services.cli.place import DEFAULT_DATA, Data, locate, run
from services.cli.reporting import PATIENCE, As, Patience, impossible, report, send, settle
from services.cli.values import cell_code, day
from services.cli.yearend.standing import asked, copied
from services.cli.yearend.words import LIST, year_grade, year_grade_of
from services.contracts.classification import (
    Classified,
    Level,
    YearAppraised,
    YearDecided,
    YearList,
    YearOf,
    YearProposed,
    YearStatus,
)
from services.contracts.grades import Tried

OfYear = Annotated[int, typer.Option("--year", help="The calendar year.", min=1930, max=2200)]
Subject = Annotated[str | None, typer.Option(help="The code of a cell or unit.", callback=cell_code)]
OfLevel = Annotated[Level | None, typer.Option(help="Needed only where a cell and a unit have the same code.")]
Common = Annotated[float | None, typer.Option(help="Points for the common criteria.")]
Results = Annotated[float | None, typer.Option(help="Points for the results of the tasks.")]
Grade = Annotated[
    str | None,
    typer.Option("--grade", help="excellent, good, completed or not_completed; Vietnamese words will do."),
]
Veto = Annotated[str | None, typer.Option(help="The code of the fact that forces the lowest grade.")]
Note = Annotated[str | None, typer.Option(help="What else is to be said.")]
FromList = Annotated[
    Path | None,
    typer.Option("--list", help="A list: CSV with subject,common,results,grade,veto,note,level, or NDJSON."),
]
Number = Annotated[str | None, typer.Option("--number", help="The number of the document.")]
On = Annotated[date | None, typer.Option(parser=day, metavar="DATE", help="The day of it (default: today).")]
ListKey = Annotated[str | None, typer.Option("--key", help="The list's own key (default: the year).")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be wrong, and what would be recorded.")]
AGAIN = "What stands now is said by `nenep year --year Y`."
DONE = {YearProposed: "proposed", YearAppraised: "appraised", YearDecided: "decided"}


class Step(NamedTuple):
    """The options of a step: as whom, of which year, of which subject or list, and how it is sent."""

    unit: As
    year: OfYear
    subject: Subject = None
    level: OfLevel = None
    common: Common = None
    results: Results = None
    grade: Grade = None
    veto: Veto = None
    note: Note = None
    list_: FromList = None
    number: Number = None
    on: On = None
    key: ListKey = None
    dry_run: DryRun = False
    patience: Patience = PATIENCE
    format_: AsFormat = Format.TABLE
    data: Data = DEFAULT_DATA

    def lines(self, step: str, before: bool) -> Listed[Classified]:
        """The lines of the list; with `before` all that was said at the step before. Raises Failure where the options
        say nothing, two things, or more than is kept."""
        if sum((self.subject is not None, self.list_ is not None, before)) != 1:
            also = {"propose": "", "appraise": ", or --as-proposed", "decide": ", or --as-appraised"}[step]
            raise Failure(f"Say what to {step}: --subject with --common, --results and --grade, or --list FILE{also}.")
        names = [name for name in Classified.model_fields if name != "subject"]
        if self.subject is None and (unused := [f"--{name}" for name in names if getattr(self, name) is not None]):
            raise Failure(f"{', '.join(unused)}: of one --subject only; a list has columns for it.")
        if self.list_ is not None:
            return read_lines(self.list_, LIST)
        if before:
            return self._before(step)
        said = {name: getattr(self, name) for name in Classified.model_fields} | {
            "grade": year_grade_of(self.grade) if self.grade else None
        }
        line = Classified.model_validate({name: value for name, value in said.items() if value is not None})
        return Listed([line], [line.subject])

    def _before(self, step: str) -> Listed[Classified]:
        found = copied(run(asked(locate(self.data), YearOf(year=self.year, unit=self.unit))), self.unit, step)
        for left_out in found.left_out:
            messages().print(Text(f"left out: {left_out}"))
        if not found.lines:
            raise Failure(f"There is nothing to {step}: nothing right below {self.unit} waits for it in {self.year}.")
        return Listed(found.lines, [line.subject for line in found.lines])


@shared(Step)
def propose(step: Step) -> None:
    """Propose a year's classification: a unit of itself, or of the cells and units right below it."""
    _take(YearProposed, step)


@shared(Step)
def appraise(
    step: Step,
    as_proposed: Annotated[bool, typer.Option("--as-proposed", help="All that is proposed, as it is.")] = False,
) -> None:
    """Appraise what was proposed of the cells and units right below the unit."""
    _take(YearAppraised, step, as_proposed)


@shared(Step)
def decide(
    step: Step,
    as_appraised: Annotated[bool, typer.Option("--as-appraised", help="All that is appraised, as it is.")] = False,
) -> None:
    """Decide the year of the cells and units right below the unit: cells before their organisation."""
    _take(YearDecided, step, as_appraised)


def _take(kind: type[YearList], step: Step, before: bool = False) -> None:
    place, name = locate(step.data), {YearProposed: "propose", YearAppraised: "appraise", YearDecided: "decide"}[kind]
    said: dict[str, Any] = {"list": step.key or str(step.year), "year": step.year, "number": step.number}
    try:
        lines = step.lines(name, before)
        one = kind.model_validate({**said, "on": step.on or local_day(now()), "subjects": lines.lines})
    except ValidationError as invalid:
        raise Failure(impossible(invalid)) from None
    if step.dry_run:
        show(tried(one, step.unit, place, step.format_, lines.names), step.format_)
        return
    receipt = send(report("evaluation", step.unit, one), step.unit, place, step.patience)
    done = f"{many(len(lines.lines), 'classification')} of {step.year} {DONE[kind]}."
    settle(receipt, done, step.format_, AGAIN, lines.names)


def show(found: Tried, format_: Format) -> None:
    """Prints what would be recorded of a year (as JSON it was printed already)."""
    if format_ is Format.JSON:
        return
    shown = table("This would be recorded", ("subject", "year", "status", "grade", "points"), right=("points",))
    for said in found.events:
        void = said["status"] == YearStatus.CANCELLED
        stage = None if void else said["decided"] or said["appraised"] or said["proposed"]
        grade, points = (stage["grade"], stage["common"] + stage["results"]) if stage else (None, None)
        shown.add_row(said["subject"], str(said["year"]), said["status"], year_grade(grade), number(points))
    console().print(shown if found.events else "All of it stands so already: nothing would change.")
