"""Everything that is wrong with a criteria document, all at once, in words for the clerk who wrote it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Any

from services.contracts.meetings import Grade
from services.evaluation.criteria.check_rollups import rollup_problems
from services.evaluation.criteria.check_rules import rule_problems
from services.evaluation.criteria.check_structure import structure_problems
from services.evaluation.criteria.format import Anchor, AppliesTo, CriteriaSet, Effective, Scale
from services.evaluation.criteria.items import Condition, Item, NotApplicable, Policy
from services.evaluation.criteria.ranges import holes, number
from services.evaluation.criteria.source import Finding, Problem, Source, attempt, listed, quantity, range_of

PASS_FAIL_GRADES = (Grade.MET, Grade.NOT_MET)
MOST_SCALED_AWAY = 6
"""Where it is not known which of so many conditions hold, twice as many totals are possible with each more."""


def check(source: Source) -> list[Finding]:
    """All problems of a parsed document, in the order of its lines; none means that it can be used.

    What the document's parts must be is told by the models. What the parts mean together (bands, sums, names) is
    looked at part by part, so that one bad part does not hide what is wrong with another.
    """
    if not isinstance(source.data, dict):
        return source.findings or [Finding(1, "", "a criteria document is a mapping of keys and values")]
    problems = [
        *structure_problems(source.data),
        *_maxima(source.data),
        *_grades(source.data),
        *_codes(source.data),
        *_limits(source.data),
        *_scaled_away(source.data),
        *rule_problems(source.data),
        *rollup_problems(source.data),
        *_origin(source.data),
    ]
    return sorted({*source.findings, *(source.finding(path, problem) for path, problem in problems)})


def check_set(criteria: CriteriaSet) -> list[Finding]:
    """All problems of a set that was not read from a text (a draft on a screen)."""
    return check(Source(data=criteria.model_dump(mode="json", by_alias=True, exclude_none=True)))


def check_together(sets: Mapping[str, CriteriaSet]) -> list[Finding]:
    """Pairs of sets that would both be in force for the same meeting, neither coming before the other.

    Which comes first where units are named is said by `in_force`. A set that goes by the decision is compared by the
    meetings it judges when nobody names a decision day; two of that kind also by the decision days they share.
    """
    found = []
    for one, other in combinations(sorted(sets.values(), key=lambda s: s.id), 2):
        shared = _shared_days(one.effective, other.effective)
        if shared and _meet(one.applies_to, other.applies_to):
            found.append(Finding(0, f"{one.id} and {other.id}", f"both are in force for the same meetings {shared}"))
    return found


def _shared_days(one: Effective, other: Effective) -> str | None:
    if one.anchor is other.anchor is Anchor.DECISION:
        shared = _overlap((one.from_, one.to), (other.from_, other.to))
        return f"when grades are decided {shared}" if shared else None
    days, others = one.judged_days(), other.judged_days()
    return _overlap(days, others) if days and others else None


def _overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> str | None:
    first = max(one[0], other[0])
    last = min((day for day in (one[1], other[1]) if day), default=None)
    if last is not None and last < first:
        return None
    return f"from {first} on" if last is None else f"from {first} to {last}"


def _meet(one: AppliesTo, other: AppliesTo) -> bool:
    if (one.units is None) != (other.units is None) or not set(one.meeting_kinds) & set(other.meeting_kinds):
        return False
    kinds_meet = one.cell_kinds is None or other.cell_kinds is None or bool({*one.cell_kinds} & {*other.cell_kinds})
    return kinds_meet and (one.units is None or other.units is None or bool({*one.units} & {*other.units}))


def _maxima(document: Mapping[str, Any]) -> Iterator[Problem]:
    items = [(str(item.get("code")), quantity(item.get("max"))) for _, item in listed(document, "items")]
    if document.get("scale") == Scale.PASS_FAIL:
        for index, item in listed(document, "items"):
            if item.get("max") is not None:
                yield ("items", index, "max"), "an item of a pass/fail set has no points"
        for key in ("total", "grades", "gates", "caps", "vetoes"):
            if document.get(key):
                yield (key,), "a pass/fail set has none: it is met when every item is met"
        return
    for index, item in listed(document, "items"):
        if item.get("max") is None:
            yield ("items", index), "max is missing"
    known = [points for _, points in items if points is not None]
    total = quantity(document.get("total"))
    if document.get("total") is None:
        yield ("total",), "is missing: the points of a meeting that earns everything"
    elif total is not None and len(known) == len(items) and round(sum(known) * 100) != round(total * 100):
        yield ("total",), f"is {number(total)}, but the maxima of the items add up to {number(sum(known))}"
    for index, group in listed(document, "groups"):
        below = [points for code, points in items if code.startswith(f"{group.get('code')}.")]
        if not below:
            yield ("groups", index), f"no item's code begins with {group.get('code')}."
            continue
        claimed, made = quantity(group.get("max")), number(sum(points or 0 for points in below))
        if claimed is not None and None not in below and number(claimed) != made:
            yield ("groups", index, "max"), f"is {number(claimed)}, but the maxima of its items add up to {made}"


def _grades(document: Mapping[str, Any]) -> Iterator[Problem]:
    total = quantity(document.get("total"))
    if document.get("scale") != Scale.POINTS or total is None or total < 0:
        return
    given = list(listed(document, "grades"))
    if not given:
        yield ("grades",), "is missing: which totals earn which grade"
    for index, raw in given:
        if raw.get("grade") in PASS_FAIL_GRADES:
            yield ("grades", index, "grade"), f"{raw['grade']} is a grade of pass/fail sets"
    ranges = [range_of(raw) for _, raw in given]
    if ranges and None not in ranges:
        for hole in holes([one for one in ranges if one is not None], 0, total):
            yield ("grades",), hole
    names = [raw["grade"] for _, raw in given if isinstance(raw.get("grade"), str)]
    if len({*names}) != len(names):
        yield ("grades",), "a grade is given twice"


def _codes(document: Mapping[str, Any]) -> Iterator[Problem]:
    for keys in (("items", "groups"), ("gates", "caps", "vetoes", "rollups", "quotas")):
        seen: set[Any] = set()
        for key in keys:
            for index, part in listed(document, key):
                code = part.get("code")
                if isinstance(code, str) and code in seen:
                    yield (key, index, "code"), f"{code} is used twice"
                seen.add(code if isinstance(code, str) else None)


def _limits(document: Mapping[str, Any]) -> Iterator[Problem]:
    codes = {item.get("code") for _, item in listed(document, "items") if isinstance(item.get("code"), str)}
    grades = {part.get("grade") for _, part in listed(document, "grades") if isinstance(part.get("grade"), str)}
    for index, gate in listed(document, "gates"):
        needed = gate.get("full_marks")
        for place, code in enumerate(needed if isinstance(needed, list) else ()):
            if isinstance(code, str) and code not in codes:
                yield ("gates", index, "full_marks", place), f"there is no item {code}"
        if isinstance(gate.get("otherwise"), str) and gate["otherwise"] not in grades:
            yield ("gates", index, "otherwise"), f"{gate['otherwise']} is not among the set's grades"
    for index, cap in listed(document, "caps"):
        if isinstance(cap.get("grade"), str) and cap["grade"] not in grades:
            yield ("caps", index, "grade"), f"{cap['grade']} is not among the set's grades"


def _scaled_away(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Whether too many items may be scaled away independently of one another (see `scoring.grades`)."""
    found = set[Condition]()
    for _, raw in listed(document, "items"):
        idle = attempt(NotApplicable, raw.get("not_applicable"))
        if idle is not None and (idle.policy or document.get("not_applicable")) == Policy.RESCALE:
            found.add(idle.when)
    if len(found) > MOST_SCALED_AWAY:
        what = f"{len(found)} different conditions by which items are rescaled away; there can be {MOST_SCALED_AWAY}"
        yield ("items",), what


def _origin(document: Mapping[str, Any]) -> Iterator[Problem]:
    if "issued" in document and document["issued"] is None:
        what = "give the date of issue, or leave the key out and say in a note why it is not known"
        yield ("issued",), f"is empty: {what}"
    elif "issued" not in document and not document.get("notes"):
        yield (), "issued is missing: give the date of issue, or a note that says why it is not known"
    for index, raw in listed(document, "items"):
        item = attempt(Item, raw)
        if item is not None and item.judged and not item.aspects:
            yield ("items", index), "aspects is missing: name what is judged, so that marks of other forms can serve"
