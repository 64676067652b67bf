"""The score: a pure function of facts and criteria. The same rows give the same bytes, in any order and batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.scoring.facts import KEY
from services.evaluation.scoring.in_force import in_force
from services.evaluation.scoring.program import Program, program

ENGINE = "nenep-scoring/2"
"""Names how scores are made. It changes whenever the same facts and criteria may give another score or line."""

_KEY: dict[str, Any] = dict.fromkeys(KEY, pl.String)
SCORES: dict[str, Any] = {
    **_KEY,
    "kind": pl.String,
    "held_on": pl.Date,
    "criteria": pl.String,
    "criteria_hash": pl.String,
    "points": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "grade": pl.String,
    "reachable": pl.Float64,
}
"""A score's columns. `points` only where lower and upper agree, `grade` only where all that is possible agrees;
`reachable` is what a meeting like this could earn at most. A pass/fail set has a grade only."""

ITEMS: dict[str, Any] = {
    **_KEY,
    "item": pl.String,
    "points": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "status": pl.String,
    "met": pl.Boolean,
    "measure": pl.String,
    "value": pl.Float64,
    "rule": pl.String,
    "note": pl.String,
}
"""A line's columns: an item of the set, then its gates, caps and vetoes (`met`: leaves the meeting alone). `value` is
the deciding measure (1 and 0 for yes and no), `rule` the band hit, `note` one of `notes.Note`."""


_SOME = 1_000
ROW = "row"
Parts = tuple[tuple[Program, pl.DataFrame], ...]
"""Facts in parts that are scored in the same way, each with the program that does it."""


@dataclass(frozen=True)
class Scored:
    """Scores in the order of cell, period and meeting; `items`, their lines, are worked out when first asked for."""

    scores: pl.DataFrame
    parts: Parts

    @cached_property
    def items(self) -> pl.DataFrame:
        """The lines of every score (columns: `ITEMS`), in the order of the scores and of each set."""
        lines = [program.items(facts) for program, facts in self.parts]
        return _joined(lines, ITEMS).sort(KEY, maintain_order=True)


def score(facts: pl.DataFrame, criteria: CriteriaSet, forms: Mapping[str, CriteriaSet] | None = None) -> Scored:
    """Every row of the facts (`facts.FACTS`, one row per meeting) under this set.

    `forms` holds the definitions of the forms that assessments name, by id; marks on a form that is not among them are
    not used, except that the set itself serves as its own form.
    """
    return _run(programs(facts, criteria, forms))


def score_all(
    facts: pl.DataFrame,
    sets: Mapping[str, CriteriaSet],
    decided_on: date | None = None,
    forms: Mapping[str, CriteriaSet] | None = None,
) -> Scored:
    """Every meeting under the set in force for it (`in_force`); meetings without one are left out.

    `forms` as in `score` (default: the sets themselves).
    """
    return _run(programs_in_force(facts, sets, decided_on, forms))


def programs(facts: pl.DataFrame, criteria: CriteriaSet, forms: Mapping[str, CriteriaSet] | None = None) -> Parts:
    """The facts in parts, by the form that their marks were given on, each with what scores it under this set."""
    known = {criteria.id: criteria, **(forms or {})}
    return _compiled([(criteria, part) for part in _by(facts, "marks_criteria")], known)


def programs_in_force(
    facts: pl.DataFrame,
    sets: Mapping[str, CriteriaSet],
    decided_on: date | None = None,
    forms: Mapping[str, CriteriaSet] | None = None,
) -> Parts:
    """The facts in parts, by the set in force and by form, each with what scores it; those without a set left out.

    `forms` as in `score` (default: the sets themselves).
    """
    judged = in_force(sets, facts, decided_on).filter(pl.col("criteria").is_not_null())
    parts = [(sets[part["criteria"][0]], part) for part in _by(judged, "criteria", "marks_criteria")]
    return _compiled(parts, sets if forms is None else forms)


def needed(criteria: CriteriaSet, forms: Mapping[str, CriteriaSet]) -> tuple[str, ...]:
    """The facts that `score` reads of this set with these forms."""
    known = {criteria.id: criteria, **forms}
    compiled = [program(criteria, None, None), *(program(criteria, form, name) for name, form in known.items())]
    return tuple(dict.fromkeys([*(name for one in compiled for name in one.fields), "marks_criteria"]))


def needed_in_force(sets: Mapping[str, CriteriaSet], forms: Mapping[str, CriteriaSet]) -> tuple[str, ...]:
    """The facts that `score_all` reads of these sets with these forms."""
    scopes = [criteria.applies_to for criteria in sets.values()]
    names = [*KEY, "kind", "held_on", "marks_criteria", *(n for one in sets.values() for n in needed(one, forms))]
    names += ["cell_kind"] * any(scope.cell_kinds for scope in scopes) + ["units"] * any(s.units for s in scopes)
    return tuple(dict.fromkeys(names))


def _by(facts: pl.DataFrame, *names: str) -> list[pl.DataFrame]:
    """The facts by the values of these columns, with the number of each `ROW` among all."""
    if facts.is_empty():
        return []
    numbered = facts.with_row_index(ROW)
    first = numbered.select(pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).first()) for name in names))
    alike = first.to_series()
    if alike.all():
        return [numbered]
    if 2 * alike.sum() > facts.height:  # the usual case: almost all are alike, and are best left together
        return [numbered.filter(alike), *numbered.filter(~alike).partition_by(names)]
    return numbered.partition_by(names)


def _compiled(parts: list[tuple[CriteriaSet, pl.DataFrame]], forms: Mapping[str, CriteriaSet]) -> Parts:
    found = []
    for criteria, facts in parts:
        named = facts["marks_criteria"][0]
        found.append((program(criteria, forms.get(named) if named else None, named), facts))
    return tuple(found)


def in_any_order(
    facts: pl.DataFrame, criteria: CriteriaSet, forms: Mapping[str, CriteriaSet] | None = None
) -> pl.DataFrame:
    """The scores of `score` (columns: `SCORES`) in no order, for many meetings: nothing is sorted or copied.

    Where most marks are on one form, all meetings are scored by what scores those, and the others once more.
    """
    known = {criteria.id: criteria, **(forms or {})}
    if facts.is_empty():
        return pl.DataFrame(schema=SCORES)
    named = facts["marks_criteria"].head(_SOME).mode()[0]
    usual = facts["marks_criteria"].eq_missing(named)
    one = program(criteria, known.get(named) if named else None, named)
    if usual.all():
        return one.scores(facts)
    if 2 * usual.sum() < facts.height:
        return _scores(programs(facts, criteria, forms))
    others = programs(facts.filter(~usual), criteria, forms)
    return pl.concat([one.scores(facts).filter(usual), _scores(others)])


def _scores(parts: Parts) -> pl.DataFrame:
    return _joined([one.scores(facts) for one, facts in parts], SCORES)


def _run(parts: Parts) -> Scored:
    scores = _scores(parts)
    if len(parts) > 1:
        scores = scores[pl.concat([facts[ROW] for _, facts in parts]).arg_sort()]
    ordered = scores.height < 2 or scores.select(_IN_ORDER).item()
    return Scored(scores if ordered else scores.sort(KEY, maintain_order=True), parts)


def _joined(frames: list[pl.DataFrame], schema: Mapping[str, Any]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=schema), *(frame.select(list(schema)) for frame in frames)])


def _in_order(first: str, *more: str) -> pl.Expr:
    """Whether each row has at least the values of the row before, the first column deciding first."""
    value, before = pl.col(first), pl.col(first).shift()
    after = (value > before) | ((value == before) & _in_order(*more)) if more else value >= before
    return after.fill_null(True)


_IN_ORDER = _in_order(*KEY).all()
"""Sorting at large costs more than scoring, and facts from the history are sorted."""
