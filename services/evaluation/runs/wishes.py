"""Which runs are asked for and not yet done, in files: whoever serves carries them out, whatever was killed before."""

from __future__ import annotations

import logging
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from services.contracts.base import Contract
from services.contracts.rescoring import RescoreOf, RunProgress, RunState

log = logging.getLogger(__name__)
C = TypeVar("C", bound=Contract)
LEFT_S = 3600
"""A draft that is so old was left by a process that was killed."""


class Wish(Contract):
    """A run to be carried out; `again`: it was recorded, and is to come to the same."""

    question: RescoreOf
    again: bool = False


class Wishes:
    """The wishes in a folder, which the evaluations of one data folder share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for draft in folder.glob(".r-*"):
            if draft.stat().st_mtime < time.time() - LEFT_S:  # else an evaluation beside this one may be writing it
                draft.unlink(missing_ok=True)
        for beside in (*folder.glob("r-*.told"), *folder.glob("r-*.begun")):
            if beside.stem not in self:
                beside.unlink(missing_ok=True)

    def add(self, run: str, wish: Wish) -> None:
        """Keeps a wish; it is there whole or not at all, also after a power failure."""
        self._told(run).unlink(missing_ok=True)
        self._write(self._path(run), wish, synced=True)

    def begin(self, run: str) -> int:
        """Notes that somebody begins with a run; how often that was before without its coming to an end."""
        path = self.folder / f"{run}.begun"
        with path.open("ab") as file:
            before = file.tell()
            file.write(b".")
        return before

    def leave(self, run: str) -> None:
        """Whoever began with a run leaves it to the next, and it is not the run's fault."""
        (self.folder / f"{run}.begun").unlink(missing_ok=True)

    def tell(self, told: RunProgress) -> None:
        """Leaves word of how far a run is, for whoever else is asked."""
        self._write(self._told(told.run), told)

    def progress(self, run: str) -> RunProgress:
        """How far a run that is wished for is, as far as whoever carries it out has left word."""
        try:
            return _read(self._told(run), RunProgress)
        except (FileNotFoundError, ValidationError):
            return waiting(run)

    def find(self, run: str) -> Wish | None:
        """The wish for a run; None when nobody waits for it (any more)."""
        try:
            return _read(self._path(run), Wish)
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
        self._told(run).unlink(missing_ok=True)
        self.leave(run)

    def runs(self) -> list[str]:
        """The runs that are wished for, the oldest wish first."""
        found = list[tuple[int, str]]()
        for path in self.folder.glob("r-*.json"):
            with suppress(FileNotFoundError):  # it has just ended, or was cancelled through another evaluation
                found.append((path.stat().st_mtime_ns, path.stem))
        return [run for _, run in sorted(found)]

    def _path(self, run: str) -> Path:
        return self.folder / f"{run}.json"

    def _told(self, run: str) -> Path:
        return self.folder / f"{run}.told"

    def _write(self, path: Path, said: Contract, *, synced: bool = False) -> None:
        draft = self.folder / f".{path.name}.{os.getpid()}"
        with draft.open("w", encoding="utf-8") as file:
            file.write(said.model_dump_json())
            file.flush()
            if synced:
                os.fsync(file.fileno())
        draft.rename(path)


def waiting(run: str) -> RunProgress:
    """Nobody has begun with the run yet."""
    return RunProgress(run=run, state=RunState.RUNNING, stage="waiting")


def _read(path: Path, model: type[C]) -> C:
    return model.model_validate_json(path.read_text(encoding="utf-8"))
