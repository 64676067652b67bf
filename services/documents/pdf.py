"""A paper as PDF: A4 landscape, the header on every page, page numbers, room for a signature."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, date
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, TableCellFillMode, VAlign, XPos, YPos
from fpdf.fonts import FontFace

from services.documents.document import NO_DAY, Document, Kind, Value
from services.documents.formats import day, long_day, number, share
from services.documents.letterhead import PARTY

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Liberation Serif"
"""Of the measures of Times New Roman (the face of official papers); no font of the machine is used."""
MARGIN, LINE, SIZE, SMALLEST = 12, 5, 10.5, 7.5
PADDING = 0.6
SIGNATURE, BESIDE = 45, 3
"""Millimetres that are kept together for recipients and signature, at least; rows that go with them to a new page."""


class _Paper(FPDF):
    """A page with its number and what identifies the numbers at its foot."""

    def __init__(self, source: str, pages: str) -> None:
        super().__init__(orientation="landscape", format="A4")
        self.source, self.pages_ = source, pages
        self.set_creation_date(NO_DAY.replace(tzinfo=UTC))
        self.set_lang("vi")
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, margin=MARGIN + 4)
        self.alias_nb_pages(pages)
        for style, file in (("", "Regular"), ("B", "Bold")):
            self.add_font(FAMILY, style, FONTS / f"LiberationSerif-{file}.ttf")
        self.set_font(FAMILY, size=SIZE)

    def footer(self) -> None:
        """Called by FPDF at the end of every page."""
        self.set_y(-MARGIN)
        self.set_font(FAMILY, size=8)
        self.cell(self.epw / 2, 4, self.source)
        self.cell(self.epw / 2, 4, f"{self.page_no()}/{self.pages_}", align=Align.R)

    def centred(self, x: float, width: float, text: str | None, *, bold: bool = False, size: float = 12) -> None:
        """A line (or more) in the middle of a space; the next line begins below it."""
        self.set_font(FAMILY, "B" if bold else "", size)
        self.set_x(x)
        self.multi_cell(width, 6, _plain(text or ""), align=Align.C, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def as_pdf(document: Document) -> bytes:
    """The file. The same paper gives the same bytes."""
    paper, alone = _drawn(document, len(document.rows))
    if alone and len(document.rows) > BESIDE:
        paper, _ = _drawn(document, len(document.rows) - BESIDE)
    return bytes(paper.output())


def _drawn(document: Document, first: int) -> tuple[_Paper, bool]:
    """The paper, all but the `first` rows on a new page; and whether the signature stands on a page without rows."""
    paper = _Paper(_plain(document.source), _unsaid(document))
    paper.set_title(f"{document.title}, {document.period}")
    paper.add_page()
    _head(paper, document)
    rest = document.rows[first:]
    _table(paper, document, (*document.rows[:first], *(() if rest else (document.totals,))))
    if rest:
        paper.add_page()
        _table(paper, document, (*rest, document.totals))
    page = paper.page
    _foot(paper, document)
    return paper, paper.page != page


def _unsaid(document: Document) -> str:
    """What stands for the number of pages until it is known: something that the paper does not say itself."""
    said = repr(document)
    return next(mark for n in range(len(said)) if (mark := f"{{{'n' * (n + 1)}b}}") not in said)


def _head(paper: _Paper, document: Document) -> None:
    head, half, top = document.letterhead, paper.epw / 2, paper.get_y()
    paper.centred(MARGIN, half, head.upper_body)
    paper.centred(MARGIN, half, head.body or document.body, bold=True)
    paper.centred(MARGIN, half, f"Số {head.number}" if head.number else None)
    left = paper.get_y()
    paper.set_y(top)
    paper.centred(MARGIN + half, half, PARTY, bold=True)
    paper.centred(MARGIN + half, half, None)
    paper.centred(MARGIN + half, half, f"{head.place or '………………'}, {long_day(head.on)}")
    paper.set_y(max(left, paper.get_y()) + 3)
    paper.centred(MARGIN, paper.epw, document.title, bold=True, size=14)
    paper.centred(MARGIN, paper.epw, document.period, bold=True)
    paper.ln(3)


def _table(paper: _Paper, document: Document, rows: Sequence[tuple[Value, ...]]) -> None:
    """These rows below the headings; the totals in bold."""
    bold = FontFace(emphasis="BOLD")
    totals = document.totals
    whole = sum(column.width for column in document.columns)
    widths = [column.width * paper.epw / whole for column in document.columns]
    size = _fitting(paper, document, widths)
    paper.set_font(FAMILY, size=size)
    with paper.table(
        col_widths=tuple(widths),
        num_heading_rows=2,
        headings_style=bold,
        cell_fill_mode=TableCellFillMode.NONE,
        line_height=LINE * size / SIZE,
        padding=PADDING,
        v_align=VAlign.M,
    ) as table:
        upper, lower = table.row(), table.row()
        for group, places in document.groups:
            if group is None:
                upper.cell(document.columns[places[0]].title, rowspan=2, align=Align.C)
                continue
            upper.cell(group, colspan=len(places), align=Align.C)
            for place in places:
                lower.cell(document.columns[place].title, align=Align.C)
        for values in rows:
            row = table.row(style=bold if values == totals else None)
            for value, column in zip(values, document.columns, strict=True):
                row.cell(written(value, column.kind), align=Align.L if column.kind is Kind.TEXT else Align.C)


def _fitting(paper: _Paper, document: Document, widths: Sequence[float]) -> float:
    """The size of letters at which no word of a heading is cut."""
    paper.set_font(FAMILY, "B", SIZE)
    room = [
        (width - 2 * PADDING) / paper.get_string_width(word)
        for column, width in zip(document.columns, widths, strict=True)
        for word in column.title.split()
    ]
    return max(SMALLEST, SIZE * min(1.0, *room))


def _foot(paper: _Paper, document: Document) -> None:
    head, half = document.letterhead, paper.epw / 2
    paper.ln(2)
    paper.set_font(FAMILY, size=SIZE)
    for text in document.remarks:
        paper.multi_cell(0, LINE, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    if paper.will_page_break(max(SIGNATURE, 6 * (1 + len(head.recipients)))):
        paper.add_page()
    paper.ln(3)
    top = paper.get_y()
    for text in filter(None, (head.signed_for, head.signer)):
        paper.centred(MARGIN + half, half, text, bold=True)
    paper.set_y(top)
    paper.set_font(FAMILY, "B", SIZE)
    paper.cell(half, LINE, "Nơi nhận:", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.set_font(FAMILY, size=SIZE)
    for text in head.recipients:
        paper.multi_cell(half, LINE, _plain(f"- {text}"), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def written(value: Value, kind: Kind) -> str:
    """A value as it stands on paper."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, date):
        return day(value)
    return share(value) if kind is Kind.SHARE else number(value)


def _plain(text: str) -> str:
    """Letters with their marks in one: so the font has them."""
    return unicodedata.normalize("NFC", text)
