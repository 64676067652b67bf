"""Snapshots: the history and the score changes at one position, as Parquet files and a manifest.

A new replica begins from one and goes on from the event stream. The same state gives the same bytes. Nothing of a
snapshot is believed unseen: every file by its digest, the format, and what was loaded by the history's own digests.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Lock

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from services.contracts.receipts import Problem, Refused
from services.contracts.snapshots import FOLDER, MANIFEST, Manifest, Part, SnapshotOf
from services.evaluation.canonical import digest, key_of
from services.evaluation.history.formats import format_of
from services.evaluation.history.store import Connection, insert_table, snapshot, transaction
from services.evaluation.history.tables import SCHEMAS
from services.evaluation.running.draft import muted
from services.evaluation.running.outbox import OUTBOX
from services.evaluation.scoring.score import ENGINE

ROWS = 100_000
"""Rows in a row group: what is held in memory at a time."""
BLOCK = 2**20


class Unusable(Exception):
    """A snapshot that cannot be begun from; `problems` names all that is wrong."""

    def __init__(self, folder: Path, problems: list[str]) -> None:
        super().__init__(f"{folder} cannot be used: " + "; ".join(problems))
        self.problems = problems


def tables() -> dict[str, pa.Schema]:
    """The tables of a snapshot with their columns."""
    return {**SCHEMAS, "outbox": OUTBOX}


def formats() -> dict[str, str]:
    """What identifies how this engine makes them."""
    return {"history": format_of(SCHEMAS), "outbox": format_of({"outbox": OUTBOX})}


def export(con: Connection, folder: Path) -> Manifest:
    """Writes all that one state holds (`con` is a `history.store.snapshot`); the folder is there when it is whole."""
    draft = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    position, scored = con.execute("SELECT position, scored FROM place").fetchall()[0]
    [(rules,)] = con.execute("SELECT fingerprint FROM rules").fetchall()
    manifest = Manifest(
        position=position,
        scored=scored,
        engine=ENGINE,
        rules=rules,
        formats=formats(),
        parts=tuple(_write(con, name, schema, draft) for name, schema in tables().items()),
        digest=digest(con, scored),
    )
    (draft / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n")
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    return manifest


class Snapshots:
    """Answers `rpc.evaluation.snapshot`. Only the newest one is kept, in the service's own data folder."""

    def __init__(self, con: Connection, data: Path) -> None:
        self.con, self.folder = con, data / FOLDER
        self._one_at_a_time = Lock()

    def make(self, asked: SnapshotOf) -> Manifest:
        """Writes one. Refuses while the scores are only drafted: they would be somebody else's."""
        with self._one_at_a_time, snapshot(self.con) as con:
            if muted(con):
                problem = "a new history is just taking over"
                raise Refused(Problem(path="", problem=problem, expected="ask again in a moment"))
            for older in self.folder.glob("*"):
                shutil.rmtree(older)
            return export(con, self.folder / asked.name)


def _write(con: Connection, name: str, schema: pa.Schema, folder: Path) -> Part:
    """One table in its own order, in row groups of one size: how DuckDB cuts its batches leaves no trace."""
    path = folder / f"{name}.parquet"
    key = ", ".join(f'"{column}"' for column in (("seq",) if name == "outbox" else key_of(name)))
    reader = con.sql(f"SELECT * FROM {name} ORDER BY {key}").to_arrow_reader(ROWS)  # noqa: S608 - a table of ours
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _of_one_size(reader):
            writer.write_table(group.cast(schema), row_group_size=ROWS)
            rows += group.num_rows
    return Part(table=name, rows=rows, bytes=path.stat().st_size, sha256=sha256(path))


def _of_one_size(reader: pa.RecordBatchReader) -> Iterator[pa.Table]:
    held = reader.schema.empty_table()
    for batch in reader:
        held = pa.concat_tables([held, pa.Table.from_batches([batch])])
        while held.num_rows >= ROWS:
            yield held.slice(0, ROWS).combine_chunks()
            held = held.slice(ROWS)
    if held.num_rows:
        yield held.combine_chunks()


def sha256(path: Path) -> str:
    """A file's digest."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()


def check(folder: Path) -> Manifest:
    """The manifest of a snapshot that is whole and of our format. Raises `Unusable` with everything that is wrong."""
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise Unusable(folder, [f"it has no {MANIFEST}: is this what `nenep snapshot` wrote?"]) from None
    except (OSError, ValidationError) as error:
        raise Unusable(folder, [f"its {MANIFEST} cannot be read: {str(error).splitlines()[0]}"]) from error
    problems = _other_formats(manifest.formats)
    named = {part.table for part in manifest.parts}
    problems += [f"it does not have the table {name}" for name in tables() if name not in named]
    for part in manifest.parts:
        if part.table in tables():
            problems += _damage(folder / f"{part.table}.parquet", part)
    if problems:
        raise Unusable(folder, problems)
    return manifest


def _other_formats(found: Mapping[str, str]) -> list[str]:
    return [
        f"its {part} is of format {found.get(part)}, this engine makes {ours}: take a snapshot with this version"
        for part, ours in formats().items()
        if found.get(part) != ours
    ]


def _damage(path: Path, part: Part) -> list[str]:
    try:
        size = path.stat().st_size
        if size != part.bytes:
            return [f"{path.name} has {size} bytes instead of {part.bytes}"]
        if sha256(path) != part.sha256:
            return [f"{path.name} is not what was written (its SHA-256 differs)"]
    except OSError as error:
        return [f"{path.name} cannot be read: {error.strerror}"]
    return []


def load(con: Connection, folder: Path) -> Manifest:
    """Fills an empty history from a snapshot, all of it or nothing. Raises `Unusable` with everything that is wrong."""
    manifest = check(folder)
    try:
        with transaction(con):
            for name, schema in tables().items():
                for batch in pq.ParquetFile(folder / f"{name}.parquet").iter_batches(ROWS):
                    insert_table(con, name, pa.Table.from_batches([batch]).cast(schema))
            con.execute("UPDATE place SET position = ?, scored = ?", [manifest.position, manifest.scored])
            con.execute("INSERT INTO rules VALUES (?)", [manifest.rules])
            problems = _unequal(con, manifest)
            if problems:
                raise Unusable(folder, problems)
    except (pa.ArrowException, OSError) as error:
        raise Unusable(folder, [f"it cannot be loaded: {error}"]) from error
    return manifest


def _unequal(con: Connection, manifest: Manifest) -> list[str]:
    theirs = {table.table: table for table in manifest.digest.tables}
    ours = digest(con, manifest.scored).tables
    wrong = [
        f"what it holds of {one.table} is not what its digest says" for one in ours if one != theirs.get(one.table)
    ]
    [(last,)] = con.execute("SELECT coalesce(max(position), 0) FROM log").fetchall()
    if not manifest.scored <= manifest.position == last:
        wrong.append(f"it ends at event {last}, not at {manifest.position} (scored up to {manifest.scored})")
    return wrong
