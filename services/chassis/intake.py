"""The intake: every message is settled exactly once, with what it became in the same commit.

A message is read, decided on by the service and recorded as `IntakeSettled` together with the events it became. The
receipt is published from that record, so it can neither be lost nor be doubled, and a message that is delivered again
after a crash is recognised by its place in the stream.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from threading import Lock
from typing import Any, NamedTuple, Protocol, TypeVar
from uuid import UUID

from eventsourcing.domain import Aggregate
from eventsourcing.persistence import PersistenceError, RecordConflictError

from services.chassis.clock import Clock
from services.chassis.reading import Arrival, Reading, Report, read
from services.chassis.recording import IntakeSettled, Recorded, event_id
from services.chassis.store import Store
from services.contracts.receipts import Outcome, Problem, Refused, fitting

log = logging.getLogger(__name__)
A = TypeVar("A", bound=Aggregate)
CONFLICTS = 20
STORE_FAILED = (PersistenceError, sqlite3.Error, OSError)
Decide = Callable[["Work", Report], None]


class Verdict(Enum):
    """What to tell the broker: the message is settled, or it should come again a little later."""

    SETTLED = "settled"
    WAIT = "wait"


class Watcher(Protocol):
    """Something that must know what was decided: before the commit to decide well, after it to stay right."""

    def decided(self, events: Sequence[Any]) -> None:
        """These events were decided; the commit follows."""

    def undone(self) -> None:
        """The commit failed: only what is stored holds."""


class Work:
    """The unit of work of one batch: aggregates loaded once, events collected in the order of the reports.

    A decision may add `warnings`: what is taken in, but is worth a second look.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.events: list[Any] = []
        self.warnings: list[Problem] = []
        self._aggregates: dict[UUID, Aggregate | None] = {}
        self._touched: dict[UUID, Aggregate] = {}
        self._settled: dict[UUID, list[IntakeSettled]] = {}

    def get(self, cls: type[A], id_: UUID) -> A | None:
        """The aggregate as it stands in this batch, or None."""
        if id_ not in self._aggregates:
            self._aggregates[id_] = self.store.find(cls, id_)
        found = self._aggregates[id_]
        if found is not None and not isinstance(found, cls):
            raise TypeError(f"{id_} is a {type(found).__name__}, not a {cls.__name__}")
        if found is not None:
            self._touched[id_] = found
        return found

    def add(self, aggregate: Aggregate) -> None:
        """Takes in an aggregate that was just created."""
        self._aggregates[aggregate.id] = self._touched[aggregate.id] = aggregate

    def look_up(self, ids: Sequence[UUID]) -> None:
        """Reads at once what became of earlier messages under these report ids."""
        self._settled |= self.store.settlements(list(dict.fromkeys(ids)))

    def settlements(self, id_: UUID) -> list[IntakeSettled]:
        """What became of the messages under one report id, in the store and in this batch (see `look_up`)."""
        return self._settled[id_]

    def collect(self) -> list[Any]:
        """The events triggered since the last call, in order."""
        found = [event for aggregate in self._touched.values() for event in aggregate.collect_events()]
        self._touched.clear()
        self.events += found
        return found

    @property
    def dirty(self) -> bool:
        """Whether something was triggered and not collected."""
        return any(aggregate.pending_events for aggregate in self._touched.values())


class Attempt(NamedTuple):
    """What would become of a report: all that is wrong with it (`waits`: it would be held first), or its events; and
    what would be taken in, but is worth a second look."""

    problems: tuple[Problem, ...]
    waits: bool
    events: tuple[Recorded, ...]
    warnings: tuple[Problem, ...] = ()


class _Broken(Exception):
    """A decision failed half-way: the batch must be settled message by message."""


class Desk:
    """Settles batches of arrivals for one service. Blocking: call it in a thread.

    `patience` seconds is how long a report that names something unknown is held, counted from the first attempt.
    `faults`: errors of what decisions read besides the store, which no report is to blame for: its batch comes again.
    """

    def __init__(
        self,
        store: Store,
        decide: Decide,
        clock: Clock,
        *,
        patience: float = 10.0,
        backdating_days: int = 7,
        watcher: Watcher | None = None,
        faults: tuple[type[Exception], ...] = (),
    ) -> None:
        self.faults: tuple[type[Exception], ...] = (*STORE_FAILED, *faults)
        self.store, self.decide, self.clock, self.watcher = store, decide, clock, watcher
        self.patience = timedelta(seconds=patience)
        self.backdating = None if backdating_days < 0 else timedelta(days=backdating_days)
        self.settled = 0
        self._first_tried: dict[int, datetime] = {}
        self._one_at_a_time = Lock()

    def settle(self, arrivals: Sequence[Arrival]) -> list[Verdict]:
        """Settles all of them in one commit; if that is not possible, one by one. Raises when the store fails."""
        # a batch that a lost connection cut off may still be at work in its thread when the next one comes
        with self._one_at_a_time:
            try:
                return self._commit(arrivals)
            except (_Broken, RecordConflictError):
                return [verdict for arrival in arrivals for verdict in self._alone(arrival)]

    def attempt(self, arrival: Arrival) -> Attempt:
        """What would become of this report if it came now. Nothing is recorded."""
        with self._one_at_a_time:
            report, work = read(arrival, self.backdating), Work(self.store)
            if report.report is None:
                return Attempt(report.problems, False, ())
            try:
                with self.store.reading():
                    self.decide(work, report.report)
            except Refused as refused:
                return Attempt(refused.problems, refused.waiting, ())
            made = tuple(event for event in work.collect() if isinstance(event, Recorded))
            return Attempt((), False, made, tuple(work.warnings))

    def _alone(self, arrival: Arrival) -> list[Verdict]:
        for _ in range(CONFLICTS):
            try:
                return self._commit([arrival], alone=True)
            except RecordConflictError:
                continue  # another instance was first: decide again on what it stored
        return [Verdict.WAIT]

    def _commit(self, arrivals: Sequence[Arrival], *, alone: bool = False) -> list[Verdict]:
        work = Work(self.store)
        try:
            readings = [read(arrival, self.backdating) for arrival in arrivals]
            with self.store.reading():
                work.look_up([reading.key for reading in readings])
                verdicts = [self._take(work, *pair, alone=alone) for pair in zip(arrivals, readings, strict=True)]
            if work.events:
                self.store.append(work.events)
        except BaseException:
            if self.watcher:
                self.watcher.undone()
            raise
        settled = sum(isinstance(event, IntakeSettled) for event in work.events)
        self.settled += settled
        return verdicts

    def _take(self, work: Work, arrival: Arrival, reading: Reading, *, alone: bool) -> Verdict:
        earlier = work.settlements(reading.key)
        if any(settled.position == arrival.position for settled in earlier):
            return Verdict.SETTLED  # delivered again after a crash between commit and acknowledgement
        accepted = next((s for s in earlier if s.outcome == Outcome.ACCEPTED), None)
        outcome, problems, events = Outcome.REJECTED, reading.problems, list[str]()
        if accepted is not None and accepted.digest == reading.digest:
            outcome, problems, events = Outcome.DUPLICATE, (), accepted.events
        elif accepted is not None:
            changed = Problem(
                path="id",
                problem="this id was accepted before with another content",
                expected="a new id; to change what was reported, report a correction",
            )
            problems = (changed, *problems)
        elif reading.report is not None:
            try:
                events = self._decide(work, reading.report, alone=alone)
                outcome = Outcome.ACCEPTED
            except Refused as refused:
                if refused.waiting and self._may_wait(arrival):
                    return Verdict.WAIT
                problems = refused.problems
        self._first_tried.pop(arrival.position, None)
        settled = self._settlement(len(earlier) + 1, arrival, reading, outcome, problems, events)
        earlier.append(settled)
        work.events.append(settled)
        return Verdict.SETTLED

    def _decide(self, work: Work, report: Report, *, alone: bool) -> list[str]:
        try:
            self.decide(work, report)
        except Refused:
            if work.dirty:
                log.error("%s refused after it had decided: settled without the half it did", report.kind)
                self._break(alone)
            raise
        except self.faults:
            raise
        except Exception as error:
            log.exception("deciding on %s from %s failed", report.kind, report.unit)
            self._break(alone)
            raise Refused(
                Problem(
                    path="",
                    problem=f"the service failed on this report ({type(error).__name__}); it is kept and was logged",
                    expected="the same report again, after the operator has put it right",
                )
            ) from error
        collected = work.collect()
        if self.watcher and collected:
            self.watcher.decided(collected)
        return [event_id(e.originator_id, e.originator_version) for e in collected if isinstance(e, Recorded)]

    @staticmethod
    def _break(alone: bool) -> None:
        if not alone:
            raise _Broken

    def _may_wait(self, arrival: Arrival) -> bool:
        now = self.clock()
        first = min(now, self._first_tried.get(arrival.position, now))  # a clock that was set back begins anew
        self._first_tried[arrival.position] = first
        return now - first < self.patience

    def _settlement(
        self,
        version: int,
        arrival: Arrival,
        reading: Reading,
        outcome: Outcome,
        problems: Sequence[Problem],
        events: list[str],
    ) -> IntakeSettled:
        recorded_at = reading.report.recorded_at if reading.report and outcome is Outcome.ACCEPTED else self.clock()
        return IntakeSettled(
            originator_id=reading.key,
            originator_version=version,
            timestamp=recorded_at,
            unit=reading.unit,
            report=reading.id,
            type=reading.type,
            position=arrival.position,
            digest=reading.digest,
            outcome=str(outcome),
            problems=[problem.model_dump(exclude_none=True) for problem in fitting(problems)],
            events=events,
        )
