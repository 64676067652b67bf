"""The demo's seven years, generated once, and the registry's own tree of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from services.chassis.intake import Decide, Desk
from services.chassis.reading import Arrival
from services.chassis.store import Store
from services.chassis.tree import Tree
from services.contracts.base import derived_id
from services.contracts.bus import report_subject
from services.contracts.catalogue import parse_type
from services.contracts.cloudevents import CloudEvent
from services.contracts.receipts import Outcome
from services.demo import history, unit_of
from services.registry.decide import make_decide
from services.registry.projection import Keeper

TODAY = datetime(2026, 11, 23, 4, tzinfo=UTC)
SEED = 1
YEARS = range(2019, 2026)


def service_of(event: CloudEvent) -> str:
    parsed = parse_type(event.type)
    assert parsed is not None
    return parsed[1]


def kind_of(event: CloudEvent) -> str:
    return event.type.split(".")[4]


def arrival(event: CloudEvent, position: int) -> Arrival:
    """The report as the intake stream would hold it."""
    subject = report_subject(unit_of(event), service_of(event), kind_of(event))
    return Arrival(subject, event.headers(), event.body(), position, TODAY)


def settle(store: Store, decide: Decide, events: Sequence[CloudEvent], keeper: Keeper | None = None) -> list[str]:
    """Puts the reports through the service's own intake; what it did not accept, with the reasons."""
    desk = Desk(store, decide, lambda: TODAY, patience=0, backdating_days=-1, watcher=keeper)
    for start in range(0, len(events), 500):
        desk.settle([arrival(event, start + n) for n, event in enumerate(events[start : start + 500])])
    refused = []
    for event in events:
        id_ = derived_id("intake", unit_of(event), event.id)
        settled = store.settlements([id_])[id_][-1]
        if settled.outcome != Outcome.ACCEPTED:
            refused.append(f"{event.time} {kind_of(event)} {event.subject}: {settled.outcome} {settled.problems}")
    return refused


@pytest.fixture(scope="session")
def events() -> list[CloudEvent]:
    """The history of 2019-2025."""
    return list(history(SEED, YEARS[0], YEARS[-1], date(2026, 11, 23)))


@pytest.fixture(scope="session")
def registered(events: list[CloudEvent], tmp_path_factory: pytest.TempPathFactory) -> tuple[Tree, list[str]]:
    """The tree after all registry reports went through the registry's intake, and the reports it did not accept."""
    folder: Path = tmp_path_factory.mktemp("registry")
    store, tree = Store("registry", folder / "registry.sqlite"), Tree()
    keeper = Keeper(store, tree)
    refused = settle(store, make_decide(tree), [e for e in events if service_of(e) == "registry"], keeper)
    store.close()
    return tree, refused


@pytest.fixture(scope="session")
def tree(registered: tuple[Tree, list[str]]) -> Tree:
    return registered[0]
