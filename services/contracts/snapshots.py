"""`rpc.evaluation.snapshot`: evaluation writes its state into its own data folder, under a name that was asked for."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from services.contracts.base import Contract
from services.contracts.queries import HistoryDigest

FOLDER, MANIFEST = "snapshots", "manifest.json"
"""Where snapshots lie in evaluation's data folder, and what describes one."""
SnapshotName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]


class SnapshotOf(Contract):
    """Asks for a snapshot under this name. Only the newest one is kept."""

    name: SnapshotName


class Part(Contract):
    """One table: `<table>.parquet`."""

    table: str
    rows: Count
    bytes: Count
    sha256: Digest


class Manifest(Contract):
    """A snapshot: the history up to `position`, its scores up to `scored` (equal unless a backlog is being scored).

    `engine` and `rules` identify by what the scores were made: under others they are settled anew. `formats` identify
    how the tables are made: one of other formats cannot be used. `digest` is the history's own, at `scored`.
    """

    position: Count
    scored: Count
    engine: str
    rules: Digest
    formats: dict[str, str]
    parts: tuple[Part, ...]
    digest: HistoryDigest
