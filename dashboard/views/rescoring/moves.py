"""The list of the months that move: chosen by the address, ordered by how much they matter, shown page by page."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Any

from dashboard.views.rescoring.address import Asked
from dashboard.views.rescoring.comparison import CSS, REST, grade_word, outcomes_of, signed
from dashboard.words.numbers import month_year, number
from dashboard.words.terms import OUTCOME_SIGNS, OUTCOMES, term
from dashboard.words.texts import Texts
from services.contracts.rescoring import NONE, OPEN, Move, Seen

PAGE_LINES = 25


WEIGHTS = {
    "down": 0, "up": 0, "vanished": 1, "opened": 1, "restated": 2, "appeared": 3, "settled": 3, "same": 4, "open": 5,
}  # fmt: skip
"""The order in which moves are shown, the same as the service's: those that change a grade first."""


def weight(move: Move) -> tuple[int, float, str, str]:
    """A sort key: what matters most first."""
    moved = move.change if move.change is not None else move.heading_change or 0.0
    return (WEIGHTS[move.outcome], -abs(moved), move.cell, move.period)


def code_of(seen: Seen) -> str:
    """The grade as the matrix counts it."""
    return seen.grade or (NONE if seen.set is None else OPEN)


def chosen(moves: Iterable[Move], asked: Asked) -> list[Move]:
    """The moves that the address's filters leave."""
    outcomes, wanted = outcomes_of(asked.outcome) if asked.outcome else (), plain(asked.q)

    def fits(move: Move) -> bool:
        if asked.outcome and move.outcome not in outcomes:
            return False
        if asked.grades and f"{code_of(move.before)}.{code_of(move.after)}" != asked.grades:
            return False
        if asked.heading and move.heading != asked.heading:
            return False
        text = f"{move.cell} {move.cell_name or ''} {move.unit or ''} {move.unit_name or ''} {move.period}"
        return not wanted or wanted in plain(text)

    return [move for move in moves if fits(move)]


def plain(text: str) -> str:
    """The text for searching: without marks, `đ` as `d`, in lower case."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(one for one in bare if not unicodedata.combining(one)).strip()


def moves_view(
    moves: Sequence[Move], count: int, titles: Mapping[str, str], asked: Asked, words: Texts
) -> dict[str, Any]:
    """A page of the list, which has `count` lines; `titles` of the headings. `more` and `back` lead to other pages."""
    start = asked.at if asked.at < len(moves) else 0
    shown = moves[start : start + PAGE_LINES]
    end = start + len(shown)
    lines = [line_view(move, titles, asked, words) for move in shown]
    return {
        "lines": lines,
        "opened": any(line["opened"] for line in lines),
        "count": words.plural("{n} month", "{n} months", count, n=number(count, words.language)),
        "part": f"{number(start + 1, words.language)}–{number(end, words.language)}" if shown else "",
        "back": asked.href(at=max(0, start - PAGE_LINES), show="") if start else None,
        "more": asked.href(at=end, show="") if end < count else None,
        "filters": filters(asked, words),
        "all": asked.listed(outcome="", grades="", heading="", q=""),
    }


def filters(asked: Asked, words: Texts) -> list[str]:
    """The filters in force, in words."""
    found = []
    if asked.outcome:
        summed = {"open": words.say("Not determinable after"), "other": words.say("Judged on one side only")}
        found.append(summed.get(asked.outcome) or term(OUTCOMES, asked.outcome, words))
    if asked.grades:
        before, after = asked.grades.split(".")
        found.append(f"{grade_word(before, words)} → {grade_word(after, words)}")
    if asked.heading:
        found.append(words.say("moved by {heading}", heading=asked.heading))
    if asked.q:
        found.append(f"“{asked.q}”")
    return found


def line_view(move: Move, titles: Mapping[str, str], asked: Asked, words: Texts) -> dict[str, Any]:
    """One month that moves."""
    key = f"{move.cell}.{move.period}"
    opened = asked.show == key
    by = "" if move.heading in (None, REST) else str(move.heading)
    by += f" ({signed(move.heading_change, words)})" if move.heading_change is not None else ""
    return {
        "key": key,
        "cell": move.cell_name or move.cell,
        "code": move.cell,
        "unit": move.unit_name or move.unit or "",
        "month": month_year(move.period, words.language),
        "before": seen_view(move.before, words),
        "after": seen_view(move.after, words),
        "official": {"css": move.official, "grade": grade_word(move.official, words)} if move.official else None,
        "change": change_text(move, words),
        "outcome": term(OUTCOMES, move.outcome, words),
        "sign": OUTCOME_SIGNS.get(move.outcome, ""),
        "css": move.outcome,
        "by": titles.get(move.heading or "", "–"),
        "by_code": by.strip(),
        "opened": opened,
        "href": asked.href(show="" if opened else key),
    }


def change_text(move: Move, words: Texts) -> str:
    """By how much: `−5`, or `−31 … −26` where bounds only say between what it lies."""
    if move.change is not None:
        return signed(move.change, words)
    before, after = move.before, move.after
    if move.outcome == "restated" or None in (before.lower, before.upper, after.lower, after.upper):
        return "–"
    least, most = (after.lower or 0) - (before.upper or 0), (after.upper or 0) - (before.lower or 0)
    return f"{signed(least, words)} … {signed(most, words)}"


def seen_view(seen: Seen, words: Texts) -> dict[str, str]:
    """A month's score through one lens: its grade and its points or bounds."""
    code = code_of(seen)
    return {"css": CSS.get(code, code), "grade": grade_word(code, words), "points": points_of(seen, words)}


def points_of(seen: Seen, words: Texts) -> str:
    """`88,5`, or `71–88` where only bounds are known."""
    if seen.points is not None:
        return number(seen.points, words.language, 2)
    if seen.lower is None or seen.upper is None:
        return ""
    return f"{number(seen.lower, words.language, 2)}–{number(seen.upper, words.language, 2)}"


COLUMNS = (
    "cell", "cell_name", "unit", "unit_name", "period", "before_set", "before_points", "before_lower", "before_upper",
    "before_grade", "after_set", "after_points", "after_lower", "after_upper", "after_grade", "change", "outcome",
    "heading", "heading_change", "official",
)  # fmt: skip


def csv_of(moves: Iterable[Move]) -> bytes:
    """The list as CSV: codes and plain numbers, with the mark by which Excel knows UTF-8."""
    out = StringIO()
    lines = csv.writer(out)
    lines.writerow(COLUMNS)
    for move in moves:
        said: dict[str, Any] = move.model_dump(mode="json", exclude={"before", "after"})
        for side in ("before", "after"):
            said |= {f"{side}_{name}": value for name, value in getattr(move, side).model_dump().items()}
        lines.writerow(["" if said[name] is None else said[name] for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig")
