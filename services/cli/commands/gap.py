"""`nenep gap`: cells' own marks against observers' and the facts, by item, cell, unit and observer."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from services.cli.dials import KnownAt, TreeAt
from services.cli.language import Lang, Language
from services.cli.observing.gaps import TABLES, columns_of, rows_of, show
from services.cli.output import AsRows, RowFormat, console, print_csv, print_json
from services.cli.place import DEFAULT_DATA, Data, bus_at, locate, question, run
from services.cli.values import unit_code
from services.contracts.gap import Gap, GapOf

Name = StrEnum("Name", {name: name for name in TABLES})  # type: ignore[misc]


def command(
    year: Annotated[int, typer.Option(help="The calendar year.", min=1930, max=2200)],
    month: Annotated[int | None, typer.Option(help="Only this month.", min=1, max=12)] = None,
    unit: Annotated[str | None, typer.Option(help="Only this unit and all below it.", callback=unit_code)] = None,
    known_at: KnownAt = None,
    tree_at: TreeAt = None,
    name: Annotated[Name | None, typer.Option("--table", help="Only this table (csv: cells, if none).")] = None,
    lang: Lang = Language.EN,
    format_: AsRows = RowFormat.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """How much more cells give themselves than the observers who came, item by item, and who stands out.

    Beside each mean stands an estimate that few visits cannot pull far, with its bounds (95 %); what is beyond the
    facts tells a cell that flatters itself, and a lenient observer, from one that is not.
    """
    asked = GapOf(year=year, month=month, unit=unit, known_at=known_at, tree_at=tree_at)
    found = run(_ask(asked, data))
    if format_ is RowFormat.JSON:
        print_json(found.model_dump(mode="json"))
    elif format_ is RowFormat.CSV:
        table = str(name or "cells")
        print_csv(columns_of(table), rows_of(found, table))
    else:
        show(found, console(), lang, None if name is None else str(name))


async def _ask(asked: GapOf, data: Data) -> Gap:
    async with bus_at(locate(data)) as bus:
        return (await question(bus, "evaluation", "gap", asked)).model(Gap)
