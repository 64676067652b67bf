"""The sheet component: a page of prepared HTML that follows the theme and whose links and forms stay in the session."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboard.components.live import FOLDER as LIVE
from dashboard.going import go
from dashboard.words.texts import Texts

SHOWN = "sheet_shown"
FOLDER = Path(__file__).parent
TEMPLATES = Environment(
    loader=FileSystemLoader(FOLDER.parents[1] / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)
SCRIPTS = (LIVE / "connected.js", FOLDER / "morph.js", FOLDER / "sheet.js")
STYLES = (LIVE / "colours.css", FOLDER / "sheet.css", FOLDER / "desk.css")

sheet_component = st.components.v2.component(
    "nennep_sheet",
    js="\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS),
    css="".join(path.read_text(encoding="utf-8") for path in STYLES),
)


def render(template: str, words: Texts, **values: Any) -> str:
    """A template filled in; every value is escaped, every text comes through `say`."""
    return TEMPLATES.get_template(template).render(say=words.say, plural=words.plural, **values)


@contextmanager
def computing(words: Texts, subject: str) -> Iterator[None]:
    """Says that the page is being made, unless it stands already (its subject begins so): then the sheet says so.

    Nothing on the page jumps.
    """
    if str(st.session_state.get(SHOWN, "")).startswith(subject):
        yield
    else:
        with st.spinner(words.say("Computing …")):
            yield


def sheet(
    html: str, words: Texts, subject: str, again_s: float = 0.0, on_text: Callable[[str, str], None] | None = None
) -> None:
    """Mounts it. With the same subject only what differs is touched. `again_s`: draws the page again after a while.
    `on_text` takes what is written in the page's `data-text`, and the value of that attribute."""
    st.session_state[SHOWN] = subject
    data = {
        "html": html,
        "lang": words.language,
        "subject": subject,
        "busy": words.say("Computing …"),
        "again": int(again_s * 1000),
        "turn": secrets.token_hex(4),
    }

    def text() -> None:
        said = st.session_state["sheet"].text
        if said and on_text:
            on_text(str(said["text"]), str(said["of"]))

    sheet_component(key="sheet", data=data, on_go_change=_go, on_again_change=_nothing, on_text_change=text)


def _go() -> None:
    """A link or form was used: its address becomes the page's. What its button does is left for the page."""
    to = st.session_state["sheet"].go
    if to:
        go(dict(parse_qsl(str(to["address"]).removeprefix("?"), keep_blank_values=True)), to.get("act"))


def _nothing() -> None:
    """The rerun itself is what was wanted."""
