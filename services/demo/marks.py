"""The cell's own marks on the detailed form (criteria `an-phu-2025`): what the facts give, and what flatters.

Bands of the counted items follow the form: 1.1 duration, 2.1 attendance, 3.5 documents, 4.5 opinions, 7 targets,
8.3 minutes filed. The other items are judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

CRITERIA = "an-phu-2025"
MAXIMA = {
    "1.1": 5.0,
    "2.1": 4.0,
    "2.2": 1.0,
    "3.1": 3.0,
    "3.2": 2.0,
    "3.3": 2.0,
    "3.4": 1.0,
    "3.5": 2.0,
    "4.1": 5.0,
    "4.2": 10.0,
    "4.3": 5.0,
    "4.4": 2.0,
    "4.5": 5.0,
    "4.6": 1.0,
    "4.7": 1.0,
    "4.8": 1.0,
    "5.1": 2.0,
    "5.2": 4.0,
    "5.3": 3.0,
    "5.4": 1.0,
    "6.1": 1.0,
    "6.2": 2.0,
    "6.3": 1.0,
    "6.4": 1.0,
    "7": 30.0,
    "8.1": 2.0,
    "8.2": 2.0,
    "8.3": 1.0,
}
"""Every item with its maximum. 4.3 counts only where there is a thematic part."""
COUNTED = ("1.1", "2.1", "4.5", "7")
POINTS_FROM = date(2025, 10, 28)
"""From then on the frame counts points (HD 42-HD/BTCTW); before, a condition was met or not (HD 12-HD/BTCTW)."""
MET_OR_NOT = ("3.1", "3.2", "3.3", "4.1", "4.4", "4.5", "4.6", "6.1", "6.2", "6.3", "6.4", "7")
"""Items that stand for a judged condition of the frame before."""
MET_SHARE = 0.6
GRADES = ((90, "good"), (70, "fair"), (50, "average"), (0, "poor"))


def _band(value: float, bands: tuple[tuple[float, float], ...], otherwise: float) -> float:
    return next((mark for floor, mark in bands if value >= floor), otherwise)


def counted(sheet: Mapping[str, Any]) -> dict[str, float]:
    """The marks that the sheet's facts give on the counted items."""
    required = 90 if sheet["members"] < 30 else 120
    expected = sheet["members"] - sheet["exempt"] - sheet["special_duty"]
    attendance, spoke = sheet["present"] / expected, sheet["speakers"] / sheet["present"]
    unexcused = any(not absence["excused"] for absence in sheet["absences"])
    short = required - sheet["minutes"]
    targets = sheet["targets"]
    filed = sheet.get("minutes_filed_on")
    held = date.fromisoformat(sheet["held_on"])
    ready = sheet.get("documents_at")
    return {
        "1.1": _band(-short, ((0, 5), (-15, 4), (-30, 3), (-required / 2, 2)), 1),
        "2.1": 1 if unexcused else _band(attendance, ((0.9, 4), (0.75, 3), (0.65, 2)), 1),
        "3.5": 2 if ready and begins(sheet) - datetime.fromisoformat(ready) >= timedelta(days=1) else 0,
        "4.5": 5 if spoke > 0.5 else _band(spoke, ((0.4, 4), (0.3, 3)), 2),
        "7": _band(targets["met"] / targets["total"], ((0.9, 30), (0.8, 27), (0.7, 24), (0.6, 20), (0.5, 15)), 10),
        "8.3": 1 if filed and date.fromisoformat(filed) - held <= timedelta(days=2) else 0,
    }


def begins(sheet: Mapping[str, Any]) -> datetime:
    """When the meeting of this sheet began."""
    return datetime.fromisoformat(f"{sheet['held_on']}T{sheet['started_at']}+07:00")


def assessed(rng: Random, sheet: Mapping[str, Any], flatters: bool) -> dict[str, Any]:
    """The cell's assessment of its meeting, voted on by those present.

    An honest cell gives the counted items what the facts give, now and then less than full marks on judged items; one
    that flatters gives itself full marks on duration, attendance, opinions and targets whatever the facts. While
    conditions were met or not, what stands for one of them gets full marks or none.
    """
    facts = counted(sheet)
    met_or_not = MET_OR_NOT if date.fromisoformat(sheet["held_on"]) < POINTS_FROM else ()
    marks = {}
    for item, most in MAXIMA.items():
        if item == "4.3" and not sheet["thematic_part"]:
            continue
        mark = facts.get(item, most)
        if flatters and item in COUNTED:
            mark = most
        elif item not in facts and rng.random() < (0.03 if flatters else 0.12):
            mark = most - (1 if most >= 3 else 0.5)
        if item in met_or_not:
            fails = mark < MET_SHARE * most if item in facts else mark < most and rng.random() < 0.1
            mark = 0 if fails else most
        marks[item] = float(mark)
    total = round(sum(marks.values()), 1)
    against = rng.randint(0, 2) if rng.random() < 0.1 else 0
    present = sheet["present"]
    return {
        "criteria": CRITERIA,
        "marks": marks,
        "total": total,
        "grade": next(grade for floor, grade in GRADES if total >= floor),
        "vote": {"for": max(1, present - against), "of": present},
    }
