"""`nenep report year`: the year's list of a unit's cells."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from services.cli.commands.report import paper
from services.cli.commands.report.paper import Wanted
from services.cli.options import shared
from services.contracts.classification import YearOf


@shared(Wanted)
def command(wanted: Wanted, year: Annotated[int, typer.Option(help="The calendar year.", min=1930, max=2200)]) -> None:
    """The year's list: a row a cell, as the half-year's, with mean points, then the organisations; how far the year's
    classification has come. Cells are those of the unit on the year's last day, unless --tree-at says another.
    """
    head = wanted.letterhead()
    wanted = wanted._replace(tree_at=wanted.tree_at or date(year, 12, 31))
    months, told = wanted.months(year, 1, 12)
    asked = YearOf(year=year, unit=wanted.unit, known_at=wanted.known_at)
    classified = paper.ask("year", asked, wanted.data).to_pylist()
    from services.documents import plain
    from services.documents.span import year_list
    from services.documents.years import units_said, years_said

    said, units = years_said(classified), units_said(classified)
    wanted.write(
        lambda: year_list(months, told, head, said, units),
        lambda: plain.year_rows(months, said, units),
        plain.YEAR_COLUMNS,
    )
