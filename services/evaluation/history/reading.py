"""Reading one arrived event: attributes, type, upcasting, rows. What cannot be read becomes a problem, not an error.

Every event is judged by itself, so the history does not depend on which events arrived together. Services check what
they publish; here an event need only have what the columns hold. One that has not is validated by its contract,
which either reads it more leniently or says in words what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson
from pydantic import ValidationError

from services.contracts import catalogue
from services.contracts.bus import NO_CELL
from services.contracts.cloudevents import attributes
from services.evaluation.history.rows import rows_of
from services.evaluation.history.values import Row, Stamp, moment, utc

if TYPE_CHECKING:
    from services.chassis.tail import Arrived

PROBLEM_CHARACTERS = 500
NOT_AS_EXPECTED = (KeyError, TypeError, ValueError, AttributeError, OverflowError)


@dataclass(slots=True)
class Read:
    """An event of the stream as the log keeps it; moments are UTC without a zone.

    `rows` are its rows of `table` (both None for data that has no table); `data` is its current version's data.
    Exactly when it could not be read, `problem` says why and there are neither. `outbox` is the place in its service's
    outbox (`Nenep-Position`).
    """

    position: int
    event: str | None
    type: str | None
    service: str | None
    kind: str | None
    unit: str | None
    cell: str | None
    recorded_at: datetime
    arrived_at: datetime
    origin: str | None
    cause: str | None
    outbox: int | None
    data: dict[str, Any] | None = None
    table: str | None = None
    rows: list[Row] | None = None
    problem: str | None = None

    def unreadable(self, reason: str) -> Read:
        """The same event, not read for this reason."""
        return replace(self, data=None, table=None, rows=None, problem=_text(reason[:PROBLEM_CHARACTERS]))

    def log_row(self) -> Row:
        """Its row of `log`."""
        return (
            self.position,
            self.event,
            self.type,
            self.service,
            self.kind,
            self.unit,
            self.cell,
            self.recorded_at,
            self.arrived_at,
            self.origin,
            self.cause,
            self.problem,
        )


class Unreadable(Exception):
    """Why an event cannot be read, in words for the person who runs the system."""


def read(arrived: Arrived) -> Read:
    """The event as the log keeps it. Never raises for what the event says, whatever it says."""
    given = attributes(arrived.headers)
    tokens = arrived.subject.split(".")
    service = tokens[1] if len(tokens) > 1 and tokens[0] == "evt" else None
    unit, cell = tokens[3:] if len(tokens) == 5 else (None, None)
    at = utc(arrived.at)
    event = Read(
        position=arrived.position,
        event=_text(given.get("id")),
        type=_text(given.get("type")),
        service=_text(service),
        kind=None,
        unit=_text(unit),
        cell=None if cell == NO_CELL else _text(cell),
        recorded_at=at,
        arrived_at=at,
        origin=_text(given.get("origin")),
        cause=_text(given.get("cause")),
        outbox=_outbox_place(arrived.headers),
    )
    try:
        recorded_at = _recorded_at(given)
        said, data = _data(event, arrived.data)
        table, rows = _rows(said, Stamp(event.position, event.event, recorded_at), data)
    except Unreadable as reason:
        return event.unreadable(str(reason))
    event.recorded_at, event.kind, event.data, event.table, event.rows = recorded_at, said.kind, data, table, rows
    return event


def _outbox_place(headers: Mapping[str, str] | None) -> int | None:
    value = (headers or {}).get("Nenep-Position", "")
    return int(value) if value.isdecimal() and value.isascii() and len(value) < 19 else None


def _text(value: str | None) -> str | None:
    """The text as UTF-8 can hold it: headers may carry bytes that are none."""
    return value if value is None or value.isascii() else value.encode("utf-8", "replace").decode()


def _recorded_at(given: Mapping[str, str]) -> datetime:
    if not given.get("id"):
        raise Unreadable("it has no ce-id")
    if "time" not in given:
        raise Unreadable("it has no ce-time")
    try:
        return moment(given["time"])
    except NOT_AS_EXPECTED:
        raise Unreadable(f"its ce-time {given['time']!r} is not a moment") from None


@lru_cache(maxsize=512)
def _said(type_: str) -> tuple[catalogue.Said, int] | None:
    parsed = catalogue.parse_type(type_)
    said = catalogue.find("event", parsed[1], parsed[2]) if parsed and parsed[0] == "event" else None
    return (said, parsed[3]) if parsed and said else None


def _data(event: Read, body: bytes) -> tuple[catalogue.Said, dict[str, Any]]:
    if event.type is None:
        raise Unreadable("it has no ce-type")
    found = _said(event.type)
    if found is None:
        raise Unreadable(f"nobody here knows the type {event.type}")
    said, version = found
    if said.service != event.service:
        raise Unreadable(f"{event.type} is not a type that {event.service} publishes")
    if not 1 <= version <= said.version:
        raise Unreadable(
            f"version {version} of {said.kind} is not known here, only up to {said.version}: update evaluation"
        )
    try:
        data = orjson.loads(body)
        if not isinstance(data, dict):
            raise Unreadable(f"its data is not a JSON object but a {type(data).__name__}")
        return said, said.upcast(version, data)
    except NOT_AS_EXPECTED as error:
        raise Unreadable(f"its data cannot be read as {said.kind}: {type(error).__name__}: {error}") from None


def _rows(said: catalogue.Said, stamp: Stamp, data: dict[str, Any]) -> tuple[str | None, list[Row] | None]:
    try:
        table, rows = rows_of(said.model, stamp, data)
        if table is None:
            said.model.model_validate(data)
        return table, rows
    except NOT_AS_EXPECTED:
        return _lenient_rows(said, stamp, data)


def _lenient_rows(said: catalogue.Said, stamp: Stamp, data: dict[str, Any]) -> tuple[str | None, list[Row] | None]:
    try:
        return rows_of(said.model, stamp, said.model.model_validate(data).model_dump(mode="json", by_alias=True))
    except ValidationError as wrong:
        where = (f"{'.'.join(map(str, e['loc'])) or 'data'}: {e['msg']}" for e in wrong.errors())
        raise Unreadable("; ".join(where)) from None
    except NOT_AS_EXPECTED as error:
        raise Unreadable(f"its data has no place in the history: {type(error).__name__}: {error}") from None


def read_leniently(event: Read) -> Read:
    """An event whose values no column can hold, as its contract reads it; unreadable when the contract refuses it."""
    found = _said(event.type or "")
    if found is None or event.data is None:
        return event
    try:
        event.table, event.rows = _lenient_rows(
            found[0], Stamp(event.position, event.event, event.recorded_at), event.data
        )
    except Unreadable as reason:
        return event.unreadable(str(reason))
    return event
