"""`rpc.evaluation.status`: lag, and whether every event of the stream is in the history and every score change out.

What was sent is counted before what came, so that nothing still on its way is mistaken for missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from services.chassis.status import RELAY_LOOK_S, RELAY_LOOKS, IntakeChecks, check, stored_in
from services.contracts.bus import EVENTS, SERVICES
from services.contracts.queries import Nothing, ServiceStatus, StoreCheck
from services.evaluation.alerts.delivery.deliver import Delivery
from services.evaluation.follow import SCORES
from services.evaluation.history.store import Connection, snapshot

if TYPE_CHECKING:
    from services.chassis.service import Service

MOST_NAMED = 3


class Counts(NamedTuple):
    """What the history holds: its position, log rows (all, by service), positions known lost, unreadable events."""

    position: int
    rows: int
    by_service: dict[str, int]
    lost: int
    unreadable: tuple[tuple[int, str], ...]
    problems: int
    outbox: int
    last_event_at: datetime | None


def count(con: Connection) -> Counts:
    """Counts the history (reads nothing but narrow columns)."""
    [(position,)] = con.sql("SELECT position FROM place").fetchall()
    by_service = dict(con.sql("SELECT service, count(*) FROM log GROUP BY service").fetchall())
    [(lost,)] = con.sql("SELECT coalesce(sum(last - first + 1), 0)::BIGINT FROM gaps").fetchall()
    problems = con.sql("SELECT position, problem FROM log WHERE problem IS NOT NULL ORDER BY position").fetchall()
    [(outbox,)] = con.sql("SELECT count(*) FROM outbox").fetchall()
    [(last,)] = con.sql("SELECT max(arrived_at) FROM log").fetchall()
    return Counts(
        position,
        sum(by_service.values()),
        by_service,
        lost,
        tuple(problems[:MOST_NAMED]),
        len(problems),
        outbox,
        last.replace(tzinfo=UTC) if last else None,
    )


def own_checks(counts: Counts) -> tuple[StoreCheck, StoreCheck]:
    """What the history can say of itself: every position has its one row, every event could be read."""
    lost = f"{counts.lost} events of the stream never arrived; " if counts.lost else ""
    unequal = f"{counts.rows} rows for {counts.position} positions" if counts.rows != counts.position else ""
    named = "; ".join(f"event {position}: {problem}" for position, problem in counts.unreadable)
    return (
        StoreCheck(
            name="history",
            recorded=counts.rows,
            arrived=counts.position,
            ok=not unequal,
            detail=lost + unequal,
        ),
        StoreCheck(
            name="readable",
            recorded=counts.rows - counts.problems,
            arrived=counts.rows,
            ok=not counts.problems,
            detail=f"{counts.problems} events could not be read: {named}" if counts.problems else "",
        ),
    )


class EvaluationStatus:
    """Answers the status query. `quiet` says whether published scores are still being learned from the stream, `intake`
    looks after the event store, `deliveries` carry alerts out of the system."""

    def __init__(
        self,
        service: Service,
        con: Connection,
        intake: IntakeChecks,
        quiet: Callable[[], bool],
        deliveries: Sequence[Delivery] = (),
    ) -> None:
        self.service, self.con, self.intake, self.quiet = service, con, intake, quiet
        self.deliveries = deliveries
        service.answers.add("status", Nothing, self.answer)

    async def answer(self, _: Nothing) -> ServiceStatus:
        """The status now."""
        bus = self.service.bus
        waiting, own = await self.intake.look()
        sent = {name: await stored_in(bus, EVENTS, f"evt.{name}.>") for name in SERVICES}
        stream = await bus.api(f"STREAM.INFO.{EVENTS}")
        counts = await asyncio.to_thread(self._count)
        lag = max(0, int(stream["state"]["last_seq"]) - counts.position)
        what = "events are in the stream but not in the history"
        checks = [check(name, counts.by_service.get(name, 0), sent[name], waiting=lag, what=what) for name in SERVICES]
        detail = self.service.problem
        delivered = [await asyncio.to_thread(delivery.check) for delivery in self.deliveries]
        return ServiceStatus(
            service=self.service.name,
            version=self.service.version,
            ready=not detail,
            detail=detail,
            started_at=self.service.started_at,
            lag=lag + waiting,
            last_event_at=counts.last_event_at,
            checks=(*own, *checks, *own_checks(counts), await self._outbox(counts.outbox), *delivered),
            memory_bytes=self.service.memory_bytes,
        )

    def _count(self) -> Counts:
        with snapshot(self.con) as con:
            return count(con)

    async def _outbox(self, recorded: int) -> StoreCheck:
        """Every change of the outbox is in the stream once: none missing (after a moment for the relay), none more."""
        out = 0
        for look in range(RELAY_LOOKS + 1):
            out = await stored_in(self.service.bus, EVENTS, SCORES)
            if out >= recorded:
                break
            if look < RELAY_LOOKS:
                await asyncio.sleep(RELAY_LOOK_S)
        missing, more = max(0, recorded - out), 0
        if out > recorded and not self.quiet():
            more = max(0, out - (await asyncio.to_thread(self._count)).outbox)
        detail = f"{missing} score changes are not in the stream" if missing else ""
        detail = f"the stream holds {more} score changes that the outbox does not know" if more else detail
        return StoreCheck(name="outbox", recorded=out, arrived=recorded, ok=not detail, detail=detail)
