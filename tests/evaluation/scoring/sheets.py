"""Facts for tests: a typical meeting at which everything was fully met, and what a test changes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import polars as pl

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.load import load_shipped
from services.evaluation.scoring.facts import FACTS, as_hundredths

SETS = load_shipped()
A, D, E = SETS["hd-12-2018"], SETS["hd-42-2025"], SETS["an-phu-2025"]

TYPICAL: dict[str, Any] = {
    "cell": "CB-001",
    "cell_name": "Bản Mẫu",
    "cell_kind": "village",
    "hardship": False,
    "unit": "TAN-PHONG",
    "unit_name": "Tân Phong",
    "period": "2025-11",
    "meeting": "2025-11-regular",
    "kind": "regular",
    "held_on": date(2025, 11, 3),
    "position": 7,
    "event": "e-7",
    "registry_event": "e-1",
    "members": 24,
    "exempt": 0,
    "special_duty": 0,
    "expected": 24,
    "present": 24,
    "excused": 0,
    "unexcused": 0,
    "longest_excused_run": 0,
    "most_excused_in_year": 0,
    "has_committee": True,
    "minutes": 120,
    "speakers": 20,
    "started_at": time(8),
    "documents_at": datetime(2025, 11, 1, tzinfo=UTC),
    "notice_at": datetime(2025, 11, 1, tzinfo=UTC),
    "minutes_filed_on": date(2025, 11, 4),
    "targets_met": 20,
    "targets_total": 20,
    "steps": ["opening", "review", "tasks", "discussion", "resolution", "closing"],
    "thematic_part": False,
    "self_total": None,
    "self_grade": None,
    "recorded_at": datetime(2025, 11, 5, tzinfo=UTC),
}


def full_marks(form: CriteriaSet = E) -> dict[str, float]:
    """Full marks on every item of a form (on a pass/fail form: every condition met)."""
    return {item.code: item.max or 1 for item in form.items}


def sheet(
    *, form: str | None = "an-phu-2025", marks: Mapping[str, float | None] | None = None, **changes: Any
) -> dict[str, Any]:
    """One row of facts: the typical meeting with these changes; of the marks, None takes one away.

    Unless `units` is given, there is nothing above the cell's unit.
    """
    unknown = changes.keys() - FACTS.keys()
    assert not unknown, f"no such facts: {unknown}"
    given = {**(full_marks(SETS[form]) if form in SETS else {}), **(marks or {})}
    unit = changes.get("unit", TYPICAL["unit"])
    above = None if unit is None else [unit]
    kept = {item: float(mark) for item, mark in given.items() if mark is not None}
    assessed = {"marks_criteria": form, **(listed(kept) if form else {"marks_items": None, "marks": None})}
    return {**TYPICAL, "units": above, **assessed, **changes}


def listed(marks: Mapping[str, float]) -> dict[str, Any]:
    """The marks as a row of facts has them."""
    return {"marks_items": " ".join(marks), "marks": [as_hundredths(mark) for mark in marks.values()]}


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    """The rows as a facts frame."""
    return pl.DataFrame(list(rows), schema=FACTS)
