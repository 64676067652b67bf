"""What a decision needs: a list of all that is wrong, and aggregates that any of their events may begin."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import Aggregate, CanMutateAggregate

from services.chassis.reading import Report
from services.contracts.receipts import Problem, Refused

EARLIEST = date(1930, 1, 1)
AHEAD = timedelta(days=366)
_UNBORN = datetime(1, 1, 1, tzinfo=UTC)


class Findings:
    """All that is wrong with one report, found before anything is decided. Paths lead into the message: `data.cell`."""

    def __init__(self) -> None:
        self._final: list[Problem] = []
        self._waiting: list[Problem] = []

    def __bool__(self) -> bool:
        return bool(self._final or self._waiting)

    def add(self, path: str, problem: str, expected: str | None = None, *, waiting: bool = False) -> None:
        """One more thing that is wrong; `waiting` when a later fact from somewhere else may put it right."""
        (self._waiting if waiting else self._final).append(Problem(path=path, problem=problem, expected=expected))

    def day(self, path: str, day: date, today: date) -> None:
        """A business date that cannot be meant: before 1930, or more than a year ahead."""
        if not EARLIEST <= day <= today + AHEAD:
            self.add(path, f"{day} cannot be meant", f"a day from {EARLIEST} to {today + AHEAD}")

    def refuse(self) -> None:
        """Raises `Refused` when anything is wrong; it waits only when nothing is wrong for good."""
        if self:
            raise Refused(*self._final, *self._waiting, waiting=not self._final)


class Entity(Aggregate):
    """An aggregate whose first event may be of any kind, as reports come in any order.

    Its event classes begin it in their `mutate` by `blank`; a subclass sets its empty state in `begin`.
    """

    def begin(self) -> None:
        """Sets the empty state."""
        raise NotImplementedError

    @classmethod
    def blank(cls, id_: UUID) -> Self:
        """One to which nothing has happened yet."""
        entity = cls.__new__(cls)
        entity.__base_init__(id_, 0, _UNBORN)
        entity.begin()
        return entity

    def record(self, kind: type[CanMutateAggregate[UUID]], report: Report, **fields: Any) -> None:
        """Triggers an event caused by the report. Knowledge time never goes back within one aggregate."""
        provenance = report.provenance
        provenance["timestamp"] = max(provenance["timestamp"], self.modified_on)
        self.trigger_event(kind, **provenance, **fields)
