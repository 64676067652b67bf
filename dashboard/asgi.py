"""The ASGI application: Streamlit's pages, the live WebSocket and a health answer, around one hub."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.routing import Route, WebSocketRoute

from dashboard.house import house, leave
from dashboard.live.socket import health, live

SCRIPT = Path(__file__).resolve().parent / "app.py"


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """The hub lives as long as the server: it is there before the first viewer."""
    house()
    yield
    await asyncio.to_thread(leave)


app = st.App(
    SCRIPT,
    lifespan=lifespan,
    routes=[WebSocketRoute("/api/live", live), Route("/api/health", health)],
)
