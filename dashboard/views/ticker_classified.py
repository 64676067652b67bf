"""Sentences of the ticker about the year's end: what was proposed, appraised and decided of cells and organisations."""

from __future__ import annotations

from dashboard.words.numbers import number
from dashboard.words.terms import YEAR_GRADES, term
from dashboard.words.texts import Texts, noted
from services.contracts.classification import YearRecorded

SENTENCES = {
    "YearProposed": noted("{subject}, year {year}: proposed as {result}"),
    "YearAppraised": noted("{subject}, year {year}: appraised as {result}"),
    "YearDecided": noted("{subject}, year {year}: officially classified as {result}"),
    "YearCancelled": noted("{subject}, year {year}: the classification is cancelled by {number}"),
    "YearReclassified": noted("{subject}, year {year}: re-classified by {number} as {result}"),
}


def classified_sentence(kind: str, data: YearRecorded, subject: str, words: Texts) -> str:
    """What became of a year's classification."""
    said = data.decided or (data.appraised if kind == "YearAppraised" else data.proposed)
    result = "–"
    if said is not None:
        points = number(said.common + said.results, words.language, 2)
        result = f"{term(YEAR_GRADES, said.grade, words)} ({points})"
    return words.say(SENTENCES[kind], subject=subject, year=str(data.year), number=data.number or "–", result=result)
