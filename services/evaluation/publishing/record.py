"""The aggregates of evaluation's own store: the record of one criteria set, and one re-scoring run."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.chassis.deciding import Entity
from services.contracts.base import derived_id


class CriteriaRecord(Entity):
    """What was recorded of one set. A shipped set has no record until something is said of it."""

    def begin(self) -> None:
        """Nothing was recorded."""
        self.data: dict[str, Any] = {}

    @staticmethod
    def id_of(set_: str) -> UUID:
        """The aggregate's id, derived from the set's."""
        return derived_id("criteria", set_)


class Run(Entity):
    """A run that was carried out."""

    def begin(self) -> None:
        """It was not recorded yet."""
        self.data: dict[str, Any] = {}

    @staticmethod
    def id_of(run: str) -> UUID:
        """The aggregate's id, derived from the run's."""
        return derived_id("run", run)
