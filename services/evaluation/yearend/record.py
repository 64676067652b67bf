"""The aggregate of the yearly classifications: that of one subject and year."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.chassis.deciding import Entity
from services.chassis.recording import event_id
from services.contracts.base import derived_id
from services.contracts.classification import Level

State = dict[str, Any]
"""A classification as `YearRecorded` has it, ready for JSON. Never changed in place."""


class YearRecord(Entity):
    """What was said of a subject's year."""

    def begin(self) -> None:
        """Nothing was proposed."""
        self.state: State = {}

    @staticmethod
    def id_of(level: Level, subject: str, year: int) -> UUID:
        """The aggregate's id."""
        return derived_id("year", level.value, subject, year)

    @property
    def latest(self) -> str | None:
        """The id of the event that says how it stands; None when nothing was proposed."""
        return event_id(self.id, self.version) if self.version else None

    @property
    def decided(self) -> bool:
        """Whether a decision is in force."""
        return bool(self.state) and self.state["decided"] is not None
