"""A criteria set as a form that people read."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.cli.output import number, table
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.items import Item, Title
from services.evaluation.criteria.rollups import Quota, Rollup
from services.evaluation.scoring.span_words import quota_words, rollup_words, span_grade_words
from services.evaluation.scoring.words import condition_words, limit_words, rule_words


def show(criteria: CriteriaSet, lang: str, out: Console) -> None:
    """Prints items with their rules, grades, limits, roll-ups, quotas and notes; titles in this language."""
    out.print(Text(_title(criteria.title, lang), style="bold"))
    for line in _head(criteria):
        out.print(Text(line))
    items = table(None, ("item", "", "max", "rule", "reference"), right=("max",))
    for item in criteria.items:
        rule = [rule_words(item)]
        if item.floor:
            rule.append(f"at least {number(item.floor)} points")
        if item.not_applicable:
            worth = criteria.policy_of(item).value
            rule.append(f"does not apply where {condition_words(item.not_applicable.when)} ({worth})")
        items.add_row(item.code, _title(item.title, lang), number(item.max), "\n".join(rule), item.reference)
    out.print(items)
    rest = Table.grid(padding=(0, 2))
    for row in _rest(criteria, lang):
        rest.add_row(*map(Text, row))
    out.print(rest)
    for note in _notes(criteria):
        out.print(Text(f"Note: {note}"))
    out.print(Text(f"set {criteria.id} {criteria.hash[:16]}", style="dim"))


def _head(criteria: CriteriaSet) -> Iterator[str]:
    force, scope = criteria.effective, criteria.applies_to
    issued = f", issued {criteria.issued}" if criteria.issued else ""
    yield f"{criteria.number} · {criteria.issuer}{issued}"
    until = f" to {force.to}" if force.to else " on"
    yield f"in force from {force.from_}{until}, by the day of the {force.anchor}"
    where = [f"{', '.join(scope.meeting_kinds)} meetings"]
    where += [f"{', '.join(scope.cell_kinds)} cells"] if scope.cell_kinds else []
    where += [f"in {', '.join(scope.units)}"] if scope.units else []
    yield f"for {' · '.join(where)}"
    for word, documents in (("replaces", criteria.replaces), ("based on", criteria.based_on)):
        if documents:
            yield f"{word} {', '.join(documents)}"


def _rest(criteria: CriteriaSet, lang: str) -> Iterator[tuple[str, str, str]]:
    """Grades, limits, roll-ups and quotas: code, title, rule."""
    for grade in criteria.grades:
        yield "grade", grade.grade, grade.words()
    for limit in criteria.limits:
        yield limit.code, _title(limit.title, lang), limit_words(limit)
    for rollup in criteria.rollups:
        yield rollup.code, _title(rollup.title, lang), rollup_words(rollup)
        for step in rollup.grades:
            name = _title(step.title, lang) if step.title else step.grade
            yield "", f"  {name}", span_grade_words(step)
    for quota in criteria.quotas:
        yield quota.code, _title(quota.title, lang), quota_words(quota)


def _notes(criteria: CriteriaSet) -> Iterator[str]:
    yield from criteria.notes
    parts: tuple[Item | Rollup | Quota, ...] = (*criteria.items, *criteria.rollups, *criteria.quotas)
    yield from (f"{part.code}: {part.note}" for part in parts if part.note)


def _title(title: Title, lang: str) -> str:
    return str(getattr(title, lang))
