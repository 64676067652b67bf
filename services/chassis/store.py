"""A service's event store: `eventsourcing` on SQLite."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
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
        self._reader = threading.local()
        self._counted: dict[tuple[str, ...], tuple[int, int]] = {}
        super().__init__(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)})

    def construct_transcoder(self) -> Transcoder:
        """Plain JSON."""
        return PlainJson()

    def find(self, cls: type[A], id_: UUID) -> A | None:
        """The aggregate as stored, or None."""
        found: Any = None
        for row in self._rows("WHERE originator_id = ? ORDER BY originator_version", [id_.hex]):
            stored = StoredEvent(id_, row[1], row[2], row[3])
            found = cast("Any", self.mapper.to_domain_event(stored)).mutate(found)
        if found is not None and not isinstance(found, cls):
            raise TypeError(f"{id_} is a {type(found).__name__}, not a {cls.__name__}")
        return found

    def settlements(self, ids: Sequence[UUID]) -> dict[UUID, list[IntakeSettled]]:
        """What became of the messages under each of these report ids, oldest first; in one query for many ids."""
        found: dict[UUID, list[IntakeSettled]] = {id_: [] for id_ in ids}
        for at in range(0, len(ids), MOST_IDS):
            some = [id_.hex for id_ in ids[at : at + MOST_IDS]]
            those = f"WHERE originator_id IN ({','.join('?' * len(some))}) ORDER BY originator_id, originator_version"
            for row in self._rows(those, some):
                stored = StoredEvent(UUID(row[0]), row[1], row[2], row[3])
                found[UUID(row[0])].append(cast("IntakeSettled", self.mapper.to_domain_event(stored)))
        return found

    def rejections(self) -> list[IntakeSettled]:
        """The messages that were rejected, latest first."""
        which = "WHERE topic = ? AND instr(state, ?) > 0 ORDER BY rowid DESC"
        rows = self._rows(which, [IntakeSettled.TOPIC, b'"outcome":"rejected"'])
        stored = (StoredEvent(UUID(row[0]), row[1], row[2], row[3]) for row in rows)
        return [cast("IntakeSettled", self.mapper.to_domain_event(one)) for one in stored]

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Inside, in this thread, `find` and `settlements` see one state of the store, at a fraction of their cost."""
        recorder: Any = self.recorder
        before = getattr(self._reader, "cursor", None)
        with recorder.datastore.transaction(commit=False) as cursor:
            self._reader.cursor = cursor
            try:
                yield
            finally:
                self._reader.cursor = before

    def _rows(self, which: str, parameters: Sequence[Any]) -> Sequence[Any]:
        """Stored events: originator id (hex), version, topic, state."""
        recorder: Any = self.recorder
        query = f"SELECT originator_id, originator_version, topic, state FROM {recorder.events_table_name} {which}"  # noqa: S608
        if cursor := getattr(self._reader, "cursor", None):
            cursor.execute(query, parameters)
            return cast("Sequence[Any]", cursor.fetchall())
        with self.reading():
            return self._rows(which, parameters)

    def append(self, events: Sequence[Any]) -> None:
        """Stores the events, all or none, in this order. Raises `IntegrityError` when somebody else was first."""
        self.recorder.insert_events([self.mapper.to_stored_event(event) for event in events])

    def count(self, topics: Iterable[str]) -> int:
        """How many events of these topics are stored."""
        # the library has no such query; what was counted once is not counted again, as nothing stored ever changes
        names = tuple(sorted(topics))
        upto, counted = self._counted.get(names, (0, 0))
        recorder: Any = self.recorder
        table, marks = recorder.events_table_name, ",".join("?" * len(names))
        new = f"SELECT count(*) FROM {table} WHERE rowid > ? AND rowid <= ? AND topic IN ({marks})"  # noqa: S608
        with recorder.datastore.transaction(commit=False) as cursor:
            cursor.execute(f"SELECT coalesce(max(rowid), 0) FROM {table}")  # noqa: S608
            end = int(cursor.fetchone()[0])
            cursor.execute(new, (upto, end, *names))
            counted += int(cursor.fetchone()[0])
        self._counted[names] = end, counted
        return counted
