"""Recording a re-scoring run: an event in evaluation's store, published by its relay like every other."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from eventsourcing.persistence import RecordConflictError

from services.chassis.recording import event_id
from services.chassis.store import Store
from services.contracts import rescoring
from services.contracts.bus import NO_CELL
from services.evaluation.publishing.events import RunMade
from services.evaluation.publishing.record import Run


def record_run(store: Store, receipt: rescoring.RunReceipt, at: datetime) -> str:
    """Records a run that was carried out at this moment; returns the id of its event.

    A run that is recorded already has no effect and gives the id of the earlier event, also when somebody else records
    it at the same time. Safe from any thread, beside the intake. Wake the store's relay afterwards, or it looks within
    a second.
    """
    id_ = Run.id_of(receipt.run)
    if store.find(Run, id_) is None:
        run = Run.blank(id_)
        data = rescoring.RunMade(receipt=receipt).model_dump(mode="json")
        run.trigger_event(RunMade, unit=NO_CELL, cell=None, cause=None, origin=None, timestamp=at, data=data)
        with suppress(RecordConflictError):  # somebody recorded the same run between the look and the commit
            store.append(run.collect_events())
    return event_id(id_, 1)
