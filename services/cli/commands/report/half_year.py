"""`nenep report half-year`: per cell the months held, grades, attendance, thematic meetings, observed or not."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from services.cli.commands.report.paper import Wanted
from services.cli.options import shared


def half_of(value: str) -> str:
    """A half-year, `2026-1` or `2026-2`."""
    if not re.fullmatch(r"(19[3-9]\d|20\d\d|21\d\d|2200)-[12]", value):
        raise typer.BadParameter(f"{value!r} is no half-year: YYYY-1 or YYYY-2, like 2026-1")
    return value


@shared(Wanted)
def command(
    wanted: Wanted, half: Annotated[str, typer.Option(help="The half-year, like 2026-1.", callback=half_of)]
) -> None:
    """The half-year's table: a row a cell, its months held, grades counted, attendance, thematic meetings, visits."""
    head = wanted.letterhead()
    first = 1 if half.endswith("-1") else 7
    months, told = wanted.months(int(half[:4]), first, first + 5)
    from services.documents import plain
    from services.documents.span import half_year

    wanted.write(lambda: half_year(months, told, head), lambda: plain.span_rows(months), plain.SPAN_COLUMNS)
