from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.chassis.store import Store
from services.evaluation.criteria.load import load_shipped
from services.evaluation.publishing.decide import make_decide
from services.evaluation.publishing.keeper import Keeper
from tests.evaluation.publishing.said import Town
from tests.given import Scenario


@pytest.fixture
def criteria() -> Iterator[Scenario]:
    """The shipped sets only, in the tree of `said.UPPER`; the publisher is the province."""
    store = Store("evaluation", ":memory:")
    keeper = Keeper(store, load_shipped())
    yield Scenario("evaluation", store, make_decide(keeper.shelf, Town()), keeper, "PROV")
    store.close()
