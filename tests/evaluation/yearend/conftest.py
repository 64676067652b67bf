from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.evaluation.history.store import Connection
from tests.evaluation.intake import scenario
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
    with scenario(history, "G") as found:
        yield found
