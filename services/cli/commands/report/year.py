"""`nenep report year`: the year's list of a unit's cells."""

from __future__ import annotations

from typing import Annotated

import typer

from services.cli.commands.report import paper
from services.cli.dials import IN_FORCE, Criteria, DecidedOn, KnownAt, TreeAt, lens
from services.cli.place import DEFAULT_DATA, Data
from services.contracts.classification import YearOf
from services.contracts.reports import MonthlyOf


def command(
    unit: paper.Unit,
    year: Annotated[int, typer.Option(help="The calendar year.", min=1930, max=2200)],
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
    """The year's list: a row a cell, as the half-year's, with mean points and the year's classification so far."""
    paper.wanted(format_, out)
    letterhead = paper.letterhead(head, on, number)
    by = lens(set_, known_at, tree_at, decided_on)
    asked = MonthlyOf(year=year, first=1, last=12, unit=unit, lens=by)
    months, told = paper.ask_months(asked, data)
    classified = paper.ask("year", YearOf(year=year, unit=unit, known_at=known_at), data).to_pylist()
    from services.documents import plain
    from services.documents.span import year_list
    from services.documents.years import years_said

    said = years_said(classified)
    if format_ in paper.DRAWN:
        content = paper.drawn(year_list(months, told, letterhead, said), format_)
    else:
        content = paper.rows(plain.year_rows(months, said), plain.YEAR_COLUMNS, format_)
    paper.write(content, out)
