"""How far a channel has delivered, in a file: whatever is killed, nothing is lost and little is sent twice."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from services.contracts.base import Contract


class Noted(Contract):
    """Everything up to `position` of the event store was delivered; `digest`: the day of the last digest."""

    position: int
    digest: date | None = None


class Notes:
    """The file of one channel. One that is new begins at `start`: what was recorded before it was switched on is not
    delivered."""

    def __init__(self, path: Path, start: int) -> None:
        self.path = path
        try:
            self.noted = Noted.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            self.note(Noted(position=start))
        except ValidationError as error:
            wrong = f"{path} does not say how far alerts are delivered; without it delivery begins with what comes next"
            raise ValueError(wrong) from error

    def note(self, noted: Noted) -> None:
        """Keeps this, whole, also through a power failure."""
        draft = self.path.with_name(f".{self.path.name}.new")
        with draft.open("w", encoding="utf-8") as file:
            file.write(noted.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)
        self.noted = noted

    def reached(self, position: int) -> None:
        """Everything up to this position is delivered."""
        self.note(self.noted.model_copy(update={"position": position}))
