"""The facts frame: every held meeting in its latest version as known, with its cell and unit as of the right day.

The dials: which meetings (`Scope`: cells, dates, a unit's territory), known at which moment, grouped by the tree of
which date, up to which position of the event stream.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
import pyarrow as pa

from services.evaluation.history.rows import utc
from services.evaluation.history.store import Connection, registered
from services.evaluation.history.tables import DATE, TEXT, arrow_schema

FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)
SCOPE = arrow_schema([("cell", TEXT), ("first", DATE), ("last", DATE)])


@dataclass(frozen=True)
class Dials:
    """As of when, grouped how. `known_at`: what was recorded later is not seen. `tree_at`: the unit is that of this
    date (None: of the meeting's own day). `position`: nothing after it in the event stream is seen."""

    known_at: datetime | None = None
    tree_at: date | None = None
    position: int | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """As parameters `known_at`, `tree_at` and `upto` of a statement."""
        known_at = None if self.known_at is None else utc(self.known_at)
        return {"known_at": known_at, "tree_at": self.tree_at, "upto": self.position}


NOW = Dials()
KNOWN = (
    "($known_at::TIMESTAMP IS NULL OR recorded_at <= $known_at::TIMESTAMP)"
    " AND ($upto::BIGINT IS NULL OR position <= $upto::BIGINT)"
)
"""The condition under which a row is known, for every table of the history."""

CELL_STATES = f"""
    SELECT * FROM cells WHERE {KNOWN}
    QUALIFY row_number() OVER (PARTITION BY cell, valid_from ORDER BY position DESC, ordinal DESC) = 1
"""  # noqa: S608 - constants of ours
"""The states of every cell as known, one per date from which one holds."""

_STATES_IN_SCOPE = CELL_STATES.replace("FROM cells", "FROM cells SEMI JOIN scope USING (cell)")

UNIT_STATES = f"""
    SELECT * FROM units WHERE {KNOWN}
    QUALIFY row_number() OVER (PARTITION BY unit, valid_from ORDER BY position DESC, ordinal DESC) = 1
"""  # noqa: S608
"""The states of every unit as known, one per date from which one holds."""

LATEST = f"""
    SELECT max_by(position, (version, position)) AS position FROM meetings SEMI JOIN scope USING (cell)
    WHERE {KNOWN} GROUP BY cell, meeting
"""  # noqa: S608
"""Positions of the latest version as known of every meeting in scope."""

TERRITORY = f"""
    spans AS (
        SELECT unit, parent, valid_from AS since, lead(valid_from, 1, DATE '9999-12-31')
            OVER (PARTITION BY unit ORDER BY valid_from) AS until
        FROM ({UNIT_STATES})
    ), territory(unit, since, until, depth) AS (
        SELECT $unit::VARCHAR, DATE '0001-01-01', DATE '9999-12-31', 0
        UNION ALL
        SELECT spans.unit, greatest(spans.since, territory.since), least(spans.until, territory.until), depth + 1
        FROM territory JOIN spans ON spans.parent = territory.unit AND depth < 16
            AND spans.since < territory.until AND territory.since < spans.until
    )
"""  # noqa: S608
"""A unit and all below it, with the days from which (included) until which (not) each belonged to it."""

ABOVE = """
    unit_spans AS (
        SELECT *, lead(since, 1, DATE '9999-12-31') OVER (PARTITION BY unit ORDER BY since) AS until
        FROM (
            SELECT unit, name, parent, valid_from AS since FROM unit_states
            UNION ALL
            SELECT unit, NULL, NULL, DATE '0001-01-01'
            FROM (SELECT unit FROM unit_states UNION SELECT parent FROM unit_states WHERE parent IS NOT NULL)
        )
    ), line(unit, name, since, until, next, units) AS (
        SELECT unit, name, since, until, parent, [unit] FROM unit_spans
        UNION ALL
        SELECT line.unit, line.name, greatest(line.since, s.since), least(line.until, s.until), s.parent,
            list_append(line.units, s.unit)
        FROM line JOIN unit_spans s ON s.unit = line.next AND len(line.units) < 16
            AND s.since < line.until AND line.since < s.until
    ), above AS (SELECT unit, name, since, units FROM line WHERE next IS NULL OR len(units) = 16)
"""
"""Every unit with itself and all units above it, nearest first, from each day on which any of that changes."""

_FACTS = f"""
WITH RECURSIVE latest AS ({LATEST}), every_held AS (
    SELECT meetings.*, first, last, coalesce($tree_at::DATE, held_on) AS placed_on
    FROM meetings SEMI JOIN latest USING (position) JOIN scope USING (cell)
    WHERE status = 'held' AND held_on BETWEEN make_date(year(first), 1, 1) AND last
), regular AS (
    SELECT cell, meeting, position, year(held_on) AS year, absences,
        row_number() OVER (PARTITION BY cell, year(held_on) ORDER BY held_on, meeting) AS turn
    FROM every_held WHERE kind IN ('regular', 'combined')
), excuses AS (
    SELECT cell, year, position, turn, absence.ref AS ref
    FROM (SELECT cell, year, position, turn, unnest(absences) AS absence FROM regular) WHERE absence.excused
), islands AS (
    SELECT *, row_number() OVER (PARTITION BY cell, year, ref ORDER BY turn) AS times, turn - times AS island
    FROM excuses
), runs AS (
    SELECT position, max(run) AS longest, max(times) AS most FROM (
        SELECT position, times, row_number() OVER (PARTITION BY cell, year, ref, island ORDER BY turn) AS run
        FROM islands
    ) GROUP BY position
), cell_states AS ({_STATES_IN_SCOPE}), unit_states AS ({UNIT_STATES}), {ABOVE}
SELECT
    h.cell, c.name AS cell_name, c.kind AS cell_kind, c.hardship, p.parent AS unit, a.name AS unit_name,
    CASE WHEN p.parent IS NOT NULL THEN coalesce(a.units, [p.parent]) END AS units,
    strftime(h.held_on, '%Y-%m') AS period, h.meeting, h.kind, h.held_on, h.position, h.event,
    c.event AS registry_event, h.members, h.exempt, h.special_duty,
    h.members - h.exempt - h.special_duty AS expected, h.present,
    len(list_filter(h.absences, lambda x: x.excused))::INTEGER AS excused,
    len(list_filter(h.absences, lambda x: NOT x.excused))::INTEGER AS unexcused,
    coalesce(r.longest, 0)::INTEGER AS longest_excused_run, coalesce(r.most, 0)::INTEGER AS most_excused_in_year,
    c.committee_size > 0 AS has_committee, h.minutes,
    h.speakers, h.started_at, h.documents_at, coalesce(h.sheet_notice_at, h.notice_at) AS notice_at, h.minutes_filed_on,
    h.targets_met, h.targets_total, h.steps, h.thematic_part, h.marks_criteria, h.marks, h.self_total, h.self_grade,
    h.recorded_at
FROM every_held h
LEFT JOIN runs r USING (position)
ASOF LEFT JOIN cell_states c ON h.cell = c.cell AND h.held_on >= c.valid_from
ASOF LEFT JOIN cell_states p ON h.cell = p.cell AND h.placed_on >= p.valid_from
ASOF LEFT JOIN above a ON p.parent = a.unit AND h.placed_on >= a.since
WHERE h.held_on >= h.first
"""  # noqa: S608
_WITHIN = f"""
WITH RECURSIVE {TERRITORY}, every AS ({_FACTS})
SELECT every.* FROM every SEMI JOIN territory t ON t.unit = every.unit
    AND coalesce($tree_at::DATE, held_on) >= t.since AND coalesce($tree_at::DATE, held_on) < t.until
"""  # noqa: S608
_ORDER = " ORDER BY cell, period, meeting"


def facts(
    con: Connection,
    *,
    cells: Sequence[str] | None = None,
    first: date = FIRST_DAY,
    last: date = LAST_DAY,
    unit: str | None = None,
    dials: Dials = NOW,
) -> pl.DataFrame:
    """The facts of the meetings held from `first` to `last`, of these cells (None: all), in this unit's territory.

    Columns: see `scoring.facts.FACTS`; ordered by cell, period, meeting. What the registry does not know is null.
    """
    if cells is None:
        cells = [cell for (cell,) in con.sql("SELECT DISTINCT cell FROM meetings").fetchall()]
    scope = pa.table([list(cells), [first] * len(cells), [last] * len(cells)], schema=SCOPE)
    return scoped_facts(con, scope, unit=unit, dials=dials)


def scoped_facts(con: Connection, scope: pa.Table, *, unit: str | None = None, dials: Dials = NOW) -> pl.DataFrame:
    """The facts of a scope: one row per cell with the first and last day of interest (`SCOPE`)."""
    with registered(con, "scope", scope):
        found: pl.DataFrame
        if unit is None:
            found = con.sql(_FACTS + _ORDER, params=dials.parameters).pl()
        else:
            found = con.sql(_WITHIN + _ORDER, params={**dials.parameters, "unit": unit}).pl()
    moments = ("documents_at", "notice_at", "recorded_at")
    return found.with_columns(pl.col(*moments).dt.replace_time_zone("UTC"))
