"""The year rule: how the points of a year earn a grade, who may be excellent, what the meetings are worth in it.

A complete dated document like a criteria set. What the source leaves open (of what a share is taken, how it is rounded,
what the meetings weigh, deadlines) are keys of the document, and its notes say how each was closed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated

import orjson
from pydantic import Field

from services.contracts.base import Code, Year
from services.contracts.classification import RuleId, VetoCode, YearGrade
from services.evaluation.criteria.items import Points, Title, Words
from services.evaluation.criteria.ranges import Part, Range
from services.evaluation.criteria.rollups import Quota, Rollup

BEST_FIRST = tuple(YearGrade)


class Years(Part):
    """The years that are classified by the rule; both belong."""

    from_: Annotated[Year, Field(alias="from")]
    to: Year | None = None


class Earned(Range):
    """The totals that earn a grade."""

    grade: YearGrade


class VetoFact(Part):
    """A fact that forces the lowest grade."""

    code: VetoCode
    title: Title
    reference: Words


class Veto(Part):
    """The grade that a veto forces. Without `facts` any code is one."""

    grade: YearGrade
    facts: Annotated[tuple[VetoFact, ...], Field(min_length=1)] | None = None


class Side(StrEnum):
    """The points that the meetings are a part of."""

    COMMON = "common"
    RESULTS = "results"


class Organisation(StrEnum):
    """What an organisation's component is. `mean`: that of its cells', each counting the same."""

    MEAN = "mean"


class Meetings(Part):
    """The meetings' component: at most `points` of the points `of` that side, by the share of the months' points.

    `rollup` is for sets that count points and state no roll-up to the year themselves. Where grades are counted,
    `worth` says how much of the points each grade is worth, in percent.
    """

    of: Side
    points: Annotated[Points, Field(gt=0)]
    organisation: Organisation
    rollup: Rollup | None = None
    worth: Mapping[str, Annotated[float, Field(ge=0, le=100)]] = {}


class Deadline(Part):
    """A day of the year that is classified, or of the one after it."""

    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=31)]
    next_year: bool = False

    def of(self, year: int) -> date:
        """The day for a year. ValueError for a day that there is not."""
        return date(year + self.next_year, self.month, self.day)


class Deadlines(Part):
    """Until when each step is to be done; None where the rule does not say."""

    propose: Deadline | None = None
    appraise: Deadline | None = None
    decide: Deadline | None = None


class YearRule(Part):
    """A year rule. Leave out `units` for every territory; a rule that names a nearer unit comes before others."""

    id: RuleId
    number: Words
    title: Title
    effective: date
    years: Years
    units: Annotated[tuple[Code, ...], Field(min_length=1)] | None = None
    common: Annotated[Points, Field(gt=0, le=100)]
    results: Annotated[Points, Field(gt=0, le=100)]
    grades: Annotated[tuple[Earned, ...], Field(min_length=2)]
    veto: Veto
    quotas: tuple[Quota, ...] = ()
    meetings: Meetings | None = None
    deadlines: Deadlines = Deadlines()
    notes: tuple[Words, ...] = ()

    @cached_property
    def hash(self) -> str:
        """SHA-256 (hex) of the canonical JSON of everything the document says."""
        canonical = orjson.dumps(self.model_dump(mode="json", by_alias=True), option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(canonical).hexdigest()

    def earned(self, common: float, results: float, veto: str | None) -> YearGrade:
        """The grade that points and veto earn."""
        if veto is not None:
            return self.veto.grade
        total = round(common + results, 6)
        return next(one.grade for one in self.grades if _lies(total, one))

    def allows(self, veto: str) -> bool:
        """Whether this is the code of a fact that forces a grade."""
        return self.veto.facts is None or veto in {fact.code for fact in self.veto.facts}


def _lies(value: float, stretch: Range) -> bool:
    low, high = stretch.cuts()
    return low <= (value, 0) < high


def rule_for(rules: Mapping[str, YearRule], year: int, line: Sequence[str]) -> YearRule | None:
    """The rule by which a subject's year is classified; `line` are its units, nearest first."""
    found: list[tuple[int, YearRule]] = []
    for rule in rules.values():
        if rule.years.from_ <= year and (rule.years.to is None or year <= rule.years.to):
            near = [place for place, unit in enumerate(line) if rule.units and unit in rule.units]
            if near or not rule.units:
                found.append((min(near, default=len(line)), rule))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def lower(one: YearGrade, other: YearGrade) -> bool:
    """Whether one grade is below the other."""
    return BEST_FIRST.index(one) > BEST_FIRST.index(other)
