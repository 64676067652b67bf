"""How a cell usually goes about its meetings. Habits differ by kind; the hardest villages have the article's faults."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from services.contracts.registry import CellKind
from services.demo.city import Cell
from services.demo.reports import dice


@dataclass(frozen=True)
class Habits:
    """Chances (0-1) unless said otherwise.

    `absence` is a member's chance to stay away, `unexcused` an absence's chance to have no excuse, `opinions` the
    share of those present who speak (from, to), `targets` the share of a resolution's targets met (from, to).
    """

    absence: float
    unexcused: float
    opinions: tuple[float, float]
    targets: tuple[float, float]
    too_short: float
    late_minutes: float
    late_documents: float
    late_meeting: float
    missed: float
    unscheduled: float
    flatters: float
    away: float
    evening: bool
    thematic_month: int
    """Which month of the quarter (0-2) the cell's thematic meeting falls in."""


@cache
def _habits(seed: int, code: str, kind: CellKind, hardship: bool) -> Habits:
    rng = dice(seed, code, "habits")
    evening, thematic_month = kind in (CellKind.VILLAGE, CellKind.RESIDENTIAL), rng.randrange(3)
    swing = rng.uniform(0.7, 1.3)
    if hardship:
        return Habits(
            absence=0.15 * swing,
            unexcused=0.22,
            opinions=(0.12, 0.42),
            targets=(0.35, 0.95),
            too_short=0.4,
            late_minutes=0.45,
            late_documents=0.4,
            late_meeting=0.3,
            missed=0.035,
            unscheduled=0.15,
            flatters=0.85,
            away=0.5,
            evening=evening,
            thematic_month=thematic_month,
        )
    if kind is CellKind.VILLAGE:
        return Habits(
            absence=0.065 * swing,
            unexcused=0.1,
            opinions=(0.28, 0.65),
            targets=(0.6, 1.0),
            too_short=0.15,
            late_minutes=0.2,
            late_documents=0.15,
            late_meeting=0.15,
            missed=0.012,
            unscheduled=0.06,
            flatters=0.45,
            away=0.2,
            evening=evening,
            thematic_month=thematic_month,
        )
    return Habits(
        absence=0.033 * swing,
        unexcused=0.03,
        opinions=(0.4, 0.85),
        targets=(0.8, 1.05),
        too_short=0.05,
        late_minutes=0.07,
        late_documents=0.06,
        late_meeting=0.05,
        missed=0.003,
        unscheduled=0.03,
        flatters=0.15,
        away=0.04,
        evening=evening,
        thematic_month=thematic_month,
    )


def habits_of(seed: int, cell: Cell) -> Habits:
    """The cell's habits, as it stands today."""
    return _habits(seed, cell.code, cell.kind, cell.hardship)
