"""`nenep report month`: the monthly list of a unit's cells, to be signed and sent upward by the 10th."""

from __future__ import annotations

from typing import Annotated

import typer

from services.cli.commands.report import paper
from services.cli.dials import IN_FORCE, Criteria, DecidedOn, KnownAt, TreeAt, lens
from services.cli.place import DEFAULT_DATA, Data
from services.cli.values import period as month_of
from services.contracts.reports import MonthlyOf


def command(
    unit: paper.Unit,
    period: Annotated[str, typer.Option(help="The month, YYYY-MM.", callback=month_of)],
    format_: paper.AsPaper = paper.PaperFormat.XLSX,
    out: paper.Out = None,
    head: paper.Head = None,
    on: paper.On = None,
    number: paper.Number = None,
    set_: Criteria = IN_FORCE,
    known_at: KnownAt = None,
    tree_at: TreeAt = None,
    decided_on: DecidedOn = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """The month's list: members present, date, points, one cross for the grade, and why points were lost.

    The grade is the official one; where none was decided the cell's own, then the criteria's; the note says which.
    """
    paper.wanted(format_, out)
    letterhead = paper.letterhead(head, on, number)
    by = lens(set_, known_at, tree_at, decided_on)
    year, month = (int(part) for part in period.split("-"))
    months, told = paper.ask_months(
        MonthlyOf(year=year, first=month, last=month, unit=unit, losses=True, lens=by), data
    )
    from services.documents import plain
    from services.documents.month import month_list

    if format_ in paper.DRAWN:
        content = paper.drawn(month_list(months, told, letterhead), format_)
    else:
        content = paper.rows(plain.month_rows(months), plain.MONTH_COLUMNS, format_)
    paper.write(content, out)
