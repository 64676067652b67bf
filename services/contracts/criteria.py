"""Criteria sets as they are published: what a committee reports, what evaluation records of it, and what is known.

A document is the criteria format (`services/evaluation/criteria/format.py`, docs/criteria.md) as JSON: a complete
dated set, never a difference from another one.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, model_validator

from services.contracts.base import Code, Contract, Moment, Text
from services.contracts.meetings import SetId

Document = Annotated[dict[str, Any], Field(max_length=100)]
MOST_TEXT = 65_536
"""Characters of a document's text; a criteria set has some 10,000."""
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class CriteriaPublished(Contract):
    """A new set. `ends` names the sets that it ends, each with its last day in force (an amendment in mid-year)."""

    document: Document
    ends: Annotated[dict[SetId, date], Field(max_length=20)] = Field(default_factory=dict)
    reason: Text | None = None


class CriteriaAmended(Contract):
    """The same set as it should have been: the whole document again. What was known before stays in the history."""

    document: Document
    reason: Text


class CriteriaWithdrawn(Contract):
    """The set is void: nothing is judged by it any more."""

    set: SetId
    reason: Text


class CriteriaStatus(StrEnum):
    """Whether a set may judge."""

    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class CriteriaRecorded(Contract):
    """The data of every criteria event: the whole set as it now stands. `version` counts the set's events from 1."""

    set: SetId
    version: Annotated[int, Field(ge=1)]
    status: CriteriaStatus
    document: Document
    hash: Hash
    reason: Text | None = None


class CriteriaOf(Contract):
    """`rpc.evaluation.criteria`: the sets known at a moment; with `set`, that one with its document."""

    set: SetId | None = None
    known_at: Moment | None = None


class CriteriaKnown(Contract):
    """A set as known. `origin`: `shipped` with the program, or `published`; then `unit`, `event` and `recorded_at`."""

    id: SetId
    number: str
    title: dict[str, str]
    issuer: str
    effective_from: date
    effective_to: date | None
    anchor: str
    """Which day must lie in its time of force: `meeting` or `decision`."""
    scale: str
    units: tuple[Code, ...] | None
    hash: Hash
    version: int
    status: str
    origin: str
    unit: Code | None = None
    event: str | None = None
    recorded_at: datetime | None = None
    document: Document | None = None


class CriteriaKnownSets(Contract):
    """The answer to `CriteriaOf`, by id."""

    sets: tuple[CriteriaKnown, ...]


class DocumentOf(Contract):
    """`rpc.evaluation.document`: a document looked through, and nothing kept. Give its `text` (YAML), or the `document`
    that is to be written as one."""

    text: Annotated[str, Field(max_length=MOST_TEXT)] | None = None
    document: Document | None = None

    @model_validator(mode="after")
    def _one(self) -> DocumentOf:
        if (self.text is None) == (self.document is None):
            raise ValueError("give a text or a document")
        return self


class Fault(Contract):
    """A problem of a text: its line (1 is the first), where in the document, and what is wrong."""

    line: Annotated[int, Field(ge=0)]
    where: str
    problem: str


class DocumentRead(Contract):
    """The text, everything that is wrong with it, and, when nothing is, the document in it."""

    text: str
    problems: tuple[Fault, ...]
    document: Document | None = None
