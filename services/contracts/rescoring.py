"""Re-scoring: the same months through two lenses, with a receipt for the answer.

A lens sets three of the four dials (criteria, known at, tree at); the fourth, the period, is the same for both.
`rpc.evaluation.compare` answers at once and records nothing (a what-if). `rpc.evaluation.rescore` starts a run: it is
recorded as an event with its receipt, shows progress, can be cancelled and can be repeated byte for byte.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.contracts.base import Code, Contract, Moment
from services.contracts.criteria import Document, Hash
from services.contracts.evaluation import Period
from services.contracts.meetings import SetId

RunId = Annotated[str, Field(pattern=r"^r-[0-9a-f]{16}$")]
OPEN, NONE = "open", "none"
"""Beside the grades: a month whose grade cannot be determined, and one that nothing judges (or nobody held)."""


class Lens(Contract):
    """How the months are looked at.

    Criteria: the known set `set`, or the whole document `draft`, or (neither) the set in force for each meeting; then
    `decided_on` is the day on which the grades are decided, for sets whose force is that of the decision's date
    (default: the last day of the meeting's year). `known_at`: what was recorded later is not seen, sets included.
    `tree_at`: units are those of this date (default: of the meeting's own day).
    """

    set: SetId | None = None
    draft: Document | None = None
    decided_on: date | None = None
    known_at: Moment | None = None
    tree_at: date | None = None

    @model_validator(mode="after")
    def _one_criteria(self) -> Self:
        if self.set is not None and self.draft is not None:
            raise ValueError("give a set or a draft, not both")
        return self


class RescoreOf(Contract):
    """The months from `first` to `last` (both belong) through the lenses `before` and `after`.

    `unit` takes the whole subtree. `position`: nothing after it in the event stream is seen (default: all there is).
    """

    after: Lens
    before: Lens = Lens()
    first: Period
    last: Period
    unit: Code | None = None
    cell: Code | None = None
    position: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"the period ends in {self.last}, before it begins in {self.first}")
        return self


class Outcome(StrEnum):
    """What became of a month. Grades of different scales (met against points) are not ordered: it is restated."""

    UP = "up"
    DOWN = "down"
    SAME = "same"
    RESTATED = "restated"
    OPENED = "opened"
    """Its grade was known and cannot be determined any more."""
    SETTLED = "settled"
    """Its grade could not be determined and is known now."""
    OPEN = "open"
    """Its grade cannot be determined on either side."""
    APPEARED = "appeared"
    VANISHED = "vanished"


class Seen(Contract):
    """A month's score through one lens; everything is None where nothing judges it."""

    set: SetId | None = None
    points: float | None = None
    lower: float | None = None
    upper: float | None = None
    grade: str | None = None


class Move(Contract):
    """A month that is not the same through both lenses.

    `change` is the points after less those before; `heading` names what moved it most (codes of the items before and
    after that judge the same thing, as `4.5` or `2 → 2.1, 2.2`), by `heading_change` points.
    """

    cell: Code
    cell_name: str | None = None
    unit: Code | None = None
    unit_name: str | None = None
    period: Period
    before: Seen
    after: Seen
    outcome: Outcome
    change: float | None = None
    heading: str | None = None
    heading_change: float | None = None
    official: str | None = None
    """The grade that was officially decided, as known through the lens after; None where there is none."""


class HeadingImpact(Contract):
    """What one heading (items that judge the same thing on both sides) does to all months together.

    `title` in three languages; `months` counts those whose points it changes, `change` sums it over all months;
    `before` and `after` are the mean shares (0 to 1) of its maximum that are earned.
    """

    heading: str
    title: dict[str, str]
    months: int
    change: float | None
    before: float | None
    after: float | None


class Comparison(Contract):
    """`rpc.evaluation.compare` (asked with `RescoreOf`): the two lenses side by side, nothing recorded.

    Counts are months of cells, by grade, `open` and `none`; `transitions` from the grade before to the grade after.
    `moved` counts the months that are not the same; `top` are those of them that matter most, at most 50
    (`rpc.evaluation.moves` has all). `criteria_before` and `criteria_after`: content hashes by set id.
    `official`: of the months that were officially decided (as known through the lens after) how many have which grade
    after, by the official one (`none` while it is cancelled); empty where nothing was decided.
    """

    months: int
    before: dict[str, int]
    after: dict[str, int]
    transitions: dict[str, dict[str, int]]
    outcomes: dict[str, int]
    mean_before: float | None
    mean_after: float | None
    headings: tuple[HeadingImpact, ...]
    moved: int
    top: tuple[Move, ...]
    criteria_before: dict[SetId, Hash]
    criteria_after: dict[SetId, Hash]
    engine: str
    position: int
    official: dict[str, dict[str, int]] = Field(default_factory=dict)


class PageOf(Contract):
    """A page of a table of a comparison, as Arrow; nothing is recorded.

    `rpc.evaluation.moves`: all months that are not the same through both lenses, those that matter most first. Columns:
    those of `months` (see `ResultOf`), and `official`. `rpc.evaluation.units`: every unit with all cells below it, in
    each side's tree; columns as of `units`. Metadata of the schema: rows (of the whole table). Give the question its
    position (that of the comparison), so that all pages are of one table.
    """

    question: RescoreOf
    offset: Annotated[int, Field(ge=0)] = 0
    limit: Annotated[int, Field(ge=1, le=50_000)] = 20_000


class RunState(StrEnum):
    """Where a run stands."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class RunReceipt(Contract):
    """What a run's result follows from, and what identifies it. No clock is in it: the same inputs, the same receipt.

    `question` has its position and, for drafts, the whole document, so that it can be asked again. `forms` are the
    content hashes of the forms that marks were given on. The digests are those of the facts seen before and after, and
    of each table of the result.
    """

    run: RunId
    engine: str
    question: RescoreOf
    criteria_before: dict[SetId, Hash]
    criteria_after: dict[SetId, Hash]
    forms: dict[SetId, Hash] = Field(default_factory=dict)
    months: int
    events: int
    facts_before: Hash
    facts_after: Hash
    tables: dict[str, Hash]
    outcomes: dict[str, int]


class RunMade(Contract):
    """The event of a run that was carried out. It changes nothing official."""

    receipt: RunReceipt


class RunOf(Contract):
    """How a run stands (`rpc.evaluation.run`); stop it (`cancel`); carry out a recorded one again (`repeat`), which
    fails when it does not come to the same."""

    run: RunId


class RunProgress(Contract):
    """How a run stands: `done` of `total` parts; `receipt` once it is done, `problem` when it failed."""

    run: RunId
    state: RunState
    stage: str = ""
    done: int = 0
    total: int = 0
    receipt: RunReceipt | None = None
    problem: str | None = None


class RunLine(Contract):
    """A run that was recorded, with the id of its event."""

    event: str
    recorded_at: datetime
    receipt: RunReceipt


class RunUnderWay(Contract):
    """A run that was asked for and has not ended yet."""

    question: RescoreOf
    progress: RunProgress


class Runs(Contract):
    """`rpc.evaluation.runs` (asked with `Nothing`): the recorded runs, latest first, at most 200 (fewer where their
    drafts are large), and those under way, oldest first."""

    runs: tuple[RunLine, ...]
    under_way: tuple[RunUnderWay, ...] = ()


TABLES = ("months", "headings", "impacts", "distribution", "units", "rollups", "quotas", "official")
"""The tables of a run's result; `official` is there only when something was officially decided of its months."""


class ResultOf(Contract):
    """`rpc.evaluation.result`: a page of a table of a run's result, in its order, as Arrow.

    Metadata of the schema: rows (of the whole table). Columns:

    months        cell, cell_name, unit, unit_name, period, meeting, held_on, before_set, before_points, before_lower,
                  before_upper, before_grade, after_set, after_points, after_lower, after_upper, after_grade, change,
                  outcome, heading, heading_change: one row a month of a cell
    headings      cell, period, heading, before_items, after_items, before_points, before_max, before_met,
                  after_points, after_max, after_met, change: for each month that is not the same
    impacts       heading, vi, en, bn (its title), months, change, before, after: see `HeadingImpact`
    distribution  year, side (before, after), grade (or open, none), months
    units         unit, unit_name, side, grade, months, mean (of their points): every unit with all cells below it, in
                  each side's tree
    rollups       cell, cell_name, unit, unit_name, span (2025, 2025-Q3), before_set, before_points, before_lower,
                  before_upper, before_grade, after_set, after_points, after_lower, after_upper, after_grade, outcome
    official      cell, period, cell_name, unit, unit_name, official_grade (null while it is cancelled),
                  official_points, status, number, decided_on, decided_by, event, before_set, before_points,
                  before_grade, after_set, after_points, after_grade: the months of which something was officially
                  decided, as known through the lens after
    quotas        side, set, quota, year, among, denominator, allowed, grade, counted, undetermined, over
    """

    run: RunId
    table: str
    offset: Annotated[int, Field(ge=0)] = 0
    limit: Annotated[int, Field(ge=1, le=50_000)] = 20_000
