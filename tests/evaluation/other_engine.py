"""Evaluation as a next version of it might be: `python -m tests.evaluation.other_engine`.

It thinks otherwise of every March, and says so by the engine's name. Nothing in production can be told to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from services.evaluation.running import settle

ENGINE = "nenep-scoring/next"


def otherwise(month_scores: Callable[..., pl.DataFrame]) -> Callable[..., pl.DataFrame]:
    """These scores, but for every March half a point at most."""

    def scores(*question: Any, **more: Any) -> pl.DataFrame:
        march = pl.col("period").str.ends_with("-03")
        return month_scores(*question, **more).with_columns(upper=pl.when(march).then(0.5).otherwise("upper"))

    return scores


if __name__ == "__main__":
    from services.evaluation.app import main

    settle.ENGINE = ENGINE
    settle.month_scores = otherwise(settle.month_scores)
    main()
