"""An answer about thematic work, for people and as rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from services.cli.output import table
from services.cli.thematic.words import word
from services.contracts.themes import PlanState, QuarterLine, ThematicState, Themes, UnitThemes

TABLES = ("units", "lines", "open")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "units": ("unit", "unit_name", "cells", "plans", "quarters", "themes", "instead"),
    "lines": (
        "cell",
        "cell_name",
        "unit",
        "quarter",
        "plan_state",
        "decided_by",
        "planned",
        "state",
        "meetings",
        "instead",
    ),
}
_OF_LINE = (
    "cell", "cell_name", "unit", "unit_name", "quarter", "plan", "plan_state", "submitted_on", "submitted_to",
    "decided_by", "decided_on", "number", "reason", "pending", "state",
)  # fmt: skip
CSV: Mapping[str, tuple[str, ...]] = {
    "units": (
        "unit", "unit_name", "cells", *(f"plans_{one}" for one in PlanState),
        *(f"quarters_{one}" for one in ThematicState), "planned", "oriented", "done", "instead",
    ),
    "lines": (*_OF_LINE, "planned", "orientations", "done", "meetings", "themes", "instead", "events"),
}  # fmt: skip
"""The columns of CSV; further columns may follow in later versions."""


def is_open(line: QuarterLine) -> bool:
    """Whether something is not as it should be."""
    lacks = line.plan_state not in (PlanState.APPROVED, PlanState.DUE) or line.state is ThematicState.MISSING
    return lacks or bool(line.instead)


def lines_of(found: Themes, name: str) -> list[QuarterLine]:
    """The lines of a table."""
    return [line for line in found.lines if name == "lines" or is_open(line)]


def rows_of(found: Themes, name: str) -> list[dict[str, Any]]:
    """A table's rows for programs: lists with `; ` between, events with a space."""
    if name == "units":
        return [_unit_row(one) for one in found.units]
    return [_line_row(line) for line in lines_of(found, name)]


def _unit_row(one: UnitThemes) -> dict[str, Any]:
    plans = {f"plans_{state}": one.plans.get(state, 0) for state in PlanState}
    quarters = {f"quarters_{state}": one.quarters.get(state, 0) for state in ThematicState}
    return {**one.model_dump(mode="json"), **plans, **quarters}


def _line_row(line: QuarterLine) -> dict[str, Any]:
    whole = line.model_dump(mode="json")
    return {
        **{name: whole[name] for name in _OF_LINE},
        "planned": "; ".join(one.theme for one in line.planned),
        "orientations": "; ".join((one.orientation or "") if one.oriented_by else "" for one in line.planned),
        "done": sum(one.done for one in line.planned),
        "meetings": "; ".join(one.meeting for one in line.meetings),
        "themes": "; ".join(one.theme or "" for one in line.meetings),
        "instead": " ".join(one.period for one in line.instead),
        "events": " ".join(dict.fromkeys([*line.events, *(one.event for one in line.meetings)])),
    }


def show(found: Themes, out: Console, lang: str, only: str | None) -> None:
    """Prints the units, and how many lines are open; or one table whole."""
    name = only or "units"
    columns = COLUMNS["units" if name == "units" else "lines"]
    shown = table(word(name, lang), [word(column, lang) for column in columns])
    if name == "units":
        for unit in found.units:
            shown.add_row(*_unit_cells(unit, lang))
    else:
        for line in lines_of(found, name):
            shown.add_row(*_line_cells(line, lang))
    out.print(shown)
    if only is None:
        out.print(Text(f"{word('open', lang)}: {len(lines_of(found, 'open'))}  ").append("--table open", style="dim"))
    if found.left_out:
        out.print(Text(word("left_out", lang).format(count=found.left_out), style="yellow"))


def _unit_cells(one: UnitThemes, lang: str) -> tuple[str, ...]:
    def counts(of: Mapping[Any, int]) -> str:
        return ", ".join(f"{word(str(state), lang)} {count}" for state, count in of.items())

    themes = f"{one.planned} / {one.oriented} / {one.done}"
    return (
        one.unit,
        one.unit_name or "",
        str(one.cells),
        counts(one.plans),
        counts(one.quarters),
        themes,
        str(one.instead),
    )


def _line_cells(line: QuarterLine, lang: str) -> tuple[str, ...]:
    planned = (f"{one.theme}{f' [{one.orientation}]' if one.oriented_by else ''}" for one in line.planned)
    held = (f"{one.on}{f' {one.theme}' if one.theme else ''}{' ✓' if one.planned else ''}" for one in line.meetings)
    return (
        line.cell,
        line.cell_name or "",
        line.unit or "",
        str(line.quarter),
        word(line.plan_state, lang),
        line.decided_by or "",
        "; ".join(planned),
        word(line.state, lang),
        "; ".join(held),
        ", ".join(one.period for one in line.instead),
    )
