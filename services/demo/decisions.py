"""Official grades: each committee decides the month's list around the 10th, by what its cells say of themselves.

It knows the cells' own totals and grades and nothing of the scores. No line names its meeting, so that none waits for
one that another service has not yet recorded. The random numbers are the decisions' own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from services.demo.city import City
from services.demo.marks import GRADES
from services.demo.reports import Draft, dice, office_hour
from services.demo.themes import CANCELLED_GRADE, DISAGREED, RECLASSIFIED

FIRST = date(2026, 1, 1)
"""The first month of which grades are decided: the first whole year under HD 42-HD/BTCTW."""
LOWERED, RAISED = 0.06, 0.01
"""Chances that a committee decides a grade lower, or higher, than the cell's own."""
STRAGGLERS = 26
"""The day of the list of those that met or reported late."""
REPLACED_BY = 8.5
"""Points above a grade's threshold that no list gives, so that what replaces a grade never equals it."""
REGULAR = ("regular", "combined")


class Own(NamedTuple):
    """What a cell says of its month's regular meeting, and when it said so."""

    at: datetime
    cell: str
    grade: str
    total: float


def decided(city: City, month: date, told: Iterable[Draft]) -> Iterator[Draft]:
    """What the committees decide of a month, `told` being all that is ever reported of its meetings."""
    if month < FIRST:
        return
    by_unit: dict[str, list[Own]] = defaultdict(list)
    for own in _assessed(told):
        by_unit[city.cells[own.cell].parent(month)].append(own)
    for unit, owns in sorted(by_unit.items()):
        yield from _lists(city.seed, unit, month, owns)
    yield from _replaced(city.seed, month, by_unit)


def _assessed(told: Iterable[Draft]) -> list[Own]:
    """The cells' own grades of the meetings that count, those of withdrawn ones left out."""
    regular: set[str] = set()
    found: dict[str, Own] = {}
    for draft in told:
        key = str(draft.data.get("meeting"))
        if draft.kind == "MeetingHeld" and draft.data["kind"] in REGULAR:
            regular.add(key)
        elif draft.kind == "MeetingSelfAssessed" and key in regular:
            said = draft.data["assessment"]
            found[key] = Own(draft.at, draft.data["cell"], said["grade"], said["total"])
        elif draft.kind == "MeetingWithdrawn":
            found.pop(key, None)
    return sorted(found.values(), key=lambda own: own.cell)


def _lists(seed: int, unit: str, month: date, owns: Sequence[Own]) -> Iterator[Draft]:
    """The list of around the 10th, and one of the stragglers."""
    rng = dice(seed, unit, month, "grades")
    first = office_hour(rng, month.replace(day=rng.randint(9, 11)))
    last = office_hour(rng, month.replace(day=STRAGGLERS))
    lines: dict[datetime, list[dict[str, Any]]] = {first: [], last: []}
    for own in owns:
        line = _line(rng, own)
        if own.at < last:
            lines[first if own.at < first else last].append(line)
    for name, (at, listed) in zip("ab", lines.items(), strict=True):
        if listed:
            key = f"{unit}_{month:%Y-%m}_{name}"
            data = {"list": key, "period": f"{month:%Y-%m}", "decided_on": at.date().isoformat(), "grades": listed}
            yield Draft(at, unit, "evaluation", "GradesDecided", unit, key, data)


def _line(rng: Random, own: Own) -> dict[str, Any]:
    """The cell's own grade and points, now and then others."""
    place, chance = [grade for _, grade in GRADES].index(own.grade), rng.random()
    step = 1 if chance < LOWERED else -1 if chance < LOWERED + RAISED else 0
    other = min(max(place + step, 0), len(GRADES) - 1)
    if other == place:
        return {"cell": own.cell, "grade": own.grade, "points": own.total}
    return {"cell": own.cell, **_graded(rng, other), "note": rng.choice(DISAGREED)}


def _graded(rng: Random, place: int) -> dict[str, Any]:
    """A grade with points that earn it."""
    floor, grade = GRADES[place]
    return {"grade": grade, "points": float(floor + rng.randrange(8))}


def _replaced(seed: int, month: date, by_unit: dict[str, list[Own]]) -> Iterator[Draft]:
    """Some months later found wrong: a re-classified grade, or one that is cancelled and then decided anew."""
    rng = dice(seed, month, "grades replaced")
    unit = rng.choice(sorted(by_unit)) if by_unit else ""
    early = [own for own in by_unit.get(unit, ()) if own.at.date() < month.replace(day=9)]  # all in the first list
    if not early or month.month % 2:
        return
    own = rng.choice(early)
    at = office_hour(rng, month.replace(day=28) + timedelta(days=rng.randint(6, 20)))
    floor, grade = GRADES[1 if own.grade != "fair" else 2]
    other = {"grade": grade, "points": floor + REPLACED_BY}
    if month.month % 4 == 0:
        yield _numbered(rng, unit, own, month, at, "GradeReclassified", reason=RECLASSIFIED, **other)
        return
    yield _numbered(rng, unit, own, month, at, "GradeCancelled", reason=CANCELLED_GRADE)
    anew, number = at + timedelta(days=rng.randint(2, 7)), _number(rng)
    key = f"{unit}_{month:%Y-%m}_c"
    line = {"cell": own.cell, **other}
    said = {"list": key, "period": f"{month:%Y-%m}", "decided_on": anew.date().isoformat(), "number": number}
    yield Draft(anew, unit, "evaluation", "GradesDecided", unit, key, {**said, "grades": [line]})


def _number(rng: Random) -> str:
    return f"{rng.randint(11, 99)}-QĐ/ĐU"


def _numbered(rng: Random, unit: str, own: Own, month: date, at: datetime, kind: str, **data: Any) -> Draft:
    about = {"cell": own.cell, "period": f"{month:%Y-%m}", "number": _number(rng), "decided_on": at.date().isoformat()}
    return Draft(at, unit, "evaluation", kind, unit, f"{own.cell}_{month:%Y-%m}", {**about, **data})
