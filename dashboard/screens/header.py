"""The line on top of every page: the name, the year, the language."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.going import address, go
from dashboard.views.oversight.address import PAGE as OVERSIGHT
from dashboard.views.rescoring.address import PAGE as RESCORE
from dashboard.words.texts import LANGUAGES, OWN_NAMES, Texts

ROOM = """
[data-testid="stMainBlockContainer"] {
  padding-left: clamp(0.8rem, 2vw, 2.2rem); padding-right: clamp(0.8rem, 2vw, 2.2rem);
}
[data-testid="stStatusWidget"] { display: none; }
[data-stale="true"] { opacity: 1 !important; }
.st-key-header h1 { padding: 0; }
.st-key-header [data-testid="stCaptionContainer"] p { color: inherit; opacity: 1; }
.st-key-header [data-testid="stCaptionContainer"] { color: inherit; opacity: 0.8; }
"""
"""A board wants the width that Streamlit's wide layout leaves empty at the sides; that something is being computed the
pages say themselves, in their language."""


def header(words: Texts, year: int, years: Sequence[int]) -> None:
    """Draws it. Year and language go into the address, so that a copied link shows the same."""
    st.html(f"<style>{ROOM}</style>")
    st.session_state["year"] = year
    st.session_state["lang"] = words.language
    with st.container(horizontal=True, vertical_alignment="center", key="header"):
        st.title(words.say("Nền Nếp"), anchor=False, width="content")
        st.caption(words.say("The meetings of party cells, watched as they happen"), width="stretch")
        page = address().get("page")
        if page in (RESCORE, OVERSIGHT):
            st.button(words.say("Board"), type="tertiary", icon=":material/grid_on:", on_click=_to_board)
        if page != OVERSIGHT:
            st.button(words.say("Oversight"), type="tertiary", icon=":material/visibility:", on_click=_to_oversight)
        if page != RESCORE:
            st.button(words.say("Re-score"), type="tertiary", icon=":material/compare_arrows:", on_click=_to_rescore)
        st.selectbox(
            words.say("Year"),
            sorted({*years, year}, reverse=True),
            key="year",
            label_visibility="collapsed",
            width=110,
            on_change=_to_address,
            args=("year",),
        )
        st.segmented_control(
            words.say("Language"),
            LANGUAGES,
            format_func=OWN_NAMES.__getitem__,
            key="lang",
            label_visibility="collapsed",
            required=True,
            on_change=_to_address,
            args=("lang",),
        )


def _to_address(name: str) -> None:
    left = ("period", "from", "to", "run", "show", "month") if name == "year" else ()
    kept = {key: value for key, value in address().items() if key not in left}
    go({**kept, name: str(st.session_state[name])})


def _to_rescore() -> None:
    go({**_kept("year", "lang", "cell"), "page": RESCORE})


def _to_oversight() -> None:
    go({**_kept("year", "lang", "unit"), "page": OVERSIGHT})


def _to_board() -> None:
    go(_kept("year", "lang"))


def _kept(*names: str) -> dict[str, str]:
    return {name: value for name, value in address().items() if name in names}
