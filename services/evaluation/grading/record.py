"""The aggregate of the official grades: that of one cell and month."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.chassis.deciding import Entity
from services.chassis.recording import event_id
from services.contracts.base import derived_id

State = dict[str, Any]
"""A grade as `GradeRecorded` has it, ready for JSON. Never changed in place."""


class GradeRecord(Entity):
    """What was decided of a cell's month."""

    def begin(self) -> None:
        """Nothing was decided."""
        self.state: State = {}

    @staticmethod
    def id_of(cell: str, period: str) -> UUID:
        """The aggregate's id; `period` is `YYYY-MM`."""
        return derived_id("grade", cell, period)

    @property
    def latest(self) -> str | None:
        """The id of the event that says how the grade stands; None when nothing was decided."""
        return event_id(self.id, self.version) if self.version else None
