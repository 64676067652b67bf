"""Everything the history and the scores hold, written canonically: the same events give the same bytes.

A table's lines are JSON of its rows in a fixed order, in blocks: the history's by stretches of positions, the scores'
by cell. What depends on how events were batched is not in them: of the outbox only each month's latest score.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from services.contracts.queries import HistoryDigest, TableDigest
from services.evaluation.history.store import Connection

STRETCH = 2_000
"""Positions in a block: few enough that a block's lines fit into one answer."""

_STRETCH = "SELECT to_json(t) FROM {0} t WHERE position BETWEEN $first AND $last AND position <= $upto ORDER BY {1}"
_STRETCHES = {
    "log": _STRETCH.format("log", "position"),
    "meetings": _STRETCH.format("meetings", "position"),
    "assignments": _STRETCH.format("assignments", "position"),
    "visits": _STRETCH.format("visits", "position"),
    **{name: _STRETCH.format(name, "position") for name in ("orientations", "plans", "model_cells", "model_meetings")},
    "cells": _STRETCH.format("cells", "position, ordinal"),
    "units": _STRETCH.format("units", "position, ordinal"),
    "criteria": _STRETCH.format("criteria", "position"),
    "grades": _STRETCH.format("grades", "position"),
    "alerts": _STRETCH.format("alerts", "position"),
    "years": _STRETCH.format("years", "position"),
    "runs": _STRETCH.format("runs", "position"),
    "superseded": """
        SELECT to_json(t) FROM superseded t WHERE position BETWEEN $first AND $last AND "by" <= $upto
        ORDER BY position, "by"
    """,
    "gaps": """
        SELECT to_json(t) FROM gaps t WHERE "first" BETWEEN $first AND $last AND "last" <= $upto ORDER BY "first"
    """,
}
_SCORES = """
    SELECT cell, to_json(t) FROM (
        SELECT cell, period, meeting, held_on, criteria, criteria_hash, points, lower, upper, grade, digest
        FROM (
            FROM changes WHERE basis <= $upto AND ($cell::VARCHAR IS NULL OR cell = $cell)
            QUALIFY row_number() OVER (PARTITION BY cell, period ORDER BY seq DESC) = 1
        ) WHERE digest IS NOT NULL
    ) t ORDER BY cell, period
"""
_SCORED_CELLS = "SELECT DISTINCT cell FROM changes WHERE basis <= $upto ORDER BY cell"
SCORES = "scores"
TABLES = (*_STRETCHES, SCORES)
_KEYS = {
    "gaps": ("first",),
    "cells": ("position", "ordinal"),
    "units": ("position", "ordinal"),
    "superseded": ("position", "by"),
    SCORES: ("cell", "period"),
}


def key_of(table: str) -> tuple[str, ...]:
    """The fields that identify a line of this table."""
    return _KEYS.get(table, ("position",))


def scored_position(con: Connection) -> int:
    """The position up to which the history and the scores agree."""
    return int(con.sql("SELECT scored FROM place").fetchall()[0][0])


def block_lines(con: Connection, table: str, block: str, upto: int) -> list[str]:
    """The lines of a block up to a position of the stream. KeyError when there is no such table."""
    if table == SCORES:
        return [line for _, line in con.sql(_SCORES, params={"cell": block, "upto": upto}).fetchall()]
    first = int(block) if block.isdecimal() else 0
    stretch = {"first": first, "last": first + STRETCH - 1, "upto": upto}
    return [line for (line,) in con.sql(_STRETCHES[table], params=stretch).fetchall()]


def lines(con: Connection, table: str, upto: int) -> Iterator[str]:
    """All lines of a table up to a position of the stream, in their order."""
    for block in _blocks(con, table, upto):
        yield from block_lines(con, table, block, upto)


def _blocks(con: Connection, table: str, upto: int) -> list[str]:
    if table == SCORES:
        return [cell for (cell,) in con.sql(_SCORED_CELLS, params={"upto": upto}).fetchall()]
    return [str(first) for first in range(1, upto + 1, STRETCH)]


def digest(con: Connection, upto: int | None = None) -> HistoryDigest:
    """The digests of all tables up to a position (default: up to which everything is scored)."""
    position = scored_position(con) if upto is None else upto
    return HistoryDigest(position=position, tables=tuple(_digest(con, table, position) for table in TABLES))


def _digest(con: Connection, table: str, upto: int) -> TableDigest:
    rows, blocks = 0, {}
    for block, found in _in_blocks(con, table, upto):
        if found:
            rows += len(found)
            blocks[block] = hashlib.sha256("\n".join(found).encode()).hexdigest()
    return TableDigest(table=table, rows=rows, blocks=blocks)


def _in_blocks(con: Connection, table: str, upto: int) -> Iterator[tuple[str, list[str]]]:
    """Every block with its lines."""
    if table != SCORES:
        for block in _blocks(con, table, upto):
            yield block, block_lines(con, table, block, upto)
        return
    by_cell: dict[str, list[str]] = {}
    for cell, line in con.sql(_SCORES, params={"cell": None, "upto": upto}).fetchall():
        by_cell.setdefault(cell, []).append(line)
    yield from by_cell.items()
