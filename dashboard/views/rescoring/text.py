"""The draft as text on the screen: the text, and each problem with the line that it leads to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from dashboard.views.rescoring.address import Asked
from dashboard.views.rescoring.form import set_words
from dashboard.views.rescoring.problems import place_words, problem_text
from dashboard.words.numbers import number
from dashboard.words.texts import Texts
from services.contracts.criteria import MOST_TEXT, CriteriaKnown, Fault


def text_view(
    text: str,
    origin: str,
    own: bool,
    problems: Sequence[Fault],
    sets: Iterable[CriteriaKnown],
    asked: Asked,
    words: Texts,
) -> dict[str, Any]:
    """For the template."""
    begin = replace(asked, edits=(), at=0, show="")
    return {
        "text": text,
        "origin": origin,
        "key": f"text {origin}",
        "own": own,
        "problems": [fault_view(one, words) for one in problems],
        "most": number(MOST_TEXT >> 10, words.language),
        "values": asked.href(view="whatif"),
        "sets": [(one.id, set_words(one, words), one.id == asked.after.set) for one in sets],
        "hidden": {name: value for name, value in begin.params().items() if name != "set"},
    }


def fault_view(one: Fault, words: Texts) -> dict[str, Any]:
    """A problem: its line, where, and what is wrong."""
    return {"line": one.line, "where": place_words(one.where, words), "text": problem_text(one.problem, words)}
