"""The answer every message gets: exactly one receipt, with all that is wrong at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from services.contracts.base import Code, Contract

MOST_PROBLEMS, MOST_BYTES = 200, 128 * 1024
"""So many problems a receipt names, and so many bytes of them (half of what the receipts' stream takes)."""


class Problem(Contract):
    """One thing that is wrong: where (a path into the publisher's own message), what, and what would be right."""

    path: str
    problem: str
    expected: str | None = None


def fitting(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """As many of the problems as a receipt holds; if that is not all, a last one says how many more there are."""
    found, size = list(problems), 0
    for index, problem in enumerate(found):
        size += len(problem.model_dump_json())
        if index == MOST_PROBLEMS or size > MOST_BYTES:
            return (*found[:index], Problem(path="", problem=f"and {len(found) - index} more"))
    return tuple(found)


class Outcome(StrEnum):
    """What became of a message."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


class Receipt(Contract):
    """What the service answers on `rcpt.<unit>.<service>.<id>`.

    `id` is the publisher's event id (or `unreadable-<position>` when the message had none that could be used),
    `position` its place in the intake stream, `recorded_at` the knowledge time given to it, `events` the ids of the
    events it became. A duplicate names the events of the first.
    """

    id: str
    unit: str
    service: str
    type: str | None = None
    outcome: Outcome
    problems: tuple[Problem, ...] = ()
    events: tuple[str, ...] = ()
    recorded_at: datetime
    position: Annotated[int, Field(ge=0)]


class RejectedOf(Contract):
    """`rpc.<service>.rejected`: the reports that the service rejected, latest first.

    Without `every`, those are left out that were accepted under the same id since; with `since`, those rejected before.
    """

    unit: Code | None = None
    since: AwareDatetime | None = None
    every: bool = False
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class RejectedReport(Contract):
    """A report that was rejected; `accepted`: under the same id it was accepted since."""

    receipt: Receipt
    accepted: bool


class Rejected(Contract):
    """The answer to `RejectedOf`; `count` is that of all, of which the latest are listed."""

    count: int
    reports: tuple[RejectedReport, ...]


class Refused(Exception):
    """A decision's no, with all its reasons. `waiting` means a later fact may turn it into a yes (an unknown cell)."""

    def __init__(self, *problems: Problem, waiting: bool = False) -> None:
        super().__init__("; ".join(f"{p.path}: {p.problem}" for p in problems))
        self.problems = problems
        self.waiting = waiting
