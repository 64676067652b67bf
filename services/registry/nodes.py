"""The aggregates: a cell and a unit, each a timeline of dated changes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.chassis.deciding import Entity
from services.contracts.base import derived_id
from services.registry.timeline import Timeline


class Node(Entity):
    """What cells and units have in common."""

    NAME = "node"
    """What it is called in ids and in messages; ids are for ever."""

    def begin(self) -> None:
        """No change yet."""
        self.timeline = Timeline()

    def take(self, change: dict[str, Any]) -> None:
        """Folds in a change, `{"valid_from": day, "set": {field: value}}`."""
        self.timeline.insert(change["valid_from"], change["set"])

    @classmethod
    def id_of(cls, code: str) -> UUID:
        """The aggregate's id, derived from the code."""
        return derived_id(cls.NAME, code)


class Cell(Node):
    """A party cell."""

    NAME = "cell"


class Unit(Node):
    """A unit above cells."""

    NAME = "unit"
