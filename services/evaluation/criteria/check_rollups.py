"""What is wrong with roll-ups and quotas: holes between grades, weights that are not said, grades that nobody gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.contracts.meetings import Grade, MeetingKind
from services.evaluation.criteria.format import Scale
from services.evaluation.criteria.ranges import holes
from services.evaluation.criteria.rollups import (
    WITHOUT_MEETING,
    Among,
    Count,
    Method,
    Of,
    Per,
    Quota,
    Rollup,
    Span,
    SpanGrade,
    Worth,
)
from services.evaluation.criteria.source import Path, Problem, attempt, listed, nearest, quantity

REGULAR = [kind.value for kind in MeetingKind if kind.counts_as_regular]
MONTHS = {Span.QUARTER: 3, Span.YEAR: 12}


def rollup_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """The problems of every roll-up and quota of the document."""
    spans: list[Any] = []
    year: Rollup | None = None
    for index, raw in listed(document, "rollups"):
        rollup, path, span = attempt(Rollup, raw), ("rollups", index), raw.get("span")
        if span in spans and span in list(Span):
            yield (*path, "span"), f"there is another roll-up to the {span}"
        spans.append(span)
        if rollup is not None:
            year = rollup if rollup.span is Span.YEAR else year
            yield from _kinds(rollup, document, path)
            yield from _method(rollup, document, path)
            yield from _names(rollup, document, path)
    for index, raw in listed(document, "quotas"):
        quota = attempt(Quota, raw)
        if quota is not None:
            yield from _quota(quota, year, ("quotas", index))
            if Span.YEAR not in spans:
                yield ("quotas", index), "there is no roll-up to the year whose grades it could limit"


def _kinds_of(document: Mapping[str, Any]) -> list[str]:
    """The kinds of meeting that the set judges, as far as the document says so."""
    scope = document.get("applies_to")
    kinds = scope.get("meeting_kinds") if isinstance(scope, dict) else None
    return [kind for kind in kinds if isinstance(kind, str)] if isinstance(kinds, list) else []


def _kinds(rollup: Rollup, document: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    for place, kind in enumerate(rollup.kinds or ()):
        if kind not in _kinds_of(document):
            yield (*path, "kinds", place), f"the set does not judge {kind} meetings"


def _names(rollup: Rollup, document: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    known = _months_grades(document)
    for place, grade in enumerate(rollup.grades):
        if any(other.grade == grade.grade for other in rollup.grades[:place]):
            yield (*path, "grades", place, "grade"), f"{grade.grade} is given twice"
        if grade.title is None and grade.grade not in known:
            yield (*path, "grades", place), f"title is missing: {grade.grade} is not a grade of the months"


def _months_grades(document: Mapping[str, Any]) -> list[str]:
    if document.get("scale") == Scale.PASS_FAIL:
        return [Grade.MET, Grade.NOT_MET]
    return [part["grade"] for _, part in listed(document, "grades") if isinstance(part.get("grade"), str)]


def _method(rollup: Rollup, document: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    counted = rollup.method is Method.COUNTED
    if not counted and document.get("scale") == Scale.PASS_FAIL:
        yield (*path, "method"), "a pass/fail set has no points: its months can only be counted"
    if (rollup.weights is not None) != (rollup.method is Method.WEIGHTED):
        word = "is missing: how much each month weighs" if rollup.weights is None else "belongs to method: weighted"
        yield (*path, "weights"), word
    if (rollup.rounding is None) != counted:
        word = (
            "belongs to method: mean and weighted" if counted else "is missing: how the mean is rounded, or way: none"
        )
        yield (*path, "rounding"), word
    if rollup.weights is not None:
        yield from _weights(rollup, document, (*path, "weights", "values"))
    yield from (_conditions if counted else _bounds)(rollup, document, (*path, "grades"))


def _weights(rollup: Rollup, document: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    assert rollup.weights is not None
    names = {Per.MONTH: [*map(str, range(1, 13))], Per.QUARTER: ["1", "2", "3", "4"]}.get(rollup.weights.per)
    if names is None:
        names = list(rollup.kinds or _kinds_of(document))
        names += [] if rollup.without_meeting is Worth.LEFT_OUT else [WITHOUT_MEETING]
    for name in names:
        if name not in rollup.weights.values:
            yield path, f"no weight is given for {name}"
    for name in rollup.weights.values:
        if name not in names:
            yield (*path, name), f"is not among {', '.join(names)}"
    if not any(rollup.weights.values.values()):
        yield path, "all weights are 0"


def _bounds(rollup: Rollup, document: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    total = quantity(document.get("total"))
    for place, grade in enumerate(rollup.grades):
        if grade.all:
            yield (
                (*path, place, "all"),
                "belongs to method: counted; a mean is graded by bounds, like at_least and below",
            )
    if total is not None and total >= 0:
        yield from ((path, f"grades of the mean: {hole}") for hole in holes(rollup.grades, 0, total))


def _conditions(rollup: Rollup, document: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    kinds = [str(kind) for kind in rollup.kinds or _kinds_of(document)]
    once = all(kind in REGULAR for kind in kinds)
    most = MONTHS[rollup.span] if once else None  # a cell holds at most one regular meeting a month
    seen: list[tuple[Count, ...]] = []
    for place, grade in enumerate(rollup.grades):
        last = place == len(rollup.grades) - 1
        if grade.bounded:
            yield (*path, place), "where grades are counted, bounds belong to the conditions in all"
        if last and grade.all:
            yield path, f"no grade for a {rollup.span} that meets none of these: the last grade must be without all"
        if not last and not grade.all:
            yield (*path, place), "without conditions only the last grade may be: what comes after it is never reached"
        if grade.all and any(set(earlier) <= set(grade.all) for earlier in seen):
            yield (*path, place), "is never reached: whatever meets its conditions meets those of a better grade"
        if grade.all:
            seen.append(grade.all)
        yield from _counts(grade, rollup.span, most, _months_grades(document), (*path, place, "all"))


def _counts(grade: SpanGrade, span: Span, most: int | None, known: Sequence[str], path: Path) -> Iterator[Problem]:
    for place, count in enumerate(grade.all):
        if count.grade not in known:
            yield (*path, place, "grade"), f"{count.grade} is no grade of the months{nearest(count.grade, known)}"
        limit = 100 if count.percent else most
        start, end = count.cuts(whole=not count.percent)
        if end <= (0, 0):
            yield (*path, place), "never holds: a number of months is at least 0"
        elif limit is not None and start > (limit, 0):
            what = "a share is at most 100 %" if count.percent else f"a {span} has {limit} months"
            yield (*path, place), f"never holds: {what}"


def _quota(quota: Quota, year: Rollup | None, path: Path) -> Iterator[Problem]:
    wanted = quota.denominator in (Of.AT_LEAST, Of.EXACTLY)
    if wanted != (quota.denominator_grade is not None):
        word = f"is missing: the grade for denominator: {quota.denominator}"
        yield (*path, "denominator_grade"), word if wanted else "belongs to denominator: at_least and exactly"
    if quota.raised and quota.among is not Among.UNIT:
        yield (*path, "raised"), "belongs to among: unit"
    units = [unit for raised in quota.raised for unit in raised.units]
    for unit in sorted({unit for unit in units if units.count(unit) > 1}):
        yield (*path, "raised"), f"{unit} is named twice"
    if year is not None:
        grades = [grade.grade for grade in year.grades]
        for key, name in (("grade", quota.grade), ("denominator_grade", quota.denominator_grade)):
            if name is not None and name not in grades:
                yield (*path, key), f"{name} is no grade of the year{nearest(name, grades)}"
