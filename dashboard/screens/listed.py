"""The months that move, as the page lists them: those that came with a comparison, or all where they are wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard.house import House
from dashboard.hub.years import Unreachable
from dashboard.screens.asking import Trouble, away, pages, refusal
from dashboard.views.rescoring.address import Asked
from dashboard.views.rescoring.moves import PAGE_LINES, chosen
from dashboard.views.rescoring.result import move_of
from dashboard.words.texts import Texts
from services.contracts.receipts import Refused
from services.contracts.rescoring import Comparison, Move, PageOf, RescoreOf

PAGE_ROWS = 20_000
PATIENCE_S = 30.0
KEPT = 4
"""Lists that a process keeps: what a question says of a position never changes."""


@dataclass(frozen=True)
class Listed:
    """The months that the filters leave: how many, those that the page needs, and where all of them are had."""

    count: int
    shown: Sequence[Move]
    every: Callable[[], Sequence[Move]]


def of_run(moves: Sequence[Move], here: Asked) -> Listed:
    """Of a run all are known."""
    left = chosen(moves, here)
    return Listed(len(left), left, lambda: left)


def of_comparison(house: House, found: Comparison, question: RescoreOf, here: Asked, words: Texts) -> Listed | Trouble:
    """Of a comparison those that matter most came with it; the others are fetched when the page needs them."""
    pinned = question.model_copy(update={"position": found.position})

    def every() -> Sequence[Move]:
        rows = _rows(house.run, "moves", pinned.model_dump_json(), house, pinned)
        return chosen((move_of(row, row["official"]) for row in rows), here)

    if len(found.top) >= found.moved:
        return of_run(found.top, here)
    if not here.filtered and here.at + PAGE_LINES <= len(found.top):
        return Listed(found.moved, found.top, every)
    try:
        left = every()
    except Unreachable:
        return away(words)
    except Refused as refused:
        return refusal(refused, words)
    return Listed(len(left), left, lambda: left)


def moved_units(house: House, found: Comparison, question: RescoreOf) -> Sequence[Mapping[str, Any]]:
    """The units of a comparison, which the page can do without: none when they cannot be had."""
    pinned = question.model_copy(update={"position": found.position})
    try:
        return _rows(house.run, "units", pinned.model_dump_json(), house, pinned)
    except (Unreachable, Refused):
        return ()


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _rows(here: str, table: str, asked: str, _house: House, _question: RescoreOf) -> list[dict[str, Any]]:
    def page(offset: int) -> PageOf:
        return PageOf(question=_question, offset=offset, limit=PAGE_ROWS)

    return pages(_house, table, page, PATIENCE_S)
