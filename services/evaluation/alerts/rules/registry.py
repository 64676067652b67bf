"""Whether cells are of a size to exist, and have the committee that their size asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from services.contracts.alerts import Reason, Rule
from services.evaluation.alerts.rules.seen import MEMORY, Seen
from services.evaluation.alerts.rules.sign import Sign
from services.evaluation.alerts.rules.thresholds import Thresholds

CHARTER = "Điều lệ Đảng"
LEAST, LEAST_FOR_COMMITTEE = 3, 9
"""Full members that a cell needs to exist, and from whom on it elects a committee (domain.md §1)."""
LASTING = frozenset({Rule.TOO_FEW_MEMBERS, Rule.COMMITTEE_MISSING})
"""Rules of which an alert never lapses: its period is the month in which it began, however long ago."""


def too_few_members(seen: Seen, today: date, by: Thresholds) -> Iterator[Sign]:
    """A cell has fewer than three full members: grave."""
    for row in _lasting(seen.cells, today, pl.col("members_full") < LEAST):
        yield _sign(Rule.TOO_FEW_MEMBERS, Reason.MEMBERS_BELOW, LEAST, row, today)


def committee_missing(seen: Seen, today: date, by: Thresholds) -> Iterator[Sign]:
    """A cell of nine full members or more has no committee."""
    for row in _lasting(seen.cells, today, (pl.col("members_full") >= LEAST_FOR_COMMITTEE) & ~_committee()):
        yield _sign(Rule.COMMITTEE_MISSING, Reason.NO_COMMITTEE, LEAST_FOR_COMMITTEE, row, today)


def _committee() -> pl.Expr:
    return pl.col("committee_size") > 0


def _lasting(cells: pl.DataFrame, today: date, wrong: pl.Expr) -> Iterator[dict[str, object]]:
    """The present state of every living cell of which this is true, with `since`: from when on it was, unbroken."""
    begun = cells.filter(pl.col("valid_from") <= today).sort("cell", "valid_from")
    holds = (wrong & ~pl.col("dissolved")).fill_null(False).alias("holds")
    last_well = pl.col("valid_from").filter(~pl.col("holds")).max().over("cell")
    run = begun.with_columns(holds).filter((pl.col("valid_from") > last_well) | last_well.is_null())
    present = run.group_by("cell", maintain_order=True).agg(
        pl.col("valid_from").first().alias("since"), pl.all().exclude("cell", "since").last()
    )
    yield from present.iter_rows(named=True)


def _sign(rule: Rule, reason: Reason, needed: int, row: dict[str, object], today: date) -> Sign:
    since = row["since"]
    assert isinstance(since, date)
    return Sign(
        rule,
        f"{since:%Y-%m}",
        since,
        since,
        reason,
        CHARTER,
        cell=str(row["cell"]),
        values={"value": int(str(row["members_full"])), "needed": needed},
        events=(str(row["event"]),),
        grave=rule is Rule.TOO_FEW_MEMBERS,
        held=min(MEMORY, 1 + 12 * (today.year - since.year) + today.month - since.month),
    )
