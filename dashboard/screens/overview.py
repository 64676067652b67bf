"""The first page: the city at a glance, the board, the ticker, freshness and health. It lives by itself."""

from __future__ import annotations

import streamlit as st

from dashboard.components.live import live
from dashboard.components.sheet import SHOWN
from dashboard.going import address, go
from dashboard.house import House
from dashboard.live.frames import Seen, frame_for
from dashboard.live.token import Claims
from dashboard.screens.header import header
from dashboard.views.board import legend
from dashboard.words.texts import Texts


def overview(house: House, year: int, follow: bool, words: Texts) -> None:
    """Draws it for a year; `follow`: the address names no year, so the page moves on when a later one has data."""
    hub = house.hub
    st.session_state.pop(SHOWN, None)
    claims = Claims(year, words.language)
    frame, _ = frame_for(hub.picture, claims, Seen(), hub.clock())
    shown = hub.picture.years.get(year)
    glance = shown.glance if shown else None
    header(words, year, glance.years if glance else ())
    live(
        {
            "lang": words.language,
            "year": year,
            "slim": False,
            "wakes": None,
            "cell": None,
            "unit": address().get("unit"),
            "follow": follow,
            "run": house.run,
            "years": list(glance.years) if glance else [],
            "token": house.signer.sign(claims, hub.clock().timestamp()),
            "path": "/api/live",
            "legend": legend(words),
            "first": frame,
        },
        words,
        on_open_change=_open,
        on_unit_change=_unit,
        on_follow_change=_nothing,
        on_renew_change=_nothing,
    )


def _open() -> None:
    at = st.session_state["live"].open
    if at:
        period = {"period": at["period"]} if at["period"] else {}
        go({**_without("period"), "cell": at["cell"], **period})


def _unit() -> None:
    unit = st.session_state["live"].unit
    go({**_without("unit"), **({"unit": unit} if unit else {})})


def _without(name: str) -> dict[str, str]:
    return {key: value for key, value in address().items() if key != name}


def _nothing() -> None:
    """The rerun itself is what was wanted: a new token, or the year that has come."""
