"""Papers of a unit to take home, ready to be signed, and an observer's calendar. Each is made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import streamlit as st

from dashboard.house import House
from dashboard.words.texts import Texts
from services.contracts.classification import YearOf
from services.contracts.reports import CalendarOf, CellMonth, MonthlyOf, ObserverCalendar
from services.contracts.rescoring import Lens
from services.documents.calendar import as_ics
from services.documents.document import Document
from services.documents.letterhead import Letterhead
from services.documents.listed import Told
from services.documents.month import month_list
from services.documents.pdf import as_pdf
from services.documents.span import half_year, year_list
from services.documents.xlsx import as_xlsx
from services.documents.years import units_said, years_said

PATIENCE_S = 30.0
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Paper = Callable[[], Document]


def month_papers(house: House, unit: str, year: int, month: int, words: Texts) -> None:
    """The list of a month, and the table of the half-year that it is in."""
    half = 1 if month <= 6 else 2
    lists: dict[str, tuple[str, str, Paper]] = {
        f"{unit}-{year}-{month:02}": (
            words.say("The monthly list (XLSX)"),
            words.say("The monthly list (PDF)"),
            lambda: monthly(house, unit, year, month),
        ),
        f"{unit}-{year}-{half}": (
            words.say("The half-year (XLSX)"),
            words.say("The half-year (PDF)"),
            lambda: half_yearly(house, unit, year, half),
        ),
    }
    _buttons(lists)


def year_papers(house: House, unit: str, year: int, words: Texts) -> None:
    """The list of a year."""
    titles = words.say("The year's list (XLSX)"), words.say("The year's list (PDF)")
    _buttons({f"{unit}-{year}": (*titles, lambda: yearly(house, unit, year))})


def calendar_of(house: House, observer: str, year: int, words: Texts) -> None:
    """An observer's meetings and visits of a year, to be taken into a calendar."""

    def made() -> bytes:
        answer = house.hub.ask("evaluation", "calendar", CalendarOf(observer=observer, year=year), PATIENCE_S)
        return as_ics(answer.model(ObserverCalendar), words.language)

    with st.container(horizontal=True, key="downloads"):
        title = words.say("The calendar of {observer}", observer=observer)
        st.download_button(title, made, f"{observer}-{year}.ics", "text/calendar", on_click="ignore")


def _buttons(lists: dict[str, tuple[str, str, Paper]]) -> None:
    """Two buttons a paper."""

    def made(paper: Paper, drawn: Callable[[Document], bytes]) -> Callable[[], bytes]:
        return lambda: drawn(paper())

    with st.container(horizontal=True, key="downloads"):
        for name, (xlsx, pdf, paper) in lists.items():
            st.download_button(xlsx, made(paper, as_xlsx), f"{name}.xlsx", XLSX, on_click="ignore")
            st.download_button(pdf, made(paper, as_pdf), f"{name}.pdf", "application/pdf", on_click="ignore")


def monthly(house: House, unit: str, year: int, month: int) -> Document:
    """The list as evaluation has it now; what only people know (who signs, to whom it goes) is left to be written."""
    months, told = _months(house, MonthlyOf(year=year, first=month, last=month, unit=unit, losses=True))
    return month_list(months, told, Letterhead())


def half_yearly(house: House, unit: str, year: int, half: int) -> Document:
    """The table of a half-year."""
    months, told = _months(house, MonthlyOf(year=year, first=6 * half - 5, last=6 * half, unit=unit))
    return half_year(months, told, Letterhead())


def yearly(house: House, unit: str, year: int) -> Document:
    """The list of a year, of the cells and organisations that are the unit's on its last day."""
    by = Lens(tree_at=date(year, 12, 31))
    months, told = _months(house, MonthlyOf(year=year, first=1, last=12, unit=unit, lens=by))
    rows = house.hub.ask("evaluation", "year", YearOf(year=year, unit=unit), PATIENCE_S).table().to_pylist()
    return year_list(months, told, Letterhead(), years_said(rows), units_said(rows))


def _months(house: House, question: MonthlyOf) -> tuple[list[CellMonth], Told]:
    table = house.hub.ask("evaluation", "monthly", question, PATIENCE_S).table()
    months = [CellMonth.model_validate(row) for row in table.to_pylist()]
    return months, Told.of(question, table.schema.metadata or {})
