"""`nenep verify`: builds the history and all scores anew from the event stream and compares, byte for byte.

The running history is locked by its process, so it is asked for digests of what it holds up to its position; a second
history is built beside it from the stream up to that same position. Where digests differ, the first block of lines
that does is fetched and the differences are named.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import orjson

from services.chassis.asking import ask
from services.chassis.bus import Bus
from services.chassis.tail import Arrived, tail
from services.contracts.bus import EVENTS
from services.contracts.queries import BlockOf, HistoryDigest, Nothing, TableDigest
from services.evaluation.canonical import block_lines, digest, key_of
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.load import load_shipped
from services.evaluation.history.store import MEMORY, Connection
from services.evaluation.running.running import Running, open_evaluation

ASK_S = 120.0
LOOKS, LOOK_S = 120, 0.5
MOST_NAMED = 5
BATCH = 5_000
Progress = Callable[[int, int], None]
"""Told how many events of how many were taken in."""


@dataclass(frozen=True)
class Verified:
    """What came of it: the position compared at, lines per table, and every difference in words (none: all equal)."""

    position: int
    rows: Mapping[str, int]
    differences: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the running history and scores are what the event stream says."""
        return not self.differences


async def verify(bus: Bus, progress: Progress | None = None, folder: Path | None = None) -> Verified:
    """Verifies the running evaluation under this connection's identity (`operator`).

    `folder` is where the second history is built (default: a temporary one; it is removed afterwards). Raises the bus's
    errors and `Refused` when the running one cannot be asked.
    """
    running = await _settled(bus)
    with tempfile.TemporaryDirectory(prefix="nenep-verify-", dir=folder) as place:
        con = await asyncio.to_thread(open_evaluation, Path(place) / "rebuilt.duckdb", MEMORY)
        try:
            await _rebuild(bus, con, running.position, progress)
            rebuilt = await asyncio.to_thread(digest, con, running.position)
            differences: list[str] = []
            for theirs, ours in zip(running.tables, rebuilt.tables, strict=True):
                if theirs != ours:
                    differences += await _differences(bus, con, theirs, ours, running.position)
        finally:
            con.close()
    return Verified(running.position, {one.table: one.rows for one in rebuilt.tables}, tuple(differences))


async def _settled(bus: Bus) -> HistoryDigest:
    """The running one's digests, once it has scored what the stream held when this began (or gets no further)."""
    end = int((await bus.api(f"STREAM.INFO.{EVENTS}"))["state"]["last_seq"])
    position = -1
    for _ in range(LOOKS):
        found = (await ask(bus, "evaluation", "digest", Nothing(), timeout=ASK_S)).model(HistoryDigest)
        if found.position >= end or found.position == position:
            return found
        position = found.position
        await asyncio.sleep(LOOK_S)
    return found


async def _rebuild(bus: Bus, con: Connection, upto: int, progress: Progress | None) -> None:
    rebuilding = Rebuild(con, load_shipped())
    if upto:
        following = tail(bus, EVENTS, "evt.>", bus.identity, 0, batch=BATCH)
        async with aclosing(cast(AsyncGenerator[list[Arrived]], following)) as batches:
            async for batch in batches:
                position = await asyncio.to_thread(rebuilding.take, [one for one in batch if one.position <= upto])
                if progress:
                    progress(position, upto)
                if position >= upto:
                    break
    await asyncio.to_thread(rebuilding.finish)


class Rebuild:
    """A history and its scores made from nothing but events: all of them first, then every score in one go."""

    def __init__(self, con: Connection, sets: Mapping[str, CriteriaSet]) -> None:
        self.running = Running(con, sets, adopt=False)

    def take(self, batch: Iterable[Arrived]) -> int:
        """Takes in a batch; returns the position."""
        return self.running.apply(batch, put_off=True, accept_gap=True).position

    def finish(self) -> None:
        """Scores everything."""
        self.running.settle()


def rebuild(events: Iterable[list[Arrived]], path: Path | str, sets: Mapping[str, CriteriaSet]) -> Connection:
    """A fresh history with its scores in this file, from batches of events."""
    con = open_evaluation(path)
    rebuilding = Rebuild(con, sets)
    for batch in events:
        rebuilding.take(batch)
    rebuilding.finish()
    return con


async def _differences(bus: Bus, con: Connection, theirs: TableDigest, ours: TableDigest, upto: int) -> list[str]:
    """The first differences of a table, in words."""
    blocks = differing(theirs.blocks, ours.blocks)
    question = BlockOf(table=theirs.table, position=upto, block=blocks[0])
    answer = (await ask(bus, "evaluation", "block", question, timeout=ASK_S)).table()
    here = await asyncio.to_thread(block_lines, con, ours.table, blocks[0], upto)
    named = describe(theirs.table, [str(line) for line in answer.column("line").to_pylist()], here)
    count = f"{theirs.table}: {theirs.rows} rows running, {ours.rows} rebuilt, {len(blocks)} blocks differ; the first:"
    return [count, *named]


def differing(theirs: Mapping[str, str], ours: Mapping[str, str]) -> list[str]:
    """The blocks whose digests differ, in the order in which they are first found."""
    return [block for block in dict.fromkeys([*ours, *theirs]) if theirs.get(block) != ours.get(block)]


def describe(table: str, running: Iterable[str], rebuilt: Iterable[str]) -> list[str]:
    """The differences between two runs of a table's lines, in words, at most a few."""
    here, there = _by_key(table, rebuilt), _by_key(table, running)
    found = []
    for key in sorted({*here, *there}):
        ours, theirs = here.get(key), there.get(key)
        name = f"{table} {', '.join(f'{field} {value}' for field, value in zip(key_of(table), key, strict=True))}"
        if theirs is None:
            found.append(f"{name}: the running one does not have it")
        elif ours is None:
            found.append(f"{name}: the event stream does not say so")
        elif ours != theirs:
            fields = [field for field in ours if ours[field] != theirs.get(field)]
            words = (f"{field} is {theirs.get(field)!r} and should be {ours[field]!r}" for field in fields)
            found.append(f"{name}: {', '.join(words)}")
    return found[:MOST_NAMED]


def _by_key(table: str, found: Iterable[str]) -> dict[tuple[Any, ...], dict[str, Any]]:
    rows = [orjson.loads(line) for line in found]
    return {tuple(row[field] for field in key_of(table)): row for row in rows}
