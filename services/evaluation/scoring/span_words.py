"""Roll-ups and quotas in words, for whoever reads a set."""

from __future__ import annotations

from services.evaluation.criteria.ranges import number
from services.evaluation.criteria.rollups import Count, Method, Of, Quota, Rollup, RoundingWay, SpanGrade, Worth

_WORTH = {
    Worth.LEFT_OUT: "left out",
    Worth.LOWEST: "the lowest it can be",
    Worth.NOT_DETERMINABLE: "not determinable",
}
_METHOD = {
    Method.COUNTED: "grades counted",
    Method.MEAN: "mean of the points",
    Method.WEIGHTED: "weighted mean of the points",
}


def rollup_words(rollup: Rollup) -> str:
    """How months are taken together: `year: grades counted; a month without a meeting: left out; …`."""
    kinds = f" of {', '.join(rollup.kinds)} meetings" if rollup.kinds else ""
    said = [f"{rollup.span}: {_METHOD[rollup.method]}{kinds}"]
    if rollup.weights is not None:
        weights = ", ".join(f"{name} {number(weight)}" for name, weight in rollup.weights.values.items())
        said.append(f"weights per {rollup.weights.per}: {weights}")
    if rollup.rounding is not None:
        decimals = rollup.rounding.decimals
        way = "not rounded" if decimals is None else f"rounded {_way(rollup.rounding.way)} to {decimals} decimals"
        said.append(way)
    said.append(f"a month without a meeting: {_WORTH[rollup.without_meeting]}")
    said.append(f"a month not determinable: {_WORTH[rollup.not_determinable]}")
    return "; ".join(said)


def _way(way: RoundingWay) -> str:
    return way.replace("_", " ")


def span_grade_words(grade: SpanGrade) -> str:
    """What earns a grade of the span."""
    if grade.all:
        return "; ".join(_count(count) for count in grade.all)
    return grade.words() if grade.bounded else "whatever remains"


def _count(count: Count) -> str:
    if count.every:
        return f"every month at {count.grade} or better"
    unit = " %" if count.percent else ""
    return f"{count.words(unit)} of the months at {count.grade} or better"


def quota_words(quota: Quota) -> str:
    """How many cells may have a grade: `at most 20 % of all cells of one unit, rounded down`."""
    of = {
        Of.ALL: "all cells",
        Of.GRADED: "the cells whose year is graded",
        Of.AT_LEAST: f"the cells at {quota.denominator_grade} or better",
        Of.EXACTLY: f"the cells at {quota.denominator_grade}",
    }[quota.denominator]
    among = {"unit": "of one unit", "cell_kind": "of one kind", "territory": "of the whole territory"}[quota.among]
    raised = "".join(f"; {number(one.percent)} % in {', '.join(one.units)}" for one in quota.raised)
    way = quota.rounding.replace("_", " ")
    return f"{quota.grade}: at most {number(quota.percent)} % of {of} {among}, rounded {way}{raised}"
