"""`nenep year`: how far a year's classification has come; proposing, appraising, deciding."""

from __future__ import annotations

from typing import Annotated

import typer

from services.chassis.clock import local_day, now
from services.cli.commands.year import cancel, reclassify
from services.cli.commands.year.steps import appraise, decide, propose
from services.cli.dials import KnownAt
from services.cli.failures import Failure
from services.cli.language import Lang, Language
from services.cli.output import AsRows, RowFormat, console, messages, print_csv, print_json
from services.cli.place import DEFAULT_DATA, Data, locate, run
from services.cli.values import unit_code
from services.cli.yearend.standing import COLUMNS, EVENT, asked, events, flat
from services.cli.yearend.tables import tables, told
from services.cli.yearend.words import word
from services.contracts.classification import YearOf

app = typer.Typer(help="The year's end: how far it has come (--year), and propose, appraise, decide.")
for _step in (propose, appraise, decide):
    app.command(_step.__name__)(_step)
app.command("cancel")(cancel.command)
app.command("reclassify")(reclassify.command)


@app.callback(invoke_without_command=True)
def show(
    context: typer.Context,
    year: Annotated[int | None, typer.Option(help="The calendar year.", min=1930, max=2200)] = None,
    unit: Annotated[str | None, typer.Option(help="Only this unit and all below it.", callback=unit_code)] = None,
    history: Annotated[bool, typer.Option("--history", help="Every event, a line each.")] = False,
    known_at: KnownAt = None,
    lang: Lang = Language.EN,
    format_: AsRows = RowFormat.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """Cells and units with their months, what was proposed, appraised and decided, what is missing next; quotas."""
    if context.invoked_subcommand is not None:
        return
    if year is None:
        raise Failure("Say which year: --year Y. To propose, appraise or decide: `nenep year --help`.")
    shown = run(asked(locate(data), YearOf(year=year, unit=unit, known_at=known_at)))
    if format_ is RowFormat.JSON:
        print_json(events(shown) if history else shown._asdict())
    elif format_ is RowFormat.CSV:
        print_csv(*((EVENT, events(shown)) if history else (COLUMNS, map(flat, shown.subjects))))
    else:
        for one in (told(events(shown), lang),) if history else tables(year, shown, lang):
            console().print(one)
        if year > local_day(now()).year:
            messages().print(word("not_begun", lang, year=year))
