"""`rpc.evaluation.year`: how far the classification of a year has come, subject by subject, and its quotas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl
import pyarrow as pa

from services.contracts.classification import Level, StageSaid, YearGrade, YearOf, YearStatus
from services.contracts.rescoring import Lens
from services.evaluation.criteria.rollups import Span
from services.evaluation.history.cellmonths import line
from services.evaluation.history.criteria import Sets
from services.evaluation.history.facts import facts
from services.evaluation.history.known import Dials
from services.evaluation.history.living import living_months, told_until
from services.evaluation.history.store import Connection
from services.evaluation.history.tree import require_unit
from services.evaluation.history.years import Key, Said, Standing, subjects_on, years_known
from services.evaluation.queries.answers import days, plain, table
from services.evaluation.queries.year_columns import COLUMNS, EVENT
from services.evaluation.rescoring.compare import Side
from services.evaluation.rescoring.judge import Judge
from services.evaluation.rescoring.known import judge_known
from services.evaluation.rescoring.spans import rolled, spans_over
from services.evaluation.running.months import of_the_month
from services.evaluation.scoring.score import ENGINE
from services.evaluation.yearend.case import NAMED
from services.evaluation.yearend.gauge import Counted, gauges
from services.evaluation.yearend.load import Rules, described
from services.evaluation.yearend.meetings import NOTHING, Component, by_cell, mean, with_rollup
from services.evaluation.yearend.rule import YearRule, rule_for

NEXT = {
    None: "propose",
    YearStatus.PROPOSED: "appraise",
    YearStatus.APPRAISED: "decide",
    YearStatus.CANCELLED: "decide",
}
SAID = tuple(StageSaid.model_fields)


def year(con: Connection, question: YearOf, shipped: Sets, rules: Rules) -> pa.Table:
    """The answer to `YearOf`, by level and code. Refuses an unknown unit."""
    if question.unit:
        require_unit(con, question.unit)
    whole = Year(con, question, shipped, rules)
    asked = [one for one in whole.subjects if question.unit is None or question.unit in whole.line(one)]
    whole.cells = [one.subject for one in asked if one.level is Level.CELL]
    rows = [whole.row(one) for one in asked]
    return table(
        pl.DataFrame(rows, schema=COLUMNS, orient="row"),
        con,
        rules=described({rule.id: rule for rule in whole.used.values()}),
        quotas=whole.quotas(asked),
        engine=ENGINE,
        dials=plain(question.model_dump(mode="json")),
    )


class Year:
    """Everything known of a year's classification, by the tree of its last day."""

    def __init__(self, con: Connection, question: YearOf, shipped: Sets, rules: Rules) -> None:
        self.con, self.year, self.rules = con, question.year, rules
        self.dials = Dials(question.known_at)
        self.said = years_known(con, question.year, self.dials)
        standing = subjects_on(con, date(question.year, 12, 31), self.dials)
        self.names = {one.subject: one.name for one in standing if one.level is Level.UNIT}
        self.parents = {one.subject: one.parent for one in standing if one.level is Level.UNIT}
        there = {(one.level, one.subject) for one in standing}
        gone = [Standing(*key, "", "", None) for key in self.said if key not in there]
        self.subjects = sorted([*standing, *gone])
        self.used = {_key(one): rule for one in self.subjects if (rule := self._rule(one)) is not None}
        self.cells: list[str] = []
        """Those whose months are looked at."""
        self.judge = judge_known(con, Lens(known_at=question.known_at), shipped)

    def line(self, one: Standing) -> tuple[str, ...]:
        """The units above a subject, nearest first, a unit itself before them."""
        first = one.subject if one.level is Level.UNIT else one.parent
        return line(first, self.parents) if first else ()

    def _rule(self, one: Standing) -> YearRule | None:
        said = self.said.get(_key(one))
        known = self.rules.get(said[-1]["rule"]) if said else None
        return known or rule_for(self.rules, self.year, self.line(one))

    @cached_property
    def components(self) -> dict[Key, tuple[dict[str, Any], str, Component]]:
        """What the meetings are worth: of cells with the roll-up and how that was made, then of units."""
        found: dict[Key, tuple[dict[str, Any], str, Component]] = {}
        for rule in {rule.id: rule for rule in self.used.values()}.values():
            sets = with_rollup(self.judge.sets, rule)
            for cell, (row, worth) in by_cell(self._rolled(sets), sets, rule).items():
                key = Level.CELL, cell
                if self.used.get(key) is rule:
                    by = "set" if self.judge.sets[str(row["set"])].rollup(Span.YEAR) else "rule"
                    found[key] = row, by, worth
        below: dict[str, list[Component]] = defaultdict(list)
        for one in self.subjects:
            if one.level is Level.CELL:
                for unit in self.line(one):
                    below[unit].append(found.get(_key(one), ({}, "", NOTHING))[2])
        for unit, cells in below.items():
            if used := self.used.get((Level.UNIT, unit)):
                found[Level.UNIT, unit] = {}, "", mean(cells, used)
        return found

    def _rolled(self, sets: Sets) -> pl.DataFrame:
        """The year of every cell, rolled up; nothing before the year is over."""
        first, last = days(self.year, None)
        over = spans_over(first, last, told_until(self.con, self.dials)) & {str(self.year)}
        if not over:
            return pl.DataFrame()
        used = of_the_month(facts(self.con, cells=self.cells, first=first, last=last, dials=self.dials))
        living = living_months(self.con, first, last.replace(day=1), cell=None, unit=None, dials=self.dials)
        living = living.filter(pl.col("cell").is_in(self.cells))
        return rolled(Side(Judge(sets, forms=self.judge.definitions), used), living, over)

    @cached_property
    def undecided(self) -> Mapping[str, list[str]]:
        """What below each unit has no decision, cells first."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in self.subjects:
            if not self._decided(one):
                for unit in self.line(one):
                    if unit != one.subject or one.level is Level.CELL:
                        found[unit].append(one.subject)
        return found

    def _decided(self, one: Standing) -> YearGrade | None:
        said = self.said.get(_key(one))
        return said[-1]["decided_grade"] if said else None

    def row(self, one: Standing) -> dict[str, Any]:
        """A subject's row of the answer."""
        key, said = _key(one), self.said.get(_key(one), [])
        rule, last = self.used.get(key), said[-1] if said else None
        made, how, worth = self.components.get(key, ({}, "", NOTHING))
        missing = self.undecided.get(one.subject, []) if one.level is Level.UNIT else []
        meetings = rule.meetings if rule else None
        return {
            "subject": one.subject,
            "level": one.level.value,
            "name": one.name or None,
            "kind": one.kind or None,
            "unit": one.parent,
            "unit_name": self.names.get(one.parent or ""),
            "rule": rule.id if rule else None,
            "rolled_by": made.get("set"),
            "rolled_how": how or None,
            **{f"rolled_{name}": made.get(name) for name in ("grade", "points", "lower", "upper")},
            **{f"component_{name}": value for name, value in worth._asdict().items()},
            "component_of": meetings.points if meetings else None,
            "status": last["status"] if last else None,
            **{stage: _stage(last, stage, rule) for stage in ("proposed", "appraised", "decided")},
            **self._next(one, rule, last),
            "waits_for": missing[:NAMED],
            "waiting": len(missing),
            "events": [{name: event[old] for name, old in EVENT.items()} for event in said],
        }

    def _next(self, one: Standing, rule: YearRule | None, last: Said | None) -> dict[str, Any]:
        step = NEXT.get(last["status"] if last else None)
        if step is None or rule is None or one.parent is None:
            return {"next": None, "next_by": None, "deadline": None}
        deadline = getattr(rule.deadlines, step)
        by = one.subject if step == "propose" and one.level is Level.UNIT else one.parent
        return {"next": step, "next_by": by, "deadline": deadline and deadline.of(self.year)}

    def quotas(self, asked: Sequence[Standing]) -> list[dict[str, Any]]:
        """The quotas of all groups to which one of those asked for belongs."""
        found = []
        for rule in {rule.id: rule for rule in self.used.values()}.values():
            counted = [self._counted(one) for one in self.subjects if self.used.get(_key(one)) is rule and one.name]
            found += gauges(rule, self.year, counted)
        groups = {(one.level.value, among) for one in asked for among in (one.parent, one.kind, "all")}
        return [row for row in found if (row["level"], row["among"]) in groups]

    def _counted(self, one: Standing) -> Counted:
        said = self.said.get(_key(one))
        last = said[-1] if said else {}
        foreseen = last.get("appraised_grade") or last.get("proposed_grade")
        return Counted(one.level, one.subject, one.parent, one.kind, last.get("decided_grade"), foreseen)


def _key(one: Standing) -> Key:
    return one.level, one.subject


def _stage(last: Said | None, stage: str, rule: YearRule | None) -> dict[str, Any] | None:
    """What was said at a stage, with the total and the grade that it earns."""
    if last is None or last[f"{stage}_grade"] is None:
        return None
    said = {name: last[f"{stage}_{name}"] for name in SAID}
    earned = rule.earned(said["common"], said["results"], said["veto"]).value if rule else None
    return {**said, "total": round(said["common"] + said["results"], 2), "earned": earned}
