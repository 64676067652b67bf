"""`nenep report month`: the monthly list of a unit's cells, to be signed and sent upward by the 10th."""

from __future__ import annotations

from typing import Annotated

import typer

from services.cli.commands.report.paper import Wanted
from services.cli.options import shared
from services.cli.values import period as month_of


@shared(Wanted)
def command(
    wanted: Wanted, period: Annotated[str, typer.Option(help="The month, YYYY-MM.", callback=month_of)]
) -> None:
    """The month's list: members present, date, points, one cross for the grade, and why points were lost.

    The grade is the official one; where none was decided the cell's own, then the criteria's; the note says which.
    """
    head = wanted.letterhead()
    year, month = (int(part) for part in period.split("-"))
    months, told = wanted.months(year, month, month, losses=True)
    from services.documents import plain
    from services.documents.month import month_list

    wanted.write(lambda: month_list(months, told, head), lambda: plain.month_rows(months), plain.MONTH_COLUMNS)
