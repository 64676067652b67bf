"""Opening the history and appending to it: rows and position in one transaction, repeated events without effect."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from services.evaluation.history.formats import claim
from services.evaluation.history.reading import NOT_AS_EXPECTED, Read, read, read_leniently
from services.evaluation.history.superseded import note_superseded
from services.evaluation.history.tables import GAPS, LOG, SCHEMAS, arrow_table
from services.evaluation.history.values import Row

if TYPE_CHECKING:
    from services.chassis.tail import Arrived

Connection = duckdb.DuckDBPyConnection
MEMORY, THREADS = "256MB", 2
ARROW = {"produce_arrow_string_view": "true"}
"""Texts as Polars keeps them, so that they are not copied one by one."""
_opening = threading.Lock()


class Gap(Exception):
    """Events are missing between the history's position and what arrived. Nothing was appended."""

    def __init__(self, first: int, last: int) -> None:
        super().__init__(f"events {first} to {last} of the stream did not arrive")
        self.first, self.last = first, last


@dataclass(frozen=True)
class Appended:
    """What an append did: the positions before and now, and the events that were new, in order."""

    before: int
    position: int
    events: Sequence[Read]


def open_history(path: Path | str, memory: str = MEMORY, threads: int = THREADS) -> Connection:
    """The history in this file (`:memory:` for none), created where it is missing. One process may hold a file.

    Raises `formats.OtherFormat` for a file that another engine made in another way.
    """
    con = duckdb.connect(str(path), config={"memory_limit": memory, "threads": threads, **ARROW})
    with closed_on_error(con), transaction(con):
        claim(con, "history", SCHEMAS)
        con.execute("CREATE TABLE IF NOT EXISTS place (position BIGINT, scored BIGINT)")
        con.execute("INSERT INTO place SELECT 0, 0 WHERE NOT EXISTS (FROM place)")
    return con


@contextmanager
def closed_on_error(con: Connection) -> Iterator[None]:
    """Gives the file back when what is done inside fails."""
    try:
        yield
    except BaseException:
        con.close()
        raise


@contextmanager
def transaction(con: Connection) -> Iterator[None]:
    """All that is written inside, or nothing. Reads inside see one state."""
    con.begin()
    try:
        yield
    except BaseException:
        con.rollback()
        raise
    con.commit()


def position(con: Connection) -> int:
    """The position in the event stream up to which everything is in the history; 0 before the first event."""
    found = con.execute("SELECT position FROM place").fetchall()
    return int(found[0][0])


def last_arrival(con: Connection) -> datetime | None:
    """When the stream stored the event at the position; None when there is none."""
    found = con.execute("SELECT arrived_at FROM log WHERE position = (SELECT position FROM place)").fetchall()
    return found[0][0].replace(tzinfo=UTC) if found else None


def append(con: Connection, batch: Iterable[Arrived], *, accept_gap: bool = False) -> Appended:
    """Appends what is new of a batch, inside the caller's transaction.

    Events at or before the position have no effect. Raises `Gap` when positions are missing; with `accept_gap` (the
    stream itself no longer has them) they are noted in `gaps` instead, which every status then shows.
    """
    before = at = position(con)
    events: list[Read] = []
    gaps: list[Row] = []
    for arrived in batch:
        if arrived.position <= at:
            continue
        if arrived.position != at + 1:
            if not accept_gap:
                raise Gap(at + 1, arrived.position - 1)
            gaps.append((at + 1, arrived.position - 1))
        events.append(read(arrived))
        at = arrived.position
    if events:
        events = _insert_data(con, events)
        if any(event.table == "meetings" for event in events):
            note_superseded(con, before)
        insert(con, "log", LOG, [event.log_row() for event in events])
        insert(con, "gaps", GAPS, gaps)
        con.execute("UPDATE place SET position = ?", [at])
    return Appended(before, at, events)


def _insert_data(con: Connection, events: list[Read]) -> list[Read]:
    """Inserts the events' data; returns the events, those that no column can hold with their problem."""
    try:
        tables = _tables(events)
    except (pa.ArrowException, *NOT_AS_EXPECTED):
        events = [_fitting(event) for event in events]
        tables = _tables(events)
    for name, table in tables.items():
        insert_table(con, name, table)
    return events


def _tables(events: Iterable[Read]) -> dict[str, pa.Table]:
    rows: dict[str, list[Row]] = {}
    for event in events:
        if event.table and event.rows:
            rows.setdefault(event.table, []).extend(event.rows)
    return {name: arrow_table(SCHEMAS[name], found) for name, found in rows.items()}


def _fitting(event: Read) -> Read:
    """The event as the columns can hold it: as it is, as its contract reads it, or else unreadable."""
    if not _misfit(event):
        return event
    again = read_leniently(event)
    misfit = _misfit(again)
    return again.unreadable(f"its data does not fit the history: {misfit}") if misfit else again


def _misfit(event: Read) -> str:
    """What of the event's rows no column can hold, in words; empty when all fits."""
    try:
        _tables([event])
    except (pa.ArrowException, *NOT_AS_EXPECTED) as error:
        return str(error) or type(error).__name__
    return ""


def insert(con: Connection, name: str, schema: pa.Schema, rows: Sequence[Row]) -> None:
    """Appends rows to a table."""
    if rows:
        insert_table(con, name, arrow_table(schema, rows))


def insert_table(con: Connection, name: str, arriving: pa.Table) -> None:
    """Appends an Arrow table's rows to a table of the same columns."""
    # DuckDB finds the Arrow table by the name of the argument, which takes half the time of registering it.
    con.execute(f"INSERT INTO {name} SELECT * FROM arriving")  # noqa: S608 - the name is a table of ours


@contextmanager
def registered(con: Connection, name: str, table: pa.Table) -> Iterator[None]:
    """Lets statements inside read an Arrow table under this name."""
    con.register(name, table)
    try:
        yield
    finally:
        con.unregister(name)


def another(con: Connection) -> Connection:
    """Another connection to the same history, for another thread. Nobody else may be using `con` for statements."""
    with _opening:
        return con.cursor()


@contextmanager
def snapshot(con: Connection) -> Iterator[Connection]:
    """A cursor of its own that sees one state of the history throughout, for a reader in another thread."""
    cursor = another(con)
    try:
        with transaction(cursor):
            yield cursor
    finally:
        cursor.close()
