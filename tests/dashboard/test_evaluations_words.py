"""The dashboard's catalogue knows every word that the real evaluation says (a test may look at both sides)."""

from __future__ import annotations

import re

import pytest

from dashboard.views.rules import rule_text
from dashboard.words.terms import FACTS, MEASURES, NOTES, PERCENT, STEPS
from dashboard.words.texts import Language, texts
from services.contracts.meetings import Step
from services.evaluation.criteria.load import load_shipped
from services.evaluation.scoring import measures, notes
from services.evaluation.scoring.words import limit_words, rule_words

RULES = [rule_words(item) for each in load_shipped().values() for item in each.items]
LIMITS = [limit_words(limit) for each in load_shipped().values() for limit in each.limits]


def test_every_measure_fact_step_and_note_has_a_word() -> None:
    assert set(MEASURES) == set(measures.MEASURES)
    assert set(PERCENT) == {name for name, measure in measures.MEASURES.items() if measure.unit == "%"}
    assert {field for measure in measures.MEASURES.values() for field in measure.fields} <= set(FACTS)
    assert set(STEPS) == {step.value for step in Step}
    assert set(NOTES) == set(notes.NOTES.values())


@pytest.mark.parametrize("language", ["vi", "bn"])
@pytest.mark.parametrize("rule", sorted({*RULES, *LIMITS}))
def test_no_shipped_rule_keeps_english_words(rule: str, language: Language) -> None:
    english = (
        r"\b(at least|at most|above|below|and|or if|where|points?|judged|people|otherwise|mark|members|meetings)\b"
    )
    said = rule_text(rule, texts(language))
    assert not re.search(english, said), said
    assert not re.search(r"[a-z]{3,}\.[a-z]", said), said
