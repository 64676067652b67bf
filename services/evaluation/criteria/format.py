"""The criteria format: one complete dated document per set, as a clerk writes it in YAML.

A document is a snapshot, never a difference from another one. What it does not say is not assumed: bands state which
bound belongs, the set states what an item that does not apply is worth, every item names its place in the source.
`check.py` finds what a model alone cannot see (gaps between bands, sums, unknown measures).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Self

import orjson
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from services.contracts.base import Code
from services.contracts.meetings import Grade, ItemCode, MeetingKind, SetId
from services.contracts.registry import CellKind
from services.evaluation.criteria.ranges import Part, Range

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
LimitCode = Annotated[str, Field(pattern=r"^[A-Z][0-9]{1,2}$")]


def _in_hundredths(value: float) -> float:
    if abs(value * 100 - round(value * 100)) > 1e-6:
        raise ValueError("points have at most two decimals")
    return value


Points = Annotated[float, Field(ge=0, le=1000), AfterValidator(_in_hundredths)]
"""Points, with at most two decimals: sums are made in whole hundredths and so are exact."""


class Title(Part):
    """A title in the three languages."""

    vi: Words
    en: Words
    bn: Words


class Effective(Part):
    """First and last day (both belong) on which the set is in force; without `to` it still is."""

    from_: Annotated[date, Field(alias="from")]
    to: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to is not None and self.to < self.from_:
            raise ValueError(f"in force to {self.to}, before it begins on {self.from_}")
        return self


class AppliesTo(Part):
    """Which meetings. Leave out `cell_kinds` for cells of every kind, `units` for every territory.

    A set that names units comes before one that names none.
    """

    meeting_kinds: Annotated[tuple[MeetingKind, ...], Field(min_length=1)]
    cell_kinds: Annotated[tuple[CellKind, ...], Field(min_length=1)] | None = None
    units: Annotated[tuple[Code, ...], Field(min_length=1)] | None = None


class Scale(StrEnum):
    """Whether items earn points, or are each met or not."""

    POINTS = "points"
    PASS_FAIL = "pass_fail"  # noqa: S105 (no password)


class Policy(StrEnum):
    """What an item is worth that does not apply.

    `full`: its maximum. `drop`: nothing, and the total stays as printed, so that less than all of it can be reached.
    `rescale`: nothing, and what the other items earn is scaled up from their maxima to the total.
    """

    FULL = "full"
    DROP = "drop"
    RESCALE = "rescale"


class Condition(Range):
    """A measure compared: `{measure: attendance.unexcused, above: 0}` or `{measure: cell.committee, is: false}`."""

    measure: Words
    is_: Annotated[bool | None, Field(alias="is")] = None

    @model_validator(mode="after")
    def _one_comparison(self) -> Self:
        if self.bounded == (self.is_ is not None):
            raise ValueError("compare the measure with at_least, above, at_most or below, or else with is: true/false")
        return self


class Requirement(Condition):
    """A condition that is asked only where `when` holds (always, when it is left out)."""

    when: Condition | None = None


class Band(Range):
    """A stretch of the measure and its points. A meeting for which `or_if` holds falls into it whatever its measure."""

    points: Points
    or_if: Condition | None = None


class Size(Range):
    """The bands for a stretch of the measure named by `by`."""

    steps: Annotated[tuple[Band, ...], Field(min_length=1)]


class Bands(Part):
    """Points by the band that a measure falls into; `by` and `sizes` give other bands for other sizes on that day."""

    measure: Words
    steps: tuple[Band, ...] = ()
    by: Words | None = None
    sizes: tuple[Size, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.steps) == bool(self.sizes) or bool(self.sizes) != (self.by is not None):
            raise ValueError("give steps, or else by and sizes")
        return self

    def divisions(self) -> list[tuple[Size | None, tuple[Band, ...]]]:
        """Every list of bands with the size it is for."""
        return [(size, size.steps) for size in self.sizes] or [(None, self.steps)]


class YesNo(Part):
    """All requirements met earns the maximum; else `otherwise` points, or the mark recorded for the item's aspects.

    `waivable_when`: where it holds, an authority may have allowed otherwise without it being recorded, so that a
    requirement that is not met leaves the item not determinable instead of failed.
    """

    all: Annotated[tuple[Requirement, ...], Field(min_length=1)]
    otherwise: Points = 0
    otherwise_judged: bool = False
    waivable_when: Condition | None = None


class FullAspect(Part):
    """An aspect of a judged item that counts in full when it does not apply."""

    aspect: Words
    when: Condition


class Judged(Part):
    """Marked by people: the recorded mark is carried. `judged: true` is enough when nothing else is to be said."""

    full_aspects: tuple[FullAspect, ...] = ()


class Share(Part):
    """The same share of the maximum as the measure has of `full_at`, at most all, rounded half up to `decimals`."""

    measure: Words
    full_at: Annotated[float, Field(gt=0)] = 100
    decimals: Annotated[int, Field(ge=0, le=2)]


class NotApplicable(Part):
    """When an item does not apply, and what it then is worth (left out: the set's own policy)."""

    when: Condition
    policy: Policy | None = None


def _judged(value: Any) -> Any:
    return {} if value is True else value


class Item(Part):
    """One line of the form. `aspects` are the canonical names of what it judges (`aspects.py`)."""

    code: ItemCode
    title: Title
    max: Annotated[Points, Field(gt=0)] | None = None
    reference: Words
    aspects: tuple[Words, ...] = ()
    bands: Bands | None = None
    yes_no: YesNo | None = None
    judged: Annotated[Judged | None, BeforeValidator(_judged)] = None
    share: Share | None = None
    floor: Points = 0
    not_applicable: NotApplicable | None = None
    note: Words | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if sum(rule is not None for rule in (self.bands, self.yes_no, self.judged, self.share)) != 1:
            raise ValueError("an item has exactly one of bands, yes_no, judged and share")
        return self

    def conditions(self) -> Iterator[Condition]:
        """Every comparison that the item makes."""
        if self.not_applicable:
            yield self.not_applicable.when
        if self.yes_no:
            for requirement in self.yes_no.all:
                yield requirement
                if requirement.when:
                    yield requirement.when
            if self.yes_no.waivable_when:
                yield self.yes_no.waivable_when
        if self.judged:
            yield from (full.when for full in self.judged.full_aspects)
        if self.bands:
            for _, steps in self.bands.divisions():
                yield from (band.or_if for band in steps if band.or_if)

    def measures(self) -> tuple[str, ...]:
        """The names of the measures the item uses, the one that decides first."""
        main: list[str] = [self.bands.measure] if self.bands else [self.share.measure] if self.share else []
        if self.bands and self.bands.by:
            main.append(self.bands.by)
        if self.yes_no:
            main.append(self.yes_no.all[0].measure)
        return tuple(dict.fromkeys([*main, *(condition.measure for condition in self.conditions())]))


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
    full_marks: Annotated[tuple[ItemCode, ...], Field(min_length=1)]
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

    `number` as the document gives it; leave out `issued` only with a note that says why. `notes` says in particular
    how a hole of the printed form was closed.
    """

    id: SetId
    number: Words
    title: Title
    issuer: Words
    issued: date | None = None
    effective: Effective
    replaces: tuple[Words, ...] = ()
    based_on: tuple[Words, ...] = ()
    applies_to: AppliesTo
    scale: Scale
    total: Annotated[Points, Field(gt=0)] | None = None
    not_applicable: Policy = Policy.DROP
    grades: tuple[GradeRange, ...] = ()
    groups: tuple[Group, ...] = ()
    items: Annotated[tuple[Item, ...], Field(min_length=1)]
    gates: tuple[Gate, ...] = ()
    caps: tuple[Cap, ...] = ()
    vetoes: tuple[Veto, ...] = ()
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
