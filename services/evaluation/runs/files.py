"""Results of runs in files: a folder for each run, whole or not there. They can be made again, so few are kept."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from pydantic import ValidationError

from services.contracts.receipts import Problem, Refused
from services.contracts.rescoring import TABLES, ResultOf, RunReceipt

KEPT = 50
LEFT_S = 3600
"""What was begun and not touched for so long was left by a process that was killed."""
PAGE_BYTES = 6 * 2**20
"""An answer is at most 8 MB (`contracts.bus.MAX_PAYLOAD_BYTES`)."""
RECEIPT = "receipt.json"


class Begun:
    """A result that is being written, each table in one file or more (`rescoring.tables.Keep`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: Counter[str] = Counter()

    def add(self, table: str, rows: pl.DataFrame) -> None:
        """The next rows of a table."""
        rows.write_parquet(self.folder / f"{table}-{self._files[table]:05}.parquet")
        self._files[table] += 1


class RunFiles:
    """The results in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for begun in folder.glob(".*"):
            if begun.stat().st_mtime < time.time() - LEFT_S:  # else perhaps an evaluation beside this one is at it
                shutil.rmtree(begun, ignore_errors=True)

    @contextmanager
    def begin(self) -> Iterator[Begun]:
        """A result that is about to be written; it is gone unless it is kept."""
        folder = Path(tempfile.mkdtemp(prefix=".", dir=self.folder))
        try:
            yield Begun(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, begun: Begun, receipt: RunReceipt) -> None:
        """Keeps a result that is written; the oldest beyond `KEPT` go."""
        (begun.folder / RECEIPT).write_text(receipt.model_dump_json(), encoding="utf-8")
        shutil.rmtree(self.folder / receipt.run, ignore_errors=True)
        begun.folder.rename(self.folder / receipt.run)
        for old in sorted(self.folder.glob("r-*"), key=os.path.getmtime)[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)

    def receipt(self, run: str) -> RunReceipt | None:
        """The receipt of a kept run; None when it is not kept, or by a version whose receipts cannot be read here."""
        try:
            return RunReceipt.model_validate_json((self.folder / run / RECEIPT).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValidationError):
            return None

    def page(self, asked: ResultOf) -> tuple[pl.DataFrame, int]:
        """A page of a table, shortened to what an answer can hold, and the rows of the whole table."""
        if asked.table not in TABLES:
            raise Refused(
                Problem(path="table", problem=f"no table {asked.table}", expected=f"one of {', '.join(TABLES)}")
            )
        if self.receipt(asked.run) is None:
            raise Refused(
                Problem(path="run", problem=f"the result of {asked.run} is not kept here", expected="repeat the run")
            )
        files = sorted((self.folder / asked.run).glob(f"{asked.table}*.parquet"))
        if not files:
            return pl.DataFrame(), 0
        whole = pl.scan_parquet(files)
        page = fitting(whole.slice(asked.offset, asked.limit).collect())
        return page, whole.select(pl.len()).collect().item()


def fitting(page: pl.DataFrame) -> pl.DataFrame:
    """As many of the rows, from the first on, as an answer can hold."""
    while page.estimated_size() > PAGE_BYTES:
        page = page.head(page.height // 2)
    return page
