"""`nenep themes`: a year's thematic plans and meetings, plan against done."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from services.cli.dials import KnownAt, TreeAt
from services.cli.language import Lang, Language
from services.cli.output import AsRows, RowFormat, console, print_csv, print_json
from services.cli.place import DEFAULT_DATA, Data, bus_at, locate, question, run
from services.cli.thematic.themes import CSV, TABLES, rows_of, show
from services.cli.values import unit_code
from services.contracts.themes import Themes, ThemesOf

Name = StrEnum("Name", {name: name for name in TABLES})  # type: ignore[misc]


def command(
    year: Annotated[int, typer.Option(help="The calendar year.", min=1930, max=2200)],
    unit: Annotated[str | None, typer.Option(help="Only this unit and all below it.", callback=unit_code)] = None,
    quarter: Annotated[int | None, typer.Option(help="Only this quarter.", min=1, max=4)] = None,
    known_at: KnownAt = None,
    tree_at: TreeAt = None,
    name: Annotated[Name | None, typer.Option("--table", help="Only this table (csv: lines, if none).")] = None,
    lang: Lang = Language.EN,
    format_: AsRows = RowFormat.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """Thematic plans with who approved or returned them, and each quarter's thematic meeting against the plan.

    Held by itself, combined with the regular one, missing, or still to come; themes that follow an orientation of a
    unit above; months in which a thematic meeting was held instead of the regular one.
    """
    found = run(_ask(ThemesOf(year=year, quarter=quarter, unit=unit, known_at=known_at, tree_at=tree_at), data))
    if format_ is RowFormat.JSON:
        print_json(found.model_dump(mode="json"))
    elif format_ is RowFormat.CSV:
        table = str(name or "lines")
        print_csv(CSV["units" if table == "units" else "lines"], rows_of(found, table))
    else:
        show(found, console(), str(lang), None if name is None else str(name))


async def _ask(asked: ThemesOf, data: Data) -> Themes:
    async with bus_at(locate(data)) as bus:
        return (await question(bus, "evaluation", "themes", asked)).model(Themes)
