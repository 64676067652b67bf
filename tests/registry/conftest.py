from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.chassis.store import Store
from services.chassis.tree import Tree
from services.registry.decide import make_decide
from services.registry.projection import Keeper
from tests.given import Scenario


@pytest.fixture
def registry() -> Iterator[Scenario]:
    """An empty registry; the publisher is the city."""
    tree = Tree()
    store = Store("registry", ":memory:")
    yield Scenario("registry", store, make_decide(tree), Keeper(store, tree), "CITY")
    store.close()
