from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.chassis.store import Store
from services.meetings.decide import make_decide
from tests.given import Scenario
from tests.meetings.said import tree


@pytest.fixture
def meetings() -> Iterator[Scenario]:
    """No meeting yet, in the tree of `said.tree`; the publisher is the ward W1."""
    store = Store("meetings", ":memory:")
    yield Scenario("meetings", store, make_decide(tree()), None, "W1")
    store.close()
