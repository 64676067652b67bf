"""The aggregate of an alert."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.chassis.deciding import Entity
from services.contracts.alerts import AlertStatus
from services.contracts.base import derived_id


class AlertRecord(Entity):
    """What was recorded of one alert."""

    def begin(self) -> None:
        """It was never raised."""
        self.state: dict[str, Any] = {}

    @property
    def open_version(self) -> int | None:
        """Its version while it stands; None before it was raised, and once it is cleared."""
        return self.version if self.state and AlertStatus(self.state["status"]).open else None

    @staticmethod
    def id_of(alert: str) -> UUID:
        """The aggregate's id, derived from the alert's."""
        return derived_id("alert", alert)
