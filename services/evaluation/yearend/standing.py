"""How a year's classification stands: of whom, by which rule, what is decided and what is missing. Pure; no I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from services.contracts.classification import Level, YearGrade
from services.evaluation.upward import line
from services.evaluation.yearend.gauge import Counted, gauges
from services.evaluation.yearend.load import Rules
from services.evaluation.yearend.rule import YearRule, rule_for

Key = tuple[Level, str]
Said = dict[str, Any]
"""An event of a subject's year: a row of the history's table `years`, but for its position."""


class Standing(NamedTuple):
    """A cell or unit on the year's last day: its name (empty: it is no more, but something was said of it), its kind,
    and the unit right above it (None: it is a root)."""

    level: Level
    code: str
    name: str
    kind: str
    parent: str | None

    @property
    def key(self) -> Key:
        """What tells it from others: codes of cells and of units are not of one name space."""
        return self.level, self.code


class Classification:
    """A year's classification: the subjects, in the order of level and code, and all that was `said` of each."""

    def __init__(
        self, year: int, standing: Sequence[Standing], said: Mapping[Key, Sequence[Said]], rules: Rules
    ) -> None:
        self.year, self.said, self.rules = year, said, rules
        self.names = {one.code: one.name for one in standing if one.level is Level.UNIT}
        self.parents = {one.code: one.parent for one in standing if one.level is Level.UNIT}
        there = {one.key for one in standing}
        gone = [Standing(*key, "", "", None) for key in said if key not in there]
        self.subjects = sorted([*standing, *gone])
        self.used = {one.key: rule for one in self.subjects if (rule := self._rule(one)) is not None}
        """By which rule each is classified: that of what was said last, or else the one that is for it."""

    def line(self, one: Standing) -> tuple[str, ...]:
        """The units above a subject, nearest first, a unit itself before them."""
        first = one.code if one.level is Level.UNIT else one.parent
        return line(first, self.parents) if first else ()

    def last(self, one: Standing) -> Said | None:
        """What was said of it last."""
        said = self.said.get(one.key)
        return said[-1] if said else None

    @property
    def rules_used(self) -> list[YearRule]:
        """Each of them once."""
        return list({rule.id: rule for rule in self.used.values()}.values())

    @cached_property
    def undecided(self) -> Mapping[str, list[str]]:
        """What below each unit has no decision, cells first."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in self.subjects:
            if self._decided(one) is None:
                for unit in self.line(one):
                    if unit != one.code or one.level is Level.CELL:
                        found[unit].append(one.code)
        return found

    def quotas(self) -> list[dict[str, Any]]:
        """Every quota of every group of similar subjects (`gauge.gauges`) with its `among_name`, and with `having`, the
        subjects that have the grade, by their `days` of decision, and the `events` that said so."""
        found = []
        for rule in self.rules_used:
            alike = [one for one in self.subjects if self.used.get(one.key) is rule and one.name]
            for row in gauges(rule, self.year, [self._counted(one) for one in alike]):
                last = [said for one in alike if self._counts(one, row) and (said := self.last(one))]
                last.sort(key=lambda said: (said["decided_on"], said["subject"]))
                named = {"having": "subject", "days": "decided_on", "events": "event"}
                have = {name: [said[column] for said in last] for name, column in named.items()}
                found.append({**row, "among_name": self.names.get(row["among"]), **have})
        return found

    def _counts(self, one: Standing, row: Mapping[str, Any]) -> bool:
        """Whether a quota of a group counts it."""
        groups = (one.parent, one.kind, "all")
        return one.level == row["level"] and row["among"] in groups and self._decided(one) == row["grade"]

    def _rule(self, one: Standing) -> YearRule | None:
        last = self.last(one)
        known = self.rules.get(last["rule"]) if last else None
        return known or rule_for(self.rules, self.year, self.line(one))

    def _decided(self, one: Standing) -> YearGrade | None:
        last = self.last(one)
        return last["decided_grade"] if last else None

    def _counted(self, one: Standing) -> Counted:
        last = self.last(one) or {}
        foreseen = last.get("appraised_grade") or last.get("proposed_grade")
        return Counted(one.level, one.code, one.parent, one.kind, last.get("decided_grade"), foreseen)
