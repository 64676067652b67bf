"""A store's notification log as the outbox of the relays: events to the events stream, settlements as receipts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from eventsourcing.persistence import Notification

from services.chassis.recording import IntakeSettled, event_id
from services.chassis.relay import Outgoing
from services.chassis.store import Store
from services.contracts.base import derived_id
from services.contracts.bus import event_subject, receipt_subject
from services.contracts.catalogue import EVENTS
from services.contracts.cloudevents import CloudEvent
from services.contracts.receipts import Outcome, Problem, Receipt

ABOUT = ("unit", "cell", "set", "subject")
"""What the data of an event names that is about no cell of its subject."""


def event_topics(service: str) -> list[str]:
    """The topics of a service's published events, of all versions."""
    return [
        f"{service}.{said.kind}.v{version}"
        for said in EVENTS
        if said.service == service
        for version in range(1, said.version + 1)
    ]


def outgoing_event(service: str, notification: Notification) -> Outgoing:
    """A stored event as a message of the events stream."""
    state = orjson.loads(notification.state)
    _, kind, version = notification.topic.split(".")
    event = CloudEvent.model_construct(  # what is stored was checked before
        id=event_id(UUID(str(notification.originator_id)), notification.originator_version),
        source=f"/services/{service}",
        type=f"vn.nennep.event.{service}.{kind}.{version}",
        time=datetime.fromisoformat(state["timestamp"]),
        subject=state["cell"] or next((said for key in ABOUT if (said := state["data"].get(key))), None),
        cause=state["cause"],
        origin=state["origin"],
        data={},
    )
    subject = event_subject(service, kind, state["unit"], state["cell"])
    return Outgoing(notification.id, subject, event.id, event.headers(), orjson.dumps(state["data"]))


def receipt_of(service: str, settled: Mapping[str, Any]) -> Receipt:
    """The receipt of a message, from what `IntakeSettled` says of it."""
    return Receipt(
        id=settled["report"],
        unit=settled["unit"],
        service=service,
        type=settled["type"],
        outcome=Outcome(settled["outcome"]),
        problems=tuple(Problem(**problem) for problem in settled["problems"]),
        events=tuple(settled["events"]),
        recorded_at=settled["timestamp"],
        position=settled["position"],
    )


def outgoing_receipt(service: str, notification: Notification) -> Outgoing:
    """A stored settlement as a message of the receipts stream."""
    receipt = receipt_of(service, orjson.loads(notification.state))
    subject = receipt_subject(receipt.unit, service, receipt.id)
    id_ = str(derived_id("receipt", service, notification.originator_id, notification.originator_version))
    return Outgoing(notification.id, subject, id_, {}, receipt.model_dump_json(exclude_none=True).encode())


class StoreOutbox:
    """The part of a store's notification log that goes to one stream."""

    def __init__(self, store: Store, topics: Sequence[str], message: Callable[[str, Notification], Outgoing]) -> None:
        self.store, self.topics, self.message = store, topics, message

    def read(self, after: int, limit: int) -> Sequence[Outgoing]:
        """The next messages after a position of the log, in order, at most `limit`."""
        found = self.store.recorder.select_notifications(after, limit, topics=self.topics, inclusive_of_start=False)
        return [self.message(self.store.service, notification) for notification in found]


def events_outbox(store: Store) -> StoreOutbox:
    """What the relay publishes to the events stream."""
    return StoreOutbox(store, event_topics(store.service), outgoing_event)


def receipts_outbox(store: Store) -> StoreOutbox:
    """What the relay publishes to the receipts stream."""
    return StoreOutbox(store, [IntakeSettled.TOPIC], outgoing_receipt)
