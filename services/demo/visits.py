"""Visits of the assigned observers to one meeting, with their own marks. The random numbers are the observers' own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from services.demo.city import Cell
from services.demo.marks import assessed
from services.demo.observers import Assignment
from services.demo.reports import Draft, dice
from services.demo.themes import GUIDANCE, NOBODY_CAME

MARKED, GUIDED, CORRECTED, WITHDRAWN = 0.96, 0.4, 0.02, 0.004
"""Chances of a visit to come with marks, with guidance, to be corrected or withdrawn."""
CLOSE = 5
"""Points between self-score and own marks up to which an observer agrees, when the grade is the same."""


def visits(
    seed: int,
    cell: Cell,
    held: Draft,
    assigned: Sequence[Assignment],
    own: Mapping[str, Any] | None,
) -> Iterator[Draft]:
    """What is reported of the visits to a meeting: `held` is the report of its sheet, `own` the cell's assessment."""
    key, sheet = held.data["meeting"], held.data["sheet"]
    for one in assigned:
        rng = dice(seed, key, one.key, "visit")
        if rng.random() >= one.comes:
            continue
        visit = f"{key}-{one.line[0].upper()}"
        at = held.at + timedelta(minutes=rng.randint(30, 4_000))
        said = {
            "cell": cell.code,
            "visit": visit,
            "meeting": key,
            "observer": one.observer,
            "assignment": one.key,
            "on": sheet["held_on"],
        }
        data = {**said, **_judged(rng, sheet, one, own)}
        yield _draft(cell, at, "MeetingVisited", visit, data)
        fate = rng.random()
        if fate < WITHDRAWN:
            gone = {"cell": cell.code, "visit": visit, "reason": NOBODY_CAME}
            yield _draft(cell, at + timedelta(days=rng.randint(1, 9)), "VisitWithdrawn", visit, gone)
        elif fate < WITHDRAWN + CORRECTED:
            again = {**said, **_judged(rng, sheet, one, own)}
            yield _draft(cell, at + timedelta(days=rng.randint(1, 9)), "MeetingVisited", f"{visit}:again", again)


def _draft(cell: Cell, at: datetime, kind: str, key: str, data: Mapping[str, Any]) -> Draft:
    return Draft(at, cell.publisher(at.date()), "meetings", kind, cell.code, key, data)


def _judged(rng: Random, sheet: Mapping[str, Any], one: Assignment, own: Mapping[str, Any] | None) -> dict[str, Any]:
    """Guidance, marks and whether the observer agrees. A lenient one looks away where a cell flatters itself."""
    found: dict[str, Any] = {"guidance": rng.choice(GUIDANCE)} if rng.random() < GUIDED else {}
    if rng.random() < MARKED:
        found["assessment"] = marks = {
            name: value for name, value in assessed(rng, sheet, one.lenient).items() if name != "vote"
        }
        if own is not None:
            close = abs(own["total"] - marks["total"]) < CLOSE
            found["agrees"] = close and own["grade"] == marks["grade"]
    return found
