"""Facts in batches, and only some of them, are the same facts; excuses are counted as a person would."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from services.evaluation.history import excuses
from services.evaluation.history import facts as facts_module
from services.evaluation.history.excuses import counted
from services.evaluation.history.facts import fact_batches, facts
from services.evaluation.history.known import Dials
from services.evaluation.history.store import Connection
from services.evaluation.scoring.facts import FACTS, KEY
from tests.bench.nation import write
from tests.evaluation.history.stream import moment

DIALS = {
    "everything": {},
    "another tree": {"dials": Dials(tree_at=date(2025, 8, 1)), "unit": "X-00000"},
    "a territory in mid-year": {"unit": "X-00001", "first": date(2025, 3, 1)},
    "known then": {"dials": Dials(known_at=moment("2025-06-30")), "last": date(2025, 6, 1)},
    "some cells": {"cells": ["CB-000001", "CB-000100"], "first": date(2025, 2, 1)},
}


@pytest.fixture(scope="module")
def province() -> Connection:
    """A year of 120 cells."""
    return write(":memory:", cells=120)


@pytest.mark.parametrize("dials", DIALS.values(), ids=DIALS)
def test_batches_are_the_whole_in_pieces(
    province: Connection, dials: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = facts(province, **dials)
    monkeypatch.setattr(facts_module, "COUNTED_AT_ONCE", 500)
    batches = list(fact_batches(province, **dials, rows=100))
    assert_frame_equal(pl.concat(batches).sort(KEY), whole, check_exact=True)
    assert whole.height > 100 or "cells" in dials


@settings(max_examples=20, deadline=None)
@given(wanted=st.lists(st.sampled_from(list(FACTS)), min_size=1, unique=True), dials=st.sampled_from(list(DIALS)))
def test_what_is_wanted_is_what_the_whole_has(province: Connection, wanted: list[str], dials: str) -> None:
    whole = facts(province, **DIALS[dials])
    assert_frame_equal(facts(province, **DIALS[dials], wanted=wanted), whole.select(wanted), check_exact=True)


@st.composite
def years(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Regular meetings of two cells over two years, in any order, at which some of three members are excused."""
    found = []
    for cell, year in ((c, y) for c in "AB" for y in (2024, 2025)):
        for month in draw(st.sets(st.integers(1, 12))):
            for turn in range(draw(st.integers(1, 2))):
                refs = draw(st.lists(st.sampled_from(["m1", "m2", "m3"]), unique=True))
                day = date(year, month, draw(st.sampled_from([3, 3, 12])))
                row = {"cell": cell, "held_on": day, "meeting": f"{day:%Y-%m}-{turn}", "excused": refs}
                found.append({"position": len(found) * 10, **row})
    return draw(st.permutations(found))


def by_hand(rows: list[dict[str, Any]]) -> dict[int, tuple[int, int]]:
    """(the longest run, the most times in the year) of every meeting, member by member; 0 where nobody was excused."""
    found = {}
    rows = sorted(rows, key=lambda row: (row["cell"], row["held_on"], row["meeting"]))
    for _, group in groupby(rows, key=lambda row: (row["cell"], row["held_on"].year)):
        runs: dict[str, int] = {}
        times: dict[str, int] = {}
        for row in group:
            runs = {ref: runs.get(ref, 0) + 1 for ref in row["excused"]}
            times |= {ref: times.get(ref, 0) + 1 for ref in row["excused"]}
            at_all = [times[ref] for ref in row["excused"]]
            found[row["position"]] = (max(runs.values(), default=0), max(at_all, default=0))
    return found


def told(rows: list[dict[str, Any]], shares: int) -> dict[int, tuple[int, int]]:
    """What `counted` makes of the meetings, which come in two batches; 0 of those from which nobody was excused."""
    meetings = {row["position"]: row["meeting"] for row in rows}
    frame = pl.DataFrame(rows, schema=excuses.MEETINGS)
    batches = [frame[: len(rows) // 2], frame[len(rows) // 2 :]]
    counts = counted(batches, lambda positions: [meetings[one] for one in positions], shares=shares)
    found = counts.beside(frame.select("position").sort("position"))
    return {position: (run, times) for position, run, times in found.iter_rows()}


def test_where_nobody_met_nothing_is_counted_in_any_number_of_shares() -> None:
    one = pl.DataFrame({"position": [7]})
    for shares in (1, 3):
        assert counted([], lambda _: [], shares=shares).beside(one).rows() == [(7, 0, 0)]


@settings(max_examples=100, deadline=None)
@given(rows=years(), shares=st.integers(1, 3))
def test_excuses_are_counted_in_a_row_and_in_the_year(rows: list[dict[str, Any]], shares: int) -> None:
    assert told(rows, shares) == by_hand(rows)


@settings(max_examples=50, deadline=None)
@given(rows=years(), alike=st.integers(1, 3), shares=st.integers(1, 3))
def test_names_that_happen_to_have_the_same_hash_are_told_apart(
    rows: list[dict[str, Any]], alike: int, shares: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(excuses, "FEW", 0)
        patch.setattr(excuses, "hashed", lambda names: names.str.len_bytes().cast(pl.Int64) * 0 + alike)
        assert told(rows, shares) == by_hand(rows)
