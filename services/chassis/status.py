"""What an intake service says of itself: lag, and whether everything that arrived was recorded and went out.

Contiguity is counted, not assumed: a message of the intake that was acknowledged but never settled, or an event in the
store that is not in the stream, is an error even when nothing is left to do.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from services.chassis.outbox import event_topics
from services.chassis.recording import IntakeSettled
from services.contracts.bus import EVENTS, INTAKE, RECEIPTS
from services.contracts.queries import Nothing, ServiceStatus, StoreCheck

RELAY_LOOKS, RELAY_LOOK_S = 4, 0.25

if TYPE_CHECKING:
    from services.chassis.bus import Bus
    from services.chassis.service import Service
    from services.chassis.store import Store


async def stored_in(bus: Bus, stream: str, subject_filter: str) -> int:
    """How many messages of these subjects a stream holds."""
    counted, offset = 0, 0
    while True:
        page = await bus.api(f"STREAM.INFO.{stream}", {"subjects_filter": subject_filter, "offset": offset})
        subjects = page["state"].get("subjects") or {}
        counted += sum(int(messages) for messages in subjects.values())
        offset += len(subjects)
        if not subjects or offset >= page.get("total", 0):
            return counted


class IntakeStatus:
    """Answers `rpc.<service>.status` for a service with an intake and a store."""

    def __init__(self, service: Service, store: Store) -> None:
        self.service, self.intake = service, IntakeChecks(service, store)
        service.answers.add("status", Nothing, self.answer)

    async def answer(self, _: Nothing) -> ServiceStatus:
        """The status now."""
        lag, checks = await self.intake.look()
        detail = self.service.problem
        return ServiceStatus(
            service=self.service.name,
            version=self.service.version,
            ready=not detail,
            detail=detail,
            started_at=self.service.started_at,
            lag=lag,
            checks=checks,
            memory_bytes=self.service.memory_bytes,
        )


class IntakeChecks:
    """Whether everything that arrived for a service was settled, and everything in its store went out.

    `own` covers the subjects of the store's events (default: all of the service's).
    """

    def __init__(self, service: Service, store: Store, own: str | None = None) -> None:
        self.service, self.store, self.own = service, store, own or f"evt.{service.name}.>"

    async def look(self) -> tuple[int, tuple[StoreCheck, ...]]:
        """The lag of the intake and the checks. What arrives while it is counted is not mistaken for missing: sources
        are counted first."""
        name, bus = self.service.name, self.service.bus
        arrived = await stored_in(bus, INTAKE, f"in.*.{name}.*")
        durable = await bus.api(f"CONSUMER.INFO.{INTAKE}.{name}")
        lag = int(durable["num_pending"]) + int(durable["num_ack_pending"])
        settled = await self._count([IntakeSettled.TOPIC])
        events = await self._count(event_topics(name))
        return lag, (
            check("intake", settled, arrived, waiting=lag, what="messages were acknowledged but never settled"),
            await self._went_out("receipts", settled, RECEIPTS, f"rcpt.*.{name}.*"),
            await self._went_out("events", events, EVENTS, self.own),
        )

    async def _count(self, topics: list[str]) -> int:
        return await asyncio.to_thread(self.store.count, topics)

    async def _went_out(self, name: str, stored: int, stream: str, subject_filter: str) -> StoreCheck:
        out = await stored_in(self.service.bus, stream, subject_filter)
        for _ in range(RELAY_LOOKS):
            if out >= stored:
                break
            await asyncio.sleep(RELAY_LOOK_S)  # the relay may be at it
            out = await stored_in(self.service.bus, stream, subject_filter)
        missing = max(0, stored - out)
        detail = f"{missing} {name} of the store are not in the stream" if missing else ""
        return StoreCheck(name=name, recorded=out, arrived=stored, ok=not missing, detail=detail)


def check(name: str, recorded: int, arrived: int, *, waiting: int, what: str) -> StoreCheck:
    """Compares what was recorded with what had arrived before, of which `waiting` were still on their way."""
    missing = max(0, arrived - recorded - waiting)
    return StoreCheck(
        name=name, recorded=recorded, arrived=arrived, ok=not missing, detail=f"{missing} {what}" if missing else ""
    )
