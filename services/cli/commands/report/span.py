"""Lists of several months, a row a cell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from services.cli.commands.report import paper
from services.contracts.reports import MonthlyOf

if TYPE_CHECKING:
    from services.documents.letterhead import Letterhead


def write_span(
    asked: MonthlyOf,
    which: Literal["half_year", "year_list"],
    letterhead: Letterhead,
    format_: paper.PaperFormat,
    out: Path | None,
    data: Path,
) -> None:
    """Asks for the months and writes the paper, or its rows."""
    from services.documents import plain, span

    months, told = paper.ask_months(asked, data)
    if format_ in (paper.PaperFormat.XLSX, paper.PaperFormat.PDF):
        make = span.half_year if which == "half_year" else span.year_list
        content = paper.drawn(make(months, told, letterhead), format_)
    else:
        content = paper.rows(plain.span_rows(months), plain.SPAN_COLUMNS, format_)
    paper.write(content, out)
