"""A process's output in a file that cannot grow for ever."""

from __future__ import annotations

import contextlib
from io import FileIO
from pathlib import Path

LIMIT = 5 * 2**20


class BoundedLog:
    """Appends to `path`; when it would pass `limit` bytes it becomes `path.1` (the one before is given up).

    A full disk or a vanished folder must not stop the process that is logged: what cannot be written is lost.
    """

    def __init__(self, path: Path, limit: int = LIMIT) -> None:
        self.path = path
        self._limit = limit
        self._file = self._open()

    def _open(self) -> FileIO:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self.path.open("ab", buffering=0)

    def write(self, data: bytes) -> None:
        """Append, turning the file over first when it is full."""
        with contextlib.suppress(OSError):
            if not self._file.closed and self._file.tell() and self._file.tell() + len(data) > self._limit:
                self._file.close()
                self.path.replace(self.path.with_name(self.path.name + ".1"))
            if self._file.closed:  # turned over now, or in vain before
                self._file = self._open()
            self._file.write(data[-self._limit :])

    def close(self) -> None:
        """Close the file; nothing is written after."""
        self._file.close()


def tail(path: Path, lines: int) -> list[str]:
    """The last lines of a log, for a message; none when there is no log."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 16_384))
            return file.read().decode(errors="replace").splitlines()[-lines:]
    except OSError:
        return []
