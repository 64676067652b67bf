"""`nenep report half-year`: per cell the months held, grades, attendance, thematic meetings, observed or not."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from services.cli.commands.report import paper
from services.cli.dials import IN_FORCE, Criteria, DecidedOn, KnownAt, TreeAt, lens
from services.cli.place import DEFAULT_DATA, Data
from services.contracts.reports import MonthlyOf


def half_of(value: str) -> str:
    """A half-year, `2026-1` or `2026-2`."""
    if not re.fullmatch(r"(19[3-9]\d|20\d\d|21\d\d|2200)-[12]", value):
        raise typer.BadParameter(f"{value!r} is no half-year: YYYY-1 or YYYY-2, like 2026-1")
    return value


def command(
    unit: paper.Unit,
    half: Annotated[str, typer.Option(help="The half-year, like 2026-1.", callback=half_of)],
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
    """The half-year's table: a row a cell, its months held, grades counted, attendance, thematic meetings, visits."""
    paper.wanted(format_, out)
    letterhead = paper.letterhead(head, on, number)
    year, first = int(half[:4]), 1 if half.endswith("-1") else 7
    by = lens(set_, known_at, tree_at, decided_on)
    asked = MonthlyOf(year=year, first=first, last=first + 5, unit=unit, lens=by)
    months, told = paper.ask_months(asked, data)
    from services.documents import plain
    from services.documents.span import half_year

    if format_ in paper.DRAWN:
        content = paper.drawn(half_year(months, told, letterhead), format_)
    else:
        content = paper.rows(plain.span_rows(months), plain.SPAN_COLUMNS, format_)
    paper.write(content, out)
