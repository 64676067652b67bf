"""The one place where the dashboard is put together: its hub and its signer, one of each per process."""

from __future__ import annotations

import secrets
from threading import Lock
from typing import NamedTuple

from dashboard.hub.hub import Hub
from dashboard.live.token import Signer
from services.chassis.settings import Settings


class House(NamedTuple):
    """What the pages and the routes share; `run` tells one start of the process from another."""

    hub: Hub
    signer: Signer
    run: str


_lock = Lock()
_house: House | None = None


def house() -> House:
    """The house, opened by the first who asks."""
    global _house
    with _lock:
        if _house is None:
            _house = House(Hub(Settings.from_environment()).start(), Signer(), secrets.token_hex(4))
        return _house


def leave() -> None:
    """Closes the hub; the next `house()` opens a new one."""
    global _house
    with _lock:
        if _house is not None:
            _house.hub.close()
        _house = None
