"""Fixtures for everybody: the real broker, with keys for all identities and some units, provisioned.

Async tests: write `pytestmark = pytest.mark.anyio` at the top of the file and `async def test_...`; they run on asyncio
(anyio's own plugin). Async fixtures work in such files too. A sync test may call `asyncio.run`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.nats.keys import unit_identity
from deploy.nats.server import NatsServer
from services.chassis.bus import Bus, connect
from services.chassis.provision import provision

UNITS = ("LAI-CHAU", "TAN-PHONG", "DOAN-KET")
"""The units that have keys from the start: the city and two wards."""
ROOM = 2 * 2**30
LONG = (
    "faults/",
    "cli/test_rebuild.py",
    "cli/test_up.py",
    "dashboard/test_browser.py",
    "dashboard/test_rescore_browser.py",
    "evaluation/test_taking_over.py",
    "golden/",
    "cli/",
    "dashboard/test_rescore_real.py",
    "evaluation/",
)
"""Where the tests are that take long. They come first, so that in the end nobody waits for one of them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the long ones first; otherwise the order stays."""

    def place(item: pytest.Item) -> int:
        file = item.path.as_posix().rpartition("/tests/")[2]
        return next((place for place, long in enumerate(LONG) if file.startswith(long)), len(LONG))

    items.sort(key=place)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio only."""
    return "asyncio"


class NatsSystem:
    """A real nats-server in a folder of its own. `stop`, `kill` and `start` keep the address and the store.

    `async with await system.bus("registry") as bus: ...` connects as an identity; units are `unit-<UNIT>`.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self.server = NatsServer(data)

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def keys(self) -> Path:
        return self.server.keys

    @property
    def monitor(self) -> str:
        return self.server.monitor

    def start(self) -> None:
        self.server.start()

    def stop(self) -> None:
        self.server.stop()

    def kill(self) -> None:
        self.server.kill()

    def grant(self, *units: str) -> None:
        """Keys and rights for these units, at once."""
        self.server.grant(*units)

    async def bus(self, identity: str) -> Bus:
        """A new connection as this identity (the caller closes it)."""
        return await connect(self.url, identity, self.keys, patience_s=20)

    async def unit(self, unit: str) -> Bus:
        """A new connection as this unit."""
        return await self.bus(unit_identity(unit))

    async def provision(self) -> list[str]:
        """Streams and durables as the contracts have them."""
        async with await self.bus("admin") as admin:
            return await provision(admin, monitor=self.monitor, room=ROOM)


@pytest.fixture
def bare_nats(tmp_path: Path) -> Iterator[NatsSystem]:
    """A running broker with keys and without streams."""
    system = NatsSystem(tmp_path)
    system.grant(*UNITS)
    system.start()
    yield system
    system.kill()


@pytest.fixture
def nats_system(bare_nats: NatsSystem) -> NatsSystem:
    """A running broker of this test's own, provisioned."""
    asyncio.run(bare_nats.provision())
    return bare_nats
