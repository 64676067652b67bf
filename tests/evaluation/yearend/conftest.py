from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.chassis.store import Store
from services.evaluation.criteria.load import load_shipped
from services.evaluation.deciding import make_decide
from services.evaluation.history.store import Connection
from services.evaluation.publishing.keeper import Keeper
from tests.evaluation.territory import running
from tests.evaluation.yearend.said import territory
from tests.given import Scenario


@pytest.fixture(scope="package")
def history() -> Iterator[Connection]:
    """What is known of the territory."""
    con = running(territory())
    yield con
    con.close()


@pytest.fixture
def years(history: Connection) -> Iterator[Scenario]:
    """Nothing was proposed yet; the publisher is the committee G."""
    store = Store("evaluation", ":memory:")
    keeper = Keeper(store, load_shipped())
    yield Scenario("evaluation", store, make_decide(keeper.shelf, history), keeper, "G")
    store.close()
