"""`rpc.evaluation.gap`: a cell's own marks against those of the observers who came, and both against the facts.

Of every visit with marks to a meeting with the cell's own marks on the same form. The gap is the cell's own mark less
the observer's, item by item, and over all items that both marked. *Beyond* are the marks that somebody gave above what
the form's own rules make of the recorded facts, over the items that facts decide: it tells a lenient observer from an
honest cell, which the gap alone cannot.

Estimates: few visits must not shout. Each mean is shrunk towards that of all (empirical Bayes, normal-normal, the
spread between groups by the method of moments; Efron and Morris 1975, Morris 1983): `observing/shrinking.py` of
evaluation has the formulas.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from services.contracts.base import Code, Contract, Key, Moment, Ref, Year
from services.contracts.evaluation import Period


class GapOf(Contract):
    """The visits of a year or a month, in a unit's territory (the whole subtree). `known_at`, `tree_at`: the dials.

    Of each list at most `limit` entries come, the answer's `left_out` says how many more there are.
    """

    year: Year
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    unit: Code | None = None
    known_at: Moment | None = None
    tree_at: date | None = None
    limit: Annotated[int, Field(ge=1, le=5_000)] = 1_000


class Estimate(Contract):
    """A mean of `count` values as it is, shrunk, and between which bounds it lies (95 %).

    Bounds are None where nothing tells how values scatter. `stands_out`: of two values at least, and even the lower
    bound is above the mean of all.
    """

    count: int
    mean: float
    shrunken: float
    low: float | None
    high: float | None
    stands_out: bool


class Spread(Contract):
    """What the estimates of one kind rest on: the mean of all, standard deviations within groups and between them."""

    mean: float
    within: float
    between: float


class Sides(Contract):
    """A group of visits. `inflated`: in how many the cell gave itself 5 points more or a better grade.

    `gap`: the cell's own marks less the observer's. `beyond`: marks above what the facts give, of cells and units the
    cell's own, of observers theirs (None: no facts decide). `items`: the mean gap by item.
    """

    visits: int
    inflated: int
    gap: Estimate
    beyond: Estimate | None
    items: dict[str, float]
    events: tuple[str, ...]


class CellGap(Sides):
    """A cell: one value a visit."""

    cell: Code
    cell_name: str | None
    unit: Code | None
    unit_name: str | None


class UnitGap(Sides):
    """A unit with all cells below it: one value a cell. It is estimated among units of its kind."""

    unit: Code
    unit_name: str | None


class ObserverGap(Sides):
    """An observer: one value a cell that they came to. Whose own marks are beyond the facts is lenient."""

    observer: Ref


class ItemGap(Contract):
    """An item of a form over all visits: mean marks of the cells, of the observers, and of the rule on the facts."""

    criteria: str
    item: str
    title: dict[str, str]
    visits: int
    own: float
    observer: float
    facts: float | None
    gap: float


class VisitGap(Contract):
    """One visit: the gap by item and over all, and what either side gave beyond the facts."""

    cell: Code
    period: Period
    meeting: Key
    visit: Key
    observer: Ref
    gap: float
    own_beyond: float | None
    observer_beyond: float | None
    inflated: bool
    items: dict[str, float]
    events: tuple[str, ...]


class Gap(Contract):
    """The answer. `visits` are compared, `apart` could not be: no marks on either side, or on another form.

    Cells, units and observers come with the largest shrunken value first (observers: beyond the facts), `spreads` by
    the names of these lists (units: and their kind), for the gap and for what is beyond: `cells`, `cells beyond`.
    """

    visits: int
    apart: int
    mean: float | None
    items: tuple[ItemGap, ...]
    cells: tuple[CellGap, ...]
    units: tuple[UnitGap, ...]
    observers: tuple[ObserverGap, ...]
    by_visit: tuple[VisitGap, ...]
    spreads: dict[str, Spread]
    left_out: dict[str, int]
    position: int
