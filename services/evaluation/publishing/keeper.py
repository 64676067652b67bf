"""The shelf as evaluation's own store tells it, kept in step with what is being decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.chassis.store import Store
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.publishing.events import KINDS, CriteriaEvent
from services.evaluation.publishing.shelf import Shelf

TOPICS = [kind.TOPIC for kind in KINDS]
BATCH = 500


class Keeper:
    """Keeps a shelf of the shipped sets and of what the store holds; watches the intake (`Desk(watcher=...)`)."""

    def __init__(self, store: Store, shipped: Mapping[str, CriteriaSet]) -> None:
        self.store, self.shipped = store, shipped
        self.shelf = Shelf(shipped.values())
        self.fold()

    def fold(self) -> None:
        """Makes the shelf what the store says."""
        fresh, position = Shelf(self.shipped.values()), 0
        while found := self.store.recorder.select_notifications(
            position, BATCH, topics=TOPICS, inclusive_of_start=False
        ):
            for notification in found:
                event: Any = self.store.mapper.to_domain_event(notification)
                fresh.apply(event.data)
            position = found[-1].id
        self.shelf.standings = fresh.standings

    def decided(self, events: Sequence[Any]) -> None:
        """Takes in what was just decided, for the next report to be judged by; the commit follows."""
        for event in events:
            if isinstance(event, CriteriaEvent):
                self.shelf.apply(event.data)

    def undone(self) -> None:
        """The commit failed: only what is stored holds."""
        self.fold()
