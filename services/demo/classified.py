"""The year's end: each committee proposes, appraises and decides its cells, then the wards and the province theirs.

Told from the cells' register and habits alone, with random numbers of its own, so that nothing else depends on it. Each
unit speaks of all that stands right below it on 31 December: cells in December and the first days of January, then the
units, lower before upper. What is said of a unit is a report about that unit, so it comes after all that others said of
it. Some lists break the quota, some decisions are re-classified or cancelled later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from random import Random
from typing import Any, NamedTuple

from services.contracts.registry import CellKind
from services.demo.city import Cell, City
from services.demo.places import COMMITTEES, PROVINCE, WARD_A, WARD_B
from services.demo.reports import Draft, dice, office_hour
from services.demo.themes import LOWERED, OVER_QUOTA, YEAR_CANCELLED, YEAR_RECLASSIFIED

FIRST = 2025
"""The first year of the only rule that there is (366-QĐ/TW)."""
RESULTS = {CellKind.VILLAGE: (48, 66)}
USUAL, HARDEST = (54, 68), (40, 58)
"""Points for results, from and to."""
EXCELLENT, GOOD, COMPLETED = 90, 70, 50
SHARE = 5
"""One in so many may be excellent."""
MARKED_DOWN, VETOED, BREAKS_QUOTA = 0.12, 0.006, 0.2
"""Chances: of an appraisal below the proposal, of a veto, of one excellent too many."""
VETO = "ky_luat"
STEPS = ("YearProposed", "YearAppraised", "YearDecided")


class Days(NamedTuple):
    """Of each step the month (0: December) and the days between which it is taken."""

    proposed: tuple[int, int, int]
    appraised: tuple[int, int, int]
    decided: tuple[int, int, int]


CELLS = Days((0, 10, 17), (0, 20, 27), (1, 4, 8))
BELOW_WARDS = Days((0, 28, 30), (1, 9, 12), (1, 13, 16))
WARDS = Days((1, 17, 19), (1, 20, 23), (1, 24, 28))


def classified(city: City, month: date) -> Iterator[Draft]:
    """What is ever said of the year that ends with this month; nothing in other months."""
    if month.month != 12 or month.year < FIRST:
        return
    year, by_unit = month.year, defaultdict[str, list[Cell]](list)
    for cell in city.cells.values():
        by_unit[cell.parent(month)].append(cell)
    for unit, cells in sorted(by_unit.items()):
        lines = [_line(dice(city.seed, cell.code, year, "year"), cell) for cell in cells]
        for step, (at, said) in zip(STEPS, _steps(city.seed, unit, year, lines, CELLS), strict=True):
            yield _list(unit, unit, year, step, at, said, "cells")
    for upper, units, taken in (
        *((ward, [one.unit for one in COMMITTEES if one.ward == ward], BELOW_WARDS) for ward in (WARD_A, WARD_B)),
        (PROVINCE, [WARD_A, WARD_B], WARDS),
    ):
        yield from _units(city.seed, upper, units, year, taken)
    yield from _replaced(city.seed, year, by_unit)


def _units(seed: int, upper: str, units: Sequence[str], year: int, taken: Days) -> Iterator[Draft]:
    """Of each unit one report a step, its own proposal first."""
    lines = [_said(dice(seed, unit, year, "year"), unit, (53, 67)) for unit in units]
    for step, (at, said) in zip(STEPS, _steps(seed, upper, year, lines, taken), strict=True):
        for one in said:
            by = one["subject"] if step == STEPS[0] else upper
            yield _list(by, one["subject"], year, step, at, [one], str(one["subject"]))


def _list(unit: str, about: str, year: int, step: str, at: datetime, lines: list[dict[str, Any]], name: str) -> Draft:
    key = f"{unit}_{year}_{name}"
    data = {"list": key, "year": year, "on": at.date().isoformat(), "subjects": lines}
    return Draft(at, unit, "evaluation", step, about, key, data)


def _line(rng: Random, cell: Cell) -> dict[str, Any]:
    line = _said(rng, cell.code, HARDEST if cell.hardship else RESULTS.get(cell.kind, USUAL))
    return line | {"grade": "not_completed", "veto": VETO} if rng.random() < VETOED else line


def _said(rng: Random, subject: str, results: tuple[int, int]) -> dict[str, Any]:
    common, result = rng.randint(46, 60) / 2, rng.randint(2 * results[0], 2 * results[1]) / 2
    return {"subject": subject, "common": common, "results": result, "grade": _grade(common + result)}


def _grade(total: float) -> str:
    if total >= EXCELLENT:
        return "excellent"
    return "good" if total >= GOOD else "completed" if total >= COMPLETED else "not_completed"


def _steps(
    seed: int, unit: str, year: int, proposed: list[dict[str, Any]], taken: Days
) -> Iterator[tuple[datetime, list[dict[str, Any]]]]:
    """When each step is taken, and what is said in it."""
    rng = dice(seed, unit, year, "year's end")
    days = [office_hour(rng, date(year + (after > 0), after or 12, rng.randint(*span))) for after, *span in taken]
    appraised = _appraised(rng, proposed)
    return zip(days, (proposed, appraised, appraised), strict=True)


def _appraised(rng: Random, proposed: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Some lower than proposed; no more excellent ones than the quota allows, or, now and then, one more."""
    found = [_marked_down(one) if "veto" not in one and rng.random() < MARKED_DOWN else one for one in proposed]
    allowed = len(found) // SHARE + (rng.random() < BREAKS_QUOTA)
    best = sorted((one for one in found if one["grade"] == "excellent"), key=_total, reverse=True)
    over = [one["subject"] for one in best[allowed:]]
    return [{**one, "grade": "good", "note": OVER_QUOTA} if one["subject"] in over else one for one in found]


def _marked_down(line: dict[str, Any]) -> dict[str, Any]:
    results = line["results"] - 3.5
    return {**line, "results": results, "grade": _grade(line["common"] + results), "note": LOWERED}


def _total(line: dict[str, Any]) -> float:
    return float(line["common"] + line["results"])


def _replaced(seed: int, year: int, by_unit: dict[str, list[Cell]]) -> Iterator[Draft]:
    """In February a cell's year is re-classified, and another's cancelled and in March decided anew."""
    rng = dice(seed, year, "years replaced")
    unit = rng.choice(sorted(unit for unit, cells in by_unit.items() if len(cells) > 1))
    one, other = rng.sample(by_unit[unit], 2)
    points = {"common": 20, "results": 33.25, "grade": "completed"}
    at = office_hour(rng, date(year + 1, 2, rng.randint(5, 20)))
    yield _numbered(rng, unit, one, year, at, "YearReclassified", YEAR_RECLASSIFIED, **points)
    at = office_hour(rng, date(year + 1, 2, rng.randint(21, 27)))
    yield _numbered(rng, unit, other, year, at, "YearCancelled", YEAR_CANCELLED)
    at = office_hour(rng, date(year + 1, 3, rng.randint(2, 9)))
    draft = _list(unit, unit, year, "YearDecided", at, [{"subject": other.code, **points}], "anew")
    yield draft._replace(data={**draft.data, "number": f"{rng.randint(11, 99)}-QĐ/ĐU"})


def _numbered(
    rng: Random, unit: str, cell: Cell, year: int, at: datetime, kind: str, reason: str, **data: Any
) -> Draft:
    about = {"subject": cell.code, "year": year, "number": f"{rng.randint(11, 99)}-QĐ/ĐU"}
    said = {**about, "on": at.date().isoformat(), "reason": reason, **data}
    return Draft(at, unit, "evaluation", kind, unit, f"{cell.code}_{year}", said)
