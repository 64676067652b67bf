"""What was not kept: observers who never came, assignments off their line, hardest villages without their sponsor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl

from services.contracts import coverage as told
from services.contracts.observers import Line
from services.evaluation.history import observers as read
from services.evaluation.history.known import Dials
from services.evaluation.history.store import Connection
from services.evaluation.observing.lines import BREAKS, broken, origin, reasons
from services.evaluation.rescoring.period import month_end


def never_came(assigned: pl.DataFrame, visits: pl.DataFrame) -> list[told.NeverCame]:
    """Of these assignments those that held in the period, of cells that met meanwhile, under which nobody came.

    Whoever came to the cell while they were assigned came, whatever assignment the visit was reported under.
    """
    keyed = visits.select("cell", "assignment")
    missed = assigned.filter(pl.col("meetings") > 0).join(keyed, on=["cell", "assignment"], how="anti")
    by_person = missed.join(visits.select("cell", "observer", "held_on"), on=["cell", "observer"])
    there = (pl.col("held_on") >= pl.col("since")) & (pl.col("held_on") < pl.col("until"))
    found = missed.join(by_person.filter(there), on=["cell", "assignment"], how="anti")
    return [
        told.NeverCame(**_assigned(row), meetings=row["meetings"], events=(row["event"],))
        for row in found.sort("cell", "since", "assignment").iter_rows(named=True)
    ]


def broken_lines(con: Connection, dials: Dials, assigned: pl.DataFrame, first: date, last: date) -> list[told.Broken]:
    """Of these assignments those that break their line on any day of the period on which they hold."""
    spans = assigned.with_columns(
        pl.max_horizontal("since", pl.lit(first)).alias("first"),
        pl.min_horizontal(pl.col("until") - timedelta(days=1), pl.lit(last)).alias("last"),
    ).filter(pl.col("first") <= pl.col("last"))
    days = read.turning_days(con, spans, dials)
    facts = read.facts_on(con, days.select("cell", "day").unique(), dials)
    of_day = days.join(facts, on=["cell", "day"]).join(
        spans.drop("day", "units", "cell_name"), on=["cell", "assignment"], maintain_order="right"
    )
    of_day = read.with_senders(con, of_day, dials)
    rows = of_day.with_columns(broken(of_day)).filter(pl.col("codes").list.len() > 0)
    behind = _Behind(con, dials, read.states_of(con, rows["cell"], dials))
    found: list[told.Broken] = []
    for _, group in rows.sort("day").group_by("cell", "assignment", maintain_order=True):
        codes: dict[str, dict[str, Any]] = {}
        for row in group.iter_rows(named=True):
            codes |= {code: row for code in row["codes"] if code not in codes}
        row = group.row(0, named=True)
        events = [event for code, on in codes.items() for event in behind.events(code, on)]
        found.append(
            told.Broken(
                **_assigned(row),
                broken_on=row["day"],
                reasons=reasons(tuple(codes)),
                events=tuple(dict.fromkeys((row["event"], *events))),
            )
        )
    return sorted(found, key=lambda one: (one.cell, one.since, one.assignment))


class _Behind:
    """The registry's events that made the facts of a day what they are. `states`: of each cell, oldest first."""

    def __init__(self, con: Connection, dials: Dials, states: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        self.con, self.dials, self.states = con, dials, states
        self._units: dict[date, Mapping[str, Mapping[str, Any]]] = {}

    def events(self, code: str, row: Mapping[str, Any]) -> Iterator[str]:
        """Those by which an assignment breaks this on the row's day; where a unit is above, of all units above."""
        fact, day = BREAKS[code].fact, row["day"]
        if fact is not None and (event := origin(self.states.get(row["cell"], ()), day, fact)):
            yield event
        if fact == "unit":
            if day not in self._units:
                self._units[day] = read.units_on(self.con, day, self.dials)
            yield from (self._units[day][unit]["event"] for unit in row["units"] if unit in self._units[day])


def unsponsored(
    con: Connection, dials: Dials, months: pl.DataFrame, assigned: pl.DataFrame, until: date
) -> list[told.Unsponsored]:
    """The hardest villages in each month that is over, without a visit along their line."""
    over = [period for period in months["period"].unique() if month_end(period) <= until]
    hardest = months.filter(
        pl.col("period").is_in(over), pl.col(f"for_{Line.HARDEST}"), ~pl.col(f"along_{Line.HARDEST}")
    )
    states = read.states_of(con, hardest["cell"], dials)
    sponsors = assigned.filter(pl.col("line") == Line.HARDEST.value)
    found = []
    for row in hardest.sort("period", "cell").iter_rows(named=True):
        begins, ends = row["day"].replace(day=1), month_end(row["period"])
        there = sponsors.filter(pl.col("cell") == row["cell"], pl.col("since") <= ends, pl.col("until") > begins)
        hard = origin(states.get(row["cell"], []), row["day"], "hardship")
        found.append(
            told.Unsponsored(
                cell=row["cell"],
                cell_name=row["cell_name"],
                period=row["period"],
                sponsors=tuple(there["observer"].unique(maintain_order=True)),
                events=tuple(dict.fromkeys([*([hard] if hard else []), *there["event"]])),
            )
        )
    return found


def _assigned(row: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: row[name] for name in told.Assigned.model_fields}
    return {**found, "until": None if row["until"] == read.FOR_EVER else row["until"]}
