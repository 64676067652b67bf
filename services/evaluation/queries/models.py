"""`rpc.evaluation.models`: a year's model meetings, unit by unit: chosen, held, attended, missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from services.chassis.clock import local_day
from services.contracts.registry import UnitKind
from services.contracts.themes import Models, ModelsOf
from services.evaluation.history import thematic as read
from services.evaluation.history.known import Dials
from services.evaluation.history.observers import facts_on
from services.evaluation.history.store import Connection, position
from services.evaluation.history.tree import CELLS_ON, SUBTREE, UNITS_ON, known, require_unit
from services.evaluation.queries.answers import reference_day
from services.evaluation.thematic.models import UnitYear
from services.evaluation.thematic.plans import Row

_UNITS = f"""
WITH RECURSIVE units_on AS ({UNITS_ON}), {SUBTREE}
SELECT unit, name, kind, dissolved FROM units_on WHERE $unit::VARCHAR IS NULL OR unit IN (FROM subtree)
"""  # noqa: S608 - constants of ours
_CELLS = f"SELECT cell, name, parent, dissolved FROM ({CELLS_ON})"  # noqa: S608


def models(con: Connection, question: ModelsOf, today: date) -> Models:
    """The answer to `ModelsOf`. Refuses an unknown unit.

    Units are those of the year's end (this year: of `today`; with `known_at`, of that moment's day). A meeting counts
    for the unit that chose its cell, wherever that belonged by then; of a cell that nobody chose, for the unit that was
    right above it on that day.
    """
    if question.unit:
        require_unit(con, question.unit)
    if question.known_at is not None:
        today = min(today, local_day(question.known_at))
    dials, year = Dials(question.known_at), question.year
    asked = {**known(dials), "day": reference_day(year, today)}
    units = {row["unit"]: row for row in con.sql(_UNITS, params={**asked, "unit": question.unit}).pl().to_dicts()}
    cells = con.sql(_CELLS, params=asked).pl()
    names = dict(cells.select("cell", "name").iter_rows())
    counts = dict(cells.filter(~pl.col("dissolved")).group_by("parent").len().iter_rows())
    choices = {row["unit"]: row for row in read.choices_known(con, year, dials)}
    held = _held(con, year, dials, choices)
    found = []
    for unit in sorted({*counts, *choices, *held}):
        state = units.get(unit)
        if state is None and question.unit is not None:
            continue
        name, kind = (state["name"], UnitKind(state["kind"])) if state else (None, None)
        lives = state is not None and not state["dissolved"]
        count = counts.get(unit, 0) if lives else None
        ahead = today < date(year, 1, 1)
        own = UnitYear(unit, name, kind, count, choices.get(unit), held.get(unit, {}), names, ahead)
        found.append(own.answer())
    return Models(year=year, over=today > date(year, 12, 31), units=tuple(found), position=position(con))


def _held(con: Connection, year: int, dials: Dials, choices: Mapping[str, Row]) -> dict[str, dict[str, list[Row]]]:
    """The year's model meetings by the unit for which they count, then by cell."""
    rows: Sequence[Row] = read.model_meetings_known(con, year, dials)
    chosen: dict[str, list[str]] = defaultdict(list)
    for unit, choice in choices.items():
        for cell in choice["cells"]:
            chosen[cell].append(unit)
    schema = {"cell": pl.String, "day": pl.Date}
    asked = pl.DataFrame([(row["cell"], row["on_date"]) for row in rows], schema=schema, orient="row")
    above = {(row["cell"], row["day"]): row["unit"] for row in facts_on(con, asked.unique(), dials).to_dicts()}
    found: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        for unit in chosen.get(row["cell"]) or [above[row["cell"], row["on_date"]]]:
            if unit is not None:
                found[unit][row["cell"]].append(row)
    return found
