"""Units with all cells below them, in each side's tree: how their months are distributed before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from dashboard.views.rescoring.address import Asked
from dashboard.views.rescoring.comparison import CSS, ORDER, grade_word
from dashboard.words.numbers import number
from dashboard.words.texts import Texts

SHOWN = 30
SIDES = ("before", "after")
Row = Mapping[str, Any]


def units_view(rows: Iterable[Row], asked: Asked, words: Texts) -> dict[str, Any] | None:
    """The units for the template, the largest first; None where there is only one.

    Each leads to its own months: of a run those among the listed ones, else by asking of that unit alone.
    """
    units: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        units.setdefault(row["unit"], {side: [] for side in SIDES})[row["side"]].append(row)
    if len(units) < 2:
        return None
    lines = [_line(code, sides, asked, words) for code, sides in units.items()]
    lines.sort(key=lambda line: (-line["size"], line["name"]))
    return {"lines": lines[:SHOWN], "rest": lines[SHOWN:]}


def _line(code: str, sides: Mapping[str, list[Row]], asked: Asked, words: Texts) -> dict[str, Any]:
    named = next((row["unit_name"] for side in SIDES for row in sides[side] if row["unit_name"]), code)
    return {
        "code": code,
        "name": named,
        "href": asked.listed(q=named) if asked.run else asked.listed(unit=code, q=""),
        "size": max(_months(sides[side]) for side in SIDES),
        "sides": [stack(_counts(sides[side]), lambda code: grade_word(code, words), words) for side in SIDES],
    }


def stack(
    counts: Mapping[str, int], word: Callable[[str], str], words: Texts, first: Sequence[str] = ()
) -> dict[str, Any]:
    """Counts by grade as the stretches of a bar, and the same in words; no stretch where nothing is counted.

    `first` are grades that come before those that every set has.
    """
    order = [*first, *(code for code in ORDER if code not in first)]
    total = sum(counts.values()) or 1
    parts = [
        {
            "css": CSS.get(code, code) if code in ORDER else "own",
            "width": round(100 * count / total, 2),
            "text": f"{word(code)} {number(count, words.language)}",
        }
        for code, count in sorted(counts.items(), key=lambda one: order.index(one[0]) if one[0] in order else -1)
    ]
    return {"parts": parts, "text": " · ".join(str(part["text"]) for part in parts)}


def _counts(rows: Iterable[Row]) -> dict[str, int]:
    return {row["grade"]: int(row["months"]) for row in rows}


def _months(rows: Iterable[Row]) -> int:
    return sum(int(row["months"]) for row in rows)
