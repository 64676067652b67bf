"""How many of similar subjects may have a grade, how many have it, how many may yet. Pure; no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import polars as pl

from services.contracts.classification import Level, YearGrade
from services.evaluation.criteria.rollups import Among, Quota
from services.evaluation.scoring.quotas import YEARS, gauge
from services.evaluation.yearend.rule import YearRule


class Counted(NamedTuple):
    """A subject as a quota counts it: the unit right above, its kind, the decided grade, and the one that is to come
    (appraised or proposed)."""

    level: Level
    subject: str
    unit: str | None
    kind: str
    decided: YearGrade | None
    foreseen: YearGrade | None


def gauges(rule: YearRule, year: int, subjects: Sequence[Counted]) -> list[dict[str, Any]]:
    """Every quota of the rule for these subjects, cells and units apart: `scoring.quotas.QUOTAS` with rule, level,
    percent, of the undetermined those `foreseen` to have the grade, and `unit` where similar are those below one."""
    found = []
    for level in Level:
        alike = [one for one in subjects if one.level is level]
        rows = [(one.subject, one.unit, one.kind, str(year), one.decided) for one in alike]
        frame = pl.DataFrame(rows, schema=YEARS, orient="row")
        for one in rule.quotas:
            names = [earned.grade.value for earned in sorted(rule.grades, key=lambda g: g.cuts(), reverse=True)]
            for row in gauge(frame, one, names).sort("among").iter_rows(named=True):
                if row["among"] is None:
                    continue  # what is below no unit has nobody beside it
                unit = row["among"] if one.among is Among.UNIT else None
                said = {"rule": rule.id, "level": level.value, "percent": _percent(one, row["among"]), "unit": unit}
                found.append({**row, **said, "foreseen": _foreseen(one, row["among"], alike)})
    return found


def _percent(one: Quota, among: str) -> float:
    return next((raised.percent for raised in one.raised if among in raised.units), one.percent)


def _foreseen(one: Quota, among: str, alike: Sequence[Counted]) -> int:
    def group(subject: Counted) -> str | None:
        return {"unit": subject.unit, "cell_kind": subject.kind}.get(one.among.value, "all")

    return sum(each.decided is None and each.foreseen == one.grade and group(each) == among for each in alike)
