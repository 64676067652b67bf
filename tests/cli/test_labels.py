"""The report's words and the dashboard's are the same words."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from dashboard.words.terms import GRADES, OUTCOMES
from dashboard.words.texts import LANGUAGES, Language, catalogue_path, texts
from services.cli import alert_words
from services.cli.commands.criteria import check
from services.cli.grading import words as grading
from services.cli.language import PLACES, Words
from services.cli.observing import words as observing
from services.cli.rescoring.labels import SHEETS, TABLES, WORDS, said, word
from services.cli.thematic import words as thematic
from services.cli.yearend import words as yearend
from services.contracts.rescoring import NONE, OPEN, Outcome

with catalogue_path("vi").open("rb") as _source:
    IDS = {message.id for message in read_po(_source, locale="vi") if message.id and isinstance(message.id, str)}
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
    assert {*SHEETS, *TABLES} - {"months"} <= {*WORDS.said}


SPOKEN = {
    "alerts": alert_words.word,
    "checks": check.word,
    "grades": grading.word,
    "observers": observing.word,
    "re-scoring": WORDS,
    "re-scoring's sentences": said,
    "thematic work": thematic.word,
    "the year's end": yearend.word,
}
CODES = {"cell", "unit", "cells"}
"""Of whose column is the code or the number, which English leaves unsaid."""


@pytest.mark.parametrize("words", SPOKEN.values(), ids=SPOKEN)
def test_what_the_command_line_calls_as_the_dashboard_does_it_calls_so_in_every_language(words: Words) -> None:
    called = {id_.casefold(): set[str]() for id_ in IDS}
    for id_ in IDS:
        called[id_.casefold()].add(id_)
    same = {name: called[said[0].casefold()] for name, said in words.said.items() if said[0].casefold() in called}
    differ = {
        (name, language): words(name, language)
        for name in same.keys() - CODES
        for language in ("vi", "bn")
        if words(name, language).casefold() not in {texts(language).say(id_).casefold() for id_ in same[name]}
    }
    assert differ == {}


@pytest.mark.parametrize("words", SPOKEN.values(), ids=SPOKEN)
def test_every_word_of_the_command_line_is_there_in_every_language_with_its_braces(words: Words) -> None:
    for name, texts_ in words.said.items():
        assert len(texts_) == len(PLACES), name
        assert all(texts_), name
        assert len({tuple(sorted(set(re.findall(r"{(\w+)", text)))) for text in texts_}) == 1, name
