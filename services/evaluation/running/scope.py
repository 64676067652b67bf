"""Whose months may have another score after what came into the history between two positions."""

from __future__ import annotations

import pyarrow as pa

from services.evaluation.history.facts import SCOPE
from services.evaluation.history.store import Connection
from services.evaluation.history.tables import arrow_table

_SCOPE = """
WITH touched AS (
    SELECT DISTINCT cell, meeting FROM meetings WHERE position > $after AND position <= $upto
), reach AS (
    SELECT cell, min(held_on) AS first, make_date(max(year(held_on)), 12, 31) AS last
    FROM meetings SEMI JOIN touched USING (cell, meeting) WHERE held_on IS NOT NULL GROUP BY cell
    UNION ALL
    SELECT cell, min(valid_from), DATE '9999-12-31' FROM cells
    WHERE position > $after AND position <= $upto GROUP BY cell
)
SELECT cell, date_trunc('month', min(first))::DATE AS first, max(last) AS last FROM reach GROUP BY cell ORDER BY cell
"""


def affected(con: Connection, after: int, upto: int) -> pa.Table:
    """The scope (`history.facts.SCOPE`) of what came after one position, up to another.

    A meeting reaches from the first month that any version of it was held in to the end of the last such year, because
    a month's score depends on excuses in the months before it. A cell's state reaches from its first day on.
    """
    return arrow_table(SCOPE, con.execute(_SCOPE, {"after": after, "upto": upto}).fetchall())
