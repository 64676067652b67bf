"""A recorded run's tables as the pages take them: its months as moves, and the same sums that a comparison has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.views.rescoring.moves import code_of, weight
from services.contracts.rescoring import NONE, Comparison, HeadingImpact, Move, Outcome, RunReceipt, Seen

Row = Mapping[str, Any]
LANGUAGES = ("vi", "en", "bn")


@dataclass(frozen=True)
class Result:
    """What a run found: its comparison (without `top`) and the months that move, those that matter most first."""

    comparison: Comparison
    moves: tuple[Move, ...]


def result_of(
    receipt: RunReceipt, months: Iterable[Row], impacts: Iterable[Row], official: Iterable[Row] = ()
) -> Result:
    """The result from its tables `months`, `impacts` and `official` (see `ResultOf`)."""
    decided = {(row["cell"], row["period"]): row["official_grade"] for row in official}
    every = [move_of(row, decided.get((row["cell"], row["period"]))) for row in months]
    transitions: dict[str, dict[str, int]] = {}
    for (left, right), count in Counter((code_of(m.before), code_of(m.after)) for m in every).items():
        transitions.setdefault(left, {})[right] = count
    then: dict[str, Counter[str]] = {}
    for move in every:
        if (move.cell, move.period) in decided:
            then.setdefault(move.official or NONE, Counter())[code_of(move.after)] += 1
    moves = [move for move in every if differs(move)]
    comparison = Comparison(
        months=len(every),
        before=Counter(code_of(m.before) for m in every),
        after=Counter(code_of(m.after) for m in every),
        transitions=transitions,
        outcomes=Counter(str(m.outcome) for m in every),
        mean_before=_mean(m.before for m in every),
        mean_after=_mean(m.after for m in every),
        headings=tuple(impact_of(row) for row in impacts),
        moved=len(moves),
        top=(),
        criteria_before=receipt.criteria_before,
        criteria_after=receipt.criteria_after,
        engine=receipt.engine,
        position=receipt.question.position or 0,
        official=then,
    )
    return Result(comparison, tuple(sorted(moves, key=weight)))


def differs(move: Move) -> bool:
    """Whether a month is not the same through both lenses, also when only its bounds are not (as the service says)."""
    bounds = [(one.points, one.lower, one.upper) for one in (move.before, move.after)]
    return move.outcome not in (Outcome.SAME, Outcome.OPEN) or bounds[0] != bounds[1]


def move_of(row: Row, official: str | None = None) -> Move:
    """A row of `months` as a move, with what was officially decided of it."""
    sides = {side: Seen(**{name: row[f"{side}_{name}"] for name in Seen.model_fields}) for side in ("before", "after")}
    named = [name for name in Move.model_fields if name not in (*sides, "official")]
    return Move(**{name: row[name] for name in named}, **sides, official=official)


def impact_of(row: Row) -> HeadingImpact:
    """A row of `impacts` as the contract has it."""
    said = {name: value for name, value in row.items() if name not in LANGUAGES}
    return HeadingImpact(**said, title={language: row[language] for language in LANGUAGES})


def _mean(seen: Iterable[Seen]) -> float | None:
    points = [one.points for one in seen if one.points is not None]
    return sum(points) / len(points) if points else None
