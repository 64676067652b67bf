"""A visit's marks beside the cell's own and beside the facts; means of many, by item and by whom they concern."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean
from typing import Any, TypeVar

from services.contracts.gap import Estimate, ItemGap, Spread, VisitGap
from services.contracts.meetings import Grade
from services.evaluation.observing.shrinking import shrunken

INFLATED = 5
"""Points from which on a cell's own score counts as inflated; so it does with a better grade than the observer's."""
_RANKS = {grade.value: rank for rank, grade in enumerate((Grade.GOOD, Grade.FAIR, Grade.AVERAGE, Grade.POOR))}
S = TypeVar("S")
Marks = Mapping[str, float]


@dataclass(frozen=True)
class Pair:
    """A visit's marks (`theirs`) and the cell's own of the same meeting, on the same form. `facts`: what the form's
    rules make of the recorded facts, of the items that these decide. `about`: the cell's row of facts."""

    about: Mapping[str, Any]
    visit: str
    observer: str
    criteria: str
    own: Marks
    theirs: Marks
    facts: Marks
    own_grade: str | None
    grade: str | None
    events: tuple[str, ...]

    @cached_property
    def items(self) -> dict[str, float]:
        """The gap by item, of those that both marked."""
        return {item: _exact(self.own[item] - self.theirs[item]) for item in self.own if item in self.theirs}

    @cached_property
    def gap(self) -> float:
        """The cell's own marks less the observer's."""
        return _exact(sum(self.items.values()))

    @cached_property
    def own_beyond(self) -> float | None:
        """What the cell gave itself above the facts."""
        return self._beyond(self.own)

    @cached_property
    def observer_beyond(self) -> float | None:
        """What the observer gave above the facts."""
        return self._beyond(self.theirs)

    def _beyond(self, marks: Marks) -> float | None:
        decided = [item for item in self.items if item in self.facts]
        return _exact(sum(marks[item] - self.facts[item] for item in decided)) if decided else None

    @cached_property
    def inflated(self) -> bool:
        """Whether the cell's own score is inflated, by the observer's."""
        own, theirs = (_RANKS.get(grade or "") for grade in (self.own_grade, self.grade))
        return self.gap >= INFLATED or (own is not None and theirs is not None and own < theirs)

    @property
    def line(self) -> VisitGap:
        """As an answer has it."""
        return VisitGap(
            **{name: self.about[name] for name in ("cell", "period", "meeting")},
            visit=self.visit,
            observer=self.observer,
            gap=self.gap,
            own_beyond=self.own_beyond,
            observer_beyond=self.observer_beyond,
            inflated=self.inflated,
            items=self.items,
            events=self.events,
        )


def by_item(pairs: Iterable[Pair], titles: Mapping[str, Mapping[str, dict[str, str]]]) -> tuple[ItemGap, ...]:
    """Every item of every form over all visits, in the order of the forms. `titles`: by form and item."""
    found: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        for item in pair.items:
            found[pair.criteria, item].append(pair)
    order = {(form, item): place for form in sorted(titles) for place, item in enumerate(titles[form])}
    return tuple(
        _item(form, item, those, titles.get(form, {}).get(item, {}))
        for (form, item), those in sorted(found.items(), key=lambda one: (one[0][0], order.get(one[0], 0), one[0][1]))
    )


def _item(form: str, item: str, pairs: Sequence[Pair], title: dict[str, str]) -> ItemGap:
    facts = [pair.facts[item] for pair in pairs if item in pair.facts]
    return ItemGap(
        criteria=form,
        item=item,
        title=title,
        visits=len(pairs),
        own=_mean(pair.own[item] for pair in pairs),
        observer=_mean(pair.theirs[item] for pair in pairs),
        facts=_mean(facts) if facts else None,
        gap=_mean(pair.items[item] for pair in pairs),
    )


Groups = Mapping[str, Sequence[Pair]]


def estimates(
    groups: Groups, cluster: Callable[[Pair], str], value: Callable[[Pair], float | None]
) -> tuple[dict[str, Estimate], Spread | None]:
    """For each group that has any value the estimate of its mean, and what they rest on.

    What lies in one cluster counts as one value, its mean: visits to one cell are no news of an observer each.
    """
    values: dict[str, list[float]] = {}
    for name, pairs in groups.items():
        parts: dict[str, list[float]] = defaultdict(list)
        for pair in pairs:
            if (one := value(pair)) is not None:
                parts[cluster(pair)].append(one)
        if parts:
            values[name] = [fmean(part) for part in parts.values()]
    if not values:
        return {}, None
    found, spread = shrunken(list(values.values()))
    return dict(zip(values, found, strict=True)), spread


def sides(pairs: Sequence[Pair], gap: Estimate, beyond: Estimate | None) -> dict[str, Any]:
    """What every group of visits has (`contracts.gap.Sides`)."""
    items: dict[str, list[float]] = defaultdict(list)
    for pair in pairs:
        for item, mark in pair.items.items():
            items[item].append(mark)
    return {
        "visits": len(pairs),
        "inflated": sum(pair.inflated for pair in pairs),
        "gap": gap,
        "beyond": beyond,
        "items": {item: _mean(marks) for item, marks in items.items()},
        "events": tuple(dict.fromkeys(event for pair in pairs for event in pair.events)),
    }


def _mean(marks: Iterable[float]) -> float:
    return round(fmean(marks), 4) + 0.0


def _exact(points: float) -> float:
    """Sums of marks, which are whole hundredths."""
    return round(points, 2) + 0.0
