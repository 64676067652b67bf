"""The registry's reports (what a ward or commune publishes) and events (what the registry publishes).

A report says one change and the date it is valid from. An event carries whole states: the state from
`valid_from` on and, when the change was back-dated, every later state that it altered.
Facts of the tree: see docs/domain (province, city, commune or ward, grassroots committee, cell).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.contracts.base import Code, Contract, Name, Text


class UnitKind(StrEnum):
    """The nodes above cells."""

    PROVINCE = "province"
    CITY = "city"
    COMMUNE = "commune"
    WARD = "ward"
    GRASSROOTS = "grassroots"


class CellKind(StrEnum):
    """Thematic content and duration rules depend on it."""

    VILLAGE = "village"
    RESIDENTIAL = "residential"
    AGENCY = "agency"
    SCHOOL = "school"
    ENTERPRISE = "enterprise"
    ARMED_FORCES = "armed_forces"
    HEALTH = "health"
    OTHER = "other"


class ConcurrentPost(StrEnum):
    """What the secretary also heads: a policy goal, so a statistic."""

    NONE = "none"
    VILLAGE_HEAD = "village_head"
    RESIDENTIAL_HEAD = "residential_head"
    FRONT_HEAD = "front_head"


class Members(Contract):
    """Counts of members by class. Exempt and special-duty members are among the full and probationary ones."""

    full: Annotated[int, Field(ge=0, le=10_000)]
    probationary: Annotated[int, Field(ge=0, le=10_000)] = 0
    exempt: Annotated[int, Field(ge=0, le=10_000)] = 0
    special_duty: Annotated[int, Field(ge=0, le=10_000)] = 0

    @property
    def total(self) -> int:
        """All members: full and probationary."""
        return self.full + self.probationary

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.exempt + self.special_duty > self.total:
            raise ValueError(
                f"exempt and special-duty members ({self.exempt + self.special_duty}) outnumber all {self.total}"
            )
        return self


class Secretary(Contract):
    """The secretary's standing, never the person."""

    concurrent_post: ConcurrentPost = ConcurrentPost.NONE
    on_upper_committee: bool = False


class UnitState(Contract):
    """A unit from `valid_from` on, until its next state."""

    unit: Code
    valid_from: date
    name: Name
    kind: UnitKind
    parent: Code | None = None
    dissolved: bool = False


class CellState(Contract):
    """A cell from `valid_from` on, until its next state."""

    cell: Code
    valid_from: date
    name: Name
    kind: CellKind
    parent: Code
    members: Members
    secretary: Secretary | None = None
    committee_size: Annotated[int, Field(ge=0, le=7)] = 0
    hardship: bool = False
    dissolved: bool = False
    successors: tuple[Code, ...] = ()


# -- reports ---------------------------------------------------------------------------------------------------------


class Dated(Contract):
    """Every registry report has a business date: the first day on which it holds."""

    valid_from: date


class UnitEstablished(Dated):
    """A unit comes to be. Only a root has no parent, and only it may report itself."""

    unit: Code
    name: Name
    kind: UnitKind
    parent: Code | None = None


class UnitRenamed(Dated):
    unit: Code
    name: Name


class UnitReparented(Dated):
    unit: Code
    parent: Code


class UnitDissolved(Dated):
    """`valid_from` is the first day on which the unit is no more. It must have no living children then."""

    unit: Code


class CellEstablished(Dated):
    """A cell comes to be, with at least 3 full members."""

    cell: Code
    name: Name
    kind: CellKind
    parent: Code
    members: Members
    secretary: Secretary | None = None
    committee_size: Annotated[int, Field(ge=0, le=7)] = 0
    hardship: bool = False


class CellRenamed(Dated):
    cell: Code
    name: Name


class CellReparented(Dated):
    cell: Code
    parent: Code


class CellReclassified(Dated):
    cell: Code
    kind: CellKind


class CellMerged(Dated):
    """The cells `merged` end and `cell` goes on with the members given (counted after the merger)."""

    cell: Code
    merged: Annotated[tuple[Code, ...], Field(min_length=1, max_length=20)]
    members: Members


class NewCell(Contract):
    """One of the cells that a split leaves behind."""

    cell: Code
    name: Name
    kind: CellKind
    members: Members
    secretary: Secretary | None = None
    committee_size: Annotated[int, Field(ge=0, le=7)] = 0


class CellSplit(Dated):
    """Part of `cell` leaves as new cells under the same parent; `members` are those that stay."""

    cell: Code
    members: Members
    new: Annotated[tuple[NewCell, ...], Field(min_length=1, max_length=20)]


class CellDissolved(Dated):
    """`valid_from` is the first day on which the cell is no more."""

    cell: Code
    successors: tuple[Code, ...] = ()


class MembershipChanged(Dated):
    """The counts from this day on (the whole counts, not the difference)."""

    cell: Code
    members: Members


class SecretaryAppointed(Dated):
    """Second version: the post the secretary also heads is named; the first knew only `heads_village`."""

    cell: Code
    concurrent_post: ConcurrentPost = ConcurrentPost.NONE
    on_upper_committee: bool = False


class SecretaryRelieved(Dated):
    cell: Code


class CommitteeFormed(Dated):
    """The cell elected a committee of `size`; 0 means that it now has only a secretary."""

    cell: Code
    size: Annotated[int, Field(ge=0, le=7)]


class HardshipDesignated(Dated):
    cell: Code


class HardshipLifted(Dated):
    cell: Code


class NewUnit(Contract):
    """A unit that a reorganisation establishes."""

    unit: Code
    name: Name
    kind: UnitKind
    parent: Code | None = None


class Move(Contract):
    """One move of a reorganisation: a cell, a unit with all below it, or all the children of a unit."""

    cell: Code | None = None
    unit: Code | None = None
    children_of: Code | None = None
    to: Code

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if sum(x is not None for x in (self.cell, self.unit, self.children_of)) != 1:
            raise ValueError("a move names exactly one of cell, unit and children_of")
        return self


class TreeReorganised(Dated):
    """A mass re-parenting as one command: establish units, move nodes, dissolve what is then empty, in this order.

    Made for reforms like that of 1 July 2025 (city and district level abolished). All of it happens or none.
    """

    establish: Annotated[tuple[NewUnit, ...], Field(max_length=500)] = ()
    moves: Annotated[tuple[Move, ...], Field(max_length=2000)] = ()
    dissolve: Annotated[tuple[Code, ...], Field(max_length=500)] = ()
    reference: Text | None = None


# -- events ----------------------------------------------------------------------------------------------------------


class CellRecorded(Contract):
    """The data of every registry event about a cell: its whole states from the change on, oldest first."""

    cell: Code
    states: Annotated[tuple[CellState, ...], Field(min_length=1)]


class UnitRecorded(Contract):
    """The data of every registry event about a unit: its whole states from the change on, oldest first."""

    unit: Code
    states: Annotated[tuple[UnitState, ...], Field(min_length=1)]
