"""`rpc.evaluation.year`: how far the classification of a year has come, subject by subject, and its quotas."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl
import pyarrow as pa

from services.chassis.clock import local_day
from services.contracts.classification import Level, StageSaid, YearOf, YearStatus
from services.contracts.rescoring import Lens
from services.evaluation.criteria.rollups import Span
from services.evaluation.history.criteria import Sets
from services.evaluation.history.facts import facts
from services.evaluation.history.known import Dials
from services.evaluation.history.living import living_months, told_until
from services.evaluation.history.store import Connection
from services.evaluation.history.tree import require_unit
from services.evaluation.history.years import classification
from services.evaluation.queries.answers import days, plain, table
from services.evaluation.queries.year_columns import COLUMNS, EVENT
from services.evaluation.rescoring.compare import Side
from services.evaluation.rescoring.judge import Judge
from services.evaluation.rescoring.known import judge_known
from services.evaluation.rescoring.spans import rolled, spans_over
from services.evaluation.running.months import of_the_month
from services.evaluation.scoring.score import ENGINE
from services.evaluation.yearend.case import NAMED
from services.evaluation.yearend.load import Rules, described
from services.evaluation.yearend.meetings import NOTHING, Component, by_cell, mean, with_rollup
from services.evaluation.yearend.rule import YearRule
from services.evaluation.yearend.standing import Key, Said, Standing

NEXT = {
    None: "propose",
    YearStatus.PROPOSED: "appraise",
    YearStatus.APPRAISED: "decide",
    YearStatus.CANCELLED: "decide",
}
SAID = tuple(StageSaid.model_fields)


def year(con: Connection, question: YearOf, shipped: Sets, rules: Rules, today: date = date.max) -> pa.Table:
    """The answer to `YearOf`, by level and code. Refuses an unknown unit. Of a year that has not begun `today` (with
    `known_at`, on that moment's day) nothing is to be proposed yet."""
    if question.unit:
        require_unit(con, question.unit)
    if question.known_at is not None:
        today = min(today, local_day(question.known_at))
    whole = Year(con, question, shipped, rules, ahead=today < date(question.year, 1, 1))
    rows = [whole.row(one) for one in whole.asked]
    return table(
        pl.DataFrame(rows, schema=COLUMNS, orient="row"),
        con,
        rules=described({rule.id: rule for rule in whole.known.rules_used}),
        quotas=whole.quotas(),
        engine=ENGINE,
        dials=plain(question.model_dump(mode="json")),
    )


class Year:
    """A year's classification beside the months of its cells."""

    def __init__(self, con: Connection, question: YearOf, shipped: Sets, rules: Rules, *, ahead: bool) -> None:
        self.ahead = ahead
        self.con, self.year, self.dials = con, question.year, Dials(question.known_at)
        self.known = classification(con, question.year, rules, self.dials)
        self.used = self.known.used
        self.asked = [one for one in self.known.subjects if question.unit in (None, *self.known.line(one))]
        self.cells = [one.code for one in self.asked if one.level is Level.CELL]
        """Those whose months are looked at."""
        self.judge = judge_known(con, Lens(known_at=question.known_at), shipped)

    @cached_property
    def components(self) -> dict[Key, tuple[dict[str, Any], str, Component]]:
        """What the meetings are worth: of cells with the roll-up and how that was made, then of units."""
        found: dict[Key, tuple[dict[str, Any], str, Component]] = {}
        for rule in self.known.rules_used:
            sets = with_rollup(self.judge.sets, rule)
            for cell, (row, worth) in by_cell(self._rolled(sets), sets, rule).items():
                key = Level.CELL, cell
                if self.used.get(key) is rule:
                    by = "set" if self.judge.sets[str(row["set"])].rollup(Span.YEAR) else "rule"
                    found[key] = row, by, worth
        below: dict[str, list[Component]] = defaultdict(list)
        for one in self.known.subjects:
            if one.level is Level.CELL:
                for unit in self.known.line(one):
                    below[unit].append(found.get(one.key, ({}, "", NOTHING))[2])
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

    def row(self, one: Standing) -> dict[str, Any]:
        """A subject's row of the answer."""
        rule, last = self.used.get(one.key), self.known.last(one)
        made, how, worth = self.components.get(one.key, ({}, "", NOTHING))
        missing = self.known.undecided.get(one.code, []) if one.level is Level.UNIT and not self.ahead else []
        meetings = rule.meetings if rule else None
        return {
            "subject": one.code,
            "level": one.level.value,
            "name": one.name or None,
            "kind": one.kind or None,
            "unit": one.parent,
            "unit_name": self.known.names.get(one.parent or ""),
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
            "events": [{name: event[old] for name, old in EVENT.items()} for event in self.known.said.get(one.key, ())],
        }

    def _next(self, one: Standing, rule: YearRule | None, last: Said | None) -> dict[str, Any]:
        step = NEXT.get(last["status"] if last else None)
        if step is None or (self.ahead and last is None) or rule is None or one.parent is None:
            return {"next": None, "next_by": None, "deadline": None}
        deadline = getattr(rule.deadlines, step)
        by = one.code if step == "propose" and one.level is Level.UNIT else one.parent
        return {"next": step, "next_by": by, "deadline": deadline and deadline.of(self.year)}

    def quotas(self) -> list[dict[str, Any]]:
        """The quotas of all groups to which one of those asked for belongs."""
        groups = {(one.level.value, among) for one in self.asked for among in (one.parent, one.kind, "all")}
        return [plain(row) for row in self.known.quotas() if (row["level"], row["among"]) in groups]


def _stage(last: Said | None, stage: str, rule: YearRule | None) -> dict[str, Any] | None:
    """What was said at a stage, with the total and the grade that it earns."""
    if last is None or last[f"{stage}_grade"] is None:
        return None
    said = {name: last[f"{stage}_{name}"] for name in SAID}
    earned = rule.earned(said["common"], said["results"], said["veto"]).value if rule else None
    return {**said, "total": round(said["common"] + said["results"], 2), "earned": earned}
