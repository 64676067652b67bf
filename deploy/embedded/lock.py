"""One system per data directory: a lock that ends with its holder, however that one ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

LOCK = "up.lock"


class Taken(Exception):
    """Another process holds the data directory; `pid` is its own statement (0 when it had not written it yet)."""

    def __init__(self, data: Path, pid: int) -> None:
        super().__init__(f"A system already runs on {data}" + (f" (pid {pid})" if pid else ""))
        self.data = data
        self.pid = pid


class DataLock:
    """An exclusive flock on `<data>/up.lock`. Not inherited by children, so it goes with the supervisor alone."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._file = -1

    def __enter__(self) -> Self:
        file = os.open(self._data / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            pid = os.read(file, 20).decode(errors="replace").strip()
            os.close(file)
            raise Taken(self._data, int(pid) if pid.isdecimal() else 0) from None
        os.truncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        self._file = file
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)
