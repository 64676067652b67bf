"""A little judge for the made-up city: every meeting has a share of everything that criteria name, and a set's own
maxima, bands and thresholds make points of it. Whatever changes in a draft therefore moves months.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

import yaml

import services.evaluation.criteria
from services.contracts.evaluation import ItemScore, ItemStatus
from services.contracts.rescoring import Seen
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.items import Item
from services.evaluation.criteria.ranges import Range

SETS = ("an-phu-2025", "hd-12-2018", "hd-42-2025")
CITY_ASPECTS = {
    "1": {"time.duration"},
    "2": {"attendance.rate", "attendance.excuses"},
    "3": {f"preparation.{one}" for one in ("content", "guidance", "premeeting", "notice", "documents")},
    "4": {f"conduct.{one}" for one in ("steps", "content", "thematic", "opinions", "minutes")},
    "7": {"result.previous"},
}
"""What the five lines of the city's own explanations judge."""


@dataclass(frozen=True)
class Line:
    """An item as judged: what it judges, its title, points (None: a mark is missing) and maximum."""

    code: str
    title: dict[str, str]
    aspects: frozenset[str]
    points: float | None
    max: float


@dataclass(frozen=True)
class Judged:
    """A month through one lens."""

    seen: Seen
    lines: tuple[Line, ...] = ()


@cache
def shipped(name: str) -> CriteriaSet:
    """A set that comes with the program."""
    path = Path(services.evaluation.criteria.__file__).parent / "sets" / f"{name}.yaml"
    return CriteriaSet.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=500_000)
def share(cell: str, period: str, aspect: str) -> float:
    """How much of it this month's meeting deserves: from 0.4 to 1, mostly much."""
    return 1 - 0.6 * (crc32(f"{cell}/{period}/{aspect}".encode()) / 2**32) ** 2


def judged(criteria: CriteriaSet, cell: str, period: str) -> Judged:
    """The month under this set."""
    lines = tuple(line_of(item, cell, period) for item in criteria.items)
    if criteria.total is None:
        met = all((line.points or 0) > 0.5 for line in lines)
        return Judged(Seen(set=criteria.id, grade="met" if met else "not_met"), lines)
    known = round(sum(line.points for line in lines if line.points is not None), 2)
    upper = round(known + sum(line.max for line in lines if line.points is None), 2)
    grades = {grade_of(criteria, known), grade_of(criteria, upper)}
    return Judged(
        Seen(
            set=criteria.id,
            points=known if known == upper else None,
            lower=known,
            upper=upper,
            grade=grades.pop() if len(grades) == 1 else None,
        ),
        lines,
    )


def line_of(item: Item, cell: str, period: str) -> Line:
    """One item of the month; of judged ones a few lack their mark."""
    aspects, most = item.aspects or (item.code,), item.max or 1.0
    part = sum(share(cell, period, aspect) for aspect in aspects) / len(aspects)
    points: float | None = round(part * most * 2) / 2
    if item.judged and crc32(f"{cell}{period}{item.code}".encode()) % 400 == 0:
        points = None
    if item.bands is not None:
        value = round(100 * part) if item.bands.measure != "time.minutes" else round(130 * part)
        steps = item.bands.divisions()[0][1]
        points = next((float(step.points) for step in steps if within(step, value)), 0.0)
    return Line(
        item.code, {"vi": item.title.vi, "en": item.title.en, "bn": item.title.bn}, frozenset(aspects), points, most
    )


def within(stretch: Range, value: float) -> bool:
    """Whether the number lies in the stretch."""
    start, end = stretch.cuts()
    return start <= (value, 0) and (value, 1) <= end


def grade_of(criteria: CriteriaSet, points: float) -> str:
    """The grade of this total."""
    return next(str(one.grade) for one in criteria.grades if within(one, min(points, criteria.total or 0)))


def items_of(lines: Iterable[Line], events: tuple[str, ...]) -> tuple[ItemScore, ...]:
    """The lines as evaluation explains them, with the events behind every fact."""
    return tuple(
        ItemScore(
            item=line.code,
            title=line.title,
            reference=f"mục {line.code}",
            max=line.max,
            points=line.points,
            lower=line.points if line.points is not None else 0.0,
            upper=line.points if line.points is not None else line.max,
            status=ItemStatus.SCORED if line.points is not None else ItemStatus.NOT_DETERMINABLE,
            measure="attendance.rate" if line.code.startswith("2") else None,
            value=91.3 if line.code.startswith("2") else None,
            facts={"expected": 23, "present": 21},
            events={"expected": events[:1], "present": events},
            rule=f"judged by people: up to {line.max:g} points",
        )
        for line in lines
    )


Named = tuple[tuple[str, frozenset[str]], ...]


def headings(before: tuple[Line, ...], after: tuple[Line, ...]) -> list[tuple[str, list[Line], list[Line]]]:
    """Label, items before and items after of everything that judges the same."""
    left, right = ({line.code: line for line in lines} for lines in (before, after))
    named = (tuple((line.code, line.aspects) for line in lines) for lines in (before, after))
    return [(label(old, new), [left[c] for c in old], [right[c] for c in new]) for old, new in _together(*named)]


@cache
def _together(before: Named, after: Named) -> list[tuple[list[str], list[str]]]:
    """The codes of items that judge the same, directly or through others."""
    left, right, found = dict(before), dict(after), list[tuple[list[str], list[str]]]()
    while right:
        code = next(iter(right))
        old, new, aspects = list[str](), [code], right.pop(code)
        while more := [(side, c) for side in (left, right) for c, named in side.items() if named & aspects]:
            for side, c in more:
                aspects |= side.pop(c)
                (old if side is left else new).append(c)
        found.append((old, new))
    return [*found, *(([code], []) for code in left)]


def label(old: list[str], new: list[str]) -> str:
    """`4.5`, `2 → 2.1, 2.2`, `→ 4.3`, `1.2 →` or `3 → 3.1–3.5`, as the service writes it."""
    before, after = (f"{one[0]}–{one[-1]}" if len(one) > 2 else ", ".join(one) for one in (old, new))
    return after if before == after else f"{before} → {after}".strip()


def document(criteria: CriteriaSet) -> dict[str, Any]:
    """The set's document as the service gives it, unsaid things as null."""
    return dict(criteria.model_dump(mode="json", by_alias=True))
