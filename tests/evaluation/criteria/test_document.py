"""A document as text and back over the bus's question: what a screen edits is what the command line checks."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.contracts.criteria import MOST_TEXT, DocumentOf
from services.evaluation.criteria.load import load_shipped, loads
from services.evaluation.publishing.shelf import document_of
from services.evaluation.queries.document import read_document

SETS = load_shipped()
FAULTY = Path(__file__).with_name("faulty.yaml")


@pytest.mark.parametrize("name", sorted(SETS))
def test_a_document_becomes_a_text_that_is_the_same_set(name: str) -> None:
    written = read_document(DocumentOf(document=document_of(SETS[name])))
    assert not written.problems
    assert loads(written.text).hash == SETS[name].hash
    assert read_document(DocumentOf(text=written.text)).document == document_of(SETS[name])


def test_every_problem_of_a_text_has_its_line() -> None:
    text = FAULTY.read_text(encoding="utf-8")
    found = read_document(DocumentOf(text=text))
    assert found.text == text
    assert found.document is None
    assert len(found.problems) > 10
    assert all(1 <= one.line <= len(text.splitlines()) for one in found.problems)


def test_a_document_with_problems_becomes_a_text_that_names_them() -> None:
    document = document_of(SETS["an-phu-2025"]) | {"total": 90}
    found = read_document(DocumentOf(document=document))
    [problem] = found.problems
    assert found.text.splitlines()[problem.line - 1] == "total: 90"


@pytest.mark.parametrize("text", ["", "just words", "a: [", "- 1", "\x00", "a: &a [1]\nb: [*a, *a]", "x" * MOST_TEXT])
def test_whatever_is_no_document_is_answered(text: str) -> None:
    assert read_document(DocumentOf(text=text)).problems


def test_a_text_is_bounded_and_either_is_given() -> None:
    for wrong in ({"text": "x" * (MOST_TEXT + 1)}, {}, {"text": "", "document": {}}):
        with pytest.raises(ValidationError):
            DocumentOf.model_validate(wrong)
