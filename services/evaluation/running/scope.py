"""Whose months may have another score after what came into the history between two positions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from services.evaluation.history.criteria import Sets, sets_known
from services.evaluation.history.facts import LAST_DAY, SCOPE
from services.evaluation.history.known import Dials
from services.evaluation.history.store import Connection
from services.evaluation.history.tables import arrow_table

_TOUCHED = """
WITH RECURSIVE touched AS (
    SELECT DISTINCT cell, meeting FROM meetings WHERE position > $after AND position <= $upto
)
"""
_BELOW = """
, below(unit, first) AS (
    SELECT unit, min(valid_from) FROM units WHERE position > $after AND position <= $upto GROUP BY unit
    UNION
    SELECT units.unit, below.first FROM units JOIN below ON units.parent = below.unit
)
"""
_REACH = """
, reach AS (
    SELECT cell, min(held_on) AS first, make_date(max(year(held_on)), 12, 31) AS last
    FROM meetings SEMI JOIN touched USING (cell, meeting) WHERE held_on IS NOT NULL GROUP BY cell
    UNION ALL
    SELECT cell, min(valid_from), DATE '9999-12-31' FROM cells
    WHERE position > $after AND position <= $upto GROUP BY cell
"""
_UNITS_REACH = """
    UNION ALL
    SELECT cell, min(first), DATE '9999-12-31' FROM cells JOIN below ON cells.parent = below.unit GROUP BY cell
"""
_CRITERIA_REACH = """
    UNION ALL
    SELECT DISTINCT cell, $first::DATE, $last::DATE FROM meetings WHERE $first::DATE IS NOT NULL
    UNION ALL
    SELECT cell, min(held_on), make_date(max(year(held_on)), 12, 31) FROM meetings
    WHERE held_on IS NOT NULL AND marks_criteria IN (SELECT unnest($forms::VARCHAR[])) GROUP BY cell
"""
_SCOPE = """
)
SELECT cell, date_trunc('month', min(first))::DATE AS first, max(last) AS last FROM reach GROUP BY cell ORDER BY cell
"""
_CHANGED = """
SELECT
    (SELECT list(DISTINCT set ORDER BY set) FROM criteria WHERE position > $after AND position <= $upto),
    EXISTS (FROM units WHERE position > $after AND position <= $upto)
"""


def affected(con: Connection, after: int, upto: int, shipped: Sets) -> pa.Table:
    """The scope (`history.facts.SCOPE`) of what came after one position, up to another.

    A meeting reaches from the first month that any version of it was held in to the end of the last such year, because
    a month's score depends on excuses in the months before it. A cell's state reaches from its first day on, a unit's
    over all cells that were ever below it, because a set may judge a unit's whole territory. A criteria set reaches
    over all cells, and over the whole years in which it could judge before or can judge now (a set whose force is that
    of the decision's day judges a year from its first day); besides, wherever marks were given on it.
    """
    parameters: dict[str, Any] = {"after": after, "upto": upto}
    [(changed, units)] = con.execute(_CHANGED, parameters).fetchall()
    reach = _TOUCHED + (_BELOW if units else "") + _REACH
    if units:
        reach += _UNITS_REACH
    if changed:
        first, last = _years(con, after, upto, shipped, changed)
        parameters |= {"first": first, "last": last, "forms": changed}
        reach += _CRITERIA_REACH
    return arrow_table(SCOPE, con.execute(reach + _SCOPE, parameters).fetchall())


def _years(
    con: Connection, after: int, upto: int, shipped: Sets, changed: Sequence[str]
) -> tuple[date | None, date | None]:
    """First and last day of the years in which these sets could judge before or can judge now."""
    judging = [sets_known(con, shipped, Dials(position=place)).sets for place in (after, upto)]
    spans = [sets[id_].effective for sets in judging for id_ in changed if id_ in sets]
    first = min((date(span.from_.year, 1, 1) for span in spans), default=None)
    last = max((date(span.to.year, 12, 31) if span.to else LAST_DAY for span in spans), default=None)
    return first, last
