"""Which runs are asked for and not yet done, in files: whoever serves carries them out, whatever was killed before."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from pydantic import ValidationError

from services.contracts.base import Contract
from services.contracts.rescoring import RescoreOf

log = logging.getLogger(__name__)


class Wish(Contract):
    """A run to be carried out; `again`: it was recorded, and is to come to the same."""

    question: RescoreOf
    again: bool = False


class Wishes:
    """The wishes in a folder, which the evaluations of one data folder share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, run: str, wish: Wish) -> None:
        """Keeps a wish; it is there whole or not at all, also after a power failure."""
        draft = self.folder / f".{run}.{os.getpid()}"
        with draft.open("w", encoding="utf-8") as file:
            file.write(wish.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self._path(run))

    def find(self, run: str) -> Wish | None:
        """The wish for a run; None when nobody waits for it (any more)."""
        try:
            return Wish.model_validate_json(self._path(run).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValidationError as error:
            log.warning("the wish for the run %s cannot be read and is dropped: %s", run, error)
            self.drop(run)
            return None

    def __contains__(self, run: str) -> bool:
        return self._path(run).exists()

    def drop(self, run: str) -> None:
        """Nobody waits for the run any more."""
        self._path(run).unlink(missing_ok=True)

    def runs(self) -> list[str]:
        """The runs that are wished for, the oldest wish first."""
        found = [(path.stat().st_mtime_ns, path.stem) for path in self.folder.glob("r-*.json") if path.exists()]
        return [run for _, run in sorted(found)]

    def _path(self, run: str) -> Path:
        return self.folder / f"{run}.json"
