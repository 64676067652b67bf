"""What `compare` answers, part by part: of all months only counts stay in memory, and the moves that matter most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import polars as pl

from services.contracts.rescoring import Comparison
from services.evaluation.rescoring import summary
from services.evaluation.rescoring.compare import MONTHS, Compared, differs
from services.evaluation.rescoring.judge import Judge
from services.evaluation.rescoring.official import against
from services.evaluation.rescoring.tally import Tally
from services.evaluation.scoring.score import ENGINE

TOP = 50
"""So many moves are told, at most."""
SIDES = ("before", "after")
Crossed = Mapping[str, Mapping[str, int]]


class Numbers:
    """Both lenses in numbers."""

    def __init__(self) -> None:
        self._tally = Tally()
        self._transitions, self._official = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        self._points = dict.fromkeys(SIDES, (0, 0))
        self._moved = 0
        self._top = pl.DataFrame(schema={**MONTHS, "official": pl.String})

    def take(self, compared: Compared, decided: pl.DataFrame | None) -> None:
        """The next part, with what was officially decided of its months."""
        months = compared.months
        self._tally.take(compared)
        self._transitions.update(_flat(summary.transitions(months)))
        if decided is not None:
            self._official.update(_flat(against(decided)))
        for side, so_far in self._points.items():
            total, count = summary.points(months, side)
            self._points[side] = (so_far[0] + total, so_far[1] + count)
        self._moved += int(months.select(differs().sum()).item())
        here = summary.with_official(summary.moves(months).head(TOP), decided)
        self._top = summary.moves(pl.concat([self._top, here])).head(TOP)

    def comparison(self, judges: tuple[Judge, Judge], position: int) -> Comparison:
        """All of it, by what judged and as of a position of the stream."""
        before, after = (summary.mean(*self._points[side]) for side in SIDES)
        return Comparison(
            months=self._tally.months,
            before=self._grades(0),
            after=self._grades(1),
            transitions=_crossed(self._transitions),
            outcomes=self._tally.outcomes,
            mean_before=before,
            mean_after=after,
            headings=summary.heading_impacts(self._tally.impacts),
            moved=self._moved,
            top=summary.top(self._top),
            criteria_before=self._tally.judging(judges[0], "before"),
            criteria_after=self._tally.judging(judges[1], "after"),
            engine=ENGINE,
            position=position,
            official=_crossed(self._official),
        )

    def _grades(self, side: int) -> dict[str, int]:
        found = Counter[str]()
        for grades, count in sorted(self._transitions.items(), key=lambda one: one[0][side]):
            found[grades[side]] += count
        return dict(found)


def _flat(crossed: Crossed) -> dict[tuple[str, str], int]:
    return {(old, new): count for old, row in crossed.items() for new, count in row.items()}


def _crossed(counts: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    """Counts by the first grade, then the second."""
    found: dict[str, dict[str, int]] = {}
    for (old, new), count in sorted(counts.items()):
        found.setdefault(old, {})[new] = count
    return found
