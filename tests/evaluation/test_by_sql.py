"""A generated province under set E: scoring in batches, one hand-written statement and a plain fold say the same."""

from __future__ import annotations

import orjson
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from services.evaluation.history.facts import fact_batches, facts
from services.evaluation.history.store import Connection
from services.evaluation.rescoring.judge import Judge
from tests.bench.by_fold import Fold, committees, events
from tests.bench.by_sql import COLUMNS, STATEMENT
from tests.bench.nation import FORM, write
from tests.evaluation.territory import SETS


@pytest.fixture(scope="module")
def province() -> Connection:
    """Two years of 150 cells."""
    return write(":memory:", cells=150, years=2)


@pytest.mark.parametrize("rows", [300, 100_000])
def test_scoring_says_what_one_hand_written_statement_says(province: Connection, rows: int) -> None:
    judge = Judge(SETS, SETS[FORM])
    batches = fact_batches(province, wanted=judge.needed, rows=rows)
    scored = pl.concat([judge.in_any_order(batch) for batch in batches])
    expected = province.sql(STATEMENT).pl()
    assert_frame_equal(scored.select(COLUMNS), expected, check_exact=True, check_row_order=False)
    assert scored.height == 150 * 2 * 16
    assert scored["grade"].n_unique() == 5, "every grade, and none"
    assert scored["points"].null_count() > 50


def test_a_fold_in_plain_python_says_the_same(province: Connection) -> None:
    judge = Judge(SETS, SETS[FORM])
    fold = Fold(committees(province))
    for event in events(province, cells=100):
        fold.take(orjson.loads(event))
    scored = judge.scored(facts(province, cells=[f"CB-{n:06d}" for n in range(100)])).scores
    made = {
        (row["cell"], row["meeting"]): (row["lower"] * 100, row["upper"] * 100) for row in scored.iter_rows(named=True)
    }
    folded = fold.scores()
    assert made.keys() == folded.keys()
    assert {key: (round(low), round(high)) for key, (low, high) in made.items()} == folded
