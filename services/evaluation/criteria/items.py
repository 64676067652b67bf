"""The items of a criteria set: what each judges, what it is worth, and the rule that says what a meeting earns."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from services.contracts.meetings import ItemCode
from services.evaluation.criteria.ranges import Number, Part, Range

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


LimitCode = Annotated[str, Field(pattern=r"^[A-Z][0-9]{1,2}$")]
"""The code of what is not an item: a gate, cap, veto, roll-up or quota."""


MOST_CASES = 40
"""Of bands, sizes, requirements: far more than a form has. Each costs time whenever meetings are scored."""


def two_decimals(what: str) -> AfterValidator:
    """Refuses numbers with more than two decimals."""

    def in_hundredths(value: float) -> float:
        if not abs(value) <= 1e9 or abs(value * 100 - round(value * 100)) > 1e-6:
            raise ValueError(f"{what} have at most two decimals")
        return value

    return AfterValidator(in_hundredths)


Points = Annotated[Number, Field(ge=0, le=1000), two_decimals("points")]
"""Points, with at most two decimals: sums are made in whole hundredths and so are exact."""


class Title(Part):
    """A title in the three languages."""

    vi: Words
    en: Words
    bn: Words


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

    steps: Annotated[tuple[Band, ...], Field(min_length=1, max_length=MOST_CASES)]


class Bands(Part):
    """Points by the band that a measure falls into; `by` and `sizes` give other bands for other sizes on that day."""

    measure: Words
    steps: Annotated[tuple[Band, ...], Field(max_length=MOST_CASES)] = ()
    by: Words | None = None
    sizes: Annotated[tuple[Size, ...], Field(max_length=MOST_CASES)] = ()

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

    all: Annotated[tuple[Requirement, ...], Field(min_length=1, max_length=MOST_CASES)]
    otherwise: Points = 0
    otherwise_judged: bool = False
    waivable_when: Condition | None = None


class FullAspect(Part):
    """An aspect of a judged item that counts in full when it does not apply."""

    aspect: Words
    when: Condition


class Judged(Part):
    """Marked by people: the recorded mark is carried. `judged: true` is enough when nothing else is to be said."""

    full_aspects: Annotated[tuple[FullAspect, ...], Field(max_length=MOST_CASES)] = ()


class Share(Part):
    """The same share of the maximum as the measure has of `full_at`, at most all, rounded half up to `decimals`."""

    measure: Words
    full_at: Annotated[Number, Field(ge=0.01, le=1e9)] = 100
    decimals: Annotated[int, Field(strict=True, ge=0, le=2)]


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
    aspects: Annotated[tuple[Words, ...], Field(max_length=MOST_CASES)] = ()
    bands: Bands | None = None
    yes_no: YesNo | None = None
    judged: Annotated[Judged | None, BeforeValidator(_judged, json_schema_input_type=Judged | Literal[True] | None)] = (
        None
    )
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
