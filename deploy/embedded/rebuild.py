"""`<data>/rebuild.json`: a new history of evaluation that is built beside the running one, as far as it is.

The supervisor writes it; `nenep rebuild` asks the supervisor by `<data>/rebuild.request`, and reads what became of it.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

FILE, REQUEST = "rebuild.json", "rebuild.request"


class Wish(StrEnum):
    """What `nenep rebuild` may ask for: to begin (or go on), to stop and keep what is there, to stop and delete it."""

    BEGIN = "begin"
    CANCEL = "cancel"
    DISCARD = "discard"


class Request(BaseModel):
    """A wish; `snapshot` is the folder to begin from, `id` tells that it was obeyed."""

    model_config = ConfigDict(frozen=True)

    wish: Wish
    snapshot: Path | None = None
    id: str = Field(default_factory=lambda: secrets.token_hex(8))


class Phase(StrEnum):
    """How far a rebuild is. The first two go on after a restart of the system."""

    BUILDING = "building"
    TAKING_OVER = "taking over"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def goes_on(self) -> bool:
        """Whether the rebuild is under way."""
        return self in (Phase.BUILDING, Phase.TAKING_OVER)


class Rebuild(BaseModel):
    """The last rebuild. `generation` is that of the new history, `position` up to which event of the stream it is
    scored, of `end`; `detail` says why it failed; `request` is the id of the last request that was obeyed."""

    phase: Phase
    generation: int
    began_at: datetime
    snapshot: Path | None = None
    position: int = 0
    end: int = 0
    detail: str = ""
    request: str = ""


def write(data: Path, name: str, model: BaseModel) -> None:
    """Replaces a file in one step."""
    draft = data / f".{name}.new"
    draft.write_text(model.model_dump_json(indent=2) + "\n")
    draft.replace(data / name)


def read(data: Path) -> Rebuild | None:
    """The last rebuild on this data directory; None when there is nothing readable."""
    try:
        return Rebuild.model_validate_json((data / FILE).read_bytes())
    except (OSError, ValueError):
        return None


def take_request(data: Path) -> Request | None:
    """The request that waits, if any; it is then nobody else's. One that cannot be read is none."""
    try:
        text = (data / REQUEST).read_bytes()
        (data / REQUEST).unlink()
        return Request.model_validate_json(text)
    except (OSError, ValueError):
        return None
