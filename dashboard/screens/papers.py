"""The monthly list of a unit to take home, ready to be signed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.house import House
from dashboard.words.texts import Texts
from services.contracts.reports import CellMonth, MonthlyOf
from services.documents.document import Document
from services.documents.letterhead import Letterhead
from services.documents.listed import Told
from services.documents.month import month_list
from services.documents.pdf import as_pdf
from services.documents.xlsx import as_xlsx

PATIENCE_S = 30.0


def monthly_papers(house: House, unit: str, year: int, month: int, words: Texts) -> None:
    """Two buttons; a paper is made when one is pressed."""

    def made(drawn: Callable[[Document], bytes]) -> Callable[[], bytes]:
        return lambda: drawn(monthly(house, unit, year, month))

    name = f"{unit}-{year}-{month:02}"
    with st.container(horizontal=True, key="downloads"):
        xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        st.download_button(words.say("The monthly list (XLSX)"), made(as_xlsx), f"{name}.xlsx", xlsx, on_click="ignore")
        st.download_button(
            words.say("The monthly list (PDF)"), made(as_pdf), f"{name}.pdf", "application/pdf", on_click="ignore"
        )


def monthly(house: House, unit: str, year: int, month: int) -> Document:
    """The list as evaluation has it now; what only people know (who signs, to whom it goes) is left to be written."""
    question = MonthlyOf(year=year, first=month, last=month, unit=unit, losses=True)
    table = house.hub.ask("evaluation", "monthly", question, PATIENCE_S).table()
    months = [CellMonth.model_validate(row) for row in table.to_pylist()]
    return month_list(months, Told.of(question, table.schema.metadata or {}), Letterhead())
