"""A month's score is the score of its regular (or combined) meeting under the set in force on the day it was held."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from services.contracts.evaluation import Score
from services.contracts.meetings import MeetingKind
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.rescoring.judge import Judge

REGULAR = [kind.value for kind in MeetingKind if kind.counts_as_regular]
COLUMNS = tuple(Score.model_fields)


def of_the_month(facts: pl.DataFrame) -> pl.DataFrame:
    """Of the facts, each cell and month's one regular meeting (should there be two, the later one)."""
    regular = facts.filter(pl.col("kind").is_in(REGULAR)).sort("cell", "period", "held_on", "meeting")
    return regular.unique(["cell", "period"], keep="last", maintain_order=True)


def month_scores(
    facts: pl.DataFrame, sets: Mapping[str, CriteriaSet], forms: Mapping[str, CriteriaSet] | None = None
) -> pl.DataFrame:
    """The score of each cell and month (columns: the fields of `contracts.evaluation.Score`), in that order.

    Months whose meeting no set judges are left out. `forms`: see `Judge`.
    """
    return Judge(sets, forms=forms).scored(of_the_month(facts)).scores.select(COLUMNS)
