"""Roll-ups to the quarter and the year, and quotas at the year's end, as a set states them.

Nothing is assumed here either: what a month without a meeting is worth, what one is worth whose score cannot be
determined, how a mean is rounded and what a share is taken of are keys that must be given.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from services.contracts.base import Code
from services.contracts.meetings import Grade, MeetingKind
from services.evaluation.criteria.items import MOST_CASES, LimitCode, Title, Words, two_decimals
from services.evaluation.criteria.ranges import Number, Part, Range

SpanGradeCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,31}$")]
"""A grade of a quarter or a year: one of the months' grades, or a name of the set's own, like `excellent`."""
Weight = Annotated[Number, Field(ge=0, le=1000), two_decimals("weights")]
Percent = Annotated[Number, Field(gt=0, le=100), two_decimals("percentages")]
WITHOUT_MEETING = "without_meeting"
"""Beside the meeting kinds: the weight of a month without a meeting."""


class Span(StrEnum):
    """What months are rolled up to."""

    QUARTER = "quarter"
    YEAR = "year"


class Method(StrEnum):
    """How. `counted`: by how many months reach which grade. `mean`: by the mean of the points. `weighted`: by their
    mean, some months weighing more."""

    COUNTED = "counted"
    MEAN = "mean"
    WEIGHTED = "weighted"


class Worth(StrEnum):
    """What a month is worth that has no meeting, or whose points (when grades are counted: whose grade) are not known.

    `left_out`: it does not count, as if it were no month of the span. `lowest`: the least that is possible, which is no
    points and the lowest grade where there was no meeting. `not_determinable`: everything that is possible stays
    possible, so that the span too is determined only where all of that leads to the same.
    """

    LEFT_OUT = "left_out"
    LOWEST = "lowest"
    NOT_DETERMINABLE = "not_determinable"


class RoundingWay(StrEnum):
    """`none`: not at all. `half_up`: to the nearest, halves up."""

    NONE = "none"
    DOWN = "down"
    HALF_UP = "half_up"
    UP = "up"


class Rounding(Part):
    """How a mean is rounded before it is graded; `decimals` belongs to every way but `none`."""

    way: RoundingWay
    decimals: Annotated[int, Field(strict=True, ge=0, le=4)] | None = None

    @model_validator(mode="after")
    def _decimals(self) -> Self:
        if (self.way is RoundingWay.NONE) != (self.decimals is None):
            raise ValueError("give decimals with down, half_up and up, and none with way: none")
        return self


class Per(StrEnum):
    """What a month's weight goes by: its meeting's kind, its place in the year (1 to 12), or its quarter (1 to 4)."""

    KIND = "kind"
    MONTH = "month"
    QUARTER = "quarter"


def _text_keys(value: Any) -> Any:
    return {str(key): weight for key, weight in value.items()} if isinstance(value, dict) else value


class Weights(Part):
    """How much each month weighs: `{per: quarter, values: {1: 1, 2: 1, 3: 1, 4: 2}}`. Every value must be given.

    Per kind, `without_meeting` is the weight of a month without one, unless such a month is left out.
    """

    per: Per
    values: Annotated[dict[str, Weight], Field(min_length=1, max_length=12), BeforeValidator(_text_keys)]


class Count(Range):
    """How many of the months that count reach `grade` or better: `{grade: good, at_least: 9}`.

    `every: true` asks it of each of them. With `percent: true` the bounds are percentages of the months that count.
    """

    grade: Grade
    every: bool = False
    percent: bool = False

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        if self.every == self.bounded:
            raise ValueError("give every: true, or else at_least, above, at_most or below")
        if self.every and self.percent:
            raise ValueError("every: true asks it of each month; percent belongs to bounds")
        return self


class SpanGrade(Range):
    """A grade of the span: by bounds on the mean, or (`counted`) where `all` conditions hold.

    `title` may be left out where the grade is one of the months'.
    """

    grade: SpanGradeCode
    title: Title | None = None
    all: Annotated[tuple[Count, ...], Field(max_length=MOST_CASES)] = ()


class Rollup(Part):
    """How the months of a quarter or a year are taken together.

    `kinds`: which meetings count (left out: all that the set judges). `weights` belongs to `weighted`; `rounding` to
    `mean` and `weighted`. `grades`: when grades are counted, best first, each with the conditions for it, and the last
    one, without any, for whatever remains; else the bounds of each on the (rounded) mean.
    """

    code: LimitCode
    title: Title
    reference: Words
    span: Span
    method: Method
    kinds: Annotated[tuple[MeetingKind, ...], Field(min_length=1)] | None = None
    without_meeting: Worth
    not_determinable: Worth
    weights: Weights | None = None
    rounding: Rounding | None = None
    grades: Annotated[tuple[SpanGrade, ...], Field(min_length=2, max_length=MOST_CASES)]
    note: Words | None = None

    @property
    def best_first(self) -> tuple[SpanGrade, ...]:
        """The grades of the span, the best first."""
        if self.method is Method.COUNTED:
            return self.grades
        return tuple(sorted(self.grades, key=lambda grade: grade.cuts(), reverse=True))


class Among(StrEnum):
    """Which cells are similar and share a quota: those of one unit, those of one kind, or all."""

    UNIT = "unit"
    CELL_KIND = "cell_kind"
    TERRITORY = "territory"


class Of(StrEnum):
    """What the share is of: all cells, those whose year is graded, or those of `denominator_grade` (or better)."""

    ALL = "all"
    GRADED = "graded"
    AT_LEAST = "at_least"
    EXACTLY = "exactly"


class QuotaRounding(StrEnum):
    """How the number of cells allowed is made whole."""

    DOWN = "down"
    HALF_UP = "half_up"
    UP = "up"


class Raised(Part):
    """Units that are allowed another percentage."""

    units: Annotated[tuple[Code, ...], Field(min_length=1)]
    percent: Percent


class Quota(Part):
    """Of similar cells, at most `percent` % of the denominator may have this grade of the year.

    `denominator_grade` belongs to the denominators `at_least` and `exactly`; `raised` to quotas among the cells of one
    unit.
    """

    code: LimitCode
    title: Title
    reference: Words
    grade: SpanGradeCode
    percent: Percent
    denominator: Of
    denominator_grade: SpanGradeCode | None = None
    among: Among
    rounding: QuotaRounding
    raised: Annotated[tuple[Raised, ...], Field(max_length=MOST_CASES)] = ()
    note: Words | None = None
