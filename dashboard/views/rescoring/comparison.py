"""Two lenses side by side: the summary, the matrix of grades, the distributions, what each heading does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.views.explain import in_words
from dashboard.views.rescoring.address import Asked
from dashboard.words.numbers import number, percent
from dashboard.words.terms import GRADES, OUTCOME_SIGNS, OUTCOMES, term
from dashboard.words.texts import Texts, noted
from services.contracts.rescoring import NONE, OPEN, Comparison, HeadingImpact

ORDER = ("good", "fair", "average", "poor", "met", "not_met", OPEN, NONE)
CSS = {OPEN: "unsure"}
SUMMED = (
    ("up", ("up",), noted("Better grade")),
    ("same", ("same",), noted("Same grade")),
    ("down", ("down",), noted("Lower grade")),
    ("restated", ("restated",), noted("On another scale")),
    ("open", ("opened", "open"), noted("Not determinable after")),
    ("other", ("settled", "appeared", "vanished"), noted("Newly determinable or judged on one side only")),
)
"""The figures of the summary: the outcomes each takes together."""
REST = "rest"


def comparison_view(found: Comparison, asked: Asked, words: Texts) -> dict[str, Any]:
    """Everything of a comparison but its list of months."""
    return {
        "summary": summary(found, asked, words),
        "mean": mean(found, words),
        "matrix": matrix(found, asked, words),
        "official": official(found, words),
        "distribution": distribution(found, words),
        "headings": headings(found, asked, words),
        "months": number(found.months, words.language),
    }


def grade_word(code: str, words: Texts) -> str:
    """A grade's word, or that there is none."""
    if code == OPEN:
        return words.say("Not determinable")
    return words.say("Not judged") if code == NONE else term(GRADES, code, words)


def summary(found: Comparison, asked: Asked, words: Texts) -> list[dict[str, Any]]:
    """How many months went which way; each figure is the filter of the list."""
    figures = []
    for name, outcomes, word in SUMMED:
        count = sum(found.outcomes.get(one, 0) for one in outcomes)
        if count or name in ("up", "same", "down"):
            filters = outcomes[0] if len(outcomes) == 1 else name
            figures.append(
                {
                    "css": name,
                    "sign": OUTCOME_SIGNS.get(outcomes[0], ""),
                    "word": words.say(word),
                    "count": number(count, words.language),
                    "share": percent(count / found.months, words.language) if found.months else "–",
                    "href": asked.listed(outcome="" if asked.outcome == filters else filters, grades="", heading=""),
                    "chosen": asked.outcome == filters,
                }
            )
    return figures


def outcomes_of(chosen: str) -> tuple[str, ...]:
    """The outcomes that a filter of the summary takes together; an unknown filter takes none."""
    together = {name: outcomes for name, outcomes, _ in SUMMED}
    return together.get(chosen, (chosen,) if chosen in OUTCOMES else ())


def mean(found: Comparison, words: Texts) -> dict[str, str] | None:
    """Mean points before, after and their difference; None when neither is known."""
    before, after = found.mean_before, found.mean_after
    if before is None and after is None:
        return None
    change = after - before if before is not None and after is not None else None
    return {
        "before": number(before, words.language, 2) if before is not None else "–",
        "after": number(after, words.language, 2) if after is not None else "–",
        "change": signed(change, words) if change is not None else "",
    }


def signed(value: float, words: Texts, decimals: int = 2) -> str:
    """A change with its sign: `+1,5`, `−2`, `±0`."""
    text = number(abs(value), words.language, decimals)
    if text.strip("0,.") == "":
        return "±0"
    return ("+" if value > 0 else "−") + text


def matrix(found: Comparison, asked: Asked, words: Texts) -> dict[str, Any]:
    """Grades before by grades after. Each count is the filter of the list."""
    rows = [code for code in ORDER if found.before.get(code) or any(found.transitions.get(code, {}).values())]
    columns = [code for code in ORDER if found.after.get(code) or any(t.get(code) for t in found.transitions.values())]
    most = max((count for one in found.transitions.values() for count in one.values()), default=0)
    return {
        "columns": [head(code, words) for code in columns],
        "rows": [
            {
                **head(row, words),
                "cells": [_crossing(found, row, column, most, asked, words) for column in columns],
                "sum": number(sum(found.transitions.get(row, {}).values()), words.language),
            }
            for row in rows
        ],
        "sums": [
            number(sum(one.get(column, 0) for one in found.transitions.values()), words.language) for column in columns
        ],
    }


def head(code: str, words: Texts) -> dict[str, str]:
    """A grade as a heading."""
    return {"css": CSS.get(code, code), "word": grade_word(code, words)}


def _crossing(found: Comparison, row: str, column: str, most: int, asked: Asked, words: Texts) -> dict[str, Any]:
    count, pair = found.transitions.get(row, {}).get(column, 0), f"{row}.{column}"
    way = _way(row, column)
    label = words.plural(
        "{n} month: {before} before, {after} after",
        "{n} months: {before} before, {after} after",
        count,
        n=number(count, words.language),
        before=grade_word(row, words),
        after=grade_word(column, words),
    )
    return {
        "count": number(count, words.language) if count else "",
        "way": way,
        "sign": OUTCOME_SIGNS[way] if way in ("up", "down") else "",
        "strength": round(18 + 62 * (count / most) ** 0.5) if most and count else 0,
        "label": label,
        "href": asked.listed(grades="" if asked.grades == pair else pair, outcome="", heading=""),
        "chosen": asked.grades == pair,
    }


def official(found: Comparison, words: Texts) -> dict[str, Any] | None:
    """What was decided then by the grade after; None where nothing was decided."""
    if not found.official:
        return None
    rows = [code for code in ORDER if code in found.official]
    columns = [code for code in ORDER if any(one.get(code) for one in found.official.values())]
    most = max(count for one in found.official.values() for count in one.values())
    sums = [sum(one.values()) for one in found.official.values()]
    return {
        "columns": [head(code, words) for code in columns],
        "rows": [
            {
                **(head(row, words) if row != NONE else {"css": "none", "word": words.say("cancelled")}),
                "cells": [_decided(found.official[row].get(column, 0), row, column, most, words) for column in columns],
            }
            for row in rows
        ],
        "months": words.plural("{n} month", "{n} months", sum(sums), n=number(sum(sums), words.language)),
    }


def _decided(count: int, row: str, column: str, most: int, words: Texts) -> dict[str, Any]:
    way = _way(row, column)
    return {
        "count": number(count, words.language) if count else "",
        "way": way,
        "sign": OUTCOME_SIGNS[way] if count and way in ("up", "down") else "",
        "strength": round(18 + 62 * (count / most) ** 0.5) if count else 0,
    }


def _way(row: str, column: str) -> str:
    """Up or down where both grades are of one scale, else sideways."""
    for scale in (("good", "fair", "average", "poor"), ("met", "not_met")):
        if row in scale and column in scale and row != column:
            return "up" if scale.index(column) < scale.index(row) else "down"
    return "same" if row == column else "restated"


def distribution(found: Comparison, words: Texts) -> list[dict[str, Any]]:
    """Months by grade, before and after, each as a share of all months."""

    def bar(counts: Mapping[str, int], code: str) -> dict[str, Any]:
        count = counts.get(code, 0)
        share = count / found.months if found.months else 0.0
        return {
            "width": round(100 * share, 2),
            "text": f"{number(count, words.language)} ({percent(share, words.language)})",
        }

    return [
        {**head(code, words), "before": bar(found.before, code), "after": bar(found.after, code)}
        for code in ORDER
        if found.before.get(code) or found.after.get(code)
    ]


def headings(found: Comparison, asked: Asked, words: Texts) -> list[dict[str, Any]]:
    """What each heading does to all months together, the strongest first; bars from the middle to either side."""
    moved = [one for one in found.headings if one.months]
    most = max((abs(one.change or 0) for one in moved), default=0) or 1
    ordered = sorted(moved, key=lambda one: (-abs(one.change or 0), -one.months, one.heading))
    return [_heading(one, most, asked, words) for one in ordered]


def _heading(one: HeadingImpact, most: float, asked: Asked, words: Texts) -> dict[str, Any]:
    change = one.change or 0.0
    return {
        "code": "" if one.heading == REST else one.heading,
        "title": in_words(one.title, words),
        "months": words.plural("{n} month", "{n} months", one.months, n=number(one.months, words.language)),
        "change": words.say("{change} points in all", change=signed(one.change, words))
        if one.change is not None
        else words.say("not comparable in points"),
        "left": round(50 * min(0.0, change) / -most, 2) if change < 0 else 0,
        "right": round(50 * change / most, 2) if change > 0 else 0,
        "shares": f"{_share(one.before, words)} → {_share(one.after, words)}",
        "href": asked.listed(heading="" if asked.heading == one.heading else one.heading, outcome="", grades=""),
        "chosen": asked.heading == one.heading,
    }


def _share(value: float | None, words: Texts) -> str:
    return percent(value, words.language) if value is not None else "–"
