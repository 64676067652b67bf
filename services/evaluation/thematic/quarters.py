"""Cells' quarters: thematic meeting held, combined, missing or due; plan against done; never instead of the regular."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.contracts.meetings import MeetingKind
from services.contracts.themes import Instead, Planned, PlanState, QuarterLine, Thematic, ThematicState, UnitThemes
from services.evaluation.thematic.plans import Orientations, Row, Stands, same

MONTHS = 3


@dataclass(frozen=True)
class CellQuarter:
    """A cell in a quarter: `last` its last month in it (columns of `history.living.living_months`), how many months it
    lived, whether the quarter is over (and whether the year is yet `ahead`), how its plan stands, the meetings held,
    months whose regular meeting is overdue.

    `followed_from`: the cell's `cell_kind`, `unit` and `units` above it on the day when the plan was submitted.
    """

    quarter: int
    last: Row
    months: int
    over: bool
    ahead: bool
    stands: Stands
    followed_from: Row | None
    held: Sequence[Row]
    overdue: frozenset[str]

    def line(self, orientations: Orientations) -> QuarterLine:
        """The line of the answer."""
        plan = self.stands.plan
        themes = {same(row["theme"]) for row in self.thematic if row["theme"] is not None}
        planned, events = [], list(plan["events"]) if plan else []
        for one in self._planned():
            found = orientations.followed(one["theme"], one["orientation"], *self._above())
            events += found.events if found else ()
            planned.append(
                Planned(
                    **one,
                    title=found.title if found else None,
                    oriented_by=found.unit if found else None,
                    done=same(one["theme"]) in themes,
                )
            )
        wanted = {same(one.theme) for one in planned}
        return QuarterLine(
            **{name: self.last[name] for name in ("cell", "cell_name", "unit", "unit_name")},
            quarter=self.quarter,
            plan=plan["plan"] if plan else None,
            plan_state=PlanState.DUE if self.ahead and plan is None else self.stands.state,
            submitted_to=self.followed_from["unit"] if self.followed_from else None,
            **{name: plan[name] if plan else None for name in _OF_PLAN},
            pending=self.stands.pending,
            planned=tuple(planned),
            state=self.state,
            meetings=tuple(_meeting(row, same(row["theme"]) in wanted) for row in self.thematic),
            instead=tuple(self._instead()),
            events=tuple(dict.fromkeys(events)),
        )

    @property
    def thematic(self) -> list[Row]:
        """The meetings with a thematic part."""
        return [row for row in self.held if MeetingKind(row["kind"]).has_theme]

    @property
    def state(self) -> ThematicState:
        """What became of the quarter's thematic meeting."""
        kinds = {row["kind"] for row in self.held}
        if MeetingKind.THEMATIC in kinds:
            return ThematicState.HELD
        if MeetingKind.COMBINED in kinds:
            return ThematicState.COMBINED
        if self.months < MONTHS:
            return ThematicState.NOT_OWED
        return ThematicState.MISSING if self.over else ThematicState.DUE

    def _planned(self) -> Iterator[dict[str, Any]]:
        plan = self.stands.plan or {"quarters": (), "months": (), "themes": (), "orientations": ()}
        entries = zip(plan["quarters"], plan["months"], plan["themes"], plan["orientations"], strict=True)
        for quarter, month, theme, orientation in entries:
            if quarter == self.quarter:
                yield {"month": month, "theme": theme, "orientation": orientation}

    def _above(self) -> tuple[str | None, Sequence[str]]:
        row = self.followed_from or self.last
        return row["cell_kind"], row["units"] or ()

    def _instead(self) -> Iterator[Instead]:
        regular = {_period(row) for row in self.held if MeetingKind(row["kind"]).counts_as_regular}
        for row in self.held:
            period = _period(row)
            if row["kind"] == MeetingKind.THEMATIC and period not in regular and period in self.overdue:
                yield Instead(period=period, meeting=row["meeting"], event=row["event"])


_OF_PLAN = ("submitted_on", "decided_by", "decided_on", "number", "reason")


def _period(row: Row) -> str:
    day: date = row["held_on"]
    return f"{day:%Y-%m}"


def _meeting(row: Row, planned: bool) -> Thematic:
    said = {name: row[name] for name in ("meeting", "kind", "theme", "event")}
    return Thematic(**said, on=row["held_on"], planned=planned)


@dataclass
class _Total:
    cells: dict[str, PlanState] = field(default_factory=dict)
    lines: list[QuarterLine] = field(default_factory=list)


def by_unit(
    lines: Iterable[tuple[QuarterLine, Sequence[str]]], names: Mapping[str, str], within: str | None
) -> tuple[UnitThemes, ...]:
    """Every unit with all cells below it, from the lines and the units above each (nearest first); within a unit only
    that and those below it."""
    totals: dict[str, _Total] = {}
    for line, units in lines:
        above = units[: units.index(within) + 1] if within in units else units
        for unit in above:
            total = totals.setdefault(unit, _Total())
            total.cells[line.cell] = line.plan_state
            total.lines.append(line)
    return tuple(_unit(unit, names.get(unit), total) for unit, total in sorted(totals.items()))


def _unit(unit: str, name: str | None, total: _Total) -> UnitThemes:
    planned = [one for line in total.lines for one in line.planned]
    plans, states = list(total.cells.values()), [line.state for line in total.lines]
    return UnitThemes(
        unit=unit,
        unit_name=name,
        cells=len(plans),
        plans={state: plans.count(state) for state in PlanState if state in plans},
        quarters={state: states.count(state) for state in ThematicState if state in states},
        planned=len(planned),
        oriented=sum(one.oriented_by is not None for one in planned),
        done=sum(one.done for one in planned),
        instead=sum(len(line.instead) for line in total.lines),
    )
