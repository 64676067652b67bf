"""A receiver of webhooks and a mail server, on this machine, that may be told to refuse."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_string
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Posted(NamedTuple):
    """What was posted: headers by lower-case names, and the body."""

    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """Answers with `answers` one after the other, then with 204; `taken` is what was answered with 2xx."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.asked, self.taken = list[Posted](), list[Posted]()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                posted = Posted(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                status = outer.answers.pop(0) if outer.answers else 204
                outer.asked.append(posted)
                outer.taken += [posted] if status < 300 else []
                self.send_response(status)
                self.send_header("location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/alerts?from=nenep"


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver that runs inside."""
    found = Receiver()
    thread = threading.Thread(target=found.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.server.shutdown()
        found.server.server_close()
        thread.join()


class Post:
    """A mail server without encryption; refuses as many mails as `refuse` says."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.refuse = 0
        self.port = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 post\r\n")
        while line := (await reader.readline()).decode().strip():
            word = line.split()[0].upper()
            if word == "DATA":
                writer.write(b"354 go on\r\n")
                text = (await reader.readuntil(b"\r\n.\r\n"))[:-5].decode()
                refused, self.refuse = self.refuse > 0, max(0, self.refuse - 1)
                self.mails += [] if refused else [message_from_string(text)]
                writer.write(b"451 later\r\n" if refused else b"250 taken\r\n")
            else:
                writer.write(b"221 bye\r\n" if word == "QUIT" else b"250 post\r\n")
            if word == "QUIT":
                break
        writer.close()


@contextmanager
def post() -> Iterator[Post]:
    """A mail server that runs inside."""
    found, ready, loop = Post(), threading.Event(), asyncio.new_event_loop()

    async def open_() -> None:
        server = await asyncio.start_server(found.talk, "127.0.0.1", 0)
        found.port = server.sockets[0].getsockname()[1]
        ready.set()

    def run() -> None:
        loop.run_until_complete(open_())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield found
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
