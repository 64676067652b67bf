"""Whose months may have another score after what came into the history between two positions."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date

import pyarrow as pa

from services.evaluation.history.criteria import Sets, sets_known
from services.evaluation.history.facts import LAST_DAY, SCOPE
from services.evaluation.history.known import Dials
from services.evaluation.history.store import Connection
from services.evaluation.history.tables import arrow_table

_TOUCHED = """
SELECT cell, min(held_on), make_date(max(year(held_on)), 12, 31) FROM meetings
SEMI JOIN (SELECT cell, meeting FROM meetings WHERE position > $after AND position <= $upto) USING (cell, meeting)
WHERE held_on IS NOT NULL GROUP BY cell
"""
_CHANGED = """
SELECT cell, min(valid_from), DATE '9999-12-31' FROM cells WHERE position > $after AND position <= $upto GROUP BY cell
"""
_BELOW = """
WITH RECURSIVE below(unit, first) AS (
    SELECT unit, min(valid_from) FROM units WHERE position > $after AND position <= $upto GROUP BY unit
    UNION
    SELECT units.unit, below.first FROM units JOIN below ON units.parent = below.unit
)
SELECT cell, min(first), DATE '9999-12-31' FROM cells JOIN below ON cells.parent = below.unit GROUP BY cell
"""
_SETS = "SELECT DISTINCT set FROM criteria WHERE position > $after AND position <= $upto ORDER BY set"
_JUDGED = "SELECT DISTINCT cell, $first::DATE, $last::DATE FROM meetings"
_MARKED = """
SELECT cell, min(held_on), make_date(max(year(held_on)), 12, 31) FROM meetings
WHERE held_on IS NOT NULL AND marks_criteria IN (SELECT unnest($forms::VARCHAR[])) GROUP BY cell
"""
REACHING = frozenset({"meetings", "cells", "units", "criteria"})
"""The tables whose rows may change scores."""
Reach = tuple[str, date, date]


def affected(con: Connection, after: int, upto: int, shipped: Sets, came: Set[str] = REACHING) -> pa.Table:
    """The scope (`history.facts.SCOPE`) of what came after one position, up to another, into these tables.

    A meeting reaches from the first month that any version of it was held in to the end of the last such year, because
    a month's score depends on excuses in the months before it. A cell's state reaches from its first day on, a unit's
    over all cells that were ever below it, because a set may judge a unit's whole territory. A criteria set reaches
    over all cells, and over the whole years in which it could judge before or can judge now (a set whose force is that
    of the decision's day judges a year from its first day); besides, wherever marks were given on it.
    """
    parameters = {"after": after, "upto": upto}
    statements = {"meetings": _TOUCHED, "cells": _CHANGED, "units": _BELOW}
    found: list[Reach] = []
    for table, reach in statements.items():
        if table in came:
            found += con.execute(reach, parameters).fetchall()
    if "criteria" in came:
        found += _of_criteria(con, after, upto, shipped)
    spans: dict[str, tuple[date, date]] = {}
    for cell, first, last in found:
        begins, ends = spans.get(cell, (first, last))
        spans[cell] = min(begins, first), max(ends, last)
    return arrow_table(SCOPE, [(cell, first.replace(day=1), last) for cell, (first, last) in sorted(spans.items())])


def _of_criteria(con: Connection, after: int, upto: int, shipped: Sets) -> list[Reach]:
    changed = [set_ for (set_,) in con.execute(_SETS, {"after": after, "upto": upto}).fetchall()]
    if not changed:
        return []
    first, last = _years(con, after, upto, shipped, changed)
    judged = con.execute(_JUDGED, {"first": first, "last": last}).fetchall() if first else []
    return [*judged, *con.execute(_MARKED, {"forms": changed}).fetchall()]


def _years(
    con: Connection, after: int, upto: int, shipped: Sets, changed: Sequence[str]
) -> tuple[date | None, date | None]:
    """First and last day of the years in which these sets could judge before or can judge now."""
    judging = [sets_known(con, shipped, Dials(position=place)).sets for place in (after, upto)]
    spans = [sets[id_].effective for sets in judging for id_ in changed if id_ in sets]
    first = min((date(span.from_.year, 1, 1) for span in spans), default=None)
    last = max((date(span.to.year, 12, 31) if span.to else LAST_DAY for span in spans), default=None)
    return first, last
