"""Facts that were just read, kept for the next question: a draft that changed only re-scores."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import date

import polars as pl

from services.evaluation.history.known import Dials
from services.evaluation.history.stretches import Stretch

Load = Callable[[date, date, Stretch, Dials], pl.DataFrame]
"""Reads the facts of the meetings that a stretch of cells held between two days, as these dials let them be seen."""
LIMIT = 64 * 2**20
"""Bytes: the seven years of a city of 171 cells several times over."""


class FactsCache:
    """The facts last read, at most so many bytes of them. Safe from several threads.

    Only what is pinned to a position of the stream is kept: what is known there never changes.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit, self.held = limit, 0
        self._frames: OrderedDict[Hashable, tuple[pl.DataFrame, int]] = OrderedDict()
        self._lock = threading.Lock()

    def loading(self, load: Load, scope: Hashable) -> Load:
        """The same reading through the cache. `scope` names what else decides what is read: cells, unit, history."""

        def cached(first: date, last: date, within: Stretch, dials: Dials) -> pl.DataFrame:
            if dials.position is None:
                return load(first, last, within, dials)
            key = (scope, first, last, within, dials)
            found = self._known(key)
            if found is None:
                found = load(first, last, within, dials)
                self._keep(key, found)
            return found

        return cached

    def _known(self, key: Hashable) -> pl.DataFrame | None:
        with self._lock:
            if key not in self._frames:
                return None
            self._frames.move_to_end(key)
            return self._frames[key][0]

    def _keep(self, key: Hashable, frame: pl.DataFrame) -> None:
        size = int(frame.estimated_size())
        with self._lock:
            if key in self._frames or size > self.limit:
                return
            self._frames[key] = frame, size
            self.held += size
            while self.held > self.limit:
                self.held -= self._frames.popitem(last=False)[1][1]
