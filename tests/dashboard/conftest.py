"""A house for page tests (no bus: a city answers at once), and a running dashboard for the rest."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from playwright.sync_api import Browser

from dashboard import house
from dashboard.hub.answers import rows_of
from dashboard.hub.hub import Hub
from dashboard.hub.years import Unreachable
from dashboard.live.token import Signer
from deploy.nats.server import NatsServer, free_port
from services.chassis.asking import Answer
from services.chassis.clock import now
from services.chassis.settings import Settings
from services.contracts.base import Contract
from services.contracts.queries import CellOf, ServiceStatus
from tests.dashboard.browsing import Visit, chromium
from tests.dashboard.fake_city import City
from tests.dashboard.fake_evaluation import FakeServices, answered
from tests.dashboard.fake_rescoring import Rescoring


@dataclass(frozen=True)
class Table(Answer):
    """A table that was not written down on its way."""

    rows: pa.Table

    def table(self) -> pa.Table:
        return self.rows


class CityHub(Hub):
    """A hub that asks a city instead of the bus; without a city nobody answers."""

    def __init__(self, city: City | None) -> None:
        super().__init__(Settings())
        self.city = city
        self.rescoring = Rescoring(city or City())
        if city is not None:
            self.picture.linked(True, self.clock())
            status = ServiceStatus(service="evaluation", version="1", ready=True, started_at=self.clock(), lag=0)
            for name in self.picture.services:
                self.picture.answered(name, status.model_copy(update={"service": name}), self.clock())

    def ask(self, service: str, query: str, question: Contract, patience: float = 5.0) -> Answer:
        if self.city is None:
            raise Unreachable
        found: Contract | pa.Table
        if isinstance(question, CellOf):
            found = self.city.cell(question.cell, question.year)
        else:
            found = answered(self.city, self.rescoring, query, question.model_dump_json().encode())
        if isinstance(found, pa.Table):
            return Table("application/vnd.apache.arrow.stream", b"", found)
        return Answer("application/json", found.model_dump_json(by_alias=True).encode())

    def watch(self, year: int, patience: float = 5.0) -> None:
        if self.city is None:
            raise Unreachable
        self.picture.refreshed(
            year, rows_of(self.city.board(year)), self.city.glance(year), now(), self.picture.version
        )

    def settle_year(self, patience: float = 5.0) -> int:
        if self.city is None:
            raise Unreachable
        return max(self.city.glance(self.city.year).years, default=self.city.year)


@pytest.fixture
def open_house(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Opens the house over a city (None: nobody answers)."""

    def opened(city: City | None) -> CityHub:
        hub = CityHub(city)
        monkeypatch.setattr(house, "_house", house.House(hub, Signer(), "test"))
        return hub

    return opened


class Running:
    """A broker, the fakes and `python -m dashboard`, each its own."""

    def __init__(self, folder: Path) -> None:
        self.server, self.port, self.log = NatsServer(folder), free_port(), folder / "dashboard.log"
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.address}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the dashboard and returns when it answers."""
        settings = {
            "NENEP_NATS_URL": self.server.url,
            "NENEP_KEYS": str(self.server.keys),
            "NENEP_DASHBOARD_PORT": str(self.port),
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dashboard"],
                env={**os.environ, **settings},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + 60
        while self.health() is None:
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.1)

    def health(self) -> bytes | None:
        """The body of /api/health, None when nothing answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/api/health", timeout=2) as answer:
                return bytes(answer.read())
        except OSError:
            return None

    def stop(self) -> int:
        """Asks the dashboard to end; its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(20)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The dashboard over a broker of its own."""
    running = Running(tmp_path_factory.mktemp("dashboard"))
    running.server.start()
    running.start()
    try:
        yield running
        running.stop()
        assert "Traceback" not in running.log.read_text(), running.log.read_text()
    finally:
        if running.process is not None and running.process.poll() is None:
            running.process.kill()
        running.server.kill()


@pytest.fixture(scope="module")
def fakes(running: Running) -> Iterator[FakeServices]:
    """The neighbours of the running dashboard."""
    with FakeServices(running.server.url, running.server.keys) as fakes:
        yield fakes


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Not for longer than a file: Playwright keeps an event loop running, beside which no other may run."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def visitor(browser: Browser, running: Running, fakes: FakeServices) -> Iterator[Callable[..., Visit]]:
    """Opens tabs on the running dashboard; each must end without an error."""
    visits: list[Visit] = []

    def visit(**options: Any) -> Visit:
        visits.append(Visit(browser, running.url, **options))
        return visits[-1]

    yield visit
    for each in visits:
        each.close()
