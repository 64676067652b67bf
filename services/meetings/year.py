"""The aggregates of a year's work: a document of orientations, a submitted plan, a choice of model cells, a model
meeting. Each is what its last event says."""

from __future__ import annotations

from uuid import UUID

from services.contracts.base import derived_id
from services.meetings.meeting import Stated


class Orientations(Stated):
    """A unit's thematic orientations, under its own key of the document (`OrientationsRecorded`)."""

    @staticmethod
    def id_of(unit: str, document: str) -> UUID:
        """The aggregate's id."""
        return derived_id("orientations", unit, document)


class Plan(Stated):
    """One submission of a cell's thematic plan of a year, under the publisher's own key (`PlanRecorded`)."""

    @staticmethod
    def id_of(cell: str, year: int, key: str) -> UUID:
        """The aggregate's id."""
        return derived_id("plan", cell, year, key)


class ModelCells(Stated):
    """A unit's choice of model cells for a year (`ModelCellsRecorded`)."""

    @staticmethod
    def id_of(unit: str, year: int) -> UUID:
        """The aggregate's id."""
        return derived_id("model-cells", unit, year)


class ModelMeeting(Stated):
    """A model meeting of a cell, under the publisher's own key (`ModelMeetingRecorded`)."""

    @staticmethod
    def id_of(cell: str, key: str) -> UUID:
        """The aggregate's id."""
        return derived_id("model-meeting", cell, key)
