"""`nenep models`: a year's model meetings, chosen, held, attended, missing."""

from __future__ import annotations

from typing import Annotated

import typer

from services.cli.dials import KnownAt
from services.cli.language import Lang, Language
from services.cli.output import AsRows, RowFormat, console, print_csv, print_json
from services.cli.place import DEFAULT_DATA, Data, bus_at, locate, question, run
from services.cli.thematic.models import CSV, rows_of, show
from services.cli.values import unit_code
from services.contracts.themes import Models, ModelsOf


def command(
    year: Annotated[int, typer.Option(help="The calendar year.", min=1930, max=2200)],
    unit: Annotated[str | None, typer.Option(help="Only this unit and all below it.", callback=unit_code)] = None,
    known_at: KnownAt = None,
    lang: Lang = Language.EN,
    format_: AsRows = RowFormat.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """Cells chosen for model meetings by the units right above them, meetings held, their guests, what is missing."""
    found = run(_ask(ModelsOf(year=year, unit=unit, known_at=known_at), data))
    if format_ is RowFormat.JSON:
        print_json(found.model_dump(mode="json"))
    elif format_ is RowFormat.CSV:
        print_csv(CSV, rows_of(found))
    else:
        show(found, console(), str(lang))


async def _ask(asked: ModelsOf, data: Data) -> Models:
    async with bus_at(locate(data)) as bus:
        return (await question(bus, "evaluation", "models", asked)).model(Models)
