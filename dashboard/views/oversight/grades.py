"""Official grades as the page shows them: decided or not, month by month, beside what the cell and the criteria say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashboard.views.oversight.address import Asked
from dashboard.views.oversight.listing import figure, fitting, listing
from dashboard.words.numbers import day, month_name, number
from dashboard.words.terms import DECISIONS, GRADES, grade, term
from dashboard.words.texts import Texts, noted

Row = Mapping[str, Any]
"""A row of `rpc.evaluation.grades` (`contracts.queries.GradesOf`)."""
RANKS = {code: rank for rank, code in enumerate(("good", "fair", "average", "poor"))} | {"met": 0, "not_met": 1}


def lower(row: Row) -> bool:
    """Whether the official grade is below the cell's own."""
    return _compared(row) > 0


def higher(row: Row) -> bool:
    """Whether the official grade is above the cell's own."""
    return _compared(row) < 0


def _compared(row: Row) -> int:
    return _between("official_grade", "self_grade", row)


def _between(one: str, other: str, row: Row) -> int:
    """How many grades the one is below the other; 0 where either is missing, or they are of different scales."""
    codes = row[one], row[other]
    alike = len({code in ("met", "not_met") for code in codes}) == 1
    return RANKS[codes[0]] - RANKS[codes[1]] if alike and RANKS.keys() >= set(codes) else 0


FILTERS: Mapping[str, tuple[str, Callable[[Row], bool]]] = {
    "decided": (noted("Decided"), lambda row: row["official_grade"] is not None),
    "undecided": (noted("Not decided yet"), lambda row: row["meeting"] is not None and row["status"] is None),
    "lower": (noted("Officially lower than the cell's own"), lower),
    "higher": (noted("Officially higher than the cell's own"), higher),
    "unheeded": (
        noted("Officially higher than an observer's"),
        lambda row: _between("official_grade", "observer_grade", row) < 0,
    ),
    "apart": (
        noted("Official and computed differ"),
        lambda row: (
            None not in (row["official_grade"], row["computed_grade"])
            and row["official_grade"] != row["computed_grade"]
        ),
    ),
    "changed": (
        noted("Cancelled or re-classified"),
        lambda row: row["status"] in ("cancelled", "reclassified"),
    ),
}

SIDES = {
    "self_grade": noted("Own"),
    "observer_grade": noted("Observer"),
    "computed_grade": noted("Computed"),
    "official_grade": noted("Official"),
}


def _chosen(name: str, words: Texts) -> tuple[str, Callable[[Row], bool]]:
    """What a list is called, and what is in it: a filter's, a part of a bar's (`self_grade_good`), or everything."""
    if name in FILTERS:
        return words.say(FILTERS[name][0]), FILTERS[name][1]
    whose, _, code = name.partition("_grade_")
    side = f"{whose}_grade"
    if side in SIDES and code in GRADES:
        return f"{words.say(SIDES[side])}: {term(GRADES, code, words)}", lambda row: row[side] == code
    return words.say("Every cell"), lambda row: True


def grades_view(rows: Sequence[Row], asked: Asked, words: Texts) -> dict[str, Any]:
    """The year's months, and the chosen month's grades (default: the last month that has decisions)."""
    month = asked.month or _latest(rows)
    here = [row for row in rows if row["period"] == f"{asked.year}-{month:02}"]
    title, fits = _chosen(asked.list, words)
    chosen = [row for row in here if fits(row)]
    lines = [_line(row, asked, words) for row in sorted(chosen, key=lambda row: (-abs(_compared(row)), row["cell"]))]
    return {
        "month": f"{month_name(month, words.language)} {asked.year}",
        "number": month,
        "months": [_month(rows, number_, number_ == month, asked, words) for number_ in range(1, 13)],
        "figures": [_figure(here, one, asked, words) for one in FILTERS],
        "distribution": _distribution(here, asked, words),
        "list": {
            "title": title,
            **listing(fitting(lines, asked.q), asked, words),
            "none": words.say("No cell is in this list."),
        },
    }


def _latest(rows: Sequence[Row]) -> int:
    told = [row["period"] for row in rows if row["status"] is not None] or [row["period"] for row in rows]
    return int(max(told, default="0000-01")[5:])


def _month(rows: Sequence[Row], month: int, shown: bool, asked: Asked, words: Texts) -> dict[str, Any]:
    own = [row for row in rows if row["period"] == f"{asked.year}-{month:02}" and row["meeting"] is not None]
    decided = sum(row["official_grade"] is not None for row in own)
    share = decided / len(own) if own else None
    counts = words.say("{n} of {all} decided", n=number(decided, words.language), all=number(len(own), words.language))
    return {
        "month": str(month),
        "width": round(100 * (share or 0)),
        "share": number(decided, words.language) if own else "",
        "css": "none" if share is None else f"fifth{min(4, int(share * 5))}",
        "label": f"{month_name(month, words.language)}: {counts}",
        "href": asked.href(month=month),
        "chosen": shown,
    }


def _figure(rows: Sequence[Row], name: str, asked: Asked, words: Texts) -> dict[str, Any]:
    word, fits = FILTERS[name]
    return figure(name, words.say(word), sum(map(fits, rows)), asked, words, bad=name not in ("decided", "higher"))


def _distribution(rows: Sequence[Row], asked: Asked, words: Texts) -> list[dict[str, Any]]:
    """The cells' own, the observers', the computed and the official grades of the month, each as shares of the cells
    that met."""
    met = sum(row["meeting"] is not None for row in rows) or 1
    found = []
    for column, word in SIDES.items():
        counts = Counter(row[column] for row in rows if row[column] is not None)
        parts = [
            {
                "css": code,
                "href": asked.href(list=f"{column}_{code}"),
                "width": round(100 * counts[code] / met, 2),
                "label": f"{term(GRADES, code, words)}: {number(counts[code], words.language)}",
                "count": number(counts[code], words.language),
            }
            for code in GRADES
            if counts[code]
        ]
        found.append({"word": words.say(word), "parts": parts})
    return found


def _line(row: Row, asked: Asked, words: Texts) -> dict[str, Any]:
    way = "down" if lower(row) else "up" if higher(row) else ""
    official = row["official_grade"]
    return {
        "key": row["cell"],
        "cell": row["cell_name"] or row["cell"],
        "code": row["cell"],
        "href": asked.cell(row["cell"], row["period"]),
        "unit": row["unit_name"] or row["unit"] or "–",
        "own": graded(row["self_grade"], row["self_points"], words),
        "observer": {**graded(row["observer_grade"], row["observer_points"], words), "visits": _visits(row, words)},
        "computed": graded(row["computed_grade"], row["computed_points"], words, open_=row["criteria"] is not None),
        "official": graded(official, row["official_points"], words),
        "status": term(DECISIONS, row["status"], words) if row["status"] else words.say("not decided"),
        "way": way,
        "sign": {"down": "▼", "up": "▲"}.get(way, ""),
        "decisions": [decision(one, asked.names, words) for one in row["decisions"] or ()],
        "values": [term(GRADES, official, words) if official else ""],
    }


def _visits(row: Row, words: Texts) -> str:
    """How many observers' marks stand behind theirs, where it is more than one's."""
    count = row["visits"] or 0
    return "" if count < 2 else words.plural("{n} visit", "{n} visits", count, n=number(count, words.language))


def graded(code: str | None, points: float | None, words: Texts, *, open_: bool = False) -> dict[str, str]:
    """A grade with its points; with `open_` one that is not there is not determinable."""
    word = grade(code, words) if code or open_ else "–"
    return {
        "css": code or ("unsure" if open_ else "none"),
        "word": word,
        "points": number(points, words.language, 2) if points is not None else "",
    }


def decision(one: Row, names: Mapping[str, str], words: Texts) -> dict[str, str]:
    """One decision in words, with its event."""
    found = graded(one["grade"], one["points"], words)
    said = [
        day(one["decided_on"], words.language),
        term(DECISIONS, one["status"], words),
        f"{found['word']} {found['points']}".strip() if one["grade"] else "",
        words.say("by {unit}", unit=names.get(one["decided_by"], one["decided_by"])),
        words.say("decision {number}", number=one["number"]) if one["number"] else "",
        one["reason"] or one["note"] or "",
    ]
    return {"text": " · ".join(part for part in said if part), "event": one["event"]}
