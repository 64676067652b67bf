"""Units with all cells below them, in each side's tree: how their months are distributed before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.views.rescoring.comparison import CSS, ORDER, grade_word
from dashboard.words.numbers import number
from dashboard.words.texts import Texts

SHOWN = 30
SIDES = ("before", "after")
Row = Mapping[str, Any]


def units_view(rows: Iterable[Row], words: Texts) -> dict[str, Any] | None:
    """The units for the template, the largest first; None where there is only one."""
    units: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        units.setdefault(row["unit"], {side: [] for side in SIDES})[row["side"]].append(row)
    if len(units) < 2:
        return None
    lines = [_line(code, sides, words) for code, sides in units.items()]
    lines.sort(key=lambda line: (-line["size"], line["name"]))
    return {"lines": lines[:SHOWN], "rest": lines[SHOWN:]}


def _line(code: str, sides: Mapping[str, list[Row]], words: Texts) -> dict[str, Any]:
    named = next((row["unit_name"] for side in SIDES for row in sides[side] if row["unit_name"]), code)
    return {
        "code": code,
        "name": named,
        "size": max(_months(sides[side]) for side in SIDES),
        "sides": [_bar(sides[side], words) for side in SIDES],
    }


def _bar(rows: list[Row], words: Texts) -> dict[str, Any]:
    """A side of a unit: the stretches of its bar, and the same in words; no stretch where the unit was not there."""
    total = _months(rows) or 1
    parts = [
        {
            "css": CSS.get(row["grade"], row["grade"]),
            "width": round(100 * row["months"] / total, 2),
            "text": f"{grade_word(row['grade'], words)} {number(row['months'], words.language)}",
        }
        for row in sorted(rows, key=lambda row: ORDER.index(row["grade"]))
    ]
    return {"parts": parts, "text": " · ".join(str(part["text"]) for part in parts)}


def _months(rows: Iterable[Row]) -> int:
    return sum(int(row["months"]) for row in rows)
