"""`nenep decide`: official grades, decided by the committee right above the cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.text import Text

from services.chassis.clock import local_day, now
from services.cli.failures import Failure
from services.cli.grading.computed import computed
from services.cli.grading.lists import Listed, grade_of, read_list
from services.cli.grading.trial import tried
from services.cli.grading.words import word
from services.cli.language import Lang, Language
from services.cli.output import AsFormat, Format, console, grade, many, messages, number, table
from services.cli.place import DEFAULT_DATA, Data, Place, locate, run
from services.cli.reporting import PATIENCE, As, Patience, impossible, report, send, settle
from services.cli.values import cell_code, day
from services.cli.values import period as check_period
from services.contracts.base import Contract
from services.contracts.grades import CellGrade, GradeCancelled, GradeReclassified, GradesDecided

ONE_OF = "Say what to decide: --cell and --grade, --list FILE, --as-computed, or --cell with --cancel or --reclassify."
AGAIN = "What stands now is said by `nenep grades`."


def command(
    unit: As,
    period: Annotated[str, typer.Option(help="The month, YYYY-MM.", callback=check_period)],
    cell: Annotated[str | None, typer.Option(help="The cell's code.", callback=cell_code)] = None,
    grade_: Annotated[
        str | None, typer.Option("--grade", help="good, fair, average, poor, met or not_met; Vietnamese words will do.")
    ] = None,
    points: Annotated[float | None, typer.Option(help="The points decided, if any.")] = None,
    list_: Annotated[
        Path | None, typer.Option("--list", help="A list: CSV with cell,grade,points,note,meeting, or NDJSON.")
    ] = None,
    as_computed: Annotated[
        bool, typer.Option("--as-computed", help="What the criteria give, for all cells right below the unit.")
    ] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="The cell's grade is void (needs --number).")] = False,
    reclassify: Annotated[
        bool, typer.Option("--reclassify", help="Another grade takes the place of the cell's (needs --number).")
    ] = False,
    decision: Annotated[str | None, typer.Option("--number", help="The number of the decision.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why a grade is cancelled or re-classified.")] = None,
    on: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="The day of the decision (default: today).")
    ] = None,
    key: Annotated[str | None, typer.Option(help="The list's own key (default: the month).")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say everything that would be wrong, and what would be recorded.")
    ] = False,
    patience: Patience = PATIENCE,
    lang: Lang = Language.EN,
    format_: AsFormat = Format.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """Decide official grades of a month: one, a whole list at once (all of it or nothing), cancelled or re-classified.

    Only the unit right above a cell decides. Exit code 1 when the list is faulty or --dry-run finds something wrong
    (nothing is sent), 3 when the evaluation rejects it.
    """
    place, decided_on = locate(data), on or local_day(now())
    ways = (grade_ is not None and not reclassify, list_ is not None, as_computed, cancel, reclassify)
    if sum(ways) != 1 or (cell is None) != (list_ is not None or as_computed):
        raise Failure(ONE_OF)
    if unused := list(_unused(cancel or reclassify, reason, key, points if grade_ is None else None)):
        raise Failure("; ".join(unused) + ".")
    said: dict[str, Any] = {"period": period, "decided_on": decided_on, "number": decision}
    lines: Listed[CellGrade] = Listed([], [])
    try:
        if cancel or reclassify:
            said |= {"cell": cell, "reason": reason}
            one: Contract
            if cancel:
                one = GradeCancelled.model_validate(_given(said))
            else:
                grades = {"grade": grade_of(grade_ or ""), "points": points}
                one = GradeReclassified.model_validate(_given(said | grades))
        else:
            lines = _lines(place, unit, period, cell, grade_, points, list_)
            one = GradesDecided.model_validate(said | {"list": key or period, "grades": lines.lines})
    except ValidationError as invalid:
        raise Failure(impossible(invalid)) from None
    if dry_run:
        _try(one, unit, place, format_, lines.names, lang)
        return
    receipt = send(report("evaluation", unit, one), unit, place, patience)
    settle(receipt, _done(one, lines.lines), format_, AGAIN, lines.names)


def _unused(replacing: bool, reason: str | None, key: str | None, points: float | None) -> Iterator[str]:
    """What was given and would not be kept."""
    if reason is not None and not replacing:
        yield "--reason is that of --cancel and --reclassify (a list has a column note)"
    if key is not None and replacing:
        yield "--key is that of a decision, not of what cancels or replaces one"
    if points is not None:
        yield "--points belongs to --grade (a list has a column points)"


def _given(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}


def _lines(
    place: Place,
    unit: str,
    period: str,
    cell: str | None,
    grade_: str | None,
    points: float | None,
    list_: Path | None,
) -> Listed[CellGrade]:
    if list_ is not None:
        return read_list(list_)
    if cell is not None:
        return Listed(
            [CellGrade.model_validate({"cell": cell, "grade": grade_of(grade_ or ""), "points": points})], [cell]
        )
    found = run(computed(place, unit, period))
    for left_out in found.left_out:
        messages().print(Text(f"left out: {left_out}"))
    if not found.lines:
        raise Failure(f"There is nothing to decide: no cell right below {unit} has an undecided grade for {period}.")
    return Listed(found.lines, [line.cell for line in found.lines])


def _done(one: Contract, lines: list[CellGrade]) -> str:
    if isinstance(one, GradesDecided):
        return f"{many(len(lines), 'grade')} of {one.period} decided."
    if isinstance(one, GradeReclassified):
        return f"{one.cell} is {one.grade} for {one.period}, by {one.number}."
    assert isinstance(one, GradeCancelled)
    return f"The grade of {one.cell} for {one.period} is cancelled by {one.number}."


def _try(one: Contract, unit: str, place: Place, format_: Format, names: Sequence[str], lang: str) -> None:
    """Prints what would come of it. Raises Failure with everything that is wrong (exit 1)."""
    found = tried(one, unit, place, format_, names)
    if format_ is not Format.JSON:
        columns = [word(name, lang) for name in ("cell", "period", "status", "grade", "points")]
        shown = table(word("would", lang), columns, right=columns[-1:])
        for said in found.events:
            status, points = word(said["status"], lang), number(said["points"], lang)
            shown.add_row(said["cell"], said["period"], status, grade(said["grade"], lang), points)
        console().print(shown if found.events else word("so_already", lang))
