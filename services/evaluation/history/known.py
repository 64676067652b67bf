"""What is known of what: the dials of every question, the states as known, the trees of every day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.evaluation.history.values import utc


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

CELL_SPANS = f"""cell_spans AS (
    SELECT *, lead(valid_from, 1, DATE 'infinity') OVER (PARTITION BY cell ORDER BY valid_from) AS until
    FROM ({CELL_STATES.replace("FROM cells", "FROM {cells}")})
)"""  # noqa: S608
"""The same states with the day until which (not) each holds; `{cells}`: the rows of the cells that are asked for."""

UNIT_STATES = f"""
    SELECT * FROM units WHERE {KNOWN}
    QUALIFY row_number() OVER (PARTITION BY unit, valid_from ORDER BY position DESC, ordinal DESC) = 1
"""  # noqa: S608
"""The states of every unit as known, one per date from which one holds."""

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

ABOVE = f"""
    unit_spans AS (
        SELECT *, lead(since, 1, DATE '9999-12-31') OVER (PARTITION BY unit ORDER BY since) AS until
        FROM (
            WITH unit_states AS ({UNIT_STATES})
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
    ), above AS (SELECT unit, name, since, until, units FROM line WHERE next IS NULL OR len(units) = 16)
"""  # noqa: S608
"""Every unit with itself and all units above it, nearest first, from which day until which (not) each line held."""
