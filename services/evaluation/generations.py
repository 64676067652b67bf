"""Which file holds the history. One that is rebuilt is a file of the next generation; a pointer names the current one.

In evaluation's data folder: `evaluation.duckdb` (generation 0), `evaluation-1.duckdb` and so on; `evaluation.current`
holds the number of the generation that serves (absent: 0). A file of a higher generation is being built and may be gone
on with, one of a lower generation is a leftover. `evaluation.lock` is held by the one process that serves and publishes
the current generation: the kernel gives it up with the process, however that one ends.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

POINTER, LOCK = "evaluation.current", "evaluation.lock"
_NAME = re.compile(r"evaluation(?:-([1-9][0-9]{0,8}))?\.duckdb(?:\..*)?")


@dataclass(frozen=True)
class Generation:
    """One history of a data folder."""

    folder: Path
    number: int

    @property
    def path(self) -> Path:
        """Its DuckDB file (DuckDB keeps more files whose names begin with this one's)."""
        return self.folder / (f"evaluation-{self.number}.duckdb" if self.number else "evaluation.duckdb")

    @property
    def next(self) -> Generation:
        """The one that is built beside this one."""
        return Generation(self.folder, self.number + 1)

    @property
    def consumer(self) -> str:
        """Under which name it follows the events: never that of the generation before or after it, which may be
        following at the same time."""
        return "evaluation-odd" if self.number % 2 else "evaluation"

    def make_current(self) -> None:
        """Points to this one, in one step that a power cut leaves done or undone."""
        draft = self.folder / f".{POINTER}.new"
        with draft.open("w") as file:
            file.write(f"{self.number}\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.folder / POINTER)
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def remove(self) -> None:
        """Deletes its files; nobody may have them open."""
        for path in self.folder.glob(f"{self.path.name}*"):
            if _number(path) != self.number:
                continue
            if path.is_dir():  # what DuckDB put aside for want of memory, left by a process that was killed
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def current(folder: Path) -> Generation:
    """The generation that serves. Raises ValueError when the pointer cannot be read."""
    try:
        text = (folder / POINTER).read_text().strip()
    except FileNotFoundError:
        return Generation(folder, 0)
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise ValueError(f"{folder / POINTER} holds {text[:40]!r} and not the number of a history: remove the file")
    return Generation(folder, int(text))


def leftovers(serving: Generation) -> list[Generation]:
    """The earlier generations that still have files."""
    return [one for one in _present(serving.folder) if one.number < serving.number]


def begun(serving: Generation) -> list[Generation]:
    """The later generations that were begun to be built."""
    return [one for one in _present(serving.folder) if one.number > serving.number]


def _present(folder: Path) -> list[Generation]:
    numbers = {number for path in folder.glob("evaluation*.duckdb*") if (number := _number(path)) is not None}
    return [Generation(folder, number) for number in sorted(numbers)]


def _number(path: Path) -> int | None:
    found = _NAME.fullmatch(path.name)
    return int(found[1] or 0) if found else None


class Seat:
    """The place of the one evaluation of a data folder that serves and publishes (an flock on `evaluation.lock`)."""

    def __init__(self, folder: Path) -> None:
        self._path, self._file = folder / LOCK, -1

    @property
    def taken(self) -> bool:
        """Whether it was taken here."""
        return self._file >= 0

    def take(self) -> bool:
        """Takes it if it is free, and keeps it until the process ends."""
        if self.taken:
            return True
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True
