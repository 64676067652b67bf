"""The oversight page: observers and their coverage, official grades beside the cells' own."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import orjson
import streamlit as st

from dashboard.components.sheet import computing, render, sheet
from dashboard.going import acted, address
from dashboard.house import House
from dashboard.hub.years import Unreachable
from dashboard.live.wakes import OVERSIGHT
from dashboard.screens.asking import AGAIN_S, Trouble, ask, away, refusal
from dashboard.screens.header import header
from dashboard.screens.papers import calendar_of, month_papers, year_papers
from dashboard.screens.pulse import pulse
from dashboard.screens.units import units_of
from dashboard.views.oversight.address import Asked, asked
from dashboard.views.oversight.alerts import alerts_view
from dashboard.views.oversight.coverage import coverage_view
from dashboard.views.oversight.gap import gap_view
from dashboard.views.oversight.grades import grades_view
from dashboard.views.oversight.themes import themes_view
from dashboard.views.oversight.year import year_view
from dashboard.words.terms import LINES
from dashboard.words.texts import Texts, noted
from services.contracts.alerts import Alerts, AlertsOf
from services.contracts.base import Contract
from services.contracts.classification import YearOf
from services.contracts.coverage import Coverage, CoverageOf
from services.contracts.gap import Gap, GapOf
from services.contracts.observers import Line
from services.contracts.queries import GradesOf
from services.contracts.receipts import Refused
from services.contracts.themes import Models, ModelsOf, Themes, ThemesOf

PATIENCE_S = 30.0
OBSERVER = r"o-[0-9a-f]{3,}"
"""An observer's reference, which the search of the visits may be."""
UNVISITED_MONTHS = 3
TABS = {
    "alerts": noted("Alerts"),
    "coverage": noted("Observers"),
    "gap": noted("Self against observer"),
    "grades": noted("Official grades"),
    "themes": noted("Thematic work"),
    "year": noted("Year's end"),
}


def oversight_page(house: House, year: int, words: Texts) -> None:
    """Draws what the address asks."""
    picture = house.hub.picture.years.get(year)
    header(words, year, picture.glance.years if picture and picture.glance else ())
    here = asked(address(), words.language, year)
    pulse(house, year, words, wakes=OVERSIGHT[here.view])
    place = st.empty()
    with place, computing(words, "oversight"):
        units = units_of(house, year, words)
        here = replace(here, names=units.names)
        parts = _laid(house, here, words)
    acted()
    parts |= {
        "board": "?" + urlencode({"year": year, "lang": words.language}),
        "tabs": [
            {"word": words.say(word), "href": here.href(view=view, list="", q=""), "chosen": here.view == view}
            for view, word in TABS.items()
        ],
        "units": [{"code": code, "name": name, "chosen": code == here.unit} for code, name in units.choices(here.unit)],
        "ahead": words.say("{year} has not begun: nothing is due yet.", year=year) if _ahead(house, year) else "",
        "hidden": {name: value for name, value in here.params().items() if name not in ("unit", "at", "q")},
    }
    away_ = parts["trouble"] is not None and parts["trouble"]["away"]
    sheet(render("oversight.html", words, **parts), words, "oversight", AGAIN_S if away_ else 0.0)
    if parts["grades"] and here.unit:
        month_papers(house, here.unit, year, parts["grades"]["number"], words)
    if parts["year"] and here.unit:
        year_papers(house, here.unit, year, words)
    if parts["gap"] and here.list == "by_visit" and re.fullmatch(OBSERVER, here.q):
        calendar_of(house, here.q, year, words)


def _ahead(house: House, year: int) -> bool:
    return year > house.hub.this_year


def _laid(house: House, here: Asked, words: Texts) -> dict[str, Any]:
    parts: dict[str, Any] = dict.fromkeys((*TABS, "trouble"))
    found = _ANSWERS[here.view](house, here, words)
    if isinstance(found, Trouble):
        parts["trouble"] = {**found.view(words), "away": found.away}
    else:
        parts[here.view] = found
    return parts


def _alerts(house: House, here: Asked, words: Texts) -> dict[str, Any] | Trouble:
    found = ask(house, "alerts", AlertsOf(unit=here.unit or None), Alerts, words, PATIENCE_S)
    return found if isinstance(found, Trouble) else alerts_view(found, here, words)


def _coverage(house: House, here: Asked, words: Texts) -> dict[str, Any] | Trouble:
    question = CoverageOf(
        year=here.year,
        month=here.month or None,
        unit=here.unit or None,
        line=Line(here.line) if here.line in LINES else None,
        unvisited_months=UNVISITED_MONTHS,
    )
    found = ask(house, "coverage", question, Coverage, words, PATIENCE_S)
    return found if isinstance(found, Trouble) else coverage_view(found, here, UNVISITED_MONTHS, words)


def _gap(house: House, here: Asked, words: Texts) -> dict[str, Any] | Trouble:
    question = GapOf(year=here.year, month=here.month or None, unit=here.unit or None)
    found = ask(house, "gap", question, Gap, words, PATIENCE_S)
    return found if isinstance(found, Trouble) else gap_view(found, here, words)


def _grades(house: House, here: Asked, words: Texts) -> dict[str, Any] | Trouble:
    found = _table(house, "grades", GradesOf(year=here.year, unit=here.unit or None), words)
    return found if isinstance(found, Trouble) else grades_view(found.to_pylist(), here, words)


def _year(house: House, here: Asked, words: Texts) -> dict[str, Any] | Trouble:
    found = _table(house, "year", YearOf(year=here.year, unit=here.unit or None), words)
    if isinstance(found, Trouble):
        return found
    said = found.schema.metadata or {}
    quotas, rules = (orjson.loads(said.get(name, nothing)) for name, nothing in ((b"quotas", b"[]"), (b"rules", b"{}")))
    return year_view(found.to_pylist(), quotas, rules, here, words)


def _table(house: House, query: str, question: Contract, words: Texts) -> Any | Trouble:
    """The rows of an answer."""
    try:
        return house.hub.ask("evaluation", query, question, PATIENCE_S).table()
    except Unreachable:
        return away(words)
    except Refused as refused:
        return refusal(refused, words)


def _themes(house: House, here: Asked, words: Texts) -> dict[str, Any] | Trouble:
    unit = here.unit or None
    found = ask(house, "themes", ThemesOf(year=here.year, unit=unit), Themes, words, PATIENCE_S)
    if isinstance(found, Trouble):
        return found
    models = ask(house, "models", ModelsOf(year=here.year, unit=unit), Models, words, PATIENCE_S)
    return models if isinstance(models, Trouble) else themes_view(found, models, here, words)


_ANSWERS = {"alerts": _alerts, "coverage": _coverage, "gap": _gap, "grades": _grades, "themes": _themes, "year": _year}
