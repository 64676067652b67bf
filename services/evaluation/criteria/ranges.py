"""A stretch of numbers with stated closedness, and whether several stretches cover a domain without gap or overlap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Strict, model_validator

Cut = tuple[float, int]
"""A place between numbers: (v, 0) is just before v, (v, 1) just after it. Ranges run from cut to cut."""


class Part(BaseModel):
    """A part of a criteria document: frozen, and strict about keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


Number = Annotated[float, Strict()]
"""A number as such: neither one in quotation marks nor yes or no."""


class Range(Part):
    """Numbers between two bounds; each word says whether the bound itself belongs. No bound means no limit there."""

    at_least: Number | None = None
    above: Number | None = None
    at_most: Number | None = None
    below: Number | None = None

    @model_validator(mode="after")
    def _one_bound_a_side(self) -> Self:
        if self.at_least is not None and self.above is not None:
            raise ValueError("give at_least or above, not both")
        if self.at_most is not None and self.below is not None:
            raise ValueError("give at_most or below, not both")
        start, end = self.cuts()
        if start >= end:
            raise ValueError(f"no number is {self.words()}")
        return self

    @property
    def bounded(self) -> bool:
        """Whether any bound is given."""
        return any(bound is not None for bound in (self.at_least, self.above, self.at_most, self.below))

    def cuts(self, *, whole: bool = False) -> tuple[Cut, Cut]:
        """Where the range begins and ends. With `whole`, of whole numbers: above 3 begins where at least 4 does."""
        low = next((b for b in (self.at_least, self.above) if b is not None), -math.inf)
        high = next((b for b in (self.at_most, self.below) if b is not None), math.inf)
        start, end = (low, int(self.above is not None)), (high, int(self.below is None))
        return (_whole(start), _whole(end)) if whole else (start, end)

    def words(self, unit: str = "") -> str:
        """In words: `at least 75 % and below 90 %`."""
        named = (
            ("at least", self.at_least),
            ("above", self.above),
            ("at most", self.at_most),
            ("below", self.below),
        )
        return " and ".join(f"{word} {number(bound)}{unit}" for word, bound in named if bound is not None) or "any"


def number(value: float) -> str:
    """A number without needless decimals: 5, 2.5."""
    return f"{value:.10g}"


def holes(ranges: Sequence[Range], low: float, high: float, *, whole: bool = False) -> list[str]:
    """What is wrong with these ranges as a division of low..high (both belong): every gap and overlap, in words."""
    domain = Range(at_least=low if math.isfinite(low) else None, at_most=high if math.isfinite(high) else None)
    reached, last = domain.cuts(whole=whole)
    problems = []
    for start, end in sorted(r.cuts(whole=whole) for r in ranges):
        begins = max(start, domain.cuts(whole=whole)[0])
        if begins > reached:
            problems.append(f"nothing covers {_stretch(reached, begins, whole)}")
        elif begins < reached and begins < end:
            problems.append(f"two ranges cover {_stretch(begins, min(end, reached), whole)}")
        reached = max(reached, end)
    if reached < last:
        problems.append(f"nothing covers {_stretch(reached, last, whole)}")
    return problems


def _whole(cut: Cut) -> Cut:
    """The cut moved up to just before the next whole number."""
    value, after = cut
    if math.isinf(value):
        return cut
    return (math.floor(value) + 1 if after else math.ceil(value)), 0


def _stretch(start: Cut, end: Cut, whole: bool) -> str:
    """What lies between two cuts, in words."""
    if whole and math.isfinite(end[0]):
        end = (end[0] - 1, 1)
    (low, above), (high, upto) = start, end
    if low == high:
        return f"exactly {number(low)}"
    left = "" if math.isinf(low) else f"{'above' if above else 'from'} {number(low)} "
    right = "on" if math.isinf(high) else f"{'to' if upto else 'to below'} {number(high)}"
    return left + right
