"""The tables of an answer about gaps, for people and as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from services.cli.language import Language
from services.cli.observing.words import word
from services.cli.output import number, table
from services.contracts.gap import Estimate, Gap, ItemGap, Sides, VisitGap

TABLES: Mapping[str, tuple[str, ...]] = {
    "items": ("criteria", "item", "visits", "own", "observer", "facts", "gap"),
    "cells": ("cell", "cell_name", "unit"),
    "units": ("unit", "unit_name"),
    "observers": ("observer",),
    "by_visit": (
        *("cell", "period", "meeting", "visit", "observer"),
        *("gap", "own_beyond", "observer_beyond", "inflated", "events"),
    ),
}
"""What a table's rows begin with; of cells, units and observers `_OF_SIDES` follows."""
_OF_ESTIMATE = ("mean", "shrunken", "low", "high", "stands_out")
_OF_SIDES = (
    *("visits", "inflated"),
    *(f"{side}_{name}" for side in ("gap", "beyond") for name in _OF_ESTIMATE),
    "events",
)
MOST = 15
"""Rows of each table that people see unless they ask for one."""
WIDE_ITEM = 0.25
"""A mean gap of an item from which on it is shown in colour."""


def columns_of(name: str) -> tuple[str, ...]:
    """The columns of CSV."""
    return TABLES[name] if name in ("items", "by_visit") else (*TABLES[name], *_OF_SIDES)


def rows_of(found: Gap, name: str) -> list[dict[str, Any]]:
    """A table's rows: estimates in columns of their own, lists with a space between."""
    return [_row(row) for row in getattr(found, name)]


def _row(row: Sides | ItemGap | VisitGap) -> dict[str, Any]:
    said = row.model_dump(mode="json")
    if isinstance(row, Sides):
        for side, estimate in (("gap", row.gap), ("beyond", row.beyond)):
            said |= {f"{side}_{name}": None if estimate is None else getattr(estimate, name) for name in _OF_ESTIMATE}
    return {**said, "events": " ".join(said.get("events", ()))}


def show(found: Gap, out: Console, lang: Language, only: str | None) -> None:
    """Prints the items and whom they concern, each as far as a screen goes; or one table whole."""
    counts = word("compared", lang).format(visits=found.visits, apart=found.apart)
    mean = f"{word('mean_gap', lang)} {number(found.mean)}"
    out.print(Text(f"{word('gap_of', lang)}: ", style="bold").append(f"{counts}; {mean}", style="not bold"))
    for name in [one for one in TABLES if one != "by_visit"] if only is None else [only]:
        rows = getattr(found, name)
        _print(rows if only or name == "items" else rows[:MOST], name, out, lang)
        more = len(rows) - MOST if only is None and name != "items" else 0
        if (left := max(more, 0) + found.left_out.get(name, 0)) > 0:
            out.print(Text(word("more", lang).format(count=left, name=name), style="dim"))
    out.print(Text(word("how_estimated", lang), style="dim"))


def _print(rows: Sequence[Any], name: str, out: Console, lang: Language) -> None:
    columns: tuple[str, ...]
    if name == "items":
        columns = ("item", "title", "visits", "own", "observer_marks", "facts", "gap")
        lines = [_item(row, lang) for row in rows]
    elif name == "by_visit":
        columns = ("cell", "period", "observer", "gap", "own_beyond", "observer_beyond", "inflated")
        lines = [_visit(row) for row in rows]
    else:
        columns = (*TABLES[name], "visits", "inflated", "raw", "gap", "beyond")
        lines = [_sides(row, name) for row in rows]
    left = ("item", "title", "period", *TABLES["cells"], *TABLES["units"], "observer")
    names = [word(column, lang) for column in columns]
    shown = table(word(f"gap_{name}", lang), names, right=[word(one, lang) for one in columns if one not in left])
    for line in lines:
        shown.add_row(*line)
    out.print(shown)


def _item(row: ItemGap, lang: Language) -> list[str | Text]:
    title = row.title.get(lang.value, "")
    gap = Text(number(round(row.gap, 2) + 0.0), style="yellow" if row.gap >= WIDE_ITEM else "")
    return [row.item, title, str(row.visits), number(row.own), number(row.observer), number(row.facts), gap]


def _visit(row: VisitGap) -> list[str | Text]:
    numbers = [number(row.gap), number(row.own_beyond), number(row.observer_beyond)]
    return [row.cell, row.period, row.observer, *numbers, "!" if row.inflated else ""]


def _sides(row: Sides, name: str) -> list[str | Text]:
    who = [str(getattr(row, column) or "") for column in TABLES[name]]
    raw = number(row.gap.mean)
    return [*who, str(row.visits), str(row.inflated), raw, _estimate(row.gap), _estimate(row.beyond)]


def _estimate(found: Estimate | None) -> Text:
    if found is None:
        return Text("–", style="dim")
    bounds = "" if found.low is None else f" ({found.low:.1f} … {found.high:.1f})"
    return Text(f"{found.shrunken:.1f}{bounds}", style="bold red" if found.stands_out else "")
