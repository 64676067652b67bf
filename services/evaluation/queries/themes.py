"""`rpc.evaluation.themes`: each cell's thematic work of a year's quarters, plan against done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from services.chassis.clock import local_day
from services.contracts.themes import QuarterLine, Themes, ThemesOf
from services.evaluation.history import thematic as read
from services.evaluation.history.known import Dials
from services.evaluation.history.living import living_months
from services.evaluation.history.observers import facts_on
from services.evaluation.history.store import Connection, position
from services.evaluation.history.tree import require_unit, unit_names
from services.evaluation.queries.answers import days
from services.evaluation.thematic.plans import Orientations, Row, Stands, standing
from services.evaluation.thematic.quarters import CellQuarter, by_unit


def themes(con: Connection, question: ThemesOf, today: date, grace_days: int) -> Themes:
    """The answer to `ThemesOf`. Refuses an unknown unit.

    `today` decides what is still to come (with `known_at`, the day of that moment); a month's regular meeting is
    overdue when `grace_days` after its day none was held.
    """
    if question.unit:
        require_unit(con, question.unit)
    if question.known_at is not None:
        today = min(today, local_day(question.known_at))
    dials = Dials(question.known_at, question.tree_at)
    quarters = list(_quarters(con, question, dials, today, today - timedelta(days=grace_days + 1)))
    orientations = Orientations(read.orientations_known(con, question.year, dials))
    found: list[tuple[QuarterLine, list[str]]] = [
        (one.line(orientations), list(one.last["units"] or ())) for one in quarters
    ]
    names = unit_names(con, dials.tree_at or min(today, date(question.year, 12, 31)), dials)
    return Themes(
        year=question.year,
        today=today,
        lines=tuple(line for line, _ in found[: question.limit]),
        units=by_unit(found, names, question.unit),
        left_out=max(0, len(found) - question.limit),
        position=position(con),
    )


def _quarters(con: Connection, question: ThemesOf, dials: Dials, today: date, late: date) -> Iterable[CellQuarter]:
    first, last = days(question.year, None)
    months = living_months(con, first, last.replace(day=1), cell=None, unit=None, dials=dials)
    stands, above = _plans(con, question.year, dials)
    held = _by_cell(read.held_known(con, question.year, dials))
    rows = months.with_columns(pl.col("due").dt.quarter().cast(int).alias("quarter")).to_dicts()
    for (cell, number), of_quarter in groupby(rows, key=itemgetter("cell", "quarter")):
        lived = list(of_quarter)
        units = lived[-1]["units"] or ()
        if number != (question.quarter or number) or question.unit not in (None, *units):
            continue
        plan = stands.get(cell, standing(()))
        yield CellQuarter(
            quarter=number,
            last=lived[-1],
            months=len(lived),
            over=days(question.year, number * 3)[1] < today,
            ahead=today < first,
            stands=plan,
            followed_from=above.get((cell, plan.plan["submitted_on"])) if plan.plan else None,
            held=[row for row in held.get(cell, ()) if read.quarter_of(row["held_on"]) == number],
            overdue=frozenset(row["period"] for row in lived if row["due"] <= late),
        )


def _plans(con: Connection, year: int, dials: Dials) -> tuple[dict[str, Stands], Mapping[tuple[Any, Any], Row]]:
    """How each cell's plan stands, and where each cell was on the day when its plan was submitted."""
    stands = {cell: standing(rows) for cell, rows in _by_cell(read.plans_known(con, year, dials)).items()}
    submitted = [(cell, one.plan["submitted_on"]) for cell, one in stands.items() if one.plan]
    schema = {"cell": pl.String, "day": pl.Date}
    facts = facts_on(con, pl.DataFrame(submitted, schema=schema, orient="row"), dials)
    return stands, {(row["cell"], row["day"]): row for row in facts.to_dicts()}


def _by_cell(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["cell"]].append(row)
    return found
