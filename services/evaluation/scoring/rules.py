"""Each kind of rule as expressions: between which bounds an item's points lie, or whether a condition is met.

Points are whole hundredths, so that sums are exact. A missing fact widens the bounds to what it could have made of the
item; the bounds are equal exactly where the facts decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from services.evaluation.criteria.items import Bands, Item, Policy, Share, YesNo
from services.evaluation.scoring.conditions import becomes, every, holds, surely, surely_not, within
from services.evaluation.scoring.marks import Carried, hundredths
from services.evaluation.scoring.measures import column
from services.evaluation.scoring.notes import Note
from services.evaluation.scoring.words import condition_words, range_words

Notes = list[tuple[pl.Expr, Note]]


@dataclass(frozen=True)
class Outcome:
    """An item's outcome as expressions.

    `lower`, `upper`: hundredths (None in pass/fail sets); `applied`: the same if it applies, for an item that is scaled
    away where it does not. `met`: the condition's truth. `applies`: None when it always
    does. `band`: which band was hit, in words. `notes`: first one that holds is said.
    """

    lower: pl.Expr | None = None
    upper: pl.Expr | None = None
    met: pl.Expr | None = None
    applies: pl.Expr | None = None
    band: pl.Expr | None = None
    notes: tuple[tuple[pl.Expr, Note], ...] = ()
    applied: tuple[pl.Expr, pl.Expr] | None = None


def points(item: Item, policy: Policy, marks: Carried | None) -> Outcome:
    """The outcome of an item of a set with points."""
    most = hundredths(item.max or 0)
    met: pl.Expr | None = None
    band: pl.Expr | None = None
    notes: Notes = []
    if item.bands is not None:
        lower, upper, band = _bands(item.bands)
    elif item.share is not None:
        lower, upper = _share(item.share, most)
    elif item.yes_no is not None:
        met = _truth(item.yes_no)
        lower, upper, notes = _yes_no(item.yes_no, met, most, marks)
    else:
        assert marks is not None
        lower, upper = marks.bounds(most)
        notes = marks.notes()
    floor = hundredths(item.floor)
    if floor:
        lower, upper = lower.clip(lower_bound=floor), upper.clip(lower_bound=floor)
    notes = [*notes, (lower != upper, Note.FACT_MISSING)]
    return _applied(item, policy, Outcome(lower, upper, met, None, band, tuple(notes)), most)


def condition(item: Item, policy: Policy, marks: Carried | None) -> Outcome:
    """The outcome of an item of a pass/fail set; where it does not apply it does not count."""
    if item.yes_no is not None:
        met = _truth(item.yes_no)
        facts = pl.any_horizontal(pl.col(column(name)).is_null() for name in item.measures())
        notes: Notes = [
            (met.is_null() & facts, Note.FACT_MISSING),
            (met.is_null(), Note.MAY_BE_WAIVED),
        ]
    else:
        assert marks is not None
        met = marks.met()
        notes = [*((when & met.is_null(), note) for when, note in marks.notes()), (met.is_null(), Note.MARK_BETWEEN)]
    return _applied(item, policy, Outcome(met=met, notes=tuple(notes)), 0)


def _applied(item: Item, policy: Policy, outcome: Outcome, most: int) -> Outcome:
    """The outcome with what happens where the item does not apply."""
    if item.not_applicable is None:
        return outcome
    idle = holds(item.not_applicable.when)
    worth = most if policy is Policy.FULL else 0
    lower, upper, applied = outcome.lower, outcome.upper, None
    if lower is not None and upper is not None:
        applied = (lower, upper) if policy is Policy.RESCALE else None
        lower, upper = becomes(idle, worth, lower, upper)
    said = {
        Policy.FULL: Note.APPLIES_NOT_FULL,
        Policy.DROP: Note.APPLIES_NOT_DROP,
        Policy.RESCALE: Note.APPLIES_NOT_RESCALE,
    }[policy]
    notes = ((surely(idle), said), (idle.is_null(), Note.APPLIES_UNKNOWN), *outcome.notes)
    return Outcome(lower, upper, outcome.met, ~idle, outcome.band, notes, applied)


def _bands(bands: Bands) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Bounds and the band's words. Of several bands whose `or_if` holds, the one with the fewest points is taken."""
    value = pl.col(column(bands.measure))
    size = pl.col(column(bands.by)) if bands.by else None
    parts = []
    forced: list[tuple[int, str, pl.Expr]] = []
    for stretch, steps in bands.divisions():
        here = pl.lit(True) if stretch is None or size is None else within(size, stretch)
        least, most = (hundredths(best(band.points for band in steps)) for best in (min, max))
        hit = _chain([(within(value, band), hundredths(band.points)) for band in steps], pl.Int32)
        words = _chain([(within(value, band), range_words(band, bands.measure)) for band in steps], pl.String)
        parts.append((here, hit.fill_null(least), hit.fill_null(most), words))
        forced += [
            (hundredths(band.points), f"or if {condition_words(band.or_if)}", here & holds(band.or_if))
            for band in steps
            if band.or_if
        ]
    lower = _chain([(here, low) for here, low, _, _ in parts], pl.Int32)
    upper = _chain([(here, high) for here, _, high, _ in parts], pl.Int32)
    words = _chain([(here, said) for here, _, _, said in parts], pl.String)
    if size is not None:  # of unknown size: whatever any size could make of it
        lower = lower.fill_null(pl.min_horizontal(low for _, low, _, _ in parts))
        upper = upper.fill_null(pl.max_horizontal(high for _, _, high, _ in parts))
    if forced:
        lower, upper = _forced(lower, upper, [(worth, applies) for worth, _, applies in forced])
        said = [(surely(applies), reason) for _, reason, applies in sorted(forced, key=lambda one: one[0])]
        words = pl.coalesce(_chain(said, pl.String), words)
    return lower, upper, words


def _forced(lower: pl.Expr, upper: pl.Expr, forced: Sequence[tuple[int, pl.Expr]]) -> tuple[pl.Expr, pl.Expr]:
    """The bounds with what is forced: where anything surely is, the least of that is the most there can be."""
    sure = pl.min_horizontal(pl.when(surely(applies)).then(worth) for worth, applies in forced)
    possible = [pl.when(~surely_not(applies)).then(worth) for worth, applies in forced]
    none = sure.is_null()
    return (
        pl.min_horizontal(pl.when(none).then(lower), *possible).cast(pl.Int32),
        pl.when(none).then(pl.max_horizontal(upper, *possible)).otherwise(sure).cast(pl.Int32),
    )


def _chain(cases: Sequence[tuple[pl.Expr, pl.Expr | int | str]], dtype: type[pl.DataType]) -> pl.Expr:
    """The value of the first case that holds; null when none does."""
    answer = pl.lit(None, dtype)
    for test, value in reversed(cases):
        taken = value if isinstance(value, pl.Expr) else pl.lit(value, dtype)
        answer = pl.when(test).then(taken).otherwise(answer)
    return answer


def _share(share: Share, most: int) -> tuple[pl.Expr, pl.Expr]:
    """The share of the maximum, rounded half up. The tiny addend keeps exact halves halves in binary fractions."""
    step = 10 ** (2 - share.decimals)
    part = pl.col(column(share.measure)).clip(0, share.full_at) * (most / share.full_at)
    earned = ((part / step + (0.5 + 1e-9)).floor() * step).cast(pl.Int32)
    return earned.fill_null(0), earned.fill_null(most)


def _truth(rule: YesNo) -> pl.Expr:
    """Whether all requirements are met; null also where one is not but may have been waived."""
    met = every(holds(requirement) for requirement in rule.all)
    if rule.waivable_when is None:
        return met
    return pl.when(surely_not(met) & ~surely_not(holds(rule.waivable_when))).then(None).otherwise(met)


def _yes_no(rule: YesNo, met: pl.Expr, most: int, marks: Carried | None) -> tuple[pl.Expr, pl.Expr, Notes]:
    notes: Notes = []
    if rule.waivable_when is not None:
        notes.append((surely_not(every(holds(one) for one in rule.all)) & met.is_null(), Note.MAY_BE_WAIVED))
    low: pl.Expr = pl.lit(hundredths(rule.otherwise), pl.Int32)
    high = low
    if rule.otherwise_judged and marks is not None:
        low, high = marks.bounds(most)
        failed = surely_not(met)
        notes += [(failed & (low == most), Note.MARK_CONTRADICTS)]
        notes += [(failed & when, note) for when, note in marks.notes()]
        notes += [(failed, Note.MARK_INSTEAD)]
        low = pl.when(high == most).then(0).otherwise(low)  # full marks would be a contradiction, and say nothing
    full = pl.lit(most, pl.Int32)
    lower = pl.when(surely(met)).then(full).when(met.is_null()).then(pl.min_horizontal(low, full)).otherwise(low)
    upper = pl.when(surely(met) | met.is_null()).then(full).otherwise(high)
    return lower, upper, notes
