"""How a command ends: exit codes, and failures that are a sentence with what to do, never a traceback."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of every `nenep` command (they are part of its interface: docs and tests name them)."""

    OK = 0
    WRONG = 1
    """The command ran and found something wrong (`status`, `verify`, `criteria check`), or the system could not be
    started (`up`)."""
    USAGE = 2
    """The command was asked something impossible: an unknown option, cell, unit, file."""
    REJECTED = 3
    """`publish`: at least one line was rejected."""
    NO_SYSTEM = 4
    """No running system was found, or it could not be reached."""
    TIMEOUT = 5
    """The system did not answer in time."""
    INTERRUPTED = 130
    """Ctrl-C."""
    READER_GONE = 141
    """Whoever read the output has gone (`nenep ... | head`): 128 + SIGPIPE, as of other tools."""


class Failure(Exception):
    """Ends the command: the message says what was wrong and what to do."""

    def __init__(self, message: str, code: Exit = Exit.USAGE) -> None:
        super().__init__(message)
        self.code = code
