"""`nenep rescore`: any months under any criteria, beside what was decided then, with a receipt."""

from __future__ import annotations

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.text import Text

from services.cli.dials import IN_FORCE, Criteria, DecidedOn, KnownAt, TreeAt, first_month, last_month, lens
from services.cli.failures import Failure
from services.cli.language import Lang, Language
from services.cli.output import WIDE, console, messages
from services.cli.place import DEFAULT_DATA, Data, locate, run
from services.cli.rescoring.labels import TABLES
from services.cli.values import cell_code, moment, run_id, unit_code
from services.cli.values import memory as amount
from services.contracts.rescoring import Lens, RescoreOf

if TYPE_CHECKING:
    from services.cli.rescoring.report import Report

MOST_COMPLAINTS = 20


class ReportFormat(StrEnum):
    """How a report is given."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


def command(
    set_: Criteria = IN_FORCE,
    against: Annotated[str, typer.Option(help="What it is compared with: the same choice.")] = IN_FORCE,
    first: Annotated[str | None, typer.Option("--from", metavar="Y[-MM]", help="First year or month.")] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="Y[-MM]", help="Last year or month (default: as --from).")
    ] = None,
    known_at: KnownAt = None,
    tree_at: TreeAt = None,
    decided_on: DecidedOn = None,
    against_known_at: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="MOMENT", help="Known at, for --against (default: as --known-at)."),
    ] = None,
    unit: Annotated[str | None, typer.Option(help="Only below this unit.", callback=unit_code)] = None,
    cell: Annotated[str | None, typer.Option(help="Only this cell.", callback=cell_code)] = None,
    repeat: Annotated[
        str | None,
        typer.Option(
            metavar="RUN", help="Carry out a recorded run again; exit 1 when it is not the same.", callback=run_id
        ),
    ] = None,
    events: Annotated[
        Path | None, typer.Option(metavar="FILE.ndjson", help="The events of this file, with nothing running.")
    ] = None,
    as_unit: Annotated[
        str | None,
        typer.Option("--as", help="With --events: who says reports whose source names no unit.", callback=unit_code),
    ] = None,
    format_: Annotated[
        ReportFormat, typer.Option("--format", help="table for people; xlsx needs --out FILE, parquet --out FOLDER.")
    ] = ReportFormat.TABLE,
    table: Annotated[str, typer.Option(help="With csv: which table (moves, headings, months …).")] = "moves",
    out: Annotated[Path | None, typer.Option(help="Where to write (default: standard output).")] = None,
    lang: Lang = Language.EN,
    memory: Annotated[
        str, typer.Option(help="With --events: the memory the history may take.", callback=amount)
    ] = "256MB",
    data: Data = DEFAULT_DATA,
) -> None:
    """Re-score months under other criteria, side by side with what was decided then (or with --against).

    The run is recorded with a receipt and changes nothing official; Ctrl-C cancels it. The same dials on the same
    events give the same bytes in every format. With --events nothing needs to run and nothing is recorded.
    """
    from services.cli.rescoring import answered  # large (Polars, DuckDB), and `up` needs none of it

    _sensible(format_, table, out)
    if repeat is not None:
        dials = (first, last, known_at, tree_at, decided_on, against_known_at, unit, cell, events)
        if any(one is not None for one in dials) or (set_, against) != (IN_FORCE, IN_FORCE):
            message = f"{repeat} is carried out as it was asked: leave out --from and all other dials"
            raise typer.BadParameter(message, param_hint="--repeat")
        report = run(answered.repeated(locate(data), repeat))
    else:
        period = _period(first, last)
        after = lens(set_, known_at, tree_at, decided_on)
        before = lens(against, against_known_at or known_at, tree_at, decided_on)
        if before == after and against_known_at is None:
            before = lens(against, decided_on=decided_on)  # then beside now: the same twice would say nothing
        if before == after:
            messages().print("Both sides are the same: nothing can move. Choose --set, --known-at or --tree-at.")
        asked = _asked(after, before, *period, unit, cell)
        if events is None:
            report = run(answered.from_system(locate(data), asked))
        else:
            report, refused = answered.from_file(events, as_unit, asked, memory)
            _complain(refused)
    _give(report, format_, table, out, lang)


def _sensible(format_: ReportFormat, table: str, out: Path | None) -> None:
    """Refuses options that do not go together before anything is worked out."""
    if table not in TABLES:
        raise typer.BadParameter(f"{table!r}: one of {', '.join(TABLES)}", param_hint="--table")
    if out is None and format_ in (ReportFormat.XLSX, ReportFormat.PARQUET):
        where = "FILE.xlsx" if format_ is ReportFormat.XLSX else "FOLDER"
        raise typer.BadParameter(f"{format_} is not for a screen: say where with --out {where}", param_hint="--out")


def _period(first: str | None, last: str | None) -> tuple[str, str]:
    if first is None:
        raise typer.BadParameter("which months? --from 2025 (and --to), or --repeat RUN", param_hint="--from")
    return first_month(first), last_month(last or first)


def _asked(after: Lens, before: Lens, first: str, last: str, unit: str | None, cell: str | None) -> RescoreOf:
    try:
        return RescoreOf(after=after, before=before, first=first, last=last, unit=unit, cell=cell)
    except ValidationError as invalid:
        raise Failure("; ".join(error["msg"].removeprefix("Value error, ") for error in invalid.errors())) from invalid


def _complain(refused: list[str]) -> None:
    """Names what of a file was not taken in; the report stands on the rest."""
    out = messages()
    for problem in refused[:MOST_COMPLAINTS]:
        out.print(Text("not taken in: ", style="yellow").append(problem, style="not yellow"))
    if len(refused) > MOST_COMPLAINTS:
        out.print(f"… and {len(refused) - MOST_COMPLAINTS} lines more")


def _give(report: Report, format_: ReportFormat, table: str, out: Path | None, lang: str) -> None:
    from services.cli.rescoring.printed import show
    from services.cli.rescoring.written import write_parquet

    try:
        if format_ is ReportFormat.TABLE:
            if out is None:
                show(report, console(), lang)
                return
            with out.open("w", encoding="utf-8") as file:
                show(report, Console(file=file, width=WIDE, highlight=False), lang)
        elif format_ is ReportFormat.PARQUET:
            assert out is not None
            write_parquet(report, out)
        else:
            content = _content(report, format_, table, lang)
            if out is None:
                sys.stdout.buffer.write(content)
            else:
                out.write_bytes(content)
    except OSError as error:
        raise Failure(f"{out} cannot be written: {error.strerror}.") from error
    if out is not None:
        messages().print(f"written to {out}", markup=False)


def _content(report: Report, format_: ReportFormat, table: str, lang: str) -> bytes:
    from services.cli.rescoring.written import as_csv, as_json, as_xlsx

    if format_ is ReportFormat.JSON:
        return as_json(report)
    return as_csv(report, table) if format_ is ReportFormat.CSV else as_xlsx(report, lang)
