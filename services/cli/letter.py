"""A report on its way, and what is said when its receipt does not come."""

from __future__ import annotations

import asyncio
import time

from services.contracts.bus import receipt_subject, report_subject
from services.contracts.catalogue import parse_type
from services.contracts.cloudevents import CloudEvent
from services.contracts.receipts import Receipt


class Unanswered(Exception):
    """Nothing moved for the patience given. `missing`: ids without a receipt, oldest first; `stored`: of them, how many
    the broker holds (they will be taken in when the services are back)."""

    def __init__(self, patience: float, missing: list[str], stored: int, last_error: str | None) -> None:
        shown = ", ".join(missing[:10]) + (f" and {len(missing) - 10} more" if len(missing) > 10 else "")
        kept = (
            f"{stored} of them are stored by the broker and wait for a service" if stored else "none of them is stored"
        )
        why = f"; the broker's last refusal: {last_error}" if last_error else ""
        super().__init__(f"no receipt within {patience:g} s for {shown}: {kept}{why}")
        self.missing = missing
        self.stored = stored


class Letter:
    """A report under way: where it lies in the intake stream (several places when it had to be sent again)."""

    __slots__ = ("acked", "body", "event", "headers", "positions", "receipt", "receipt_subject", "sent_at", "subject")

    def __init__(self, event: CloudEvent, unit: str) -> None:
        parsed = parse_type(event.type)
        if parsed is None:
            raise ValueError(f"{event.type!r} is no report's type")
        self.event = event
        self.subject = report_subject(unit, parsed[1], parsed[2])
        self.receipt_subject = receipt_subject(unit, parsed[1], event.id)
        self.headers = event.headers()
        self.body = event.body()
        self.receipt: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self.positions: list[int] = []
        self.acked = False
        self.sent_at = time.monotonic()
