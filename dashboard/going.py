"""Where a visitor is. The session knows; the browser is told.

Every rerun carries the address that the browser knew when it asked for it. One that was asked for on behalf of news may
carry an address that was left a moment before: it must not take the visitor back, nor what was typed. So the browser's
address counts only when a session begins and when the visitor went back or forward.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

ADDRESS, ACT = "address", "act"


def settle() -> dict[str, str]:
    """The address that this run draws."""
    told = st.query_params.to_dict()
    run = get_script_run_ctx()
    if ADDRESS not in st.session_state or (run is not None and run.is_history_navigation):
        st.session_state[ADDRESS], st.session_state[ACT] = told, None
    elif told != st.session_state[ADDRESS]:
        st.query_params.from_dict(st.session_state[ADDRESS])
    return address()


def address() -> dict[str, str]:
    """The address as it is, for what a visitor does on its page."""
    return dict(st.session_state[ADDRESS])


def go(to: Mapping[str, str], act: str | None = None) -> None:
    """Leads to another address from the next run on, whatever interrupts this one. `act` is what its page shall do."""
    st.session_state[ADDRESS], st.session_state[ACT] = dict(to), act


def act() -> str | None:
    """What the button that was pressed does (`run`, `cancel`). It stands until `acted`, whatever interrupts."""
    wanted = st.session_state.get(ACT)
    return wanted if isinstance(wanted, str) else None


def acted() -> None:
    """It is done."""
    st.session_state[ACT] = None
