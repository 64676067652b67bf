"""Recorded marks: taking them out of their list, and carrying them from the form they were given on to another set.

A judged item cannot be computed. It takes the mark recorded on its own form, or the marks that another form gives for
exactly the same aspects when their maxima add up to the item's. Marks are whole hundredths (nearest, halves up).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.evaluation.criteria.format import CriteriaSet, Scale
from services.evaluation.criteria.items import Item, Policy
from services.evaluation.scoring.conditions import becomes, every, holds, surely, surely_not
from services.evaluation.scoring.notes import Note

_MISSING = 2**31 - 1
"""Stands for a mark that there is not, above every maximum."""
_SOME = 1_000
MET_MARK = 100
"""On a pass/fail form a condition is marked 1 (met) or 0 (not met); in hundredths."""


@dataclass(frozen=True)
class Component:
    """A form's item whose mark is carried, and its maximum in hundredths.

    `idle` tells when the form says that it does not apply, with the form's `policy` for that; `full` when the receiving
    set counts it in full. Either is None when it never does so.
    """

    item: Item
    max: int
    policy: Policy
    idle: pl.Expr | None
    full: pl.Expr | None

    def bounds(self) -> tuple[pl.Expr, pl.Expr]:
        """The least and greatest hundredths that the record allows for it."""
        mark = pl.col(mark_column(self.item.code))
        valid = pl.when(mark <= self.max).then(mark)
        lower, upper = valid.fill_null(0), valid.fill_null(self.max)
        if self.idle is not None and self.policy is Policy.FULL:
            lower, upper = becomes(self.idle, self.max, lower, upper)
        elif self.idle is not None:
            marked = surely_not(self.idle)
            lower, upper = pl.when(marked).then(lower).otherwise(0), pl.when(marked).then(upper).otherwise(self.max)
        if self.full is not None:
            lower, upper = becomes(self.full, self.max, lower, upper)
        return lower.cast(pl.Int32), upper.cast(pl.Int32)

    def idle_on_form(self) -> pl.Expr:
        """Whether the form itself says that the item does not apply and gives nothing for it."""
        return pl.lit(False) if self.idle is None or self.policy is Policy.FULL else surely(self.idle)

    def settled_without_mark(self) -> pl.Expr:
        """Whether its points are known though nobody marked it."""
        by_form = self.idle if self.policy is Policy.FULL else None
        return reduce(
            lambda one, other: one | surely(other), (w for w in (by_form, self.full) if w is not None), pl.lit(False)
        )


@dataclass(frozen=True)
class Carried:
    """How an item takes its marks from one form: from which components, or why it cannot (`problem`)."""

    components: tuple[Component, ...] = ()
    problem: Note | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the form's items."""
        return tuple(component.item.code for component in self.components)

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that tell whether the form's items applied."""
        asked = (component.item.not_applicable for component in self.components if component.idle is not None)
        return tuple(one.when.measure for one in asked if one is not None)

    def notes(self) -> list[tuple[pl.Expr, Note]]:
        """When to say what about the marks."""
        if self.problem is not None:
            return [(pl.lit(True), self.problem)]
        found = []
        for component in self.components:
            mark, settled = pl.col(mark_column(component.item.code)), component.settled_without_mark()
            found.append(((mark > component.max) & ~settled, Note.MARK_ABOVE_MAX))
            found.append((component.idle_on_form() & ~settled, Note.IDLE_ON_FORM))
            found.append((mark.is_null() & ~settled, Note.MARK_MISSING))
            if component.full is not None:
                found.append((surely(component.full), Note.ASPECT_FULL))
        gravest = [Note.MARK_ABOVE_MAX, Note.IDLE_ON_FORM, Note.MARK_MISSING, Note.ASPECT_FULL]
        return sorted(found, key=lambda one: gravest.index(one[1]))

    def bounds(self, item_max: int) -> tuple[pl.Expr, pl.Expr]:
        """The least and greatest hundredths of the whole item."""
        if self.problem is not None:
            return pl.lit(0, pl.Int32), pl.lit(item_max, pl.Int32)
        each = [component.bounds() for component in self.components]
        return pl.sum_horizontal(lower for lower, _ in each), pl.sum_horizontal(upper for _, upper in each)

    def met(self) -> pl.Expr:
        """Whether a condition judged by these marks is met: full marks on all, no marks at all on one, or unknown."""
        if self.problem is not None:
            return pl.lit(None, pl.Boolean)
        answers = []
        for component in self.components:
            lower, upper = component.bounds()
            answers.append(pl.when(lower == component.max).then(True).when(upper == 0).then(False).otherwise(None))
        return every(answers)


def mark_column(code: str) -> str:
    """The column that holds the mark given for this item of the form, in hundredths."""
    return f"x:{code}"


def hundredths(points: float) -> int:
    """Points as whole hundredths."""
    return round(points * 100)


def carried(item: Item, criteria: CriteriaSet, form: CriteriaSet | None, named: str | None) -> Carried:
    """How `item` takes its marks from `form`, the definition of the form that the assessment names (`named`)."""
    if named is None:
        return Carried(problem=Note.NO_MARKS)
    if form is None:
        return Carried(problem=Note.FORM_UNKNOWN)
    wanted = set(item.aspects)
    chosen = [one for one in form.items if wanted & set(one.aspects)]
    if form.id == criteria.id and any(one.code == item.code and one.max == item.max for one in form.items):
        return Carried((_component(form.item(item.code), item, form, own=True),))
    if not wanted or wanted - {aspect for one in chosen for aspect in one.aspects}:
        return Carried(problem=Note.NOT_ON_FORM)
    if criteria.scale is Scale.POINTS:
        outside = any(set(one.aspects) - wanted for one in chosen)
        if outside or form.scale is not Scale.POINTS or _sum(chosen) != hundredths(item.max or 0):
            return Carried(problem=Note.NOT_ON_FORM)
    return Carried(tuple(_component(one, item, form, own=False) for one in chosen))


def _sum(items: Sequence[Item]) -> int:
    return sum(hundredths(item.max or 0) for item in items)


def _component(source: Item, item: Item, form: CriteriaSet, *, own: bool) -> Component:
    """`own`: it is the receiving item itself, which says for itself what happens where it does not apply."""
    most = MET_MARK if form.scale is Scale.PASS_FAIL else hundredths(source.max or 0)
    left_out = {full.aspect: holds(full.when) for full in (item.judged.full_aspects if item.judged else ())}
    aspects = source.aspects
    full = every(left_out[a] for a in aspects) if aspects and all(a in left_out for a in aspects) else None
    idle = holds(source.not_applicable.when) if source.not_applicable is not None and not own else None
    return Component(source, most, form.policy_of(source), idle, full)


def plain(item: Item, marks: Carried | None) -> Component | None:
    """The one mark that is its points, where nothing else counts: without a mark, or with one above the maximum, they
    may be anything. None for an item that is more than that."""
    if item.judged is None or item.not_applicable is not None or item.floor or marks is None or marks.problem:
        return None
    [first, *more] = marks.components
    return first if not more and first.idle is None and first.full is None else None


def summed(facts: pl.DataFrame, items: Sequence[Component]) -> tuple[pl.Series, pl.Series]:
    """The least and greatest hundredths of `plain` items together.

    Most rows name the same items in the same order: their marks are one table of numbers as they lie in memory.
    """
    codes, most = [one.item.code for one in items], np.array([one.max for one in items], np.int32)
    usual = _usual(facts["marks_items"])
    layout = (usual or "").split(" ")
    alike = facts["marks_items"].eq_missing(usual) & (facts["marks"].list.len() == len(layout)).fill_null(False)
    if not set(codes) <= set(layout):
        alike = pl.Series([False]).new_from_index(0, facts.height)
    rows = alike.to_numpy()
    table = facts["marks"].filter(alike).explode().fill_null(_MISSING).to_numpy().reshape(-1, len(layout))
    odd = facts.select("marks_items", "marks").filter(~alike)
    others = _looked_up(odd, odd["marks_items"].unique(), codes).fill_null(_MISSING).to_numpy()
    lower, upper = np.empty((2, facts.height), np.int32)
    lower[rows], upper[rows] = _sums(table[:, [layout.index(code) for code in codes if code in layout]], most)
    lower[~rows], upper[~rows] = _sums(others, most)
    return pl.Series(lower), pl.Series(upper)


def _sums(marks: NDArray[np.int32], most: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The sums of a meeting's marks (a row), those above `most` being 0 at least and that at most."""
    if not len(marks):
        return np.empty(0, np.int32), np.empty(0, np.int32)
    valid = marks <= most
    lower = np.einsum("ij,ij->i", marks, valid.view(np.int8), dtype=np.int32)
    kept = np.einsum("ij,j->i", valid.view(np.int8), most, dtype=np.int32)
    return lower, lower + most.sum(dtype=np.int32) - kept


def with_marks(facts: pl.DataFrame, codes: Sequence[str]) -> pl.DataFrame:
    """The facts with a `mark_column` for each of these codes of the form on which `marks` were given.

    Most rows name the same items in the same order, so that a mark is always at the same place; the odd ones are looked
    at again, each by the places that its own list has.
    """
    if not codes or facts.is_empty():
        return facts.with_columns(pl.lit(None, pl.Int32).alias(mark_column(code)) for code in codes)
    usual = _usual(facts["marks_items"])
    found = facts.with_columns(
        (pl.lit(None, pl.Int32) if place is None else pl.col("marks").list.get(place, null_on_oob=True)).alias(
            mark_column(code)
        )
        for code, place in zip(codes, _places(usual, codes), strict=True)
    )
    odd = facts["marks_items"].ne_missing(usual).arg_true()
    if odd.is_empty():
        return found
    some = facts.select("marks_items", "marks")[odd]
    again = _looked_up(some, some["marks_items"].unique(), codes)
    return found.with_columns(found[name].scatter(odd, again[name]) for name in again.columns)


def _usual(layouts: pl.Series) -> str | None:
    """The layout that most of the first rows have."""
    some = layouts.head(_SOME).value_counts()
    usual: str | None = some.item(some["count"].arg_max() or 0, 0)
    return usual


def _looked_up(facts: pl.DataFrame, layouts: pl.Series, codes: Sequence[str]) -> pl.DataFrame:
    """The marks, a column for each code; each row has one of these layouts."""
    places = [(items, *_places(items, codes)) for items in layouts.drop_nulls()]
    schema: dict[str, type[pl.DataType]] = {"marks_items": pl.String, **dict.fromkeys(codes, pl.UInt32)}
    table = pl.DataFrame(places, schema=schema, orient="row")
    placed = facts.select("marks_items", "marks").join(table, on="marks_items", how="left", maintain_order="left")
    return placed.select(
        pl.col("marks").list.get(pl.col(code), null_on_oob=True).alias(mark_column(code)) for code in codes
    )


def _places(items: str | None, codes: Sequence[str]) -> list[int | None]:
    """Where in a list of marks for these items each code has its own."""
    places = {code: place for place, code in enumerate((items or "").split(" "))}
    return [places.get(code) for code in codes]
