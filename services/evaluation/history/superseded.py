"""Which version of a meeting is in force: the last one, by its number and then its place in the stream, that is known.

What is known depends on the dials, so nothing is marked as old. Instead each row notes the versions that take its place
and from when they do; of those that arrive later only the ones that were recorded earlier than all before matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

AT, BY = '"at" <= $known_at::TIMESTAMP', '"by" <= $upto::BIGINT'
IN_FORCE = f"""ANTI JOIN (
    SELECT position FROM superseded WHERE ($known_at::TIMESTAMP IS NULL OR {AT}) AND ($upto::BIGINT IS NULL OR {BY})
) AS gone USING (position)"""  # noqa: S608 - constants of ours
"""Behind `meetings`, whose rows must also be `KNOWN`: only the versions in force, under the dials."""

_NOTE = """
INSERT INTO superseded
WITH touched AS (
    SELECT cell, meeting FROM meetings WHERE position > $before
), versions AS (
    SELECT position, recorded_at, cell, meeting, version FROM meetings SEMI JOIN touched USING (cell, meeting)
), followed AS (
    SELECT v.position, greatest(v.position, n.position) AS "by", n.recorded_at AS "at"
    FROM versions v JOIN versions n ON n.cell = v.cell AND n.meeting = v.meeting
        AND (n.version, n.position) > (v.version, v.position)
), first_of_all AS (
    FROM followed QUALIFY coalesce("at" < min("at") OVER (
        PARTITION BY position ORDER BY "by", "at" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), true)
)
FROM first_of_all WHERE "by" > $before ORDER BY position, "by"
"""


def note_superseded(con: Connection, before: int) -> None:
    """Notes what the meetings after this position supersede, and what of them was superseded before it came."""
    con.execute(_NOTE, {"before": before})
