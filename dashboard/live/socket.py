"""`/api/live`: the WebSocket that carries frames to a page. `/api/health`: how the dashboard itself is."""

from __future__ import annotations

import asyncio
from asyncio import sleep as rest
from contextlib import suppress
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard.house import house
from dashboard.live.frames import Seen, encoded, frame_for

FRAME_REST_S = 0.1
"""At most ten frames a second go to a viewer, however many events arrive."""
KEEP_ALIVE_S = 15.0
FORBIDDEN = 4401


def same_origin(socket: WebSocket) -> bool:
    """Whether the page that opens the socket came from this very server."""
    origin = urlsplit(socket.headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc == socket.headers.get("host")


async def live(socket: WebSocket) -> None:
    """Sends frames as long as the viewer is there; what they have seen is in `v` and `n` of the address."""
    hub, signer, _ = house()
    claims = signer.read(socket.query_params.get("t", ""), hub.clock().timestamp())
    if claims is None or not same_origin(socket):
        await socket.close(FORBIDDEN)
        return
    await socket.accept()
    loop, news = asyncio.get_running_loop(), asyncio.Event()
    silence = hub.listen(lambda: loop.call_soon_threadsafe(news.set))
    leaving = asyncio.create_task(_until_left(socket))
    leaving.add_done_callback(lambda _: news.set())
    seen = Seen(_whole(socket.query_params.get("v"), 0), _whole(socket.query_params.get("n"), -1))
    try:
        while not leaving.done():
            hub.years.watch(claims.year)
            frame, seen = frame_for(hub.picture, claims, seen, hub.clock())
            await socket.send_text(encoded(frame))
            await rest(FRAME_REST_S)
            with suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), KEEP_ALIVE_S)
            news.clear()
    except (WebSocketDisconnect, RuntimeError):
        pass  # the viewer left while a frame was on its way
    finally:
        silence()
        leaving.cancel()


async def _until_left(socket: WebSocket) -> None:
    """Returns when the viewer has closed the socket; whatever they send is ignored."""
    with suppress(WebSocketDisconnect, RuntimeError):
        while (await socket.receive())["type"] != "websocket.disconnect":
            pass


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 16 else otherwise


async def health(_: Request) -> JSONResponse:
    """200 as long as the process answers; the body says whether it is connected and what it has seen."""
    hub = house().hub
    link = hub.picture.link
    return JSONResponse(
        {
            "ready": link.connected,
            "connected": link.connected,
            "since": link.since.isoformat(),
            "events": hub.picture.arrived,
            "years": sorted(hub.picture.years),
        }
    )
