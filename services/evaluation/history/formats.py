"""Whether a file holds the history as this engine makes it. What another engine wrote is never half understood."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pyarrow as pa

from services.evaluation.history.tables import create_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

READING = 2
"""Raised whenever the same events give other rows than before in tables of the same columns."""


class OtherFormat(Exception):
    """The file holds a history of another format: it has to be built anew from the event stream."""

    def __init__(self, found: str, wanted: str) -> None:
        super().__init__(f"the history is of format {found}, this engine makes format {wanted}")
        self.found, self.wanted = found, wanted


def format_of(schemas: Mapping[str, pa.Schema]) -> str:
    """What identifies the format of these tables: how events are read, and every column."""
    columns = "\n".join(create_table(name, schema) for name, schema in sorted(schemas.items()))
    return f"{READING}-{hashlib.sha256(columns.encode()).hexdigest()[:12]}"


def claim(con: Connection, part: str, schemas: Mapping[str, pa.Schema]) -> None:
    """Makes these tables where the file has none of them. Inside the caller's transaction; raises `OtherFormat`."""
    con.execute("CREATE TABLE IF NOT EXISTS formats (part VARCHAR, format VARCHAR)")
    wanted = format_of(schemas)
    found = con.execute("SELECT format FROM formats WHERE part = ?", [part]).fetchall()
    if found:
        if found != [(wanted,)]:
            raise OtherFormat(found[0][0], wanted)
        return
    there = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if there & set(schemas):
        raise OtherFormat("0 (before formats were noted)", wanted)
    for name, schema in schemas.items():
        con.execute(create_table(name, schema))
    con.execute("INSERT INTO formats VALUES (?, ?)", [part, wanted])
