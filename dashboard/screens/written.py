"""A draft as text: what the visitor wrote or opened, kept in this session alone, and what evaluation finds in it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import streamlit as st

from dashboard.house import House
from dashboard.screens.asking import Trouble, ask
from dashboard.views.rescoring.draft import plain
from dashboard.words.texts import Texts
from services.contracts.criteria import MOST_TEXT, DocumentOf, DocumentRead, Fault

TEXT = "text"
LARGE = "the text is too large: at most {n} KB"


@dataclass(frozen=True)
class Written:
    """The text; its problems; the draft, where there are none. `origin` is what it was begun from, `own` whether it was
    changed since."""

    text: str
    origin: str
    own: bool
    problems: tuple[Fault, ...] = ()
    document: dict[str, Any] | None = None


def write(text: str, origin: str) -> None:
    """The visitor's own text from now on; of one that is too large only so much is kept that this can be said."""
    st.session_state[TEXT] = origin, text[: MOST_TEXT + 1]


def begin_anew() -> None:
    """Their own text is forgotten."""
    st.session_state.pop(TEXT, None)


def written(house: House, begun: dict[str, Any], words: Texts) -> Written | Trouble:
    """Their own text, else that of the document it would begin from."""
    origin, text = st.session_state.get(TEXT, (None, None))
    if text is not None and len(text) > MOST_TEXT:
        return Written(
            "", origin, own=True, problems=(Fault(line=0, where="", problem=LARGE.format(n=MOST_TEXT >> 10)),)
        )
    question = DocumentOf(document=begun) if text is None else DocumentOf(text=text)
    read = ask(house, "document", question, DocumentRead, words)
    if isinstance(read, Trouble):
        return read
    origin = origin or sha256(read.text.encode()).hexdigest()[:12]
    return Written(read.text, origin, text is not None, read.problems, plain(read.document) if read.document else None)


def as_text(house: House, document: dict[str, Any], words: Texts) -> str:
    """A draft as the YAML that `nenep criteria check` reads; empty when nobody answers."""
    read = ask(house, "document", DocumentOf(document=document), DocumentRead, words)
    return "" if isinstance(read, Trouble) else read.text
