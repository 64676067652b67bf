"""A recorded run on the screen: its progress, and once it is done its result."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.house import House
from dashboard.hub.years import Unreachable
from dashboard.screens.asking import Trouble, ask, away, pages, refusal
from dashboard.views.rescoring.address import Asked
from dashboard.views.rescoring.draft import between, plain
from dashboard.views.rescoring.result import Result, result_of
from dashboard.views.rescoring.runs import progress_view, receipt_view
from dashboard.views.rescoring.spans import quotas_view, rollups_view, titles_of
from dashboard.views.rescoring.units import units_view
from dashboard.words.texts import Texts
from services.contracts.criteria import CriteriaKnownSets, CriteriaOf
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


def run_view(house: House, found: RunProgress, asked: Asked, words: Texts) -> dict[str, Any]:
    """The run for the template."""
    receipt = found.receipt
    return {
        "id": found.run,
        "hidden": asked.params(),
        "progress": progress_view(found, words),
        "receipt": receipt_view(receipt, asked, words, _edits(house, receipt, words)) if receipt else None,
    }


def _edits(house: House, receipt: RunReceipt, words: Texts) -> tuple[tuple[str, str], ...] | None:
    """What was changed of a known set to make the run's draft; None where there is none, or it was another file."""
    made = receipt.question.after.draft
    base = document(house, str(made.get("id")), words) if made else None
    return between(base, plain(made)) if isinstance(base, dict) else None


def document(house: House, set_: str, words: Texts) -> dict[str, Any] | Trouble:
    """The document of a known set."""
    known = ask(house, "criteria", CriteriaOf(set=set_), CriteriaKnownSets, words)
    if isinstance(known, Trouble):
        return known
    return dict(plain(known.sets[0].document))


def extras(house: House, receipt: RunReceipt, asked: Asked, words: Texts) -> dict[str, Any]:
    """Units, quotas, quarters and years of a run, for the template."""
    units, quotas, rollups = (extra_rows(house, receipt.run, table) for table in ("units", "quotas", "rollups"))
    titles = titles_of(_judging(house, receipt, words)) if quotas or rollups else {}
    names = {row["unit"]: row["unit_name"] for row in units}
    spans = rollups_view(rollups, titles, asked, words) if rollups else None
    return {
        "units": units_view(units, asked, words),
        "extras": {"quotas": quotas_view(quotas, titles, names, words), "rollups": spans},
    }


def _judging(house: House, receipt: RunReceipt, words: Texts) -> list[dict[str, Any]]:
    """The documents that judged in a run, as far as they are known."""
    drafts = [lens.draft for lens in (receipt.question.before, receipt.question.after) if lens.draft]
    known = {*receipt.criteria_before, *receipt.criteria_after} - {str(one.get("id")) for one in drafts}
    found = (document(house, id_, words) for id_ in sorted(known))
    return [*drafts, *(one for one in found if isinstance(one, dict))]


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
