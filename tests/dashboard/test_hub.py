"""The hub on the real broker: it follows events, asks, and survives every absence."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dashboard.hub.hub import Hub
from dashboard.hub.years import Unreachable
from services.chassis.settings import Settings
from services.contracts.queries import CellOf, CellPage
from services.contracts.receipts import Refused
from tests.conftest import NatsSystem
from tests.dashboard.fake_evaluation import FakeServices

CELL = "DU-07-03"


def until(what: str, holds: Callable[[], Any], patience_s: float = 30.0) -> None:
    """Returns when it holds."""
    end = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < end, f"still not: {what}"
        time.sleep(0.02)


@pytest.fixture
def hub(bare_nats: NatsSystem) -> Iterator[Hub]:
    """A hub on a broker of its own."""
    hub = Hub(Settings(nats_url=bare_nats.url, keys=bare_nats.keys)).start()
    yield hub
    hub.close()


@pytest.fixture
def fakes(bare_nats: NatsSystem) -> Iterator[FakeServices]:
    """The services on that broker."""
    with FakeServices(bare_nats.url, bare_nats.keys) as fakes:
        yield fakes


def test_events_change_the_board_and_tell_the_listeners(hub: Hub, fakes: FakeServices) -> None:
    told: list[int] = []
    until("connected", lambda: hub.picture.link.connected)
    assert hub.settle_year() == 2026
    hub.watch(2026)
    hub.listen(lambda: told.append(hub.picture.version))
    fakes.hold(CELL, 11, 41.0)
    until("the square shows it", lambda: hub.picture.years[2026].rows[CELL].months[10].points == 41.0)
    until("listeners were told", lambda: told)
    until("both events are kept", lambda: hub.picture.arrived == 2)
    fakes.city.cells[CELL] = fakes.city.cells[CELL].model_copy(update={"name": "Bản mới"})
    fakes.hold(CELL, 11, 42.0)
    until("what only evaluation knows follows", lambda: hub.picture.years[2026].rows[CELL].cell_name == "Bản mới")


def test_questions_are_answered_refused_or_unreachable(hub: Hub, fakes: FakeServices) -> None:
    until("connected", lambda: hub.picture.link.connected)
    assert hub.ask("evaluation", "cell", CellOf(cell=CELL, year=2026)).model(CellPage).state.cell == CELL
    with pytest.raises(Refused, match="NOBODY"):
        hub.ask("evaluation", "cell", CellOf(cell="NOBODY", year=2026))
    fakes.silent.add("evaluation")
    with pytest.raises(Unreachable):
        hub.ask("evaluation", "cell", CellOf(cell=CELL, year=2026), patience=0.2)


def test_a_silent_service_is_noticed_and_its_return_too(hub: Hub, fakes: FakeServices) -> None:
    until("all answer", lambda: all(s.status and not s.silent_since for s in hub.picture.services.values()))
    fakes.silent.add("registry")
    until("its silence is noticed", lambda: hub.picture.services["registry"].silent_since)
    assert not hub.picture.services["meetings"].silent_since
    fakes.silent.clear()
    until("its return is noticed", lambda: not hub.picture.services["registry"].silent_since)


def test_it_starts_without_a_broker_and_lives_through_its_absences(bare_nats: NatsSystem) -> None:
    bare_nats.kill()
    hub = Hub(Settings(nats_url=bare_nats.url, keys=bare_nats.keys)).start()
    try:
        hub.watch(2026)
        for _ in range(2):
            bare_nats.start()
            with FakeServices(bare_nats.url, bare_nats.keys) as fakes:
                until("it is connected", lambda: hub.picture.link.connected)
                until("the watched year is there", lambda: 2026 in hub.picture.years)
                fakes.hold(CELL, 10, 41.0)
                until("events arrive", lambda: hub.picture.years[2026].rows[CELL].months[9].points == 41.0)
                bare_nats.kill()
                until("its loss is noticed", lambda: not hub.picture.link.connected)
    finally:
        hub.close()


def test_what_was_missed_while_away_is_asked_for(hub: Hub, fakes: FakeServices, bare_nats: NatsSystem) -> None:
    until("connected", lambda: hub.picture.link.connected)
    hub.watch(2026)
    bare_nats.kill()
    until("its loss is noticed", lambda: not hub.picture.link.connected)
    fakes.city.hold(CELL, 11, 43.0)
    bare_nats.start()
    until("the board has caught up", lambda: hub.picture.years[2026].rows[CELL].months[10].points == 43.0)


def test_the_default_year_follows_the_data(hub: Hub, fakes: FakeServices) -> None:
    until("connected", lambda: hub.picture.link.connected)
    fakes.city.year, year = 2024, hub.this_year
    fakes.city.first_years = (2023,)
    hub.watch(year)
    until("the last year with data is found", lambda: hub.picture.default_year == 2024)
    fakes.city.year = 2025
    fakes.hold(CELL, 1, 90.0)
    hub.years.everything_changed()
    until("a later year has come", lambda: hub.picture.default_year == 2025)


def test_a_refused_year_is_said(hub: Hub, fakes: FakeServices) -> None:
    until("connected", lambda: hub.picture.link.connected)
    hub.watch(2026)
    fakes.broken = "the history is damaged"
    hub.years.changed(2026)
    until(
        "its reason is kept", lambda: hub.picture.years[2026].trouble and "damaged" in hub.picture.years[2026].trouble
    )
    fakes.broken = None
    until("it is gone again", lambda: hub.picture.years[2026].trouble is None)
