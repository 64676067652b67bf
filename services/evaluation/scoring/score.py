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
        return _joined(lines, ITEMS)


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


def _by(facts: pl.DataFrame, *names: str) -> list[pl.DataFrame]:
    return facts.partition_by(names) if facts.height else []


def _compiled(parts: list[tuple[CriteriaSet, pl.DataFrame]], forms: Mapping[str, CriteriaSet]) -> Parts:
    found = []
    for criteria, facts in parts:
        named = facts["marks_criteria"][0]
        found.append((program(criteria, forms.get(named) if named else None, named), facts))
    return tuple(found)


def _run(parts: Parts) -> Scored:
    return Scored(_joined([one.scores(facts) for one, facts in parts], SCORES), parts)


def _joined(frames: list[pl.DataFrame], schema: Mapping[str, Any]) -> pl.DataFrame:
    """The frames as one, by cell, period and meeting; rows of one meeting stay in their order."""
    empty = pl.DataFrame(schema=schema)
    return pl.concat([empty, *(frame.select(list(schema)) for frame in frames)]).sort(KEY, maintain_order=True)
