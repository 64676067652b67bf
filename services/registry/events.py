"""The registry's events: one class with a stable topic for each kind.

`change` is what was said, `{"valid_from": day, "set": {field: value}}`: the timelines are folded from it. `data` is
what is published: the whole states that came of it (`CellRecorded`, `UnitRecorded`).
"""

from __future__ import annotations

from typing import Any, ClassVar

from eventsourcing.domain import Aggregate
from eventsourcing.utils import register_topic

from services.chassis.recording import Recorded
from services.registry.nodes import Cell, Unit


class CellEvent(Recorded):
    """Something that was recorded of a cell."""

    TOPIC: ClassVar[str]

    change: dict[str, Any]

    def mutate(self, aggregate: Any) -> Any:
        """The cell with this event; it may be the cell's first."""
        return super().mutate(Cell.blank(self.originator_id) if aggregate is None else aggregate)

    def apply(self, aggregate: Cell) -> None:
        """Folds the change in."""
        aggregate.take(self.change)


class UnitEvent(Recorded):
    """Something that was recorded of a unit."""

    TOPIC: ClassVar[str]

    change: dict[str, Any]

    def mutate(self, aggregate: Any) -> Any:
        """The unit with this event; it may be the unit's first."""
        return super().mutate(Unit.blank(self.originator_id) if aggregate is None else aggregate)

    def apply(self, aggregate: Unit) -> None:
        """Folds the change in."""
        aggregate.take(self.change)


class Noted(Aggregate.Event):
    """A change that changed nothing when it came. Not published, but kept: a change that is dated back before it later
    must not overrule it.
    """

    TOPIC = "registry.internal.Noted.v1"

    unit: str
    cause: str
    origin: str
    change: dict[str, Any]

    def apply(self, aggregate: Cell | Unit) -> None:
        """Folds the change in."""
        aggregate.take(self.change)


class CellEstablished(CellEvent):
    TOPIC = "registry.CellEstablished.v1"


class CellRenamed(CellEvent):
    TOPIC = "registry.CellRenamed.v1"


class CellReparented(CellEvent):
    TOPIC = "registry.CellReparented.v1"


class CellReclassified(CellEvent):
    TOPIC = "registry.CellReclassified.v1"


class CellMerged(CellEvent):
    TOPIC = "registry.CellMerged.v1"


class CellSplit(CellEvent):
    TOPIC = "registry.CellSplit.v1"


class CellDissolved(CellEvent):
    TOPIC = "registry.CellDissolved.v1"


class MembershipChanged(CellEvent):
    TOPIC = "registry.MembershipChanged.v1"


class SecretaryAppointed(CellEvent):
    TOPIC = "registry.SecretaryAppointed.v1"


class SecretaryRelieved(CellEvent):
    TOPIC = "registry.SecretaryRelieved.v1"


class CommitteeFormed(CellEvent):
    TOPIC = "registry.CommitteeFormed.v1"


class HardshipDesignated(CellEvent):
    TOPIC = "registry.HardshipDesignated.v1"


class HardshipLifted(CellEvent):
    TOPIC = "registry.HardshipLifted.v1"


class UnitEstablished(UnitEvent):
    TOPIC = "registry.UnitEstablished.v1"


class UnitRenamed(UnitEvent):
    TOPIC = "registry.UnitRenamed.v1"


class UnitReparented(UnitEvent):
    TOPIC = "registry.UnitReparented.v1"


class UnitDissolved(UnitEvent):
    TOPIC = "registry.UnitDissolved.v1"


KINDS: tuple[type[CellEvent | UnitEvent], ...] = (
    CellEstablished,
    CellRenamed,
    CellReparented,
    CellReclassified,
    CellMerged,
    CellSplit,
    CellDissolved,
    MembershipChanged,
    SecretaryAppointed,
    SecretaryRelieved,
    CommitteeFormed,
    HardshipDesignated,
    HardshipLifted,
    UnitEstablished,
    UnitRenamed,
    UnitReparented,
    UnitDissolved,
)
register_topic(Noted.TOPIC, Noted)
for _kind in KINDS:
    register_topic(_kind.TOPIC, _kind)
