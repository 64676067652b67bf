"""A service's event store: `eventsourcing` on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast
from uuid import UUID

import orjson
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import StoredEvent, Transcoder
from eventsourcing.utils import register_topic

from services.chassis.recording import IntakeSettled

A = TypeVar("A", bound=Aggregate)
MOST_IDS = 500
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
        found: Any = None
        for event in self.events.get(id_):  # as the library's repository does, without its checks of every event
            found = cast("Any", event).mutate(found)
        if found is not None and not isinstance(found, cls):
            raise TypeError(f"{id_} is a {type(found).__name__}, not a {cls.__name__}")
        return found

    def settlements(self, ids: Sequence[UUID]) -> dict[UUID, list[IntakeSettled]]:
        """What became of the messages under each of these report ids, oldest first; in one query for many ids."""
        found: dict[UUID, list[IntakeSettled]] = {id_: [] for id_ in ids}
        recorder: Any = self.recorder
        for at in range(0, len(ids), MOST_IDS):
            some = [id_.hex for id_ in ids[at : at + MOST_IDS]]
            query = f"""SELECT originator_id, originator_version, topic, state FROM {recorder.events_table_name}
                WHERE originator_id IN ({",".join("?" * len(some))}) ORDER BY originator_id, originator_version"""  # noqa: S608
            with recorder.datastore.transaction(commit=False) as cursor:
                cursor.execute(query, some)
                rows = cursor.fetchall()
            for row in rows:
                stored = StoredEvent(UUID(row[0]), row[1], row[2], row[3])
                found[UUID(row[0])].append(cast("IntakeSettled", self.mapper.to_domain_event(stored)))
        return found

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
