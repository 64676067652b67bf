"""The tables of a run as they are found: kept part by part and identified on the way, so that none is in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import polars as pl

from services.contracts.rescoring import TABLES
from services.evaluation.rescoring.pairs import MONTH
from services.evaluation.scoring.digest import FrameDigest


class Keep(Protocol):
    """Where tables go."""

    @property
    def folder(self) -> Path | None:
        """Where rows that must wait for others may be put aside (None: where the system has such a place)."""

    def add(self, table: str, rows: pl.DataFrame) -> None:
        """The next rows of a table."""


class InMemory:
    """Keeps tables in memory."""

    folder = None

    def __init__(self) -> None:
        self._parts: dict[str, list[pl.DataFrame]] = defaultdict(list)

    def add(self, table: str, rows: pl.DataFrame) -> None:
        """The next rows of a table."""
        self._parts[table].append(rows)

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """What was kept."""
        return {name: pl.concat(self._parts[name]) for name in TABLES if name in self._parts}


class Identified:
    """Keeps tables, and says what identifies them (`scoring.digest`)."""

    def __init__(self, keep: Keep) -> None:
        self.keep = keep
        self._digests: dict[str, FrameDigest] = {}

    def add(self, table: str, rows: pl.DataFrame) -> None:
        """The next rows of a table."""
        self._digests.setdefault(table, FrameDigest(rows.schema)).update(rows)
        self.keep.add(table, rows)

    @property
    def digests(self) -> dict[str, str]:
        """The digest of every table there is."""
        return {name: self._digests[name].hexdigest() for name in TABLES if name in self._digests}


class ByCell:
    """Puts rows that come year by year, each stretch of cells in its place, in the order of cells and months.

    Rows of one year are so already. Those of several are put `aside` until all years of their stretch are there.
    """

    def __init__(self, into: Identified, aside: Path | None) -> None:
        self.into, self.aside = into, aside
        self._waiting: dict[int, dict[str, list[Path]]] = defaultdict(lambda: defaultdict(list))

    def add(self, table: str, stretch: int, rows: pl.DataFrame) -> None:
        """The next year's rows of a stretch."""
        if self.aside is None:
            self.into.add(table, rows)
            return
        waiting = self._waiting[stretch][table]
        waiting.append(self.aside / f"{table}-{stretch}-{len(waiting)}.arrow")
        rows.write_ipc(waiting[-1], compression="lz4")

    def finish(self) -> Iterator[None]:
        """Adds what waits, stretch by stretch, with a pause before each but the first."""
        for place, tables in sorted(self._waiting.items()):
            if place:
                yield
            for table, paths in tables.items():
                self.into.add(table, pl.concat(map(pl.read_ipc, paths)).sort(MONTH, maintain_order=True))
                for path in paths:
                    path.unlink()


@contextmanager
def by_cell(into: Identified, *, several_years: bool) -> Iterator[ByCell]:
    """Rows of one year or of several in the order of cells and months."""
    if not several_years:
        yield ByCell(into, None)
        return
    with TemporaryDirectory(dir=into.keep.folder) as aside:
        yield ByCell(into, Path(aside))
