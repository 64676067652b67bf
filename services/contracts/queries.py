"""What may be asked on `rpc.<service>.<query>`, and the shape of the answers.

Requests are JSON of the models here. Answers are JSON of the models here, or, where a docstring names columns,
Arrow IPC streams (header `content-type: application/vnd.apache.arrow.stream`). A refused question is answered by
`Refusal` with the header `status: 400`.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from services.contracts.alerts import Colour
from services.contracts.base import Code, Contract, Moment, Year
from services.contracts.evaluation import ItemScore, Period, Score
from services.contracts.grades import OfficialGrade
from services.contracts.observers import Marks, VisitSeen
from services.contracts.receipts import Problem
from services.contracts.registry import CellState, UnitState
from services.contracts.rescoring import Lens

ARROW = "application/vnd.apache.arrow.stream"
ANSWERED, REFUSED, FAILED = "200", "400", "500"
"""The `status` header of an answer."""


class Refusal(Contract):
    """Why a question was not answered."""

    problems: tuple[Problem, ...]


class Nothing(Contract):
    """A question without parameters."""


class StoreCheck(Contract):
    """Contiguity: what was recorded against what arrived. `ok` is False when anything is missing or doubled."""

    name: str
    recorded: int
    arrived: int
    ok: bool
    detail: str = ""


class ServiceStatus(Contract):
    """`rpc.<service>.status`: health, lag (messages or events not yet taken in) and contiguity of one service."""

    service: str
    version: str
    ready: bool
    detail: str = ""
    started_at: datetime
    lag: int
    last_event_at: datetime | None = None
    checks: tuple[StoreCheck, ...] = ()
    memory_bytes: int = 0


class TreeAt(Contract):
    """`rpc.registry.tree`: the tree as it stood on a date, as known at a moment (default: today, now)."""

    at: date | None = None
    known_at: Moment | None = None


class Tree(Contract):
    """The units and cells living on that date, each in its state of that date."""

    at: date
    units: tuple[UnitState, ...]
    cells: tuple[CellState, ...]


class ScoresOf(Contract):
    """`rpc.evaluation.scores`: the scores of a year's months.

    Arrow columns: cell, cell_name, unit, unit_name, period, meeting, held_on, points, lower, upper, grade, criteria.
    Metadata of the schema: criteria (JSON of id to content hash), engine, dials (JSON), events, facts_digest.
    The lens holds the other dials; `unit` takes the whole subtree.
    """

    year: Year
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    cell: Code | None = None
    unit: Code | None = None
    lens: Lens = Lens()


class UnitsOf(Contract):
    """`rpc.evaluation.territory`: what units are called, upper ones too, on the year's last day (this year: today)."""

    year: Year


class Units(Contract):
    """Names by code of all that are known (of one established later: its first), and which stood that day."""

    names: dict[Code, str]
    standing: tuple[Code, ...]


class GradesOf(Contract):
    """`rpc.evaluation.grades`: the grades of a year's months side by side, as known through a lens.

    Arrow columns: cell, cell_name, unit, unit_name, period, meeting, held_on, criteria, computed_grade,
    computed_points, computed_lower, computed_upper, self_grade, self_points, observer_grade, observer_points, visits,
    status (`GradeStatus`; null: undecided), official_grade, official_points, decisions (list of `Decision`, oldest
    first): one row for every month in which a cell lived, met or was graded. Of several observers (`visits` says how
    many gave marks) the points are the mean, the grade is that of all of them, or null. Metadata of the schema as of
    `ScoresOf`. `unit` takes the whole subtree.
    """

    year: Year
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    cell: Code | None = None
    unit: Code | None = None
    lens: Lens = Lens()


class Explain(Contract):
    """`rpc.evaluation.explain`: why a cell has its points for a month, through a lens."""

    cell: Code
    period: Period
    lens: Lens = Lens()


class Explanation(Contract):
    """A score, line by line, with the events behind it and what identifies the rule and the engine."""

    score: Score
    cell_name: str
    criteria_number: str
    criteria_title: dict[str, str]
    items: tuple[ItemScore, ...]
    notes: tuple[str, ...] = ()
    events: tuple[str, ...]
    engine: str
    facts_digest: str
    official: OfficialGrade | None = None
    """What was officially decided for the month, as known through the lens."""
    own: Marks | None = None
    """The cell's own marks of the meeting."""
    visits: tuple[VisitSeen, ...] = ()
    """The observers who came to it, with their marks."""


class BoardOf(Contract):
    """`rpc.evaluation.board`: every cell's year at a glance.

    Arrow columns: cell, cell_name, kind, hardship, unit, unit_name, members, month (1–12), state (see MonthState),
    on (date held or planned), points, lower, upper, grade, criteria, meeting. One row per living cell and month. Unless
    it is of one unit, the schema's metadata has the `glance` (`Glance` as JSON) of the same moment.
    """

    year: Year
    unit: Code | None = None


class MonthState(StrEnum):
    """What a cell's month shows for its regular meeting."""

    HELD = "held"
    SCHEDULED = "scheduled"
    OVERDUE = "overdue"
    CANCELLED = "cancelled"
    NONE = "none"


class GlanceOf(Contract):
    """`rpc.evaluation.glance`: the territory at a glance."""

    year: Year


class MonthGlance(Contract):
    """One month: cells by state and by grade, attendance (present over expected, 0–1) of its regular meetings."""

    period: Period
    states: dict[str, int]
    grades: dict[str, int]
    attendance: float | None
    mean_points: float | None


class Glance(Contract):
    """Counts of the territory today and its months. `events` is the history's length, `until` its last position,
    `alerts` how many stand now, by colour; None as long as nobody has looked for them (`alerts.Alerts.looked_at`)."""

    year: Year
    years: tuple[int, ...]
    cells: int
    grassroots_cells: int
    subordinate_cells: int
    members: int
    hardship_cells: int
    attendance: float | None
    months: tuple[MonthGlance, ...]
    events: int
    until: int
    synthetic: bool
    alerts: dict[Colour, int] | None = None


class TableDigest(Contract):
    """What a table holds, canonically written: its lines, and the SHA-256 (hex) of each block of them, by its name."""

    table: str
    rows: int
    blocks: dict[str, str]


class HistoryDigest(Contract):
    """`rpc.evaluation.digest` (asked with `Nothing`): what the history and the scores hold up to a position of EVT."""

    position: int
    tables: tuple[TableDigest, ...]


class BlockOf(Contract):
    """`rpc.evaluation.block`: the lines of one block of a table up to a position, as digested.

    Arrow columns: line (JSON of a row).
    """

    table: str
    position: Annotated[int, Field(ge=0)]
    block: str


class CellOf(Contract):
    """`rpc.evaluation.cell`: one cell with its meetings and scores of a year."""

    cell: Code
    year: Year


class MeetingLine(Contract):
    """One meeting of a cell's page, in its latest version."""

    meeting: str
    kind: str
    status: str
    on: date
    period: Period
    minutes: int | None
    present: int | None
    expected: int | None
    speakers: int | None
    self_total: float | None
    self_grade: str | None
    versions: int
    recorded_at: datetime
    score: Score | None
    visits: tuple[VisitSeen, ...] = ()
    """The observers who came, without their marks by item (`rpc.evaluation.explain` has those)."""


class CellPage(Contract):
    """What a cell's page shows."""

    state: CellState
    units: tuple[UnitState, ...]
    """Upper units, nearest first."""
    meetings: tuple[MeetingLine, ...]
    years: tuple[int, ...]
    official: tuple[OfficialGrade, ...] = ()
    """The official grades of the year's months, as far as they were decided."""
