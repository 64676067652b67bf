from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.chassis.store import Store
from tests.evaluation.alerts.house import House
from tests.evaluation.alerts.looking import regular
from tests.evaluation.territory import territory


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store("evaluation", tmp_path / "evaluation.sqlite")
    yield store
    store.close()


@pytest.fixture
def house(store: Store) -> House:
    """C has met every month of 2026, D has not met in November."""
    stream = territory()
    for month in range(1, 12):
        regular(stream, "C", f"2026-{month:02}")
        if month < 11:
            regular(stream, "D", f"2026-{month:02}")
    return House(store, stream)
