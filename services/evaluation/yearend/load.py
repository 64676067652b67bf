"""Reading year rules: a locality's own files, or those that ship with the program. All problems of one at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations
from pathlib import Path
from types import MappingProxyType
from typing import Any

from services.evaluation.criteria.check_structure import structure_problems
from services.evaluation.criteria.load import CriteriaError
from services.evaluation.criteria.ranges import holes
from services.evaluation.criteria.rollups import Method, Of, Span
from services.evaluation.criteria.source import Finding, Problem, Source, parse
from services.evaluation.yearend.rule import YearRule

SHIPPED = Path(__file__).parent / "rules"
Rules = Mapping[str, YearRule]


def loads(text: str, name: str = "the year rule") -> YearRule:
    """The rule in this YAML text; CriteriaError with all its problems when it has any."""
    source = parse(text)
    if findings := check(source):
        raise CriteriaError(name, findings)
    return YearRule.model_validate(source.data)


def check(source: Source) -> list[Finding]:
    """All problems of a parsed document, in the order of its lines; none means that it can be used."""
    if source.findings or not isinstance(source.data, dict):
        return source.findings or [Finding(1, "", "a year rule is a mapping of keys and values")]
    problems = list(structure_problems(source.data, YearRule))
    if not problems:
        problems += _meaning(YearRule.model_validate(source.data))
    return sorted({source.finding(path, problem) for path, problem in problems})


def _meaning(rule: YearRule) -> Iterator[Problem]:
    given = [one.grade for one in rule.grades]
    yield from ((("grades",), hole) for hole in holes(rule.grades, 0, rule.common + rule.results))
    for place, grade in enumerate(given):
        if grade in given[:place]:
            yield ("grades", place, "grade"), f"{grade} is given twice"
    if rule.veto.grade not in given:
        yield ("veto", "grade"), f"{rule.veto.grade} is no grade of the rule"
    for place, quota in enumerate(rule.quotas):
        for key in ("grade", "denominator_grade"):
            if (named := getattr(quota, key)) is not None and named not in given:
                yield ("quotas", place, key), f"{named} is no grade of the rule; they are {', '.join(given)}"
        if (quota.denominator in (Of.AT_LEAST, Of.EXACTLY)) != (quota.denominator_grade is not None):
            problem = "belongs to the denominators at_least and exactly, and must be given with them"
            yield ("quotas", place, "denominator_grade"), problem
    yield from _meetings(rule)
    for step in ("propose", "appraise", "decide"):
        deadline = getattr(rule.deadlines, step)
        try:
            if deadline is not None:
                deadline.of(rule.years.from_)
        except ValueError:
            yield ("deadlines", step), f"there is no day {deadline.day} in month {deadline.month}"


def _meetings(rule: YearRule) -> Iterator[Problem]:
    said = rule.meetings
    if said is None:
        return
    most = getattr(rule, said.of.value)
    if said.points > most:
        yield ("meetings", "points"), f"is {said.points:g}, but {said.of} has only {most:g} points"
    if said.rollup is not None and (said.rollup.span is not Span.YEAR or said.rollup.method is Method.COUNTED):
        yield ("meetings", "rollup"), "must be a mean (or weighted mean) of the year's months"


def load_folder(folder: Path) -> dict[str, YearRule]:
    """Every rule of a folder by its id; CriteriaError when one is faulty, or two would hold for the same year."""
    found = [loads(path.read_text(encoding="utf-8"), str(path)) for path in sorted(folder.glob("*.yaml"))]
    rules = {rule.id: rule for rule in sorted(found, key=lambda rule: rule.id)}
    wrong = [Finding(0, "", "two files hold a rule of the same id")] if len(rules) != len(found) else []
    if wrong := [*wrong, *together(rules)]:
        raise CriteriaError(str(folder), wrong)
    return rules


def together(rules: Rules) -> list[Finding]:
    """Pairs of rules that would hold for the same year of the same territory."""
    return [
        Finding(0, f"{one.id} and {other.id}", "both are for the same years of the same units")
        for one, other in combinations(sorted(rules.values(), key=lambda rule: rule.id), 2)
        if (set(one.units or ()) & set(other.units or ()) or one.units is other.units is None)
        and one.years.from_ <= _end(other)
        and other.years.from_ <= _end(one)
    ]


def _end(rule: YearRule) -> int:
    return rule.years.to or 9999


@cache
def _shipped() -> Rules:
    return MappingProxyType(load_folder(SHIPPED))


def load_shipped_rules() -> dict[str, YearRule]:
    """The rules that ship: qd-366-2025, by id."""
    return dict(_shipped())


def rules_with(folder: Path | None) -> Rules:
    """The rules that ship and those of a folder. SystemExit names all that is wrong with them."""
    if folder is None:
        return load_shipped_rules()
    try:
        own = load_folder(folder)
        rules = {**load_shipped_rules(), **own}
        if wrong := together(rules):
            raise CriteriaError(str(folder), wrong)
    except CriteriaError as error:
        raise SystemExit(f"NENEP_YEAR_RULES: {error}") from None
    if not own:
        raise SystemExit(f"NENEP_YEAR_RULES: {folder} has no year rule (*.yaml)")
    return rules


def described(rules: Rules) -> dict[str, Any]:
    """What an answer says of the rules it used: number, content hash, notes, and what the meetings are worth."""
    return {
        rule.id: {
            "number": rule.number,
            "hash": rule.hash,
            "title": rule.title.model_dump(),
            "common": rule.common,
            "results": rule.results,
            "grades": [f"{one.grade} {one.words()}" for one in rule.grades],
            "meetings": rule.meetings and {"of": rule.meetings.of, "points": rule.meetings.points},
            "deadlines": rule.deadlines.model_dump(),
            "quota_notes": [quota.note for quota in rule.quotas if quota.note],
            "notes": list(rule.notes),
        }
        for rule in rules.values()
    }
