"""A service's event store: `eventsourcing` on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import orjson
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import Transcoder
from eventsourcing.utils import register_topic

from services.chassis.recording import IntakeSettled

A = TypeVar("A", bound=Aggregate)
register_topic(IntakeSettled.TOPIC, IntakeSettled)


class PlainJson(Transcoder):
    """Events as plain JSON. Only `timestamp` is not JSON's own; the library's transcoder tags every nested value."""

    def encode(self, obj: Any) -> bytes:
        """The state of an event as JSON."""
        return orjson.dumps(obj)

    def decode(self, data: bytes) -> Any:
        """The state of an event, with its timestamp as a moment."""
        state = orjson.loads(data)
        state["timestamp"] = datetime.fromisoformat(state["timestamp"])
        return state


class Store(Application[UUID]):
    """The event store of one service, in one SQLite file (write-ahead log, synced at every commit)."""

    def __init__(self, service: str, path: Path | str) -> None:
        self.service = service
        super().__init__(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)})

    def construct_transcoder(self) -> Transcoder:
        """Plain JSON."""
        return PlainJson()

    def find(self, cls: type[A], id_: UUID) -> A | None:
        """The aggregate as stored, or None."""
        try:
            found: Aggregate = self.repository.get(id_)
        except AggregateNotFoundError:
            return None
        if not isinstance(found, cls):
            raise TypeError(f"{id_} is a {type(found).__name__}, not a {cls.__name__}")
        return found

    def settlements(self, id_: UUID) -> list[IntakeSettled]:
        """What became of the messages under one report id, oldest first."""
        return [event for event in self.events.get(id_) if isinstance(event, IntakeSettled)]

    def append(self, events: Sequence[Any]) -> None:
        """Stores the events, all or none, in this order. Raises `IntegrityError` when somebody else was first."""
        self.events.put(events)

    def count(self, topics: Iterable[str]) -> int:
        """How many events of these topics are stored."""
        # the library has no such query; both its SQL recorders share the table and the statement
        names = list(topics)
        recorder: Any = self.recorder
        marks = ",".join("?" * len(names))
        with recorder.datastore.transaction(commit=False) as cursor:
            cursor.execute(f"SELECT count(*) FROM {recorder.events_table_name} WHERE topic IN ({marks})", names)  # noqa: S608
            return int(cursor.fetchone()[0])
