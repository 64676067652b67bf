"""One connection to the broker that says clearly what it could not do, and lives through any absence of the broker.

nats-py reports a denied publish nowhere but in a callback, buffers while it is offline and waits for answers that were
lost with the connection; `Bus` turns each of these into an error at once. Its inbox is `_INBOX_<identity>`, the only
one the identity may read.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import nats.errors
import orjson
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js.client import JetStreamContext

from services.chassis.errors import ApiError, BusError, PermissionDenied, TooLarge, Unavailable
from services.chassis.identity import client_options, inbox_prefix
from services.chassis.jetstream import Stored, decoded
from services.chassis.wire import FastClient, RawHandler, header_size

__all__ = [
    "ApiError",
    "Bus",
    "BusError",
    "PermissionDenied",
    "Stored",
    "TooLarge",
    "Unavailable",
    "client_options",
    "connect",
    "inbox_prefix",
]

log = logging.getLogger("nenep.bus")
DENIED = re.compile(r'permissions violation for (publish|subscription) to "([^"]+)"')
FOREVER = float("inf")
CLOSE_S = 5.0


async def connect(
    url: str, identity: str, keys_dir: Path, *, name: str | None = None, patience_s: float = FOREVER
) -> Bus:
    """Connects as this identity, waiting for the broker as long as `patience_s` (seconds; default: for ever).

    Raises `PermissionDenied` when the broker does not know the identity's key, `Unavailable` when patience ran out.
    """
    bus = Bus(identity)
    try:
        await bus._open(url, client_options(identity, keys_dir, name), patience_s)
    except BaseException:
        await bus.close()
        raise
    return bus


class Bus:
    """A connection under one identity. `nc` is the nats-py client, `js` its JetStream context."""

    def __init__(self, identity: str) -> None:
        self.identity = identity
        self.nc = FastClient()
        self.js: JetStreamContext = self.nc.jetstream()
        self.connections = 0
        """How many times a connection was made: it grows with every reconnection."""
        self.on_lost: set[Callable[[], None]] = set()
        """Called, on the loop, whenever the connection breaks."""
        self.closed = asyncio.Event()
        """Set by `close`: nothing else ends the connection for good."""
        self.refused = ""
        """Why the broker does not let the identity in at the moment (its key was withdrawn), in words; else empty."""
        self._up = asyncio.Event()
        self._inbox = ""
        self._asked = 0
        self._answers: dict[str, asyncio.Future[Msg]] = {}
        self._denials: defaultdict[str, set[asyncio.Future[Any]]] = defaultdict(set)
        self._barred: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def connected(self) -> bool:
        """Whether the broker is there now."""
        return bool(self.nc.is_connected)

    async def wait_connected(self, patience_s: float = FOREVER) -> None:
        """Returns when the broker is there; raises `Unavailable` after `patience_s` seconds, or when it is closed."""
        if not self.connected and not self.closed.is_set():
            self._up.clear()  # nats-py calls back only some steps after it noticed
        try:
            await asyncio.wait_for(self._up.wait(), None if patience_s == FOREVER else patience_s)
        except TimeoutError:
            if self.refused:
                raise PermissionDenied(self.refused) from None
            raise Unavailable(f"The broker has been away for {patience_s:g} s") from None
        if self.closed.is_set():
            raise Unavailable("The connection is closed")

    async def request(
        self,
        subject: str,
        data: bytes = b"",
        timeout: float = 5.0,  # noqa: ASYNC109
        headers: Mapping[str, str] | None = None,
    ) -> Msg:
        """Asks and returns the answer, waiting for the broker and for the answer `timeout` seconds together.

        Raises `PermissionDenied` as soon as the broker says so, `TooLarge` before sending, `Unavailable` when the
        broker is away, the connection breaks or nobody answers.
        """
        loop = asyncio.get_running_loop()
        self._asked += 1
        token = f"{self._asked:x}"
        with self._deniable(subject) as answer:
            self._answers[token] = answer
            patience = loop.call_later(timeout, _give_up, answer, f"No answer on {subject} within {timeout:g} s")
            try:
                if not self.connected:
                    await self.wait_connected(timeout)
                await self.send(subject, data, headers, reply=f"{self._inbox}.{token}")
                message: Msg = await answer
            finally:
                patience.cancel()
                del self._answers[token]
        if not message.data and message.headers and message.headers.get("Status") == "503":
            raise Unavailable(f"Nobody answers on {subject}: the service or stream behind it is not there (now)")
        return message

    async def send(
        self, subject: str, data: bytes, headers: Mapping[str, str] | None = None, *, reply: str = ""
    ) -> None:
        """Core NATS publish: no storage, no answer. Raises `TooLarge`, or `Unavailable` at once when offline."""
        size, limit = len(data) + header_size(headers), self.nc.max_payload
        if size > limit:
            raise TooLarge(f"{size} bytes on {subject}, the broker takes {limit} (headers included)")
        try:
            await self.nc.publish(subject, data, reply=reply, headers=dict(headers) if headers else None)
        except (nats.errors.OutboundBufferLimitError, nats.errors.ConnectionClosedError) as error:
            raise Unavailable("The broker is away: nothing was sent") from error

    async def publish(
        self,
        subject: str,
        data: bytes,
        headers: Mapping[str, str] | None = None,
        timeout: float = 5.0,  # noqa: ASYNC109
    ) -> Stored:
        """Publishes to the stream behind the subject and returns when it is on disk.

        Raises `TooLarge` and `ApiError` for what the stream refused, else as `request`. `Unavailable` leaves it open
        whether it was stored: publish again with the same `Nats-Msg-Id`.
        """
        answer = decoded(await self.request(subject, data, timeout, headers))
        return Stored(answer["stream"], answer["seq"], answer.get("duplicate", False))

    async def api(
        self,
        subject: str,
        question: Mapping[str, Any] | None = None,
        timeout: float = 5.0,  # noqa: ASYNC109
    ) -> dict[str, Any]:
        """A request to JetStream's API (`$JS.API.` + `subject`), decoded; raises `ApiError` when it refuses."""
        body = orjson.dumps(question) if question is not None else b""
        return decoded(await self.request("$JS.API." + subject, body, timeout))

    async def subscribe(self, subject: str, handler: Callable[[Msg], Awaitable[None]], queue: str = "") -> Subscription:
        """A core NATS subscription that exists at the broker on return; raises `PermissionDenied`."""
        with self._deniable(subject) as denied:
            subscription = await self.nc.subscribe(subject, queue=queue, cb=handler)
            try:
                await self.nc.flush()
            except (nats.errors.FlushTimeoutError, nats.errors.ConnectionClosedError) as error:
                raise Unavailable(f"The broker went away before it confirmed the subscription to {subject}") from error
            if denied.done():
                denied.result()
            return subscription

    async def listen(self, handler: RawHandler) -> tuple[str, Subscription]:
        """A new inbox whose messages go to `handler` as they are on the wire, at once and unqueued (for replays)."""
        inbox = self.nc.new_inbox()
        subscription = await self.nc.subscribe(inbox, cb=self._on_answer)
        self.nc.raw[subscription._id] = handler
        return inbox, subscription

    async def unlisten(self, subscription: Subscription) -> None:
        """Ends what `listen` began."""
        self.nc.raw.pop(subscription._id, None)
        if not self.nc.is_closed:
            await subscription.unsubscribe()

    async def close(self) -> None:
        """Sends what waits and closes for good, within a few seconds even when the broker dies meanwhile."""
        if not self.nc.is_closed and self.nc.options:
            closing = asyncio.ensure_future(self.nc.close())
            await asyncio.wait({closing}, timeout=CLOSE_S)
            if not closing.cancel() and not closing.cancelled():  # nats-py's own tasks may cancel what it waits for
                closing.result()
        await self._on_closed()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @contextmanager
    def _deniable(self, subject: str) -> Iterator[asyncio.Future[Any]]:
        """A future that fails as soon as the broker denies the subject (all it says is the subject, in lower case)."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        key = subject.lower()
        self._denials[key].add(future)
        try:
            yield future
        finally:
            self._denials[key].discard(future)
            if not self._denials[key]:
                del self._denials[key]
            if not future.cancel() and not future.cancelled():
                future.exception()

    async def _open(self, url: str, options: dict[str, Any], patience_s: float) -> None:
        options |= {
            "error_cb": self._on_error,
            "disconnected_cb": self._on_lost,
            "reconnected_cb": self._on_up,
            "closed_cb": self._on_closed,
        }
        connecting = asyncio.ensure_future(self.nc.connect(url, **options))
        try:
            waits = None if patience_s == FOREVER else patience_s
            await asyncio.wait({connecting, self._barred}, timeout=waits, return_when=asyncio.FIRST_COMPLETED)
            if self._barred.done():
                self._barred.result()
            if not connecting.done():
                raise Unavailable(f"No broker at {url} after {patience_s:g} s: is the system up (`nenep up`)?")
            connecting.result()
        finally:
            connecting.cancel()
            self._barred.cancel()
        self._inbox = self.nc.new_inbox()
        await self.subscribe(f"{self._inbox}.*", self._on_answer)
        await self._on_up()

    async def _on_answer(self, message: Msg) -> None:
        answer = self._answers.get(message.subject.rpartition(".")[2])
        if answer and not answer.done():
            answer.set_result(message)

    async def _on_error(self, error: Exception) -> None:
        text = str(error)
        if denied := DENIED.search(text):
            verb, subject = "publish to" if denied[1] == "publish" else "subscribe to", denied[2]
            for future in self._denials.get(subject.lower(), ()):
                if not future.done():
                    future.set_exception(PermissionDenied(f"{self.identity} may not {verb} {subject}"))
        elif "authorization violation" in text.lower() and not self.refused:
            self.refused = f"The broker does not know the key of {self.identity!r}: wrong folder, or no grant"
            if self.connections:
                log.error("%s", self.refused)
            elif not self._barred.done():
                self._barred.set_exception(PermissionDenied(self.refused))
        log.debug("%s: %s", self.identity, text)

    async def _on_up(self) -> None:
        self.connections += 1
        self.refused = ""
        self._up.set()
        if self.connections > 1:
            log.info("%s: the broker is back", self.identity)

    async def _on_lost(self) -> None:
        self._up.clear()
        self._fail_all(Unavailable("The connection to the broker broke before the answer came"))
        for tell in list(self.on_lost):
            tell()
        if not self.nc.is_closed:
            log.warning("%s: the broker is away; reconnecting until it is back", self.identity)

    async def _on_closed(self) -> None:
        self.closed.set()
        self._up.set()
        self._fail_all(Unavailable("The connection was closed"))

    def _fail_all(self, error: BusError) -> None:
        for future in list(self._answers.values()):
            if not future.done():
                future.set_exception(error)


def _give_up(answer: asyncio.Future[Msg], why: str) -> None:
    if not answer.done():
        answer.set_exception(Unavailable(why))
