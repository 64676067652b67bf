"""The routes: who may open the WebSocket, what comes over it, and what is left when they go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from dashboard import house
from dashboard.live import socket
from dashboard.live.token import Claims, Signer
from tests.dashboard.conftest import CityHub, Running
from tests.dashboard.fake_city import City

pytestmark = pytest.mark.anyio
Open = Callable[[City | None], CityHub]


class Caller:
    """A browser's end of a WebSocket, without a network."""

    def __init__(self, token: str, origin: str = "http://here:1", query: str = "") -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.received: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        scope = {
            "type": "websocket",
            "path": "/api/live",
            "query_string": f"t={token}{query}".encode(),
            "headers": [(b"host", b"here:1"), (b"origin", origin.encode())],
        }
        self.received.put_nowait({"type": "websocket.connect"})
        self.socket = WebSocket(scope, self.received.get, self.sent.put)  # type: ignore[arg-type]

    async def next(self) -> dict[str, Any]:
        """What the server sends next."""
        return await asyncio.wait_for(self.sent.get(), 30)

    async def frame(self) -> dict[str, Any]:
        """The next frame."""
        return dict(orjson.loads((await self.next())["text"]))


def token(year: int = 2026) -> str:
    """A token of this house."""
    here = house.house()
    return here.signer.sign(Claims(year, "en"), here.hub.clock().timestamp())


@pytest.mark.parametrize("origin", ["http://elsewhere", "", "null", "https://here:1.evil", "http://here"])
async def test_another_sites_page_is_sent_away(open_house: Open, origin: str) -> None:
    open_house(City())
    caller = Caller(token(), origin)
    await socket.live(caller.socket)
    assert (await caller.next())["type"] == "websocket.close"


async def test_a_viewer_gets_everything_then_news_and_leaves_nothing_behind(open_house: Open) -> None:
    hub = open_house(City())
    hub.watch(2026)
    caller = Caller(token())
    serving = asyncio.create_task(socket.live(caller.socket))
    assert (await caller.next())["type"] == "websocket.accept"
    first = await caller.frame()
    assert (len(first["rows"]), first["all"]) == (171, True)
    hub.picture.happened("evt.registry.CellDissolved.U.C1", {}, b"", hub.clock())
    for tell in tuple(hub._listeners):
        tell()
    news = await caller.frame()
    assert ([line["text"] for line in news["events"]], "rows" in news) == (["CellDissolved from U"], False)
    caller.received.put_nowait({"type": "websocket.disconnect", "code": 1000})
    await asyncio.wait_for(serving, 30)
    assert hub._listeners == set()


async def test_who_comes_back_gets_only_what_they_missed(open_house: Open) -> None:
    hub = open_house(City())
    hub.watch(2026)
    caller = Caller(token(), query=f"&v={hub.picture.version}&n=0")
    serving = asyncio.create_task(socket.live(caller.socket))
    await caller.next()
    assert "rows" not in await caller.frame()
    caller.received.put_nowait({"type": "websocket.disconnect", "code": 1001})
    await asyncio.wait_for(serving, 30)


async def test_a_burst_becomes_few_frames(open_house: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = open_house(City())
    hub.watch(2026)
    rested = asyncio.Event()

    async def rest(_: float) -> None:
        await rested.wait()

    monkeypatch.setattr(socket, "rest", rest)
    caller = Caller(token())
    serving = asyncio.create_task(socket.live(caller.socket))
    await caller.next()
    await caller.frame()
    for _ in range(100):
        hub.picture.happened("evt.registry.CellDissolved.U.C1", {}, b"", hub.clock())
        for tell in tuple(hub._listeners):
            tell()
    rested.set()
    burst = await caller.frame()
    assert len(burst["events"]) + burst["missed"] == 100
    caller.received.put_nowait({"type": "websocket.disconnect", "code": 1000})
    await asyncio.wait_for(serving, 30)


async def test_the_running_dashboard_lets_nobody_in_without_its_token(running: Running) -> None:
    forged = Signer().sign(Claims(2026, "vi"), 4e9)
    for bad in ("", "x.y", forged):
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://{running.address}/api/live?t={bad}", origin=running.url)  # type: ignore[arg-type]
        assert refused.value.response.status_code == 403


async def test_the_running_dashboard_says_when_it_is_connected(running: Running) -> None:
    health: dict[str, Any] = {}
    while not health.get("connected"):
        health = orjson.loads(await asyncio.to_thread(running.health) or b"{}")
    assert health["ready"]
