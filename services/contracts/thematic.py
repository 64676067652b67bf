"""Work of a year: thematic orientations, cells' thematic plans, model cells chosen and their model meetings held.

Reports and events of the meetings service. A report says one thing; an event carries the whole of what it is about as
it now stands. The unit that orients, approves, returns or chooses is the one that reports it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.contracts.base import Code, Contract, Key, Text, Year
from services.contracts.registry import CellKind

ThemeCode = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9._-]{0,31}$")]
"""A theme's code in its orientations, such as `CD-03`."""
Version = Annotated[int, Field(ge=1)]
Quarter = Annotated[int, Field(ge=1, le=4)]
MODEL_CELLS = 2
"""So many grassroots cells the city chooses each year, and so many of its cells each grassroots committee."""


class Theme(Contract):
    """A theme that cells are to take up."""

    code: ThemeCode
    title: Text


class PlannedTheme(Contract):
    """A theme planned for a quarter or for one month. `orientation`: the code of the theme that it takes up."""

    quarter: Quarter | None = None
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    theme: Text
    orientation: ThemeCode | None = None

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if (self.quarter is None) == (self.month is None):
            raise ValueError("a theme is planned for a quarter or for a month: give one of the two")
        return self


class ModelStatus(StrEnum):
    """Where a model meeting stands."""

    HELD = "held"
    WITHDRAWN = "withdrawn"


class PlanStatus(StrEnum):
    """Where a submitted plan stands."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


Themes = Annotated[tuple[Theme, ...], Field(max_length=200)]
Entries = Annotated[tuple[PlannedTheme, ...], Field(min_length=1, max_length=48)]
Guests = Annotated[dict[Code, Annotated[int, Field(ge=1, le=10_000)]], Field(max_length=200)]
"""How many guests came from which units or cells: never who."""
Cells = Annotated[tuple[Code, ...], Field(max_length=50)]


def _once(values: Sequence[object], what: str) -> None:
    twice = sorted({str(value) for value in values if values.count(value) > 1})
    if twice:
        raise ValueError(f"{what} given twice: {', '.join(twice)}")


# -- reports ---------------------------------------------------------------------------------------------------------


class OrientationsPublished(Contract):
    """The unit's thematic orientations of a year for cells below it, of these kinds (None: of every kind).

    `document` is the publisher's own key of them; said again under it they are replaced (no themes: they are void).
    """

    document: Key
    year: Year
    kinds: Annotated[tuple[CellKind, ...], Field(min_length=1)] | None = None
    themes: Themes
    on: date
    number: Text | None = None

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        _once([theme.code for theme in self.themes], "codes")
        _once(self.kinds or (), "kinds")
        return self


class AboutPlan(Contract):
    """Names the cell, the year and the publisher's own key of the submission: each is approved or returned once."""

    cell: Code
    year: Year
    plan: Key


class PlanSubmitted(AboutPlan):
    """The cell's thematic plan of the year, submitted to the unit right above it on the day `on`.

    Until it is decided on, it is corrected by saying it again. One that was returned is submitted again under another
    key, and so is a change to an approved one, which stays in force until the change is approved.
    """

    on: date
    entries: Entries

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        _once([(entry.quarter, entry.month, entry.theme) for entry in self.entries], "entries")
        return self


class PlanApproved(AboutPlan):
    """The unit right above the cell approves it: from then on it is the year's plan."""

    on: date
    number: Text | None = None


class PlanReturned(AboutPlan):
    """The unit right above the cell returns it, to be submitted again."""

    on: date
    reason: Text


class ModelCellsChosen(Contract):
    """The cells right below the unit that are to hold this year's model meetings; said again they are replaced.

    That they should be `MODEL_CELLS` is shown, not decided: another number is an act that happened.
    """

    year: Year
    cells: Cells
    on: date
    number: Text | None = None

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        _once(self.cells, "cells")
        return self


class AboutModelMeeting(Contract):
    """Names the cell and the publisher's own key of the model meeting."""

    cell: Code
    meeting: Key


class ModelMeetingHeld(AboutModelMeeting):
    """A demonstration meeting for guests from other units and cells. It counts neither as regular nor as thematic.

    Whether the cell was chosen for it is not asked here. Said again under the same key it is corrected.
    """

    on: date
    theme: Text | None = None
    attended: Guests = Field(default_factory=dict)


class ModelMeetingWithdrawn(AboutModelMeeting):
    """It was reported by mistake: it did not happen."""

    reason: Text


# -- events ----------------------------------------------------------------------------------------------------------


class OrientationsRecorded(Contract):
    """The data of `OrientationsPublished`: the document as it now stands. `version` counts its events from 1."""

    unit: Code
    document: Key
    version: Version
    year: Year
    kinds: tuple[CellKind, ...] | None = None
    themes: tuple[Theme, ...]
    on: date
    number: Text | None = None


class PlanRecorded(Contract):
    """The data of every event about a plan: the submission as it now stands. `version` counts its events from 1.

    `decided_by`, `decided_on`, `number` and `reason` are of the approval or the return.
    """

    cell: Code
    year: Year
    plan: Key
    version: Version
    status: PlanStatus
    submitted_on: date
    entries: Entries
    decided_by: Code | None = None
    decided_on: date | None = None
    number: Text | None = None
    reason: Text | None = None


class ModelCellsRecorded(Contract):
    """The data of `ModelCellsChosen`: the unit's choice for the year as it now stands. `version` counts from 1."""

    unit: Code
    year: Year
    version: Version
    cells: Cells
    on: date
    number: Text | None = None


class ModelMeetingRecorded(Contract):
    """The data of `ModelMeetingHeld` and `ModelMeetingWithdrawn`: the model meeting as it now stands.

    `version` counts its events from 1.
    """

    cell: Code
    meeting: Key
    version: Version
    status: ModelStatus
    on: date
    theme: Text | None = None
    attended: Guests = Field(default_factory=dict)
    reason: Text | None = None
