"""A unit's system that publishes fast, keeps a window of reports without an acknowledgement, and sends again what was
lost with a connection, until the broker has confirmed every one."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

import orjson

from services.chassis.bus import Bus, Unavailable
from services.contracts.bus import RECEIPTS
from tests.load import Ready

Told = Callable[[str, dict[str, Any]], None]
AGAIN_S = 2.0
"""An acknowledgement that is so late is lost: the broker died between storing and answering."""


class Ward:
    """Publishes as one unit. `stored` counts what the broker confirmed, `refused` holds what it did not take.

    `window` is how many reports may be without the broker's acknowledgement at a time.
    """

    def __init__(self, bus: Bus, window: int = 1_000) -> None:
        self.bus, self.window = bus, window
        self.unit = bus.identity.removeprefix("unit-")
        self.stored = 0
        self.resent = 0
        self.refused: list[str] = []
        self.receipts: dict[str, int] = {}
        """Receipts seen live, by outcome (live receipts may be missed while the connection is down)."""
        self._flying: dict[int, tuple[float, Sequence[Ready]]] = {}
        self._number = 0
        self._news = asyncio.Event()
        self._told: list[Told] = []

    async def open(self) -> Self:
        """Listens for acknowledgements and receipts."""
        nc = self.bus.nc
        self._inbox = nc.new_inbox()
        acks = await nc.subscribe(f"{self._inbox}.*", cb=_nothing)
        nc.raw[acks._id] = self._on_ack
        receipts = await nc.subscribe(f"rcpt.{self.unit}.>", cb=_nothing)
        nc.raw[receipts._id] = self._on_receipt
        await nc.flush()
        return self

    def tell(self, told: Told) -> None:
        """Calls this with the report's id and the receipt for every receipt that comes live."""
        self._told.append(told)

    async def publish(self, reports: Iterable[Ready]) -> None:
        """Publishes these in order, waiting when the window is full. Returns when the last one is sent."""
        for n, report in enumerate(reports):
            while self.flying >= self.window:
                await self._wait()
            await self._send(report)
            if n % 50 == 0:
                await asyncio.sleep(0)

    async def publish_together(self, reports: Sequence[Ready]) -> None:
        """Publishes these as one atomic batch: the broker stores all of them with one sync of its disk, or none."""
        while self.flying and self.flying + len(reports) > self.window:
            await self._wait()
        await self._send(*reports)

    @property
    def flying(self) -> int:
        """How many reports are without the broker's acknowledgement."""
        return sum(len(reports) for _, reports in self._flying.values())

    async def confirmed(self) -> None:
        """Returns when the broker has confirmed everything, sending again what was lost."""
        while self._flying:
            await self._wait()

    async def _send(self, *reports: Ready) -> None:
        self._number += 1
        self._flying[self._number] = (asyncio.get_running_loop().time(), reports)
        reply = f"{self._inbox}.{self._number}"
        while True:
            try:
                await self.bus.wait_connected()
                for report, headers in zip(reports, _together(reports), strict=True):
                    last = report is reports[-1]
                    await self.bus.nc.publish(report.subject, report.body, reply if last else "", headers)
                return
            except Unavailable:
                raise
            except Exception as error:  # the connection broke meanwhile: nats-py has many names for that
                if self.bus.closed.is_set():
                    raise Unavailable(str(error)) from error

    async def _wait(self) -> None:
        self._news.clear()
        try:
            await asyncio.wait_for(self._news.wait(), AGAIN_S)
        except TimeoutError:
            await self._again()

    async def _again(self) -> None:
        """Sends again what has waited too long, in order."""
        late = asyncio.get_running_loop().time() - AGAIN_S
        lost = [(number, reports) for number, (at, reports) in self._flying.items() if at < late]
        for number, reports in lost:
            if self._flying.pop(number, None):
                self.resent += len(reports)
                for report in reports:
                    await self._send(report)

    def _on_ack(self, subject: bytes, reply: bytes, data: bytes, headers: bytes) -> None:
        flown = self._flying.get(int(subject.rpartition(b".")[2]))
        if flown is None or not data:
            return  # an answer to what was sent again meanwhile, or "nobody there": it is sent again
        del self._flying[int(subject.rpartition(b".")[2])]
        if b'"error"' in data:
            self.refused.append(f"{flown[1][0].id}: {data.decode()}")
        else:
            self.stored += len(flown[1])
        self._news.set()

    def _on_receipt(self, subject: bytes, reply: bytes, data: bytes, headers: bytes) -> None:
        receipt = orjson.loads(data)
        self.receipts[receipt["outcome"]] = self.receipts.get(receipt["outcome"], 0) + 1
        for told in self._told:
            told(receipt["id"], receipt)
        self._news.set()

    @property
    def answered(self) -> int:
        """How many receipts came."""
        return sum(self.receipts.values())


def _together(reports: Sequence[Ready]) -> list[dict[str, str]]:
    """The headers of reports that are stored all or none (ADR-50); those of a lone one as they are."""
    if len(reports) == 1:
        return [reports[0].headers]
    batch = secrets.token_hex(16)
    found = [
        {**report.headers, "Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(n)} for n, report in enumerate(reports, 1)
    ]
    found[-1]["Nats-Batch-Commit"] = "1"
    return found


async def _nothing(message: Any) -> None:
    return


async def everything(admin: Bus, stream: str = RECEIPTS) -> list[Any]:
    """All messages a stream holds, in order, read by `admin` through a consumer of its own."""
    from services.chassis.tail import tail

    info = await admin.api(f"STREAM.INFO.{stream}")
    last, found = int(info["state"]["last_seq"]), list[Any]()
    if not info["state"]["messages"]:
        return found
    async for batch in tail(admin, stream, ">", f"reader-{stream}", after=0):
        found += batch
        if found[-1].position >= last:
            return found
    raise AssertionError("the tail ended")
