"""A process's own word on its health, over HTTP on loopback: it answers also while the broker is away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson

MAX_REQUEST = 8192


class Health:
    """Serves `GET /health`: 200 with what `report` says when its `ready` is true, 503 when not."""

    def __init__(self, report: Callable[[], dict[str, Any]], port: int) -> None:
        self.report, self.port = report, port
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listens; `port` is then the real one."""
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", self.port, limit=MAX_REQUEST)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stops listening."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
            if request.startswith(b"GET /health "):
                found = self.report()
                status, body = ("200 OK" if found["ready"] else "503 Service Unavailable"), orjson.dumps(found)
            else:
                status, body = "404 Not Found", b'{"problem":"only GET /health is answered here"}'
            head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
            writer.write(f"{head}connection: close\r\n\r\n".encode() + body)
            await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # whoever asked did not ask for anything
        finally:
            writer.close()
