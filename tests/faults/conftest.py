"""Options of the fault tests. `make test` runs each fault a few times; many rounds and long absences are for nights."""

from __future__ import annotations

import pytest

ROUNDS, AWAY_S = 2, 9.0


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest tests/faults --fault-rounds 50 --broker-away-seconds 300 --fault-seed 7`."""
    parser.addoption("--fault-rounds", type=int, default=ROUNDS, help="how often everything is killed in turn")
    parser.addoption("--broker-away-seconds", type=float, default=AWAY_S, help="how long the broker stays away")
    parser.addoption("--fault-seed", type=int, default=1, help="which random moments")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them are marked, and none is given up before a hang is certain."""
    for item in items:
        if "tests/faults" in item.path.as_posix():
            config = item.config
            budget = 240 + 90 * config.getoption("--fault-rounds", ROUNDS)
            item.add_marker(pytest.mark.faults)
            item.add_marker(pytest.mark.timeout(budget + config.getoption("--broker-away-seconds", AWAY_S)))


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    """How often everything is killed in turn."""
    return int(request.config.getoption("--fault-rounds", ROUNDS))


@pytest.fixture
def away_s(request: pytest.FixtureRequest) -> float:
    """How many seconds the broker stays away."""
    return float(request.config.getoption("--broker-away-seconds", AWAY_S))


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of the random moments."""
    return int(request.config.getoption("--fault-seed", 1))
