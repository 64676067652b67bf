"""What the tests of relays and tails share: an outbox in memory, and readers of what a stream really holds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing

from services.chassis.bus import Bus
from services.chassis.relay import POSITION, Outgoing
from services.chassis.tail import Arrived, tail


def message(position: int, service: str = "registry", size: int = 20) -> Outgoing:
    """The n-th message of a service, spread over some cells."""
    subject = f"evt.{service}.CellRenamed.LAI-CHAU.C{position % 7}"
    headers = {"ce-id": f"{service}-{position}"}
    return Outgoing(position, subject, f"{service}-{position}", headers, str(position).encode().rjust(size))


class ListOutbox:
    """An outbox whose positions are `step` apart."""

    def __init__(self, count: int = 0, service: str = "registry", step: int = 1) -> None:
        self.service, self.step = service, step
        self.messages: list[Outgoing] = []
        self.grow(count)

    def grow(self, count: int) -> None:
        """Records this many more."""
        start = len(self.messages)
        self.messages += [message((n + 1) * self.step, self.service) for n in range(start, start + count)]

    @property
    def last(self) -> int:
        return self.messages[-1].position

    def read(self, after: int, limit: int) -> Sequence[Outgoing]:
        start = after // self.step
        return self.messages[start : start + limit]


async def until(condition: Callable[[], bool]) -> None:
    """Returns when the condition holds (the test's own timeout ends what never comes)."""
    while not condition():  # noqa: ASYNC110 - many kinds of conditions, none has an event
        await asyncio.sleep(0.005)


async def stream_end(bus: Bus, stream: str = "EVT") -> int:
    """The last position of a stream, as the broker says."""
    return int((await bus.api(f"STREAM.INFO.{stream}"))["state"]["last_seq"])


async def read_stream(operator: Bus, subject: str = "evt.>") -> list[Arrived]:
    """All that the events stream holds now."""
    end, found = await stream_end(operator), list[Arrived]()
    async with aclosing(tail(operator, "EVT", "evt.>", "operator", 0)) as batches:
        while len(found) < end:
            found += await anext(batches)
    return found if subject == "evt.>" else [one for one in found if one.subject.startswith(subject.rstrip(">"))]


def positions(arrived: Sequence[Arrived]) -> list[int]:
    """The outbox positions of messages, in the order of the stream."""
    return [int(one.headers[POSITION]) for one in arrived]
