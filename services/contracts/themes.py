"""`rpc.evaluation.themes` and `rpc.evaluation.models`: a year's thematic work and model meetings, plan against done.

Everything is as known at a moment, and names the events behind it.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from services.contracts.base import Code, Contract, Key, Moment, Year
from services.contracts.evaluation import Period
from services.contracts.registry import UnitKind
from services.contracts.thematic import Quarter

EventId = str
Limit = Annotated[int, Field(ge=1, le=10_000)]


class PlanState(StrEnum):
    """How a cell's plan of the year stands: the approved one in force, or else what was submitted last."""

    MISSING = "missing"
    DUE = "due"
    """There is none yet, and the year has not begun."""
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


class ThematicState(StrEnum):
    """A cell's thematic meeting of a quarter (HD 42-HD/BTCTW: at least one a quarter)."""

    HELD = "held"
    """As a meeting of its own."""
    COMBINED = "combined"
    """As a part of a regular meeting."""
    MISSING = "missing"
    """The quarter is over and there was none."""
    DUE = "due"
    """There was none yet, and the quarter is not over."""
    NOT_OWED = "not_owed"
    """There was none, and the cell did not live in all three months of the quarter."""


class ThemesOf(Contract):
    """The quarters of a year, or one of them.

    `unit` takes the whole subtree. `known_at`, `tree_at`: the dials. At most `limit` lines come.
    """

    year: Year
    quarter: Quarter | None = None
    unit: Code | None = None
    known_at: Moment | None = None
    tree_at: date | None = None
    limit: Limit = 5_000


class Planned(Contract):
    """A theme that the plan has for the quarter. `orientation` is the code it names, `oriented_by` the unit above the
    cell whose orientations have that code (or, where it names none, that title) for cells of its kind, or None.
    `done`: a meeting of the quarter had this theme."""

    theme: str
    month: int | None
    orientation: str | None
    title: str | None
    oriented_by: Code | None
    done: bool


class Thematic(Contract):
    """A thematic or combined meeting that was held. `planned`: the plan has its theme for this quarter."""

    meeting: Key
    kind: str
    on: date
    theme: str | None
    planned: bool
    event: EventId


class Instead(Contract):
    """A month in which a thematic meeting was held and the regular one that was due was not."""

    period: Period
    meeting: Key
    event: EventId


class QuarterLine(Contract):
    """A cell in a quarter, under its unit in the quarter's last month.

    `plan` is the submission that counts, `submitted_to` the unit right above the cell when it was submitted, `pending`
    a later one that is not decided yet. `events`: those of that submission and of the orientations that it follows.
    """

    cell: Code
    cell_name: str | None
    unit: Code | None
    unit_name: str | None
    quarter: Quarter
    plan: Key | None
    plan_state: PlanState
    submitted_on: date | None
    submitted_to: Code | None
    decided_by: Code | None
    decided_on: date | None
    number: str | None
    reason: str | None
    pending: Key | None
    planned: tuple[Planned, ...]
    state: ThematicState
    meetings: tuple[Thematic, ...]
    instead: tuple[Instead, ...]
    events: tuple[EventId, ...]


class UnitThemes(Contract):
    """A unit with all cells below it: its cells by the state of their plans, their quarters by state, and themes.

    `planned`, `oriented` and `done` count planned themes; `instead` months with a thematic and no regular meeting.
    """

    unit: Code
    unit_name: str | None
    cells: int
    plans: dict[PlanState, int]
    quarters: dict[ThematicState, int]
    planned: int
    oriented: int
    done: int
    instead: int


class Themes(Contract):
    """The answer, by cell and quarter; `left_out` says how many lines more there are, `today` by which day it goes."""

    year: Year
    today: date
    lines: tuple[QuarterLine, ...]
    units: tuple[UnitThemes, ...]
    left_out: int
    position: int


class ModelsOf(Contract):
    """The model meetings of a year. `unit` takes the whole subtree."""

    year: Year
    unit: Code | None = None
    known_at: Moment | None = None


class HeldModel(Contract):
    """A model meeting that was held: guests from how many units and cells, how many in all, and from which."""

    meeting: Key
    on: date
    theme: str | None
    units: int
    guests: int
    attended: dict[Code, int]
    event: EventId


class ModelCell(Contract):
    """A cell with its model meetings of the year under the unit."""

    cell: Code
    cell_name: str | None
    held: tuple[HeldModel, ...]


class Lack(StrEnum):
    """What is missing of a unit's model meetings."""

    TOO_FEW = "too_few"
    """Fewer cells are chosen than should be."""
    TOO_MANY = "too_many"
    """More cells are chosen than should be."""
    NOT_HELD = "not_held"
    """A chosen cell has not held its model meeting."""
    NO_GUESTS = "no_guests"
    """A chosen cell held it before nobody from elsewhere."""


class Missing(Contract):
    """Something that is missing; of which cell, or None."""

    code: Lack
    cell: Code | None = None


class UnitModels(Contract):
    """A unit that has cells right below it, or that chose some this year.

    `wanted`: how many should be chosen (two, or as many as it has). `unchosen`: cells that held one though they were
    not chosen. `events`: that of the choice.
    """

    unit: Code
    unit_name: str | None
    kind: UnitKind | None
    wanted: int
    chosen_on: date | None
    number: str | None
    chosen: tuple[ModelCell, ...]
    unchosen: tuple[ModelCell, ...]
    attended_by: int
    """Units and cells that guests came from, to any of the meetings."""
    missing: tuple[Missing, ...]
    events: tuple[EventId, ...]


class Models(Contract):
    """The answer, by unit. `over`: the year is over, so that what is missing stays missing."""

    year: Year
    over: bool
    units: tuple[UnitModels, ...]
    position: int
