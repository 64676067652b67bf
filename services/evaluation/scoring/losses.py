"""What meetings lost: the lines of their scores that are not full, in the order of each set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from services.contracts.evaluation import ItemStatus
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.items import Policy
from services.evaluation.scoring.facts import KEY
from services.evaluation.scoring.score import Scored

LANGUAGES = ("vi", "en", "bn")
LOSS: dict[str, Any] = {
    "item": pl.String,
    "title": pl.Struct(dict.fromkeys(LANGUAGES, pl.String)),
    "least": pl.Float64,
    "most": pl.Float64,
    "open": pl.Boolean,
    "applies": pl.Boolean,
}
"""The fields of `contracts.reports.Loss`."""
_LINES: dict[str, Any] = {
    "criteria": pl.String,
    "item": pl.String,
    "place": pl.Int32,
    "title": LOSS["title"],
    "max": pl.Float64,
    "rescaled": pl.Boolean,
}


def losses(scored: Scored, sets: Mapping[str, CriteriaSet]) -> pl.DataFrame:
    """For each score its losses: columns of `KEY`, and `losses`, a list of `LOSS` (empty: all was earned).

    `sets` defines those that judged, by id. An item that does not apply is a loss only where the set then gives nothing
    and leaves the total as printed.
    """
    lines = [line for id_ in scored.scores["criteria"].unique(maintain_order=True) for line in _lines(sets[id_])]
    known = pl.DataFrame(lines, schema=_LINES, orient="row")
    by_set = scored.scores.select(*KEY, "criteria")
    items = scored.items.join(by_set, on=KEY).join(known, on=["criteria", "item"]).sort(*KEY, "place")
    idle = pl.col("status") == ItemStatus.NOT_APPLICABLE.value
    least, most = pl.col("max") - pl.col("upper"), pl.col("max") - pl.col("lower")
    unmet = pl.col("max").is_null() & ~pl.col("met").fill_null(False) & ~idle
    found = items.filter(((most > 0) & ~(idle & pl.col("rescaled"))).fill_null(False) | unmet).select(
        *KEY,
        pl.struct(
            "item",
            "title",
            least.alias("least"),
            most.alias("most"),
            (pl.col("status") == ItemStatus.NOT_DETERMINABLE.value).alias("open"),
            (~idle).alias("applies"),
        ).alias("losses"),
    )
    lost = found.group_by(KEY, maintain_order=True).agg("losses")
    empty = pl.lit([], pl.List(pl.Struct(LOSS)))
    return (
        by_set.select(KEY)
        .join(lost, on=KEY, how="left", maintain_order="left")
        .with_columns(pl.coalesce("losses", empty).alias("losses"))
    )


def _lines(criteria: CriteriaSet) -> list[tuple[Any, ...]]:
    items = [(item.code, item.title, item.max, criteria.policy_of(item) is Policy.RESCALE) for item in criteria.items]
    limits = [(limit.code, limit.title, None, False) for limit in criteria.limits]
    return [
        (criteria.id, code, place, title.model_dump(), most, rescaled)
        for place, (code, title, most, rescaled) in enumerate([*items, *limits])
    ]
