"""The sheet component: a page of prepared HTML that follows the theme and whose links stay in the session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboard.components.live import FOLDER as LIVE
from dashboard.words.texts import Texts

FOLDER = Path(__file__).parent
TEMPLATES = Environment(
    loader=FileSystemLoader(FOLDER.parents[1] / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)
COLOURS = (LIVE / "colours.css").read_text(encoding="utf-8")

sheet_component = st.components.v2.component(
    "nennep_sheet",
    js=(FOLDER / "sheet.js").read_text(encoding="utf-8"),
    css=COLOURS + (FOLDER / "sheet.css").read_text(encoding="utf-8"),
)


def render(template: str, words: Texts, **values: Any) -> str:
    """A template filled in; every value is escaped, every text comes through `say`."""
    return TEMPLATES.get_template(template).render(say=words.say, plural=words.plural, **values)


def sheet(html: str, words: Texts, subject: str, on_go: Any) -> None:
    """Mounts it; `on_go` is called after a click, with where to in `st.session_state["sheet"].go`."""
    sheet_component(key="sheet", data={"html": html, "lang": words.language, "subject": subject}, on_go_change=on_go)
