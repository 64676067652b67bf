"""The sheet of one meeting: what is written down, made up from the cell's habits."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from services.demo.city import Cell
from services.demo.habits import Habits
from services.demo.reports import LOCAL, dice, local

STEPS = ("opening", "review", "tasks", "discussion", "resolution", "closing")
EVENING = (time(19, 0), time(19, 30), time(20, 0))
DAYTIME = (time(7, 30), time(14, 0), time(15, 30))
EXCUSES = ("Đi công tác", "Ốm, điều trị tại bệnh viện", "Việc gia đình", "Đi học tập trung")
AWAY = "Đi làm ăn xa"
MONTHS_AWAY = 5


def member_ref(seed: int, code: str, index: int) -> str:
    """The opaque reference of the cell's member number `index`: the same from meeting to meeting."""
    digest = sha256(f"{seed}:{code}:{index}".encode()).hexdigest()
    return f"m-{index % 10}{digest[:9]}"


def absences(seed: int, cell: Cell, habits: Habits, month: date, rng: Random) -> list[dict[str, Any]]:
    """Who stayed away. Where members work far from home, one is excused for months in a row."""
    year = dice(seed, cell.code, month.year, "away")
    leaves = year.randint(1, 12 - MONTHS_AWAY + 1) if year.random() < habits.away else 0
    away = bool(leaves) and leaves <= month.month < leaves + MONTHS_AWAY
    missing: list[dict[str, Any]] = []
    for index in range(cell.expected):
        if index == 0 and away:
            missing.append({"ref": member_ref(seed, cell.code, 0), "excused": True, "reason": AWAY})
        elif rng.random() < habits.absence:
            excused = rng.random() >= habits.unexcused
            absence = {"ref": member_ref(seed, cell.code, index), "excused": excused}
            missing.append({**absence, "reason": rng.choice(EXCUSES)} if excused else absence)
    return missing[: cell.expected - 1]


def start_time(rng: Random, habits: Habits) -> time:
    """When this cell's meetings begin: in the evening where people work in the day."""
    return rng.choice(EVENING if habits.evening else DAYTIME)


def sheet(
    seed: int, cell: Cell, habits: Habits, rng: Random, begins: datetime, notice: datetime | None, theme: str | None
) -> dict[str, Any]:
    """The whole sheet. `begins` is the start of the meeting, `theme` None where it has no thematic part."""
    missing = absences(seed, cell, habits, begins.date().replace(day=1), rng)
    present = cell.expected - len(missing)
    usual = (90 if cell.total < 30 else 120) + (30 if theme is not None else 0)
    short = rng.random() < habits.too_short
    minutes = usual - rng.randint(5, 45) if short else usual + rng.randint(0, 35)
    total = rng.randint(5, 12)
    met = min(total, round(total * rng.uniform(*habits.targets)))
    facts: dict[str, Any] = {
        "held_on": begins.date().isoformat(),
        "started_at": begins.time().isoformat(),
        "minutes": minutes,
        "members": cell.total,
        "exempt": cell.exempt,
        "special_duty": cell.special_duty,
        "present": present,
        "absences": missing,
        "speakers": max(1, min(present, round(present * rng.uniform(*habits.opinions)))),
        "steps": [step for step in STEPS if not (step in ("review", "discussion") and short and rng.random() < 0.3)],
        "targets": {"met": met, "total": total},
        "thematic_part": theme is not None,
    }
    if notice is not None:
        facts["notice_at"] = notice.isoformat()
    ready = rng.randint(1, 20) if rng.random() < habits.late_documents else rng.randint(25, 96)
    if rng.random() >= 0.01:
        facts["documents_at"] = (begins - timedelta(hours=ready)).isoformat()
    if rng.random() >= 0.008:
        days = rng.randint(3, 9) if rng.random() < habits.late_minutes else rng.choice((0, 1, 1, 1, 2, 2))
        facts["minutes_filed_on"] = (begins.date() + timedelta(days=days)).isoformat()
    if theme is not None:
        facts["theme"] = theme
    return facts


def recorded(rng: Random, facts: dict[str, Any]) -> datetime:
    """When the sheet was entered: once its minutes were filed, and in any case after the meeting."""
    over = datetime.fromisoformat(f"{facts['held_on']}T{facts['started_at']}").replace(tzinfo=LOCAL)
    over += timedelta(minutes=facts["minutes"])
    filed = date.fromisoformat(facts.get("minutes_filed_on", facts["held_on"]))
    if filed == over.date():
        return over + timedelta(minutes=rng.randint(20, 100))
    return max(over, local(filed, time(7, 30))) + timedelta(seconds=rng.randrange(9 * 3600))
