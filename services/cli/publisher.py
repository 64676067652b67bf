"""Sending a unit's reports and getting their receipts: in order, many at once, through any absence of the broker."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from typing import Any, Self

import orjson
from nats.errors import Error as NatsError
from pydantic import ValidationError

from services.chassis.bus import Bus, BusError
from services.cli.letter import Letter, Unanswered
from services.cli.lines import rejection
from services.contracts.bus import MAX_REPORT_BYTES, RECEIPTS
from services.contracts.cloudevents import CloudEvent
from services.contracts.receipts import Problem, Receipt

WINDOW = 2_000
"""Messages on their way to the broker that it has not confirmed to have stored."""
BATCH, BATCH_BYTES = 250, 512 * 1024
"""Messages, and bytes, that are stored in one go: the broker syncs its disk once for all of them."""
AHEAD = 10_000
"""Messages that wait for their receipt: bounds the memory."""
PULSE = 0.25
RETRY = 5.0
"""Seconds without any confirmation after which what is unconfirmed is sent again (they come in order)."""
ASK_AGAIN, ASK_AT_ONCE = 5.0, 200
TOO_LARGE = 10054
MAX_EARLY = 50_000
ASKED, BATCHED = "asked-", "batch-"


class Publisher:
    """Publishes as `unit` (whose identity the bus must have); open it with `async with`.

    No `Nats-Msg-Id` is set: the stream would swallow a report that is sent again and nobody would answer it, while the
    services recognise it by its id and answer `duplicate`. That also makes it safe to send again what an absence of the
    broker left in doubt; a receipt that was said meanwhile is fetched from the receipts' stream.
    When something is under way and nothing moved for `patience` seconds, or the broker took the identity's rights away,
    the oldest letter's receipt raises Unanswered.
    """

    def __init__(self, bus: Bus, unit: str, *, window: int = WINDOW, patience: float = 30.0) -> None:
        self.bus, self.unit, self.patience = bus, unit, patience
        self.under_way: dict[str, Letter] = {}  # by token, oldest first
        self._by_position: dict[int, tuple[str, Letter]] = {}
        self._early: dict[int, Receipt] = {}
        self._window = asyncio.Semaphore(window)
        self._sending = asyncio.Lock()
        self._count = 0
        self._unacked = 0
        self._epoch = self._connection()
        self._moved = time.monotonic()
        self._confirmed_at = 0.0
        self._last_error: str | None = None
        self._refused = False
        self._all_stored = asyncio.Event()
        self._room = asyncio.Semaphore(AHEAD)
        self._draft: list[tuple[str, Letter]] = []
        self._draft_bytes = 0
        self._batches: dict[str, list[tuple[str, Letter]]] = {}
        self._flushing: asyncio.Task[None] | None = None
        self._subscriptions: list[Any] = []
        self._watcher: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Listen to the broker's confirmations and to the services' receipts, before anything is sent."""
        self._inbox = self.bus.nc.new_inbox()
        self._subscriptions = [
            await self.bus.subscribe(f"{self._inbox}.*", self._confirmed),
            await self.bus.subscribe(f"rcpt.{self.unit}.>", self._receipted),
        ]
        self._watcher = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        tasks = [task for task in (self._watcher, self._flushing) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for subscription in self._subscriptions:
            with contextlib.suppress(NatsError):
                await subscription.unsubscribe()

    async def send(self, event: CloudEvent) -> Letter:
        """Send a report after all those before it. Waits while too many are unconfirmed or without a receipt."""
        await self._room.acquire()
        await self._window.acquire()
        letter = Letter(event, self.unit)
        self._count += 1
        self._unacked += 1
        self._all_stored.clear()
        if not self.under_way:
            self._moved = time.monotonic()
        self.under_way[str(self._count)] = letter
        self._draft.append((str(self._count), letter))
        self._draft_bytes += len(letter.body)
        if len(self._draft) >= BATCH or self._draft_bytes >= BATCH_BYTES:
            await self._flush()
        elif self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())  # runs when nothing more comes at once
        return letter

    async def _flush(self) -> None:
        """Sends what was drafted: one message as it is, several as an atomic batch (ADR-50), stored all or none."""
        async with self._sending:
            draft, self._draft, self._draft_bytes = self._draft, [], 0
            if self._epoch != self._connection() or not self._epoch[0] or self._refused:
                return  # the watcher sends everything that is unconfirmed again, in order, these included
            if len(draft) == 1:
                await self._send(*draft[0])
            elif draft:
                await self._send_batch(draft)

    async def _send_batch(self, draft: list[tuple[str, Letter]]) -> None:
        batch = f"{BATCHED}{draft[0][0]}-{secrets.token_hex(8)}"
        self._batches[batch] = draft
        reply = f"{self._inbox}.{batch}"
        for number, (_, letter) in enumerate(draft, 1):
            letter.sent_at = time.monotonic()
            headers = {**letter.headers, "Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)}
            last = number == len(draft)
            if last:
                headers["Nats-Batch-Commit"] = "1"
            with contextlib.suppress(BusError, NatsError):  # not connected: sent again by the watcher
                await self.bus.send(letter.subject, letter.body, headers, reply=reply if last else "")

    async def _batch_confirmed(self, batch: list[tuple[str, Letter]], answer: dict[str, Any]) -> None:
        if "error" in answer:  # none was stored: one by one, each gets its own answer
            async with self._sending:
                for token, letter in batch:
                    await self._send(token, letter)
            return
        first = answer["seq"] - len(batch) + 1
        for position, (token, letter) in enumerate(batch, first):
            self._stored_at(token, letter, position)

    async def stored(self) -> None:
        """Returns when the broker has confirmed that it holds everything sent so far."""
        if self._unacked:
            await self._all_stored.wait()

    def _connection(self) -> tuple[bool, int]:
        # counted by the client before it says that it is connected again: no message slips in before the lost ones
        return self.bus.connected, self.bus.nc.stats["reconnects"]

    async def _send(self, token: str, letter: Letter) -> None:
        letter.sent_at = time.monotonic()
        with contextlib.suppress(BusError, NatsError):  # not connected: sent again by the watcher
            await self.bus.send(letter.subject, letter.body, letter.headers, reply=f"{self._inbox}.{token}")

    async def _confirmed(self, message: Any) -> None:
        token = message.subject.rpartition(".")[2]
        if token.startswith(ASKED):
            await self._found(token.removeprefix(ASKED), message)
            return
        silent: dict[str, Any] = {"error": {"description": "the intake stream does not answer"}}
        answer: dict[str, Any] = orjson.loads(message.data) if message.data else silent
        if (batch := self._batches.pop(token, None)) is not None:
            await self._batch_confirmed(batch, answer)
            return
        letter = self.under_way.get(token)
        if letter is None:
            return
        if (error := answer.get("error")) is None:
            self._stored_at(token, letter, answer["seq"])
            return
        if error.get("err_code") == TOO_LARGE:
            limit = f"at most {MAX_REPORT_BYTES:,} bytes"
            problem = Problem(path="", problem="too large for the intake", expected=limit)
            self._confirm(letter)
            self._settle(token, letter, rejection(self.unit, letter.event.id, letter.event.type, problem))
        else:
            self._last_error, self._refused = str(error.get("description")), True

    def _stored_at(self, token: str, letter: Letter, position: int) -> None:
        self._moved = self._confirmed_at = time.monotonic()
        self._last_error = None
        self._confirm(letter)
        if token not in self.under_way:
            return  # answered already, from another place it lies in
        letter.positions.append(position)
        self._by_position[position] = token, letter
        if receipt := self._early.pop(position, None):
            self._settle(token, letter, receipt)

    def _confirm(self, letter: Letter) -> None:
        if not letter.acked:
            letter.acked = True
            self._unacked -= 1
            if not self._unacked:
                self._all_stored.set()
            self._window.release()

    async def _receipted(self, message: Any) -> None:
        try:
            receipt = Receipt.model_validate_json(message.data)
        except ValidationError:
            return
        if found := self._by_position.get(receipt.position):
            self._settle(*found, receipt)
        elif self._unacked and len(self._early) < MAX_EARLY:
            self._early[receipt.position] = receipt

    def _settle(self, token: str, letter: Letter, receipt: Receipt) -> None:
        self._moved = time.monotonic()
        if self.under_way.pop(token, None):
            self._room.release()
        for position in letter.positions:
            self._by_position.pop(position, None)
        if not letter.receipt.done():
            letter.receipt.set_result(receipt)

    async def _watch(self) -> None:
        """Send again what got lost; give up when nothing moves."""
        while True:
            await asyncio.sleep(PULSE)
            if not self.under_way:
                self._early.clear()
                continue
            now = time.monotonic()
            if now - self._moved > self.patience or self.bus.closed.is_set():
                self._give_up()
                return
            if not self.bus.connected:
                continue
            async with self._sending:
                await self._mend(now)

    async def _mend(self, now: float) -> None:
        new_connection = self._epoch != self._connection()
        if new_connection:
            self._batches.clear()  # their answers were lost with the connection
        again = new_connection or self._refused
        if again:
            self._draft, self._draft_bytes = [], 0  # sent below with all the others
        self._epoch, self._refused = self._connection(), False
        asked = 0
        for token, letter in list(self.under_way.items()):
            if not letter.acked and (again or now - max(letter.sent_at, self._confirmed_at) > RETRY):
                again = True  # and all after it, in order
                await self._send(token, letter)
            elif letter.acked and asked < ASK_AT_ONCE and (new_connection or now - letter.sent_at > ASK_AGAIN):
                asked += 1
                letter.sent_at = now
                await self._ask_for_receipt(token, letter)

    async def _ask_for_receipt(self, token: str, letter: Letter) -> None:
        with contextlib.suppress(BusError, NatsError):
            subject = f"$JS.API.DIRECT.GET.{RECEIPTS}.{letter.receipt_subject}"
            await self.bus.send(subject, b"", reply=f"{self._inbox}.{ASKED}{token}")

    async def _found(self, token: str, message: Any) -> None:
        letter = self.under_way.get(token)
        if letter is None or not message.data:
            return  # settled meanwhile, or no receipt has been said yet
        receipt = Receipt.model_validate_json(message.data)
        if receipt.position in letter.positions:
            self._settle(token, letter, receipt)
        elif receipt.position > max(letter.positions):
            async with self._sending:  # a later report of the same id hides this one's receipt: let it be a duplicate
                await self._send(token, letter)

    def _give_up(self) -> None:
        letters = list(self.under_way.values())
        stored = sum(letter.acked for letter in letters)
        error = Unanswered(self.patience, [letter.event.id for letter in letters], stored, self._last_error)
        letters[0].receipt.set_exception(error)
