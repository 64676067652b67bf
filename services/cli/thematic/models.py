"""An answer about model meetings, for people and as rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console

from services.cli.output import table
from services.cli.thematic.words import word
from services.contracts.themes import ModelCell, Models, UnitModels

COLUMNS = ("unit", "unit_name", "wanted", "chosen", "attended_by", "unchosen", "lacks")
CSV = (
    "unit", "unit_name", "kind", "wanted", "chosen_on", "number",
    "cell", "cell_name", "chosen", "meeting", "held_on", "guests", "attended", "event",
)  # fmt: skip
"""The columns of CSV, a row a cell; further columns may follow in later versions."""


def rows_of(found: Models) -> Iterator[dict[str, Any]]:
    """A row for each cell that was chosen or held a model meeting; for a unit without any, one of its own."""
    for unit in found.units:
        about = {**unit.model_dump(mode="json", include={*CSV} - {"chosen"}), "chosen": None}
        rows = [
            {**about, "cell": cell.cell, "cell_name": cell.cell_name, "chosen": chosen, **held}
            for chosen, cells in ((True, unit.chosen), (False, unit.unchosen))
            for cell in cells
            for held in _held(cell)
        ]
        yield from rows or [about]


def _held(cell: ModelCell) -> list[dict[str, Any]]:
    return [
        {
            "meeting": one.meeting,
            "held_on": one.on,
            "guests": one.guests,
            "attended": " ".join(f"{unit}:{count}" for unit, count in one.attended.items()),
            "event": one.event,
        }
        for one in cell.held
    ] or [{}]


def show(found: Models, out: Console, lang: str) -> None:
    """Prints a row a unit."""
    shown = table(f"{word('models', lang)} {found.year}", [word(column, lang) for column in COLUMNS])
    for unit in found.units:
        shown.add_row(*_cells(unit, lang))
    out.print(shown)


def _cells(unit: UnitModels, lang: str) -> tuple[str, ...]:
    lacks = (f"{one.cell}: {word(one.code, lang)}" if one.cell else word(one.code, lang) for one in unit.missing)
    return (
        unit.unit,
        unit.unit_name or "",
        str(unit.wanted),
        "; ".join(_told(cell, lang) for cell in unit.chosen),
        str(unit.attended_by),
        "; ".join(_told(cell, lang) for cell in unit.unchosen),
        "; ".join(lacks),
    )


def _told(cell: ModelCell, lang: str) -> str:
    held = (f"{one.on}, {word('guests', lang).format(count=one.guests)}" for one in cell.held)
    told = "; ".join(held)
    return f"{cell.cell} ({told})" if told else cell.cell
