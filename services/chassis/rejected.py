"""Answers `rpc.<service>.rejected`: which reports a service rejected, and why."""

from __future__ import annotations

from collections.abc import Callable

from services.chassis.outbox import receipt_of
from services.chassis.store import Store
from services.contracts.base import derived_id
from services.contracts.receipts import Outcome, Rejected, RejectedOf, RejectedReport


def rejected_in(store: Store) -> Callable[[RejectedOf], Rejected]:
    """What answers the question from a service's store."""

    def answer(asked: RejectedOf) -> Rejected:
        found = [one for one in store.rejections() if asked.unit in (None, one.unit)]
        if asked.since is not None:
            found = [one for one in found if one.timestamp >= asked.since]
        later = store.settlements([derived_id("intake", one.unit, one.report) for one in found])
        accepted = {key for key, those in later.items() if any(one.outcome == Outcome.ACCEPTED for one in those)}
        reports = [
            RejectedReport(receipt=receipt_of(store.service, vars(one)), accepted=one.originator_id in accepted)
            for one in found
            if asked.every or one.originator_id not in accepted
        ]
        return Rejected(count=len(reports), reports=tuple(reports[: asked.limit]))

    return answer
