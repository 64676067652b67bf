"""A recorded run's tables as the pages take them: its months as moves, and the same sums that a comparison has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.views.rescoring.moves import code_of, weight
from services.contracts.rescoring import Comparison, HeadingImpact, Move, Outcome, RunReceipt, Seen

Row = Mapping[str, Any]
Titles = Mapping[str, Mapping[str, dict[str, str]]]
"""Titles of items in three languages, by set and code."""
REST_TITLE = {"vi": "Quy đổi và giới hạn điểm", "en": "Scaling and caps", "bn": "রূপান্তর ও নম্বরের সীমা"}


@dataclass(frozen=True)
class Result:
    """What a run found: its comparison (without `top`) and the months that move, those that matter most first."""

    comparison: Comparison
    moves: tuple[Move, ...]


def result_of(receipt: RunReceipt, months: Iterable[Row], headings: Iterable[Row], titles: Titles) -> Result:
    """The result from its tables `months` and `headings` (see `ResultOf`)."""
    every = [move_of(row) for row in months]
    before, after = Counter(code_of(m.before) for m in every), Counter(code_of(m.after) for m in every)
    transitions: dict[str, dict[str, int]] = {}
    for (left, right), count in Counter((code_of(m.before), code_of(m.after)) for m in every).items():
        transitions.setdefault(left, {})[right] = count
    comparison = Comparison(
        months=len(every),
        before=before,
        after=after,
        transitions=transitions,
        outcomes=Counter(str(m.outcome) for m in every),
        mean_before=_mean(m.before for m in every),
        mean_after=_mean(m.after for m in every),
        headings=tuple(impacts(headings, titles)),
        top=(),
        criteria_before=receipt.criteria_before,
        criteria_after=receipt.criteria_after,
        engine=receipt.engine,
        position=receipt.question.position or 0,
        facts_digest=receipt.facts_after,
    )
    still = (Outcome.SAME, Outcome.OPEN)
    moves = [move for move in every if move.outcome not in still or move.change]
    return Result(comparison, tuple(sorted(moves, key=weight)))


def move_of(row: Row) -> Move:
    """A row of `months` as a move."""
    sides = {side: Seen(**{name: row[f"{side}_{name}"] for name in Seen.model_fields}) for side in ("before", "after")}
    named = ("cell", "cell_name", "unit", "unit_name", "period", "outcome", "change", "heading", "heading_change")
    return Move(**{name: row[name] for name in named}, **sides)


def _mean(seen: Iterable[Seen]) -> float | None:
    points = [one.points for one in seen if one.points is not None]
    return sum(points) / len(points) if points else None


def impacts(rows: Iterable[Row], titles: Titles) -> list[HeadingImpact]:
    """What each heading does to the months that move, from the table `headings`."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["heading"], []).append(row)
    return [
        HeadingImpact(
            heading=heading,
            title=title_of(lines[0], titles),
            months=len(lines),
            change=sum(line["change"] or 0.0 for line in lines)
            if any(line["change"] is not None for line in lines)
            else None,
            before=_earned(lines, "before"),
            after=_earned(lines, "after"),
        )
        for heading, lines in found.items()
    ]


def _earned(lines: list[Row], side: str) -> float | None:
    known = [line for line in lines if line[f"{side}_points"] is not None and line[f"{side}_max"]]
    possible = sum(line[f"{side}_max"] for line in known)
    return sum(line[f"{side}_points"] for line in known) / possible if possible else None


def title_of(row: Row, titles: Titles) -> dict[str, str]:
    """The titles of the heading's items after (before, where there are none any more)."""
    wanted = [code for code in (row["after_items"] or row["before_items"] or "").split(", ") if code]
    for known in titles.values():
        if wanted and all(code in known for code in wanted):
            said = [known[code] for code in wanted]
            return {one: " · ".join(title.get(one, "") for title in said) for one in ("vi", "en", "bn")}
    return REST_TITLE if row["heading"] == "rest" else {"vi": str(row["heading"])}


def titles_of(documents: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, dict[str, str]]]:
    """The titles of the items of these sets."""
    return {
        str(document.get("id")): {item["code"]: item["title"] for item in document.get("items", ())}
        for document in documents
    }
