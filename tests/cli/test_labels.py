"""The report's words and the dashboard's are the same words."""

from __future__ import annotations

import pytest

from dashboard.words.terms import GRADES, OUTCOMES
from dashboard.words.texts import LANGUAGES, Language, texts
from services.cli.rescoring.labels import SHEETS, TABLES, WORDS, word
from services.contracts.rescoring import NONE, OPEN, Outcome

SAME = {
    **GRADES,
    **{name: text for name, text in OUTCOMES.items() if name != Outcome.OPEN},
    OPEN: "Not determinable",
    NONE: "Not judged",
    "before": "Before",
    "after": "After",
    "cell_name": "Cell",
    "unit_name": "Unit",
    "period": "Month",
    "change": "Change",
    "span": "Span",
    "mean": "Mean points",
    "moves": "The months that move",
    "impacts": "Which item moved it",
    "rollups": "Quarters and years",
    "quotas": "Quotas",
    "decided": "decided",
    "cancelled": "cancelled",
    "reclassified": "re-classified",
}


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_the_report_says_what_the_dashboard_says(language: Language) -> None:
    said = {name: word(name, language).casefold() for name in SAME}
    assert said == {name: texts(language).say(text).casefold() for name, text in SAME.items()}


def test_every_table_has_a_name_in_every_language() -> None:
    assert {*SHEETS, *TABLES} - {"months"} <= {*WORDS}
    assert all(all(words.values()) for words in WORDS.values())
