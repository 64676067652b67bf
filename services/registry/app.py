"""The registry, wired: its store, its tree, its intake, its relays and its answers. Nothing else wires anything."""

from __future__ import annotations

import asyncio

from services.chassis.clock import local_day, now
from services.chassis.intake import Desk
from services.chassis.rejected import rejected_in
from services.chassis.service import Service, start
from services.chassis.status import IntakeStatus
from services.chassis.store import Store
from services.chassis.tree import Tree
from services.contracts import queries
from services.contracts.receipts import RejectedOf
from services.registry.decide import make_decide
from services.registry.projection import Keeper

NAME = "registry"


async def compose(service: Service) -> None:
    """Puts the registry together."""
    settings = service.settings
    store = Store(NAME, settings.data / "registry.sqlite")
    tree = Tree()
    keeper = Keeper(store, tree)
    await asyncio.to_thread(keeper.fold)
    desk = Desk(
        store,
        make_decide(tree),
        now,
        patience=settings.patience,
        backdating_days=settings.backdating_days,
        watcher=keeper,
    )
    events, receipts = service.relay_store(store)

    def settled() -> None:
        events.wake()
        receipts.wake()

    service.consume(desk, settled)
    service.ready = lambda: events.trouble or receipts.trouble

    def tree_at(question: queries.TreeAt) -> queries.Tree:
        return tree.at(question.at or local_day(now()), question.known_at)

    service.answers.add("tree", queries.TreeAt, tree_at)
    service.answers.add("rejected", RejectedOf, rejected_in(store))
    IntakeStatus(service, store)


def main() -> None:
    """`python -m services.registry`."""
    start(NAME, compose)
