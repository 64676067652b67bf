"""The board: 171 cells by 12 months as the browser gets it, every square with a colour class, a text and a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Protocol

from dashboard.hub.picture import Month, Row
from dashboard.words.numbers import day, month_name, number
from dashboard.words.terms import CELL_KINDS, STATES, grade, term
from dashboard.words.texts import Language, Texts, texts
from services.contracts.queries import MonthState

LEGEND = (
    "good",
    "fair",
    "average",
    "poor",
    "met",
    "not_met",
    "unsure",
    "held",
    "scheduled",
    "overdue",
    "cancelled",
    "none",
)
"""The classes of squares in the order in which the legend explains them."""
MARKS = {
    "met": "✓",
    "not_met": "✕",
    "unsure": "?",
    "held": "•",
    "scheduled": "○",
    "overdue": "!",
    "cancelled": "–",
    "none": "",
}
"""The mark in a square that has no points to show: a shape beside the colour."""
POINT_GRADES = ("good", "fair", "average", "poor")


class Scored(Protocol):
    """Whatever has points or bounds: a month of the board, a score."""

    @property
    def points(self) -> float | None: ...
    @property
    def lower(self) -> float | None: ...
    @property
    def upper(self) -> float | None: ...


def square_class(month: Month) -> str:
    """The colour class of a month: its grade's code, `unsure` for a score without a grade, or its state's code."""
    if month.state is not MonthState.HELD:
        return month.state.value
    if month.grade is not None:
        return month.grade
    return "held" if month.criteria is None else "unsure"


def square_text(month: Month) -> str:
    """What stands in the square: points rounded down (89.6 must not read 90, the threshold), `93+` for at least 93 with
    a certain grade, or a mark."""
    return score_text(month) if square_class(month) in POINT_GRADES else MARKS[square_class(month)]


def score_text(scored: Scored) -> str:
    """The points of a score that has a grade, short."""
    if scored.points is not None:
        return str(int(scored.points))
    return f"{int(scored.lower)}+" if scored.lower is not None else MARKS["held"]


def square_sentence(number_of_month: int, month: Month, words: Texts) -> str:
    """The square in words, for the tooltip and the screen reader."""
    parts = [month_name(number_of_month, words.language)]
    if month.state is not MonthState.HELD:
        parts.append(term(STATES, month.state.value, words))
    elif month.criteria is None:
        parts.append(words.say("Held, not yet scored"))
    else:
        parts.append(grade(month.grade, words))
        parts += [points_text(month, words)] if month.upper is not None else []
    if month.on is not None:
        parts.append(words.say("on {date}", date=day(month.on, words.language)))
    return ", ".join(parts)


def points_text(scored: Scored, words: Texts) -> str:
    """`88 points`, or `between 71 and 88 points`; empty for a pass/fail score."""
    if scored.points is not None:
        return words.plural("{n} point", "{n} points", int(scored.points), n=number(scored.points, words.language, 2))
    if scored.lower is None or scored.upper is None:
        return ""
    return words.say(
        "between {lower} and {upper} points",
        lower=number(scored.lower, words.language, 2),
        upper=number(scored.upper, words.language, 2),
    )


@lru_cache(maxsize=8192)
def row_view(row: Row, language: Language) -> dict[str, Any]:
    """A row for the browser: `squares` are [class, text, sentence], January first. Shared by all viewers."""
    words = texts(language)
    return {
        "cell": row.cell,
        "name": row.cell_name,
        "kind": term(CELL_KINDS, row.kind, words),
        "hard": row.hardship,
        "unit": row.unit,
        "unit_name": row.unit_name,
        "about": about(row, words),
        "attention": attention(row),
        "squares": [
            [square_class(month), square_text(month), square_sentence(at, month, words)]
            for at, month in enumerate(row.months, 1)
        ],
    }


def attention(row: Row) -> int:
    """How much a cell needs attention: months overdue or in the lowest grade weigh four, average ones one."""
    weights = {"overdue": 4, "poor": 4, "not_met": 4, "average": 1}
    return sum(weights.get(square_class(month), 0) for month in row.months)


def about(row: Row, words: Texts) -> str:
    """A cell in one line: its kind, unit, members and whether it is a hardship village."""
    members = words.plural("{n} member", "{n} members", row.members, n=number(row.members, words.language))
    parts = [row.cell_name, row.cell, term(CELL_KINDS, row.kind, words), row.unit_name, members]
    return " · ".join([*parts, words.say("hardship village")] if row.hardship else parts)


def board_view(rows: Iterable[Row], language: Language) -> list[dict[str, Any]]:
    """Rows for the browser, in the order given (largest unit first)."""
    return [row_view(row, language) for row in rows]


def legend(words: Texts) -> list[dict[str, str]]:
    """What each class of square means."""
    meanings = {
        "good": words.say("Good (90 and more)"),
        "fair": words.say("Fair (70 to under 90)"),
        "average": words.say("Average (50 to under 70)"),
        "poor": words.say("Poor (under 50)"),
        "met": words.say("Met (pass or fail rules)"),
        "not_met": words.say("Not met"),
        "unsure": words.say("Not determinable from what was recorded"),
        "held": words.say("Held, not yet scored"),
        **{state: term(STATES, state, words) for state in ("scheduled", "overdue", "cancelled", "none")},
    }
    sample = {"good": "95", "fair": "82", "average": "61", "poor": "43"}
    return [{"css": css, "mark": sample.get(css) or MARKS[css], "word": meanings[css]} for css in LEGEND]
