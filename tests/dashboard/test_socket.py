"""The routes of the running dashboard: who may open the WebSocket, and what comes over it."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest
import websockets
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from dashboard.live.token import Claims, Signer
from tests.dashboard.conftest import Running

pytestmark = pytest.mark.anyio


async def refused(address: str, **options: Any) -> int:
    """The status with which opening a socket is refused; 0 when it is not."""
    try:
        async with connect(address, **options):
            return 0
    except InvalidStatus as answer:
        return answer.response.status_code


async def test_nobody_gets_in_without_a_token_of_this_process(running: Running) -> None:
    forged = Signer().sign(Claims(2026, "vi"), 4e9)
    for token in ("", "x.y", forged):
        assert await refused(f"ws://{running.address}/api/live?t={token}", origin=running.url) == 403


async def test_health_says_whether_the_bus_is_there(running: Running) -> None:
    async def connected() -> bool:
        return bool(orjson.loads(running.health() or b"{}")["connected"])

    for _ in range(300):
        if await connected():
            break
        await asyncio.sleep(0.05)
    assert await connected()
    assert websockets.__version__
