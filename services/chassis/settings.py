"""What a service is told by its environment."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ByteSize, ConfigDict, Field, ValidationError

PREFIX = "NENEP_"


class Told(BaseModel):
    """Settings, each from the environment variable NENEP_<NAME>."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The settings the environment gives; SystemExit names all that are wrong."""
        given = {
            name: environment[PREFIX + name.upper()]
            for name in cls.model_fields
            if PREFIX + name.upper() in environment
        }
        try:
            return cls.model_validate(given)
        except ValidationError as wrong:
            lines = [_line(e["loc"], e["input"], e["msg"]) for e in wrong.errors()]
            raise SystemExit("These settings cannot be used:\n  " + "\n  ".join(lines)) from None


def _line(where: Sequence[int | str], given: object, message: str) -> str:
    return f"{PREFIX}{str(where[0]).upper()}={given!r}: {message}" if where else message


class Settings(Told):
    """Settings of one process.

    `keys` is the folder of nkey seeds (`<identity>.nk`), `data` the folder of the stores, `health_port` where
    `/health` answers on loopback (0: any free port), `patience` how many seconds a report that names something still
    unknown is held before it is rejected, `backdating_days` how far before its arrival a report's own `time` is
    believed as its recording time (-1: any, for imports), `grace_days` how long after the 3rd a month without its
    regular meeting is not yet overdue, `history_memory` what DuckDB may hold in memory (what it
    sorts beyond that goes to disk), `run_memory` about what a run of re-scoring may take beside that. `generation`:
    which history evaluation serves; one above the current is first built beside it. `snapshot`: the folder of a
    snapshot from which an empty history begins.
    `year_rules`: a folder of a locality's year rules (`*.yaml`), beside the one that ships.
    """

    nats_url: str = "nats://127.0.0.1:4222"
    keys: Path = Path("data/keys")
    data: Path = Path("data")
    health_port: int = Field(default=0, ge=0, le=65535)
    patience: float = Field(default=10.0, ge=0)
    backdating_days: int = Field(default=7, ge=-1)
    grace_days: int = Field(default=5, ge=0, le=28)
    history_memory: str = "256MB"
    run_memory: ByteSize = Field(default=ByteSize(1_000_000_000), gt=0)
    generation: int = Field(default=0, ge=0)
    snapshot: Path | None = None
    year_rules: Path | None = None
