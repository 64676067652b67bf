"""Observers as known: assignments and visits in their latest versions, and what the registry said of cells on days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from services.contracts.observers import VisitSeen
from services.evaluation.history.columns import DATE, TEXT
from services.evaluation.history.known import ABOVE, CELL_STATES, KNOWN, NOW, UNIT_STATES, Dials
from services.evaluation.history.store import Connection, registered
from services.evaluation.history.superseded import IN_FORCE
from services.evaluation.history.tables import arrow_schema
from services.evaluation.history.tree import known
from services.evaluation.scoring.facts import marks_of

FOR_EVER = date(9999, 12, 31)
CELL_DAYS = arrow_schema([("cell", TEXT), ("day", DATE)])
_SENDERS = arrow_schema([("by_unit", TEXT), ("day", DATE)])
_SPANS = arrow_schema([("cell", TEXT), ("assignment", TEXT), ("first", DATE), ("last", DATE)])

_OF_CELL = "($cell::VARCHAR IS NULL OR cell = $cell)"
_ASSIGNMENTS = f"""
assigned AS (
    SELECT cell, assignment, observer, standing, line, by_unit, valid_from AS since, event,
        least(DATE '{FOR_EVER}', coalesce(valid_to + 1, DATE '{FOR_EVER}'), relieved_on) AS until
    FROM (
        FROM assignments WHERE {KNOWN} AND {_OF_CELL}
        QUALIFY row_number() OVER (PARTITION BY cell, assignment ORDER BY version DESC, position DESC) = 1
    )
)
"""  # noqa: S608 - constants of ours
_HELD = f"held AS (SELECT * FROM meetings {IN_FORCE} WHERE {KNOWN} AND {_OF_CELL} AND status = 'held')"  # noqa: S608
_VISITS = f"""
made AS (
    FROM (
        FROM visits WHERE {KNOWN} AND {_OF_CELL}
        QUALIFY row_number() OVER (PARTITION BY cell, visit ORDER BY version DESC, position DESC) = 1
    ) WHERE status = 'made'
)
"""
_MET = f"""
WITH {_HELD} SELECT cell, held_on, event FROM held
WHERE held_on BETWEEN $first AND $last ORDER BY cell, held_on, meeting
"""  # noqa: S608
_ALL_ASSIGNMENTS = f"""
WITH {_ASSIGNMENTS}, {_HELD}
SELECT a.*, count(h.meeting)::INTEGER AS meetings
FROM assigned a LEFT JOIN held h
    ON h.cell = a.cell AND h.held_on >= a.since AND h.held_on < a.until AND h.held_on <= $last
WHERE a.since < a.until AND a.since <= $last GROUP BY ALL ORDER BY a.cell, a.since, a.assignment
"""  # noqa: S608
_ALL_VISITS = f"""
WITH {_ASSIGNMENTS}, {_HELD}, {_VISITS}, seen AS (
    SELECT v.* EXCLUDE (assignment), h.held_on, coalesce(v.assignment, (
        SELECT min(a.assignment) FROM assigned a WHERE a.cell = v.cell AND a.observer = v.observer
            AND h.held_on >= a.since AND h.held_on < a.until
    )) AS assignment
    FROM made v JOIN held h ON h.cell = v.cell AND h.meeting = v.meeting WHERE h.held_on <= $last
)
SELECT s.cell, s.visit, s.meeting, s.observer, s.assignment, a.line, s.held_on, s.event, s.marks_criteria,
    s.marks_items, s.marks, s.total, s.grade, s.agrees, s.guidance
FROM seen s LEFT JOIN assigned a ON a.cell = s.cell AND a.assignment = s.assignment
ORDER BY s.cell, s.held_on, s.visit
"""  # noqa: S608
_FACTS = f"""
SELECT q.cell, q.day, c.name AS cell_name, c.kind AS cell_kind, c.parent AS unit, c.hardship,
    coalesce(c.on_upper_committee, false) AS on_upper_committee, coalesce(NOT c.dissolved, false) AS lives,
    c.event AS cell_event, u.kind AS unit_kind
FROM asked q ASOF LEFT JOIN ({CELL_STATES}) c ON q.cell = c.cell AND q.day >= c.valid_from
ASOF LEFT JOIN ({UNIT_STATES}) u ON c.parent = u.unit AND q.day >= u.valid_from
"""  # noqa: S608
_FACTS_PLACED = f"""
WITH RECURSIVE {ABOVE}, facts AS ({_FACTS})
SELECT f.*, coalesce(a.units, []) AS units
FROM facts f ASOF LEFT JOIN above a ON f.unit = a.unit AND f.day >= a.since ORDER BY f.cell, f.day
"""  # noqa: S608
_TURNS = f"""
WITH c_states AS ({CELL_STATES}), u_days AS (SELECT DISTINCT valid_from AS day FROM ({UNIT_STATES}))
SELECT cell, assignment, first AS day FROM spans
UNION
SELECT s.cell, s.assignment, c.valid_from FROM spans s
JOIN c_states c ON c.cell = s.cell AND c.valid_from > s.first AND c.valid_from <= s.last
UNION
SELECT s.cell, s.assignment, u.day FROM spans s JOIN u_days u ON u.day > s.first AND u.day <= s.last
ORDER BY ALL
"""  # noqa: S608
_OF_OBSERVER = f"""
WITH RECURSIVE {ABOVE}, {_ASSIGNMENTS}, {_VISITS}, c_states AS ({CELL_STATES}), own AS (
    FROM made WHERE observer = $observer
    QUALIFY row_number() OVER (PARTITION BY cell, meeting ORDER BY visit) = 1
), met AS (
    FROM meetings {IN_FORCE}
    WHERE {KNOWN} AND status <> 'withdrawn' AND on_date BETWEEN $first AND $last
        AND cell IN (SELECT cell FROM assigned WHERE observer = $observer UNION SELECT cell FROM own)
), concerned AS (
    SELECT m.*, v.visit, v.version AS visit_version, v.recorded_at AS visit_at,
        (SELECT min(a.line) FROM assigned a WHERE a.observer = $observer AND a.cell = m.cell
            AND m.on_date >= a.since AND m.on_date < a.until) AS line
    FROM met m LEFT JOIN own v ON v.cell = m.cell AND v.meeting = m.meeting
)
SELECT m.cell, c.name AS cell_name, a.name AS unit_name, m.meeting, m.kind, m.status, m.on_date AS on,
    coalesce(m.started_at, m.starts_at) AS starts_at, m.minutes, m.line, m.visit,
    (m.version - 1 + coalesce(m.visit_version, 0))::INTEGER AS revision,
    greatest(m.recorded_at, coalesce(m.visit_at, m.recorded_at)) AS recorded_at
FROM (FROM concerned WHERE line IS NOT NULL OR visit IS NOT NULL) m
ASOF LEFT JOIN c_states c ON m.cell = c.cell AND m.on_date >= c.valid_from
ASOF LEFT JOIN above a ON c.parent = a.unit AND m.on_date >= a.since
ORDER BY m.on_date, m.cell, m.meeting
"""  # noqa: S608
_NAMED = f"""
WITH {_ASSIGNMENTS}, {_VISITS}
SELECT 1 WHERE EXISTS (FROM assigned WHERE observer = $observer) OR EXISTS (FROM made WHERE observer = $observer)
"""
_STATES = f"""
SELECT cell, valid_from, event, kind AS cell_kind, parent AS unit, hardship, NOT dissolved AS lives,
    coalesce(on_upper_committee, false) AS on_upper_committee
FROM ({CELL_STATES}) SEMI JOIN (SELECT unnest($cells::VARCHAR[]) AS cell) USING (cell) ORDER BY cell, valid_from
"""  # noqa: S608
_KINDS = f"""
WITH u_states AS ({UNIT_STATES})
SELECT q.by_unit, q.day, u.kind AS by_kind
FROM asked q ASOF LEFT JOIN u_states u ON q.by_unit = u.unit AND q.day >= u.valid_from
"""  # noqa: S608
_UNITS = f"""
SELECT unit, name, kind, parent, event FROM ({UNIT_STATES}) WHERE valid_from <= $day
QUALIFY row_number() OVER (PARTITION BY unit ORDER BY valid_from DESC) = 1
"""  # noqa: S608


def assignments_known(con: Connection, last: date, dials: Dials) -> pl.DataFrame:
    """Every assignment that began by `last` and held for a day at least.

    Columns: cell, assignment, observer, standing, line, by_unit, since, event, until (the first day on which it does
    not hold any more, `FOR_EVER` for none), meetings (held by the cell meanwhile, up to `last`); by cell and day.
    """
    found: pl.DataFrame = con.sql(_ALL_ASSIGNMENTS, params={**known(dials), "last": last, "cell": None}).pl()
    return found


def visits_known(con: Connection, last: date, dials: Dials, cell: str | None = None) -> pl.DataFrame:
    """Every visit (to one cell, or all) to a meeting that was held by `last`, of what was not withdrawn.

    Whoever is assigned to a cell and comes, comes under that assignment, also where the report names none. Columns:
    cell, visit, meeting, observer, assignment, its line, held_on, event, marks_criteria, marks_items, marks
    (hundredths), total, grade, agrees, guidance; by cell and day.
    """
    found: pl.DataFrame = con.sql(_ALL_VISITS, params={**known(dials), "last": last, "cell": cell}).pl()
    return found


def met_known(con: Connection, first: date, last: date, dials: Dials) -> pl.DataFrame:
    """Every meeting that was held in these days. Columns: cell, held_on, event; by cell and day."""
    found: pl.DataFrame = con.sql(_MET, params={**known(dials), "first": first, "last": last, "cell": None}).pl()
    return found


def meetings_of_observer(con: Connection, observer: str, first: date, last: date, dials: Dials) -> pl.DataFrame | None:
    """The meetings on these days (none that was withdrawn) to whose cell the observer was assigned then, or came.

    Columns: those of `contracts.reports.CalendarMeeting`, by day and cell. None for an observer whom nothing names.
    """
    parameters = {**known(dials), "observer": observer, "cell": None}
    if not con.sql(_NAMED, params=parameters).fetchall():
        return None
    found: pl.DataFrame = con.sql(_OF_OBSERVER, params={**parameters, "first": first, "last": last}).pl()
    return found


def visits_seen(con: Connection, cell: str, dials: Dials = NOW) -> dict[str, tuple[VisitSeen, ...]]:
    """All visits to a cell, with their marks, by meeting."""
    found: dict[str, tuple[VisitSeen, ...]] = {}
    for row in visits_known(con, FOR_EVER, dials, cell).iter_rows(named=True):
        said = {name: row[name] for name in ("visit", "observer", "line", "agrees", "guidance", "event")}
        seen = VisitSeen(**said, **marks_given(row, "total", "grade"))
        found[row["meeting"]] = (*found.get(row["meeting"], ()), seen)
    return found


def marks_given(row: Mapping[str, Any], total: str, grade: str) -> dict[str, Any]:
    """What `Marks` has, from a row with the columns of somebody's marks; `total` and `grade` name two of them."""
    marks = marks_of(row) if row["marks_criteria"] is not None else {}
    return {"criteria": row["marks_criteria"], "marks": marks, "total": row[total], "grade": row[grade]}


def facts_on(con: Connection, days: pl.DataFrame, dials: Dials, *, placed: bool = True) -> pl.DataFrame:
    """What the registry said of cells on days (columns cell, day), by cell and day.

    Columns: cell, day, cell_name, cell_kind, unit, hardship, on_upper_committee (the secretary), lives, cell_event,
    unit_kind, where asked (`placed`) units (all above, nearest first). A cell that is not known then does not live.
    """
    statement = _FACTS_PLACED if placed else f"{_FACTS} ORDER BY q.cell, q.day"
    with registered(con, "asked", days.select("cell", "day").to_arrow().cast(CELL_DAYS)):
        found: pl.DataFrame = con.sql(statement, params=known(dials)).pl()
    return found


def with_senders(con: Connection, assigned: pl.DataFrame, dials: Dials) -> pl.DataFrame:
    """Assignments on days (columns by_unit, day, ...) with `by_kind`, the sending unit's kind then, or null."""
    asked = assigned.select(_SENDERS.names).unique(maintain_order=True)
    with registered(con, "asked", asked.to_arrow().cast(_SENDERS)):
        kinds: pl.DataFrame = con.sql(_KINDS, params=known(dials)).pl()
    return assigned.join(kinds, on=_SENDERS.names, how="left", maintain_order="left")


def turning_days(con: Connection, spans: pl.DataFrame, dials: Dials) -> pl.DataFrame:
    """The first day of each span (cell, assignment, first, last) and every later day on which the registry may say
    something else: cell, assignment, day."""
    with registered(con, "spans", spans.select(_SPANS.names).to_arrow().cast(_SPANS)):
        found: pl.DataFrame = con.sql(_TURNS, params=known(dials)).pl()
    return found


def states_of(con: Connection, cells: Iterable[str], dials: Dials) -> dict[str, list[dict[str, Any]]]:
    """The states of these cells, oldest first (the fields that lines ask for, `valid_from`, `event`)."""
    rows = con.sql(_STATES, params={**known(dials), "cells": sorted(set(cells))}).pl().to_dicts()
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["cell"], []).append(row)
    return found


def units_on(con: Connection, day: date, dials: Dials) -> dict[str, dict[str, Any]]:
    """Every unit as of a day: name, kind, parent and the event that says so."""
    rows = con.sql(_UNITS, params={**known(dials), "day": day}).pl().to_dicts()
    return {row["unit"]: row for row in rows}
