"""What is wrong with the rules of items: bands, floors, names of measures and aspects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.evaluation.criteria.aspects import ASPECTS
from services.evaluation.criteria.format import Scale
from services.evaluation.criteria.ranges import holes, number
from services.evaluation.criteria.source import Path, Problem, listed, nearest, quantity, range_of
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
    """Holes and maxima of bands, each list for itself, whatever else is wrong with one of its bands."""
    bands = item.get("bands")
    if not isinstance(bands, dict):
        return
    here, sizes = (*path, "bands"), list(listed(bands, "sizes"))
    for hole in _holes(sizes, bands.get("by")):
        yield (*here, "sizes"), f"sizes by {bands['by']}: {hole}"
    for place, part in [(here, bands), *(((*here, "sizes", index), size) for index, size in sizes)]:
        steps, there = list(listed(part, "steps")), (*place, "steps")
        for hole in _holes(steps, bands.get("measure")):
            yield there, f"bands of {bands['measure']}: {hole}"
        points, best = [quantity(step.get("points")) for _, step in steps], quantity(item.get("max"))
        known = [one for one in points if one is not None]
        if known and len(known) == len(points) and best is not None and max(known) != best:
            yield there, f"the best band gives {number(max(known))} points, but the item's max is {number(best)}"


def _holes(parts: Sequence[tuple[int, Mapping[str, Any]]], name: Any) -> list[str]:
    """What the parts' bounds leave open of a measure; nothing where a bound, or the measure's name, is wrong itself."""
    measure = MEASURES.get(name) if isinstance(name, str) else None
    ranges = [range_of(part) for _, part in parts]
    known = [one for one in ranges if one is not None]
    if measure is None or measure.yes or not known or len(known) < len(ranges):
        return []
    return holes(known, measure.low, measure.high, whole=measure.whole)


def _floor(item: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    best, floor = quantity(item.get("max")), quantity(item.get("floor", 0))
    if best is None or best < 0:
        return
    if floor is not None and floor > best:
        yield (*path, "floor"), f"is {number(floor)}, above the item's max of {number(best)}"
    rule = item.get("yes_no")
    otherwise = quantity(rule.get("otherwise")) if isinstance(rule, dict) else None
    if otherwise is not None and otherwise > best:
        yield (*path, "yes_no", "otherwise"), f"is {number(otherwise)}, above the item's max of {number(best)}"
    share = item.get("share")
    decimals = share.get("decimals") if isinstance(share, dict) else None
    if isinstance(decimals, int) and 0 <= decimals < 2 and round(best * 10**decimals, 6) % 1:
        yield (*path, "share", "decimals"), f"to {decimals} decimals nobody can earn the item's max of {number(best)}"


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
