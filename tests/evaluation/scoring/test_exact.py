"""Points are the nearest binary number to their decimals, however many rows are divided at once."""

from __future__ import annotations

import polars as pl
import pytest

from services.evaluation.scoring.exact import divided
from services.evaluation.scoring.score import score
from tests.evaluation.scoring.sheets import E, frame, sheet


@pytest.mark.parametrize("by", [100, 950_000, 3_600_000_000])
def test_every_hundredth_divides_as_python_divides_it(by: int) -> None:
    numbers = pl.DataFrame({"n": [hundredths * by // 700 for hundredths in range(10_001)]})
    assert numbers.select(divided(pl.col("n"), by))["n"].to_list() == [n / by for n in numbers["n"]]


def test_one_row_divides_as_many_do() -> None:
    alone = [pl.DataFrame({"n": [n]}).select(divided(pl.col("n"), 100)).item() for n in range(0, 10_001, 7)]
    assert alone == [n / 100 for n in range(0, 10_001, 7)]


def test_nothing_divides_to_nothing() -> None:
    assert pl.DataFrame({"n": [None, 100]}).select(divided(pl.col("n"), 100))["n"].to_list() == [None, 1]


def test_totals_and_points_are_the_decimals_they_stand_for() -> None:
    marks = [place / 100 for place in range(1001)]
    rows = [sheet(cell=f"C{place:04}", marks={"4.2": mark}) for place, mark in enumerate(marks)]
    scored = score(frame(*rows), E)
    assert scored.scores["points"].to_list() == [(8500 + place) / 100 for place in range(1001)]
    assert scored.items.filter(pl.col("item") == "4.2")["points"].to_list() == marks
    variant = score(frame(*rows), E.with_policy("rescale")).scores["points"].to_list()
    assert variant == [(8500 + place) * 100 / 9500 for place in range(1001)]
