"""Everything the history and the scores hold, written canonically: the same events give the same bytes.

A table's lines are JSON of its rows in a fixed order. What depends on how events were batched is not in them: of the
outbox only the latest score of each cell and month.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from services.contracts.queries import HistoryDigest, TableDigest
from services.evaluation.history.store import Connection

BLOCK = 1_000
_HISTORY = "SELECT to_json(t) FROM {0} t WHERE position <= $upto ORDER BY {1}"
_STATEMENTS = {
    "log": _HISTORY.format("log", "position"),
    "gaps": "SELECT to_json(t) FROM gaps t WHERE last <= $upto ORDER BY first",
    "meetings": _HISTORY.format("meetings", "position"),
    "cells": _HISTORY.format("cells", "position, ordinal"),
    "units": _HISTORY.format("units", "position, ordinal"),
    "scores": """
        SELECT to_json(t) FROM (
            SELECT cell, period, meeting, held_on, criteria, criteria_hash, points, lower, upper, grade, digest
            FROM (
                FROM outbox WHERE basis <= $upto
                QUALIFY row_number() OVER (PARTITION BY cell, period ORDER BY seq DESC) = 1
            ) WHERE digest IS NOT NULL
        ) t ORDER BY cell, period
    """,
}
TABLES = tuple(_STATEMENTS)
KEYS = {
    "gaps": ("first",),
    "cells": ("position", "ordinal"),
    "units": ("position", "ordinal"),
    "scores": ("cell", "period"),
}
"""What identifies a line of a table, in its order; `position` where nothing else is said."""


def key_of(table: str) -> tuple[str, ...]:
    """The fields that identify a line of this table."""
    return KEYS.get(table, ("position",))


def scored_position(con: Connection) -> int:
    """The position up to which the history and the scores agree."""
    return int(con.sql("SELECT scored FROM place").fetchall()[0][0])


def lines(con: Connection, table: str, upto: int, *, first: int = 0, most: int | None = None) -> Iterator[str]:
    """The lines of a table up to a position of the stream, from the `first` (0 is the first) on, at most `most`.

    KeyError when there is no such table.
    """
    limit = "" if most is None else f" LIMIT {int(most)}"
    result = con.execute(_STATEMENTS[table] + limit + f" OFFSET {int(first)}", {"upto": upto})
    while rows := result.fetchmany(BLOCK):
        for (line,) in rows:
            yield line


def digest(con: Connection, upto: int | None = None) -> HistoryDigest:
    """The digests of all tables up to a position (default: up to which everything is scored)."""
    position = scored_position(con) if upto is None else upto
    return HistoryDigest(position=position, tables=tuple(_digest(con, table, position) for table in TABLES))


def _digest(con: Connection, table: str, upto: int) -> TableDigest:
    whole, block, blocks, rows = hashlib.sha256(), hashlib.sha256(), [], 0
    for line in lines(con, table, upto):
        encoded = line.encode() + b"\n"
        whole.update(encoded)
        block.update(encoded)
        rows += 1
        if rows % BLOCK == 0:
            blocks.append(block.hexdigest())
            block = hashlib.sha256()
    if rows % BLOCK:
        blocks.append(block.hexdigest())
    return TableDigest(table=table, rows=rows, sha256=whole.hexdigest(), blocks=tuple(blocks))
