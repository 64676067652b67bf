"""What is wrong with the rules of items: bands, floors, names of measures and aspects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.evaluation.criteria.aspects import ASPECTS
from services.evaluation.criteria.format import Scale
from services.evaluation.criteria.items import Bands
from services.evaluation.criteria.ranges import Range, holes, number
from services.evaluation.criteria.source import Path, Problem, attempt, nearest
from services.evaluation.scoring.measures import MEASURES


def rule_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """The problems of every item's rule, and of every measure and aspect named anywhere in the document."""
    yield from _names(document, ())
    items = document.get("items")
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield from _bands(item, ("items", index))
            yield from _floor(item, ("items", index))
            yield from _aspects(item, ("items", index))
            if document.get("scale") == Scale.PASS_FAIL:
                yield from _pass_fail(item, ("items", index))


def _names(part: Any, path: Path) -> Iterator[Problem]:
    """Walks the whole document: whatever compares a measure must name one, of the fitting kind."""
    if isinstance(part, list):
        for index, value in enumerate(part):
            yield from _names(value, (*path, index))
    if not isinstance(part, dict):
        return
    for key in ("measure", "by"):
        name = part.get(key)
        if not isinstance(name, str):
            continue
        if name not in MEASURES:
            yield (*path, key), f"there is no measure {name}{nearest(name, list(MEASURES))}"
        elif MEASURES[name].yes and "is" not in part:
            yield (*path, key), f"{name} is true or false: compare it with is: true or is: false"
        elif not MEASURES[name].yes and "is" in part:
            unit = MEASURES[name].unit
            yield (*path, key), f"{name} is in {unit}: compare it with at_least, above, at_most or below"
    for key, value in part.items():
        yield from _names(value, (*path, str(key)))


def _bands(item: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    bands = attempt(Bands, item["bands"]) if "bands" in item else None
    if bands is None:
        return
    here = (*path, "bands")
    if bands.by is not None and bands.by in MEASURES:
        for hole in _holes(bands.sizes, bands.by):
            yield (*here, "sizes"), f"sizes by {bands.by}: {hole}"
    best = item.get("max")
    for place, (size, steps) in enumerate(bands.divisions()):
        there = (*here, "sizes", place, "steps") if size else (*here, "steps")
        if bands.measure in MEASURES:
            for hole in _holes(steps, bands.measure):
                yield there, f"bands of {bands.measure}: {hole}"
        most = max(band.points for band in steps)
        if isinstance(best, (int, float)) and most != best:
            yield there, f"the best band gives {number(most)} points, but the item's max is {number(best)}"


def _holes(ranges: Sequence[Range], name: str) -> list[str]:
    measure = MEASURES[name]
    return holes(ranges, measure.low, measure.high, whole=measure.whole)


def _floor(item: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    best = item.get("max")
    if not isinstance(best, (int, float)):
        return
    floor = item.get("floor", 0)
    if isinstance(floor, (int, float)) and floor > best:
        yield (*path, "floor"), f"is {number(floor)}, above the item's max of {number(best)}"
    rule = item.get("yes_no")
    otherwise = rule.get("otherwise", 0) if isinstance(rule, dict) else 0
    if isinstance(otherwise, (int, float)) and otherwise > best:
        yield (*path, "yes_no", "otherwise"), f"is {number(otherwise)}, above the item's max of {number(best)}"


def _aspects(item: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    aspects = item.get("aspects")
    named = [name for name in (aspects if isinstance(aspects, list) else ()) if isinstance(name, str)]
    for place, name in enumerate(named):
        if name not in ASPECTS:
            yield (*path, "aspects", place), f"there is no aspect {name}{nearest(name, list(ASPECTS))}"
    judged = item.get("judged")
    full = judged.get("full_aspects") if isinstance(judged, dict) else None
    for place, one in enumerate(full if isinstance(full, list) else ()):
        if isinstance(one, dict) and one.get("aspect") not in named:
            yield (*path, "judged", "full_aspects", place), f"{one.get('aspect')} is not among the item's aspects"
    rule = item.get("yes_no")
    if isinstance(rule, dict) and rule.get("otherwise_judged") and not named:
        yield path, "aspects is missing: otherwise_judged carries the marks of the item's aspects"


def _pass_fail(item: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    for key in ("bands", "share", "floor"):
        if item.get(key):
            yield (*path, key), "belongs to a set with points; an item of a pass/fail set is yes_no or judged"
