"""A cell's page: its record, its meetings of the year and, for each score, the lines that explain it."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import streamlit as st

from dashboard.components.live import live
from dashboard.components.sheet import render, sheet
from dashboard.house import House
from dashboard.hub.years import Unreachable
from dashboard.live.frames import Seen, frame_for
from dashboard.live.token import Claims
from dashboard.screens.header import header
from dashboard.views.cell import cell_view, period_to_show
from dashboard.views.explain import explanation_view
from dashboard.words.numbers import month_year
from dashboard.words.texts import Texts
from services.contracts.queries import CellOf, CellPage, Explain, Explanation
from services.contracts.receipts import Refused

CODE, PERIOD = r"[A-Z0-9][A-Z0-9_-]{0,31}", r"[0-9]{4}-(0[1-9]|1[0-2])"


def cell_page(house: House, cell: str, year: int, period: str | None, words: Texts) -> None:
    """Draws it. A period names the year too; an address that names no cell of ours is answered, not obeyed."""
    period = period if period and re.fullmatch(PERIOD, period) else None
    year = int(period[:4]) if period else year
    page, trouble = _cell(house, cell, year, words)
    header(words, year, page.years if page else ())
    _pulse(house, cell, year, words)
    if page is None:
        st.error(trouble, title=words.say("This cell cannot be shown"), icon=":material/search_off:")
        st.button(words.say("To the board"), on_click=_leave)
        return
    shown = period_to_show(page, period)
    why, unexplained = _why(house, page, shown, words)
    board = "?" + urlencode({"year": year, "lang": words.language})
    html = render(
        "cell.html",
        words,
        cell=cell_view(page, year, shown, words),
        why=explanation_view(why, words) if why else None,
        unexplained=unexplained,
        board=board,
        here=f"{board}&cell={cell}",
    )
    sheet(html, words, subject=f"{cell} {shown}", on_go=_go)


def _cell(house: House, cell: str, year: int, words: Texts) -> tuple[CellPage | None, str]:
    if not re.fullmatch(CODE, cell):
        return None, words.say("{cell} is not a cell's code.", cell=cell)
    try:
        return house.hub.ask("evaluation", "cell", CellOf(cell=cell, year=year)).model(CellPage), ""
    except Unreachable:
        return None, words.say("The evaluation service does not answer. The page comes back by itself when it does.")
    except Refused as refused:
        if any(problem.path == "cell" for problem in refused.problems):
            return None, words.say(
                "No cell with the code {cell} is known. Check the code or go to the board.", cell=cell
            )
        reasons = "; ".join(problem.problem for problem in refused.problems)
        return None, words.say("The evaluation service says of {cell}: {reasons}.", cell=cell, reasons=reasons)


def _why(house: House, page: CellPage, period: str | None, words: Texts) -> tuple[Explanation | None, str]:
    cell = page.state.cell
    if period is None:
        return None, words.say("No meeting of this year has a score yet.")
    if not any(line.period == period and line.score for line in page.meetings):
        month = month_year(period, words.language)
        return None, words.say("There is no score for {month}: no regular meeting was held in it.", month=month)
    try:
        return house.hub.ask("evaluation", "explain", Explain(cell=cell, period=period)).model(Explanation), ""
    except Unreachable:
        return None, words.say("The evaluation service does not answer. The page comes back by itself when it does.")
    except Refused as refused:
        return None, "; ".join(problem.problem for problem in refused.problems)


def _pulse(house: House, cell: str, year: int, words: Texts) -> None:
    """The slim status line, which also has the page drawn again when news of this cell arrives."""
    hub = house.hub
    claims = Claims(year, words.language, cell)
    frame, _ = frame_for(hub.picture, claims, Seen(), hub.clock())
    live(
        {
            "lang": words.language,
            "year": year,
            "cell": cell,
            "unit": None,
            "follow": False,
            "run": house.run,
            "years": [],
            "token": house.signer.sign(claims, hub.clock().timestamp()),
            "path": "/api/live",
            "legend": [],
            "first": {**frame, "touched": False},
        },
        words,
        on_touched_change=_nothing,
        on_renew_change=_nothing,
    )


def _go() -> None:
    to = st.session_state["sheet"].go
    if not to:
        return
    if to.get("period"):
        st.query_params["period"] = to["period"]
        return
    _leave()
    if to.get("unit"):
        st.query_params["unit"] = to["unit"]


def _leave() -> None:
    for name in ("cell", "period"):
        st.query_params.pop(name, None)


def _nothing() -> None:
    """The rerun itself is what was wanted."""
