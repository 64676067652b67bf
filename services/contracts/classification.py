"""The year's end: how cells and organisations are classified, what is reported of it and what evaluation records.

A cell or a unit (an organisation) is proposed, appraised, decided, in that order (Regulation 366-QĐ/TW). From then on
only a numbered decision cancels the classification or puts another in its place (article 13). Points are those of the
common criteria and those of the task results; how they add up to a grade is said by the year rule.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from services.contracts.base import Code, Contract, Key, Moment, Text, Year
from services.contracts.criteria import Hash
from services.contracts.meetings import Mark

MOST_IN_A_LIST = 400
VetoCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
"""The code of a fact that forces the lowest grade, whatever the points."""
RuleId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
"""A year rule's id, e.g. `qd-366-2025`."""
EventId = Annotated[str, Field(min_length=1, max_length=64)]


class YearGrade(StrEnum):
    """How the tasks of a year were carried out, best first."""

    EXCELLENT = "excellent"
    GOOD = "good"
    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"


class Level(StrEnum):
    """What is classified."""

    CELL = "cell"
    UNIT = "unit"


# -- reports ---------------------------------------------------------------------------------------------------------


class Classified(Contract):
    """A line of a list: a cell or unit by its code, its points, its grade, and the fact that forces the grade.

    `level` is needed only where a cell and a unit have the same code.
    """

    subject: Code
    level: Level | None = None
    common: Mark
    results: Mark
    grade: YearGrade
    veto: VetoCode | None = None
    note: Text | None = None


class YearList(Contract):
    """One classification or a whole list: all of them or none. `list` is the publisher's own key of the list, `number`
    that of the document, where it has one."""

    list: Key
    year: Year
    on: date
    number: Text | None = None
    subjects: Annotated[tuple[Classified, ...], Field(min_length=1, max_length=MOST_IN_A_LIST)]


class YearProposed(YearList):
    """What the subject itself, or the unit right above it, proposes. Until it is appraised another may be proposed."""


class YearAppraised(YearList):
    """What the unit right above makes of the proposals. Until it is decided, another appraisal may take its place."""


class YearDecided(YearList):
    """What the unit right above decides: cells before their organisation, lower before upper. What was cancelled is
    decided anew only by a number."""


class YearCancelled(Contract):
    """The decision that stands for the subject and year is void; there is none until one is decided anew."""

    subject: Code
    level: Level | None = None
    year: Year
    number: Text
    on: date
    reason: Text


class YearReclassified(Contract):
    """Another classification takes the place of the one that stands for the subject and year."""

    subject: Code
    level: Level | None = None
    year: Year
    number: Text
    on: date
    common: Mark
    results: Mark
    grade: YearGrade
    veto: VetoCode | None = None
    reason: Text


# -- events ----------------------------------------------------------------------------------------------------------


class YearStatus(StrEnum):
    """How far a subject's year has come."""

    PROPOSED = "proposed"
    APPRAISED = "appraised"
    DECIDED = "decided"
    CANCELLED = "cancelled"
    RECLASSIFIED = "reclassified"


class StageSaid(Contract):
    """What was proposed, appraised or decided: by which unit, on which day, by which document."""

    common: Mark
    results: Mark
    grade: YearGrade
    veto: VetoCode | None = None
    note: Text | None = None
    number: Text | None = None
    on: date
    by: Code


class YearRecorded(Contract):
    """The data of every event about a classification: how that of a subject and year now stands, in every stage.

    `version` counts its events from 1. `decided` is what is in force: None before a decision and while it is cancelled.
    `by`, `on`, `number`, `list` and `reason` are those of this event, `replaces` the event that this takes the place
    of. `rule` is the year rule by which it was looked at, `rule_hash` its content.
    """

    subject: Code
    level: Level
    year: Year
    version: Annotated[int, Field(ge=1)]
    status: YearStatus
    rule: RuleId
    rule_hash: Hash
    proposed: StageSaid | None = None
    appraised: StageSaid | None = None
    decided: StageSaid | None = None
    by: Code
    on: date
    number: Text | None = None
    list: Key | None = None
    replaces: EventId | None = None
    reason: Text | None = None


# -- questions -------------------------------------------------------------------------------------------------------


class YearOf(Contract):
    """`rpc.evaluation.year`: how far the classification of a year has come, as known at a moment.

    Arrow columns: subject, level, name, kind, unit (right above), unit_name, rule; roll-up of the months: rolled_by
    (the set), rolled_how (`set`: by its own rule; `rule`: by the year rule's), rolled_grade, rolled_points,
    rolled_lower, rolled_upper; component_points, component_lower, component_upper (what the meetings are worth of
    `component_of` points; an organisation's is the mean of its cells'); status (null: nothing was proposed); proposed,
    appraised, decided (`StageSaid` with total and earned, the grade that its points and veto earn); next (`propose`,
    `appraise`, `decide`; null: decided, or nobody is above), next_by (the unit), deadline (null: the rule states none),
    waits_for (undecided subjects below it, the first ones) and waiting (how many); events (list, oldest first: event,
    recorded_at, version, status, on, by, number, list, replaces, reason, rule, rule_hash).
    Metadata of the schema: rules (JSON: id to number, hash, notes), quotas (JSON, a list: rule, quota, level, among,
    grade, percent, denominator, allowed, counted, undetermined, foreseen, over, unit, among_name, and by day of
    decision: having (the subjects that have the grade), days, events), dials, engine, until. `unit` takes the whole
    subtree as it stood on the year's last day; quotas count the whole group wherever one of it is asked for.
    """

    year: Year
    unit: Code | None = None
    known_at: Moment | None = None
