"""The tree as the registry's own store tells it, kept in step with what is being decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.chassis.store import Store
from services.chassis.tree import Tree
from services.registry.events import KINDS, CellEvent, UnitEvent

TOPICS = [kind.TOPIC for kind in KINDS]
BATCH = 2_000


class Keeper:
    """Keeps a tree: `fold` it once at start, then watch the intake (`Desk(watcher=...)`)."""

    def __init__(self, store: Store, tree: Tree) -> None:
        self.store, self.tree = store, tree

    def fold(self) -> None:
        """Makes the tree what the store says. Readers see the old tree until the new one is whole."""
        fresh = Tree()
        position = 0
        while found := self.store.recorder.select_notifications(
            position, BATCH, topics=TOPICS, inclusive_of_start=False
        ):
            for notification in found:
                event: Any = self.store.mapper.to_domain_event(notification)
                fresh.apply(event.data, event.timestamp)
            position = found[-1].id
        self.tree.become(fresh)

    def decided(self, events: Sequence[Any]) -> None:
        """Takes in what was just decided, for the next report to be judged by; the commit follows."""
        for event in events:
            if isinstance(event, CellEvent | UnitEvent):
                self.tree.apply(event.data, event.timestamp)

    def undone(self) -> None:
        """The commit failed: only what is stored holds."""
        self.fold()
