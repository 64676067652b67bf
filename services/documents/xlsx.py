"""A paper as a workbook: numbers and dates as such, totals as formulas that have their values, ready to print."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from services.documents.document import CROSS, NO_DAY, Document, Kind, Total, Value
from services.documents.formats import long_day
from services.documents.letterhead import PARTY

FONT, A4 = "Times New Roman", 9
_FORMATS = {Kind.DATE: "dd/mm/yyyy", Kind.SHARE: "0.0%", Kind.COUNT: "#,##0"}
_MM_A_CHARACTER = 1.9
_BASE = {"font_name": FONT, "font_size": 12, "valign": "vcenter"}


def as_xlsx(document: Document) -> bytes:
    """The workbook. The same paper gives the same bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {"created": NO_DAY, "title": f"{document.title}, {document.period}", "comments": document.source}
    )
    _Sheet(book, document).write()
    book.close()
    return out.getvalue()


class _Sheet:
    """The one sheet of the workbook, written from the top down."""

    def __init__(self, book: Any, document: Document) -> None:
        self.book, self.document = book, document
        self.sheet = book.add_worksheet("Danh sách")
        self.last = len(document.columns) - 1
        self.middle = self.last // 2
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def write(self) -> None:
        """Everything, and how it is printed."""
        header = self._head()
        first = self._header(header)
        end = self._rows(first)
        for row, text in enumerate(self.document.remarks, end + 2):
            self._across(row, 0, self.last, text, italic=True)
        self._foot(end + 2 + len(self.document.remarks) + 1)
        self._printed(header, first)

    def _format(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format({**_BASE, **properties})
        return self._made[key]

    def _across(self, row: int, first: int, last: int, text: str | None, **properties: Any) -> None:
        made = self._format(**{"text_wrap": True, **properties})
        if first == last:
            self.sheet.write_string(row, first, text or "", made)
        else:
            self.sheet.merge_range(row, first, row, last, "", made)
            self.sheet.write_string(row, first, text or "", made)

    def _head(self) -> int:
        """Whose it is, the title, the month; the row of the table's header."""
        head, right = self.document.letterhead, self.middle + 1
        place = f"{head.place or '………………'}, {long_day(head.on)}"
        for row, left, at_right, bold in (
            (0, head.upper_body, PARTY, False),
            (1, head.body or self.document.body, None, True),
            (2, f"Số {head.number}" if head.number else None, place, False),
        ):
            self._across(row, 0, self.middle, left, align="center", bold=bold)
            self._across(row, right, self.last, at_right, align="center", bold=row == 0, italic=row == 2)
        self._across(4, 0, self.last, self.document.title, align="center", bold=True, font_size=14)
        self._across(5, 0, self.last, self.document.period, align="center", bold=True)
        return 7

    def _header(self, row: int) -> int:
        """The two rows of headings; the first row of the list."""
        made = self._format(bold=True, align="center", text_wrap=True, border=1)
        for group, places in self.document.groups:
            first, last = places[0], places[-1]
            if group is None:
                self.sheet.merge_range(row, first, row + 1, first, "", made)
                self.sheet.write_string(row, first, self.document.columns[first].title, made)
                continue
            if first == last:
                self.sheet.write_string(row, first, group, made)
            else:
                self.sheet.merge_range(row, first, row, last, "", made)
                self.sheet.write_string(row, first, group, made)
            for place in places:
                self.sheet.write_string(row + 1, place, self.document.columns[place].title, made)
        for place, column in enumerate(self.document.columns):
            self.sheet.set_column(place, place, column.width / _MM_A_CHARACTER)
        self.sheet.set_row(row + 1, 48)
        return row + 2

    def _rows(self, first: int) -> int:
        """The list and its totals; the row of the totals."""
        for row, values in enumerate(self.document.rows, first):
            for place, value in enumerate(values):
                self._cell(row, place, value, bold=False)
        end = first + len(self.document.rows)
        for place, (value, formula) in enumerate(zip(self.document.totals, self._formulas(first, end), strict=True)):
            if formula is None or not self.document.rows:
                self._cell(end, place, value, bold=True)
            else:
                kept = "" if value is None else value
                self.sheet.write_formula(end, place, formula, self._of_column(place, bold=True), kept)
        return end

    def _cell(self, row: int, place: int, value: Value, *, bold: bool) -> None:
        made = self._of_column(place, bold=bold)
        if value is None:
            self.sheet.write_blank(row, place, None, made)
        elif isinstance(value, str):
            self.sheet.write_string(row, place, value, made)
        elif isinstance(value, date):
            self.sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), made)
        else:
            self.sheet.write_number(row, place, value, made)

    def _of_column(self, place: int, *, bold: bool) -> Any:
        column = self.document.columns[place]
        shape: dict[str, Any] = {"border": 1, "bold": bold}
        shape |= {"text_wrap": True} if column.kind is Kind.TEXT else {"align": "center"}
        if column.kind in _FORMATS:
            shape["num_format"] = _FORMATS[column.kind]
        return self._format(**shape)

    def _formulas(self, first: int, end: int) -> Iterator[str | None]:
        for place, column in enumerate(self.document.columns):
            name = xl_col_to_name(place)
            part, whole = (f"{xl_col_to_name(max(0, place - back))}{end + 1}" for back in (2, 1))
            within = f"{name}{first + 1}:{name}{end}"
            yield {
                Total.SUM: f"=SUM({within})",
                Total.MEAN: f'=IF(COUNT({within})=0,"",ROUND(AVERAGE({within}),2))',
                Total.CROSSES: f'=COUNTIF({within},"{CROSS}")',
                Total.SHARE: f'=IF({whole}=0,"",{part}/{whole})',
            }.get(column.total)

    def _foot(self, row: int) -> None:
        """To whom it goes, and the place for the signature."""
        head, right = self.document.letterhead, self.middle + 1
        self._across(row, 0, self.middle, "Nơi nhận:", bold=True)
        signed = [text for text in (head.signed_for, head.signer) if text]
        for line, text in enumerate(signed):
            self._across(row + line, right, self.last, text, align="center", bold=True)
        for line, text in enumerate(head.recipients, 1):
            self._across(row + line, 0, self.middle, f"- {text}")

    def _printed(self, header: int, first: int) -> None:
        sheet = self.sheet
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(header, header + 1)
        sheet.freeze_panes(first, 2)
        sheet.set_footer(f"&L&8{self.document.source.replace('&', '&&')}&R&P/&N")
