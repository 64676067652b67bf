"""Sides that were just looked at, kept for the next question: of a what-if only the changed draft is scored again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

import polars as pl

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.rescoring.compare import Side

Scored = list[tuple[CriteriaSet, pl.DataFrame]]
LIMIT = 64 * 2**20
"""Bytes: the scores of a city's seven years, with every item, several times over."""


class Remembered:
    """The scores of sides last worked out, at most so many bytes of them. Safe from several threads.

    A side is known again by its facts' very frame (which it keeps alive), so these must come from a `FactsCache`.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self._sides: OrderedDict[Hashable, tuple[pl.DataFrame, Scored, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._sides)

    def wide(self, side: Side) -> Scored:
        """The side's scores (`Side.wide`)."""
        key = id(side.facts), side.judge.key
        with self._lock:
            if key in self._sides:
                self._sides.move_to_end(key)
                return self._sides[key][1]
        scored = side.wide()
        size = sum(int(frame.estimated_size()) for _, frame in scored)
        with self._lock:
            self._sides[key] = side.facts, scored, size
            while sum(size for _, _, size in self._sides.values()) > self.limit:
                self._sides.popitem(last=False)
        return scored
