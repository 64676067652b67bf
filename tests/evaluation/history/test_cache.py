"""The facts last read: read once, forgotten when there are too many, never those of a moving history."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import polars as pl

from services.evaluation.history.cache import FactsCache
from services.evaluation.history.known import Dials
from services.evaluation.history.stretches import EVERY_CELL, Stretch

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
PINNED = Dials(position=7)


class Reads:
    """Reads a frame of 800 bytes, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[date, date, Stretch, Dials]] = []

    def __call__(self, first: date, last: date, within: Stretch, dials: Dials) -> pl.DataFrame:
        self.asked.append((first, last, within, dials))
        return pl.DataFrame({"n": range(100)})


def test_the_same_facts_are_read_once() -> None:
    reads = Reads()
    load = FactsCache().loading(reads, scope=None)
    assert load(FIRST, LAST, EVERY_CELL, PINNED) is load(FIRST, LAST, EVERY_CELL, PINNED)
    assert reads.asked == [(FIRST, LAST, EVERY_CELL, PINNED)]


def test_another_dial_day_or_scope_is_read_again() -> None:
    reads, cache = Reads(), FactsCache()
    load = cache.loading(reads, scope="A")
    load(FIRST, LAST, EVERY_CELL, PINNED)
    load(FIRST, LAST, EVERY_CELL, Dials(position=8))
    load(FIRST, LAST, EVERY_CELL, Dials(position=7, tree_at=LAST))
    load(FIRST, date(2025, 6, 30), EVERY_CELL, PINNED)
    load(FIRST, LAST, Stretch("A", "B"), PINNED)
    cache.loading(reads, scope="B")(FIRST, LAST, EVERY_CELL, PINNED)
    assert len(reads.asked) == 6


def test_a_history_that_moves_is_always_read() -> None:
    reads = Reads()
    load = FactsCache().loading(reads, scope=None)
    load(FIRST, LAST, EVERY_CELL, Dials())
    load(FIRST, LAST, EVERY_CELL, Dials())
    assert len(reads.asked) == 2


def test_what_was_not_asked_for_longest_makes_room() -> None:
    reads, cache = Reads(), FactsCache(limit=2_000)
    load = cache.loading(reads, scope=None)
    for position in (1, 2, 1, 3):
        load(FIRST, LAST, EVERY_CELL, Dials(position=position))
    assert cache.held == 1_600
    load(FIRST, LAST, EVERY_CELL, Dials(position=1))
    assert [dials.position for *_, dials in reads.asked] == [1, 2, 3]
    load(FIRST, LAST, EVERY_CELL, Dials(position=2))
    assert len(reads.asked) == 4


def test_what_is_larger_than_all_room_is_not_kept() -> None:
    cache = FactsCache(limit=100)
    cache.loading(Reads(), scope=None)(FIRST, LAST, EVERY_CELL, PINNED)
    assert cache.held == 0


def test_many_threads_keep_count() -> None:
    cache = FactsCache(limit=5_000)
    load = cache.loading(Reads(), scope=None)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: load(FIRST, LAST, EVERY_CELL, Dials(position=n % 17)), range(500)))
    assert cache.held == 4_800
