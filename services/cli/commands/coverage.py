"""`nenep coverage`: which cells were observed, which observers never came, who breaks a line, who could go."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from services.cli.dials import KnownAt, TreeAt
from services.cli.language import Lang, Language
from services.cli.observing.tables import TABLES, columns_of, rows_of, show
from services.cli.output import AsRows, RowFormat, console, print_csv, print_json
from services.cli.place import DEFAULT_DATA, Data, bus_at, locate, question, run
from services.cli.values import unit_code
from services.contracts.coverage import Coverage, CoverageOf
from services.contracts.observers import Line

Name = StrEnum("Name", {name: name for name in TABLES})  # type: ignore[misc]


def command(
    year: Annotated[int, typer.Option(help="The calendar year.", min=1930, max=2200)],
    month: Annotated[int | None, typer.Option(help="Only this month.", min=1, max=12)] = None,
    unit: Annotated[str | None, typer.Option(help="Only this unit and all below it.", callback=unit_code)] = None,
    line: Annotated[Line | None, typer.Option(help="Only the cells that this line is for, and what it did.")] = None,
    unvisited_months: Annotated[
        int, typer.Option(help="How many months a cell may go without a visit.", min=1, max=60)
    ] = 3,
    known_at: KnownAt = None,
    tree_at: TreeAt = None,
    name: Annotated[Name | None, typer.Option("--table", help="Only this table (csv: by_cell, if none).")] = None,
    lang: Lang = Language.EN,
    format_: AsRows = RowFormat.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """Shares of living cells that an observer visited, by month, line and unit, and what was not kept.

    Cells unvisited for some months, observers who were assigned and never came, assignments off their line with the
    reason, hardest villages without their sponsor's visit in a month, and proposals for the cells nobody observed.
    """
    asked = CoverageOf(
        year=year,
        month=month,
        unit=unit,
        line=line,
        unvisited_months=unvisited_months,
        known_at=known_at,
        tree_at=tree_at,
    )
    found = run(_ask(asked, data))
    if format_ is RowFormat.JSON:
        print_json(found.model_dump(mode="json"))
    elif format_ is RowFormat.CSV:
        table = str(name or "by_cell")
        print_csv(columns_of(table), rows_of(found, table))
    else:
        show(found, console(), str(lang), None if name is None else str(name), unvisited_months)


async def _ask(asked: CoverageOf, data: Data) -> Coverage:
    async with bus_at(locate(data)) as bus:
        return (await question(bus, "evaluation", "coverage", asked)).model(Coverage)
