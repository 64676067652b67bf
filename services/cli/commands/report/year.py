"""`nenep report year`: the year's list of a unit's cells."""

from __future__ import annotations

from typing import Annotated

import typer

from services.cli.commands.report import paper
from services.cli.commands.report.paper import Wanted
from services.cli.options import shared
from services.contracts.classification import YearOf


@shared(Wanted)
def command(wanted: Wanted, year: Annotated[int, typer.Option(help="The calendar year.", min=1930, max=2200)]) -> None:
    """The year's list: a row a cell, as the half-year's, with mean points and the year's classification so far."""
    head = wanted.letterhead()
    months, told = wanted.months(year, 1, 12)
    asked = YearOf(year=year, unit=wanted.unit, known_at=wanted.known_at)
    classified = paper.ask("year", asked, wanted.data).to_pylist()
    from services.documents import plain
    from services.documents.span import year_list
    from services.documents.years import years_said

    said = years_said(classified)
    wanted.write(lambda: year_list(months, told, head, said), lambda: plain.year_rows(months, said), plain.YEAR_COLUMNS)
