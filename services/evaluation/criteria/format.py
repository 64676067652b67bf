"""The criteria format: one complete dated document per set, as a clerk writes it in YAML.

A document is a snapshot, never a difference from another one. What it does not say is not assumed: bands state which
bound belongs, the set states what an item that does not apply is worth, every item names its place in the source.
`check.py` finds what a model alone cannot see (gaps between bands, sums, unknown measures).
"""

from __future__ import annotations

import hashlib
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Self

import orjson
from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from services.contracts.base import Code
from services.contracts.meetings import Grade, ItemCode, MeetingKind, SetId
from services.contracts.registry import CellKind
from services.evaluation.criteria.items import Condition, Item, LimitCode, Points, Policy, Title, Words
from services.evaluation.criteria.ranges import Part, Range
from services.evaluation.criteria.rollups import Quota, Rollup, Span

Unsaid = Field(exclude_if=lambda value: value in ((), Anchor.MEETING))
"""A key that came to the format later: a document that does not need it has neither the key nor another hash."""


MOST_ITEMS, MOST_LIMITS = 200, 30
"""Far more than a form has."""


def _no_number(value: Any) -> Any:
    if isinstance(value, (int, float)):
        raise PydanticCustomError("date_type", "a number is no date")
    return value


Day = Annotated[date, BeforeValidator(_no_number)]
"""A date, or a text like 2025-10-28: a number is not taken for a moment in seconds."""


class Anchor(StrEnum):
    """The day that must lie in a set's time of force, so that the set judges a meeting.

    `meeting`: the day on which it was held. `decision`: the day on which the grade is decided, which is the last day of
    the meeting's year unless the question names another (Regulation 366 took effect on 2025-08-30 and was applied to
    the whole of 2025).
    """

    MEETING = "meeting"
    DECISION = "decision"


class Effective(Part):
    """First and last day (both belong) on which the set is in force; without `to` it still is.

    `anchor` says which day must lie between them.
    """

    from_: Annotated[Day, Field(alias="from")]
    to: Day | None = None
    anchor: Annotated[Anchor, Unsaid] = Anchor.MEETING

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to is not None and self.to < self.from_:
            raise ValueError(f"in force to {self.to}, before it begins on {self.from_}")
        return self

    def judged_days(self) -> tuple[date, date | None] | None:
        """First and last day (None: no last) of the meetings that it judges when the question names no decision day.

        None for a set that goes by the decision and is in force on no 31 December.
        """
        if self.anchor is Anchor.MEETING:
            return self.from_, self.to
        first, to = date(self.from_.year, 1, 1), self.to
        if to is None:
            return first, None
        last = date(to.year if (to.month, to.day) == (12, 31) else to.year - 1, 12, 31)
        return (first, last) if last >= first else None


class AppliesTo(Part):
    """Which meetings. Leave out `cell_kinds` for cells of every kind, `units` for every territory.

    A unit stands for its whole territory: the cells right below it, and those of all units below it. A set that names
    a nearer unit comes before one that names a farther one, and that before one that names none.
    """

    meeting_kinds: Annotated[tuple[MeetingKind, ...], Field(min_length=1)]
    cell_kinds: Annotated[tuple[CellKind, ...], Field(min_length=1)] | None = None
    units: Annotated[tuple[Code, ...], Field(min_length=1)] | None = None


class Scale(StrEnum):
    """Whether items earn points, or are each met or not."""

    POINTS = "points"
    PASS_FAIL = "pass_fail"  # noqa: S105 (no password)


class Group(Part):
    """A heading of the form: it takes together the items whose codes begin with its own (`4` takes `4.1`, `4.2`)."""

    code: ItemCode
    title: Title
    max: Points


class GradeRange(Range):
    """The totals that earn a grade. Totals are not rounded before they are graded."""

    grade: Grade


class Gate(Part):
    """A grade above `otherwise` also needs full marks on these items, whatever the total."""

    code: LimitCode
    title: Title
    reference: Words
    full_marks: Annotated[tuple[ItemCode, ...], Field(min_length=1, max_length=MOST_ITEMS)]
    otherwise: Grade


class Cap(Part):
    """Where the condition holds, no grade above `grade`, or no more points than `points`."""

    code: LimitCode
    title: Title
    reference: Words
    when: Condition
    grade: Grade | None = None
    points: Points | None = None

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if (self.grade is None) == (self.points is None):
            raise ValueError("a cap limits either the grade or the points")
        return self


class Veto(Part):
    """Where the condition holds the grade is the lowest, whatever the total."""

    code: LimitCode
    title: Title
    reference: Words
    when: Condition


class CriteriaSet(Part):
    """A criteria set. `total` and `grades` belong to the scale `points`; a pass/fail set grades `met` and `not_met`.

    At most one roll-up to the quarter and one to the year; quotas are of the grades of the year.

    `number` as the document gives it; leave out `issued` only with a note that says why. `notes` says in particular
    how a hole of the printed form was closed.
    """

    id: SetId
    number: Words
    title: Title
    issuer: Words
    issued: Day | None = None
    effective: Effective
    replaces: tuple[Words, ...] = ()
    based_on: tuple[Words, ...] = ()
    applies_to: AppliesTo
    scale: Scale
    total: Annotated[Points, Field(gt=0)] | None = None
    not_applicable: Policy = Policy.DROP
    grades: tuple[GradeRange, ...] = ()
    groups: Annotated[tuple[Group, ...], Field(max_length=MOST_ITEMS)] = ()
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=MOST_ITEMS)]
    gates: Annotated[tuple[Gate, ...], Field(max_length=MOST_LIMITS)] = ()
    caps: Annotated[tuple[Cap, ...], Field(max_length=MOST_LIMITS)] = ()
    vetoes: Annotated[tuple[Veto, ...], Field(max_length=MOST_LIMITS)] = ()
    rollups: Annotated[tuple[Rollup, ...], Unsaid] = ()
    quotas: Annotated[tuple[Quota, ...], Field(max_length=MOST_LIMITS), Unsaid] = ()
    notes: tuple[Words, ...] = ()

    @cached_property
    def hash(self) -> str:
        """SHA-256 (hex) of the canonical JSON of everything the document says."""
        canonical = orjson.dumps(self.model_dump(mode="json", by_alias=True), option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(canonical).hexdigest()

    @property
    def limits(self) -> tuple[Gate | Cap | Veto, ...]:
        """Gates, caps and vetoes."""
        return (*self.gates, *self.caps, *self.vetoes)

    def rollup(self, span: Span) -> Rollup | None:
        """How months are rolled up to a quarter or a year; None where the set does not say."""
        return next((rollup for rollup in self.rollups if rollup.span is span), None)

    def item(self, code: str) -> Item:
        """The item of this code; KeyError when there is none."""
        for item in self.items:
            if item.code == code:
                return item
        raise KeyError(f"{self.id} has no item {code}")

    def policy_of(self, item: Item) -> Policy:
        """What this item is worth where it does not apply."""
        own = item.not_applicable.policy if item.not_applicable else None
        return own or self.not_applicable

    def with_policy(self, policy: Policy | str) -> CriteriaSet:
        """The same set with another policy for items that do not apply (items that state their own keep it)."""
        return CriteriaSet.model_validate({**self.model_dump(by_alias=True), "not_applicable": policy})
