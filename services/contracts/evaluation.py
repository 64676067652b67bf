"""What evaluation publishes: scores as they change, each explainable line by line."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from services.contracts.base import Code, Contract, Key
from services.contracts.meetings import Grade, SetId


def _in_time(period: str) -> str:
    if not 1930 <= int(period[:4]) <= 2200:
        raise ValueError(f"{period} cannot be meant; a month of the years 1930 to 2200 can")
    return period


Period = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$"), AfterValidator(_in_time)]
"""A month, `YYYY-MM`, of the years 1930 to 2200."""


class ItemStatus(StrEnum):
    """How an item came out."""

    SCORED = "scored"
    NOT_APPLICABLE = "not_applicable"
    NOT_DETERMINABLE = "not_determinable"


class ItemScore(Contract):
    """One line of an explanation: an item's points, between which bounds, by which measure, from which facts."""

    item: str
    title: dict[str, str]
    reference: str
    max: float | None
    points: float | None
    lower: float | None
    upper: float | None
    status: ItemStatus
    met: bool | None = None
    measure: str | None = None
    value: Any = None
    facts: dict[str, Any] = Field(default_factory=dict)
    events: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """For each of the facts, the events that say so: where the value was last changed."""
    rule: str
    note: str | None = None


class Score(Contract):
    """A meeting's score under one set. `points` is set only where lower and upper agree; pass/fail sets have none."""

    cell: Code
    period: Period
    meeting: Key
    held_on: date
    criteria: SetId
    criteria_hash: str
    points: float | None
    lower: float | None
    upper: float | None
    grade: Grade | None


class ScoreChanged(Contract):
    """The running score of a cell's month changed. `score` is None when there is none any more (withdrawn meeting)."""

    cell: Code
    period: Period
    score: Score | None
    previous: Score | None
    basis: Annotated[int, Field(ge=0)]
    """Position in the event stream up to which the score knows everything."""
