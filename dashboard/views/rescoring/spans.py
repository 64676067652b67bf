"""Quarters and years of a run: how they are distributed before and after, those that move, and the quotas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.views.explain import in_words
from dashboard.views.rescoring.address import Asked
from dashboard.views.rescoring.comparison import grade_word
from dashboard.views.rescoring.moves import points_of, seen_view
from dashboard.views.rescoring.units import stack
from dashboard.words.numbers import number
from dashboard.words.terms import OUTCOME_SIGNS, OUTCOMES, term
from dashboard.words.texts import Texts
from services.contracts.rescoring import NONE, OPEN, Seen

SHOWN = 100
SIDES = ("before", "after")
Row = Mapping[str, Any]
Titles = Mapping[str, dict[str, str]]
"""What the sets call grades of their own, by code, best first."""


def titles_of(documents: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """The titles that these sets give the grades of their roll-ups."""
    grades = (grade for one in documents for rollup in one.get("rollups", ()) for grade in rollup.get("grades", ()))
    return {grade["grade"]: grade["title"] for grade in grades if grade.get("title")}


def span_grade(code: str, titles: Titles, words: Texts) -> str:
    """A grade of a quarter or year as its set calls it."""
    return in_words(titles[code], words) if code in titles else grade_word(code, words)


def rollups_view(rows: Iterable[Row], titles: Titles, asked: Asked, words: Texts) -> dict[str, Any]:
    """Every span as two bars, and the roll-ups that are not the same on both sides."""
    every = list(rows)
    moved = [row for row in every if row["outcome"] not in ("same", "open")]
    return {
        "spans": [
            {"span": span, "sides": [_bar(every, span, side, titles, words) for side in SIDES]}
            for span in sorted({row["span"] for row in every})
        ],
        "lines": [
            {
                "cell": row["cell_name"] or row["cell"],
                "href": asked.listed(q=row["cell_name"] or row["cell"]),
                "unit": row["unit_name"] or row["unit"] or "",
                "span": row["span"],
                "before": _seen(row, "before", titles, words),
                "after": _seen(row, "after", titles, words),
                "sign": OUTCOME_SIGNS.get(row["outcome"], ""),
                "css": row["outcome"],
                "outcome": term(OUTCOMES, row["outcome"], words),
            }
            for row in moved[:SHOWN]
        ],
        "count": words.plural(
            "{n} quarter or year moves", "{n} quarters and years move", len(moved), n=number(len(moved), words.language)
        ),
        "left": number(len(moved) - SHOWN, words.language) if len(moved) > SHOWN else "",
    }


def _bar(rows: Iterable[Row], span: str, side: str, titles: Titles, words: Texts) -> dict[str, Any]:
    """A side of a span; nothing where its set rolls nothing up."""
    judged = (row for row in rows if row["span"] == span and row[f"{side}_set"] is not None)
    counts = Counter(row[f"{side}_grade"] or OPEN for row in judged)
    own = [code for code in titles if code in counts]
    return stack(counts, lambda code: span_grade(code, titles, words), words, first=own)


def _seen(row: Row, side: str, titles: Titles, words: Texts) -> dict[str, str]:
    seen = Seen(**{name: row.get(f"{side}_{name}") for name in Seen.model_fields})
    if seen.grade is not None and seen.grade in titles:
        return {"css": "own", "grade": span_grade(seen.grade, titles, words), "points": points_of(seen, words)}
    return seen_view(seen, words)


def quotas_view(rows: Iterable[Row], titles: Titles, units: Mapping[str, str], words: Texts) -> list[dict[str, Any]]:
    """Quotas as gauges: how many have a grade of how many that may. `units`: their names by code."""
    return [
        {
            "side": words.say("Before") if row["side"] == "before" else words.say("After"),
            "set": f"{row['set']} {row['quota']}",
            "year": str(row["year"]),
            "grade": span_grade(row["grade"] or NONE, titles, words),
            "among": ""
            if row["among"] == "all"
            else units.get(row["among"], row["among"]) or words.say("unit not known"),
            "unknown": words.say("{n} not determinable", n=number(row["undetermined"], words.language))
            if row["undetermined"]
            else "",
            "over": bool(row["over"]),
            "width": round(min(100.0, 100.0 * row["counted"] / row["allowed"]), 1) if row["allowed"] else 100,
            "text": words.say(
                "{n} of {allowed} allowed, among {all}",
                n=number(row["counted"], words.language),
                allowed=number(row["allowed"], words.language, 2),
                all=number(row["denominator"], words.language),
            ),
        }
        for row in rows
    ]
