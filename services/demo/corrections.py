"""A sheet as it should have been: the whole sheet again with one thing put right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from services.demo.themes import CORRECTIONS

LATE_EXCUSE = "Có giấy xin phép nộp sau"


def corrected(rng: Random, facts: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The corrected sheet and the reason. What is missing or most in doubt is put right first."""
    sheet = dict(facts)
    unexcused = [n for n, absence in enumerate(sheet["absences"]) if not absence["excused"]]
    if "minutes_filed_on" not in sheet:
        what = "minutes_filed_on"
        sheet[what] = (date.fromisoformat(sheet["held_on"]) + timedelta(days=rng.randint(1, 4))).isoformat()
    elif unexcused and rng.random() < 0.5:
        what = "absences"
        excused = rng.choice(unexcused)
        sheet[what] = [
            {**absence, "excused": True, "reason": LATE_EXCUSE} if n == excused else absence
            for n, absence in enumerate(sheet["absences"])
        ]
    else:
        what = rng.choice(("minutes", "speakers", "targets"))
        sheet[what] = _another(rng, sheet, what)
    return sheet, CORRECTIONS[what]


def _another(rng: Random, sheet: Mapping[str, Any], what: str) -> Any:
    """Another value than the sheet's: minutes and speakers a little off, one target more or fewer."""
    if what == "minutes":
        return max(30, sheet["minutes"] + rng.choice((-20, -10, -5, 5, 10, 15)))
    if what == "speakers":
        others = [
            n for n in range(1, sheet["present"] + 1) if n != sheet["speakers"] and abs(n - sheet["speakers"]) <= 4
        ]
        return rng.choice(others or [sheet["speakers"]])
    met, total = sheet["targets"]["met"], sheet["targets"]["total"]
    return {"met": met + 1 if met < total and (met == 0 or rng.random() < 0.5) else met - 1, "total": total}
