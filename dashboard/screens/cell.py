"""A cell's page: its record, its meetings of the year and, for each score, the lines that explain it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard.components.sheet import computing, render, sheet
from dashboard.going import address, go
from dashboard.house import House
from dashboard.hub.years import Unreachable
from dashboard.screens.asking import AGAIN_S, ask
from dashboard.screens.header import header
from dashboard.screens.pulse import pulse
from dashboard.views.cell import cell_view, period_to_show
from dashboard.views.explain import explanation_view
from dashboard.views.lenses import lenses_view
from dashboard.views.oversight.address import Asked as Desk
from dashboard.views.oversight.alerts import cell_alerts
from dashboard.views.rescoring.address import Asked
from dashboard.views.sides import sides_view
from dashboard.words.numbers import month_year
from dashboard.words.texts import Texts
from services.contracts.alerts import Alerts, AlertsOf
from services.contracts.criteria import CriteriaKnownSets, CriteriaOf
from services.contracts.queries import CellOf, CellPage, Explain, Explanation
from services.contracts.receipts import Refused
from services.contracts.rescoring import Lens

CODE, PERIOD, SET = r"[A-Z0-9][A-Z0-9_-]{0,31}", r"[0-9]{4}-(0[1-9]|1[0-2])", r"[a-z0-9][a-z0-9-]{0,63}"
PATIENCE_S = 2.0
"""How long the page waits for what it can do without."""


def cell_page(house: House, cell: str, year: int, period: str | None, words: Texts) -> None:
    """Draws it. A period names the year too; an address that names no cell of ours is answered, not obeyed.

    `set` in the address shows the month as that criteria set judges it.
    """
    period = period if period and re.fullmatch(PERIOD, period) else None
    year = int(period[:4]) if period else year
    place = st.empty()
    with place, computing(words, f"{cell} "):
        page, trouble, away = _cell(house, cell, year, words)
    header(words, year, page.years if page else ())
    pulse(house, year, words, cell)
    if page is None:
        st.error(trouble, title=words.say("This cell cannot be shown"), icon=":material/search_off:")
        st.button(words.say("To the board"), on_click=_leave)
        if away:
            sheet("", words, "away", AGAIN_S)
        return
    shown = period_to_show(page, period)
    judged_by = address().get("set", "")
    judged_by = judged_by if re.fullmatch(SET, judged_by) else ""
    with place, computing(words, f"{cell} "):
        why, unexplained = _why(house, page, shown, judged_by, words)
    kept = {name: value for name, value in address().items() if name in ("year", "lang")}
    here = {**kept, "cell": cell, **({"set": judged_by} if judged_by else {})}
    html = render(
        "cell.html",
        words,
        cell=cell_view(page, year, shown, words),
        why=explanation_view(why, words) if why else None,
        sides=sides_view(
            next((one for one in page.official if one.period == shown), None),
            why,
            {unit.unit: unit.name for unit in page.units},
            words,
        ),
        alerts=_alerts(house, cell, year, words),
        unexplained=unexplained,
        board="?" + urlencode(kept),
        here="?" + urlencode(here),
        lenses=_lenses(house, {**here, "period": shown}, judged_by, words) if shown else [],
        rescore=Asked(words.language, year, f"{year}-01", f"{year}-12", cell=cell).href(),
    )
    sheet(html, words, subject=f"{cell} {shown}", again_s=AGAIN_S if unexplained == _away(words) else 0.0)


def _alerts(house: House, cell: str, year: int, words: Texts) -> dict[str, Any] | None:
    """What the cell is warned of; nothing where nothing stands, or nobody says so in time."""
    found = ask(house, "alerts", AlertsOf(cell=cell), Alerts, words, PATIENCE_S)
    if not isinstance(found, Alerts) or not found.total:
        return None
    return cell_alerts(found, Desk(words.language, year, q=cell), words)


def _lenses(house: House, here: dict[str, str], judged_by: str, words: Texts) -> list[dict[str, Any]]:
    known = ask(house, "criteria", CriteriaOf(), CriteriaKnownSets, words, PATIENCE_S)
    return lenses_view(known.sets, here, judged_by, words) if isinstance(known, CriteriaKnownSets) else []


def _cell(house: House, cell: str, year: int, words: Texts) -> tuple[CellPage | None, str, bool]:
    """The page, or why there is none, and whether it is worth asking again by itself."""
    if not re.fullmatch(CODE, cell):
        return None, words.say("{cell} is not a cell's code.", cell=cell), False
    try:
        return house.hub.ask("evaluation", "cell", CellOf(cell=cell, year=year)).model(CellPage), "", False
    except Unreachable:
        return None, _away(words), True
    except Refused as refused:
        if any(problem.path == "cell" for problem in refused.problems):
            text = words.say("No cell with the code {cell} is known. Check the code or go to the board.", cell=cell)
            return None, text, False
        reasons = "; ".join(problem.problem for problem in refused.problems)
        return None, words.say("The evaluation service says of {cell}: {reasons}.", cell=cell, reasons=reasons), False


def _why(
    house: House, page: CellPage, period: str | None, judged_by: str, words: Texts
) -> tuple[Explanation | None, str]:
    cell = page.state.cell
    if period is None:
        return None, words.say("No meeting of this year has a score yet.")
    if not any(line.period == period and line.score for line in page.meetings):
        month = month_year(period, words.language)
        return None, words.say("There is no score for {month}: no regular meeting was held in it.", month=month)
    try:
        return house.hub.ask(
            "evaluation", "explain", Explain(cell=cell, period=period, lens=Lens(set=judged_by or None))
        ).model(Explanation), ""
    except Unreachable:
        return None, _away(words)
    except Refused as refused:
        return None, "; ".join(problem.problem for problem in refused.problems)


def _away(words: Texts) -> str:
    return words.say("The evaluation service does not answer. The page comes back by itself when it does.")


def _leave() -> None:
    go({name: value for name, value in address().items() if name not in ("cell", "period")})
