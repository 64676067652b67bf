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

from services.evaluation.history.excuses import REGULAR, with_excuses
from services.evaluation.history.facts import fact_batches, facts
from services.evaluation.history.known import Dials
from services.evaluation.history.statement import EXCUSED
from services.evaluation.history.store import Connection
from services.evaluation.scoring.facts import FACTS
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
def test_batches_are_the_whole_cut_between_cells(province: Connection, dials: dict[str, Any]) -> None:
    whole = facts(province, **dials)
    batches = list(fact_batches(province, **dials, rows=100))
    assert_frame_equal(pl.concat(batches), whole, check_exact=True)
    cells = [cell for batch in batches for cell in batch["cell"].unique()]
    assert len(cells) == len(set(cells))
    assert whole.height > 100 or "cells" in dials


@settings(max_examples=20, deadline=None)
@given(wanted=st.lists(st.sampled_from(list(FACTS)), min_size=1, unique=True), dials=st.sampled_from(list(DIALS)))
def test_what_is_wanted_is_what_the_whole_has(province: Connection, wanted: list[str], dials: str) -> None:
    whole = facts(province, **DIALS[dials])
    assert_frame_equal(facts(province, **DIALS[dials], wanted=wanted), whole.select(wanted), check_exact=True)


@st.composite
def years(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Meetings of two cells over two years, at which some of three members of either are excused."""
    found = []
    for cell, year in ((c, y) for c in "AB" for y in (2024, 2025)):
        for month in sorted(draw(st.sets(st.integers(1, 12)))):
            for kind in draw(st.sampled_from([("regular",), ("combined", "thematic"), ("thematic",)])):
                refs = draw(st.lists(st.sampled_from(["m1", "m2", "m3"]), unique=True))
                day = date(year, month, draw(st.integers(1, 28)))
                row = {"cell": cell, "kind": kind, "held_on": day, "meeting": f"{day:%Y-%m}-{kind}", EXCUSED: refs}
                found.append(row)
    return sorted(found, key=lambda row: (row["cell"], f"{row['held_on']:%Y-%m}", row["meeting"]))


def by_hand(rows: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[int, int]]:
    """(the longest run, the most times in the year) of every meeting, member by member."""
    found = {(row["cell"], row["meeting"]): (0, 0) for row in rows}
    regular = sorted((row for row in rows if row["kind"] in REGULAR), key=lambda row: (row["cell"], row["held_on"]))
    for _, group in groupby(regular, key=lambda row: (row["cell"], row["held_on"].year)):
        runs: dict[str, int] = {}
        times: dict[str, int] = {}
        for row in group:
            runs = {ref: runs.get(ref, 0) + 1 for ref in row[EXCUSED]}
            times |= {ref: times.get(ref, 0) + 1 for ref in row[EXCUSED]}
            now = (max(runs.values(), default=0), max((times[ref] for ref in row[EXCUSED]), default=0))
            found[row["cell"], row["meeting"]] = now
    return found


@settings(max_examples=100, deadline=None)
@given(rows=years())
def test_excuses_are_counted_in_a_row_and_in_the_year(rows: list[dict[str, Any]]) -> None:
    schema = {"cell": pl.String, "kind": pl.String, "held_on": pl.Date, "meeting": pl.String}
    counted = with_excuses(pl.DataFrame(rows, schema={**schema, EXCUSED: pl.List(pl.String)}))
    made = {
        (row["cell"], row["meeting"]): (row["longest_excused_run"], row["most_excused_in_year"])
        for row in counted.iter_rows(named=True)
    }
    assert made == by_hand(rows)
