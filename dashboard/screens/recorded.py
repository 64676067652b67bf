"""A recorded run on the screen: its progress, and once it is done its result."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.house import House
from dashboard.hub.years import Unreachable
from dashboard.screens.asking import Trouble, ask, away, pages, refusal
from dashboard.views.rescoring.address import Asked
from dashboard.views.rescoring.result import Result, result_of
from dashboard.views.rescoring.runs import progress_view, receipt_view
from dashboard.words.texts import Texts
from services.contracts.receipts import Refused
from services.contracts.rescoring import ResultOf, RunOf, RunProgress, RunReceipt

PAGE_ROWS = 20_000
PATIENCE_S = 20.0
KEPT = 4
"""Results that a process keeps: a run's result never changes."""


def standing(house: House, asked: Asked, act: str | None, words: Texts) -> RunProgress | Trouble:
    """How the run stands, after it was cancelled when that is what the visitor wants."""
    query = "cancel" if act == "cancel" else "run"
    return ask(house, query, RunOf(run=asked.run), RunProgress, words)


def run_view(
    found: RunProgress, asked: Asked, words: Texts, edits: tuple[tuple[str, str], ...] | None
) -> dict[str, Any]:
    """The run for the template; `edits` made its draft (see `receipt_view`)."""
    return {
        "id": found.run,
        "hidden": asked.params(),
        "progress": progress_view(found, words),
        "receipt": receipt_view(found.receipt, asked, words, edits) if found.receipt else None,
    }


def result(house: House, receipt: RunReceipt, words: Texts) -> Result | Trouble:
    """The run's result, fetched once."""
    try:
        return _result(house.run, receipt.run, house, receipt)
    except Unreachable:
        return away(words)
    except Refused as refused:
        return refusal(refused, words)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _result(here: str, run: str, _house: House, _receipt: RunReceipt) -> Result:
    return result_of(_receipt, *(rows(_house, run, table) for table in ("months", "impacts", "official")))


def rows(house: House, run: str, table: str) -> list[dict[str, Any]]:
    """All rows of a table of the run's result. Raises `Unreachable` and `Refused`."""
    return pages(
        house, "result", lambda offset: ResultOf(run=run, table=table, offset=offset, limit=PAGE_ROWS), PATIENCE_S
    )


def extra_rows(house: House, run: str, table: str) -> list[dict[str, Any]]:
    """The rows of a table that the page can do without; none when they cannot be had."""
    try:
        return _extra_rows(house.run, run, table, house)
    except (Unreachable, Refused):
        return []


@st.cache_resource(max_entries=2 * KEPT, show_spinner=False)
def _extra_rows(here: str, run: str, table: str, _house: House) -> list[dict[str, Any]]:
    return rows(_house, run, table)
