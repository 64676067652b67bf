"""A draft: a known set's document with some of its values changed. The changes are all there is to keep or to copy.

Paths are written with dots (`items.3.bands.steps.0.points`), values as they were typed (`4,5` and `4.5` are the same).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

Path = tuple[str | int, ...]
LOW, HIGH = ("at_least", "above"), ("at_most", "below")
RANGES = ("grades", "steps", "sizes")
"""The lists whose entries are stretches that meet: where one ends the next begins."""


def plain(document: Any) -> Any:
    """The document without what is not said (null)."""
    if isinstance(document, dict):
        return {name: plain(value) for name, value in document.items() if value is not None}
    return [plain(value) for value in document] if isinstance(document, list) else document


def dotted(path: Path) -> str:
    """The path in one word."""
    return ".".join(map(str, path))


def parted(dots: str) -> Path:
    """The path of that word."""
    return tuple(int(part) if part.isdecimal() else part for part in dots.split("."))


def at(document: Any, path: Path) -> Any:
    """The value there, None when there is none."""
    for part in path:
        try:
            document = document[part]
        except (KeyError, IndexError, TypeError):
            return None
    return document


def typed(text: str) -> float | int | str | None:
    """A typed value: a number where it reads as one (comma or point), nothing when empty, else the text itself."""
    text = text.strip()
    if re.fullmatch(r"-?\d{1,9}([.,]\d{1,6})?", text):
        value = float(text.replace(",", "."))
        return int(value) if value.is_integer() else value
    return text or None


def editable(document: Mapping[str, Any]) -> Iterator[Path]:
    """Every value of the document that a draft may change, in its order."""
    for name in ("total", "not_applicable"):
        if name in document:
            yield (name,)
    for index, grade in enumerate(document.get("grades", ())):
        yield from _bounds(grade, ("grades", index))
    for index, _ in enumerate(document.get("groups", ())):
        yield ("groups", index, "max")
    for index, item in enumerate(document.get("items", ())):
        yield from of_item(item, ("items", index))


def of_item(item: Mapping[str, Any], here: Path) -> Iterator[Path]:
    """The values of one item that may change."""
    for path in (("max",), ("floor",), ("not_applicable", "policy"), ("share", "full_at"), ("yes_no", "otherwise")):
        if at(item, path) is not None:
            yield (*here, *path)
    for index, requirement in enumerate(at(item, ("yes_no", "all")) or ()):
        yield from _bounds(requirement, (*here, "yes_no", "all", index))
    yield from _bands(at(item, ("bands",)) or {}, (*here, "bands"))


def _bands(part: Mapping[str, Any], here: Path) -> Iterator[Path]:
    for index, size in enumerate(part.get("sizes", ())):
        yield from _bounds(size, (*here, "sizes", index))
        yield from _bands(size, (*here, "sizes", index))
    for index, step in enumerate(part.get("steps", ())):
        yield from _bounds(step, (*here, "steps", index))
        yield (*here, "steps", index, "points")


def _bounds(part: Mapping[str, Any], here: Path) -> Iterator[Path]:
    for name in (*LOW, *HIGH):
        if name in part:
            yield (*here, name)


def changed(base: Mapping[str, Any], edits: Iterable[tuple[str, str]]) -> dict[Path, Any]:
    """What the edits really change: places that may be changed, to another value than the base's."""
    may = set(editable(base))
    found = {parted(dots): typed(text) for dots, text in edits}
    return {path: value for path, value in found.items() if path in may and value != at(base, path)}


def draft(base: Mapping[str, Any], edits: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The document with the edits: without the items whose maximum is 0, and without headings that have no other."""
    made = edited(base, edits)
    gone = [str(item.get("code")) for item in made.get("items", ()) if left_out(item)]
    if not gone:
        return made
    made["items"] = [item for item in made["items"] if not left_out(item)]
    codes = [str(item.get("code")) for item in made["items"]]

    def emptied(group: Mapping[str, Any]) -> bool:
        below = f"{group.get('code')}."
        return any(code.startswith(below) for code in gone) and not any(code.startswith(below) for code in codes)

    if "groups" in made:
        made["groups"] = [group for group in made["groups"] if not emptied(group)]
    return made


def left_out(item: Mapping[str, Any]) -> bool:
    """Whether an item is worth nothing any more, and so is not in the draft."""
    return item.get("max") == 0 and not isinstance(item.get("max"), bool)


def edited(base: Mapping[str, Any], edits: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The document with the edits, everything in its place. A limit that two neighbours share moves for both."""
    made: dict[str, Any] = deepcopy(dict(base))
    changes = changed(base, edits)
    beside = {other: value for path, value in changes.items() for other in neighbours(base, path)}
    for path, value in {**beside, **changes}.items():
        part = at(made, path[:-1])
        if value is None:
            part.pop(path[-1], None)
        else:
            part[path[-1]] = value
    return made


def neighbours(base: Mapping[str, Any], path: Path) -> list[Path]:
    """The bounds on the other side of a limit: those of its list's other entries with the same value."""
    if len(path) < 3 or path[-1] not in (*LOW, *HIGH) or path[-3] not in RANGES:
        return []
    opposite = HIGH if path[-1] in LOW else LOW
    value, siblings = at(base, path), at(base, path[:-2])
    return [
        (*path[:-2], index, name)
        for index, sibling in enumerate(siblings)
        for name in opposite
        if index != path[-2] and sibling.get(name) == value
    ]


def maxima(document: Mapping[str, Any]) -> float:
    """What the maxima of the items add up to, as far as they are numbers."""
    return rounded(sum(number(item.get("max")) for item in document.get("items", ())))


def number(value: Any) -> float:
    """The value when it is a number, else 0."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def rounded(value: float) -> float:
    """In hundredths, as points are counted; whole where it is whole."""
    value = round(value, 2)
    return int(value) if float(value).is_integer() else value


def fitting_totals(base: Mapping[str, Any], made: Mapping[str, Any]) -> dict[Path, float]:
    """The total and the groups' maxima that the items' maxima add up to, where they are not so already."""
    wanted: dict[Path, float] = {("total",): maxima(made)} if "total" in base else {}
    for index, group in enumerate(made.get("groups", ())):
        below = [item for item in made.get("items", ()) if str(item.get("code")).startswith(f"{group.get('code')}.")]
        wanted["groups", index, "max"] = rounded(sum(number(item.get("max")) for item in below))
    return {path: value for path, value in wanted.items() if at(made, path) != value}


def fitting_grades(base: Mapping[str, Any], made: Mapping[str, Any]) -> dict[Path, float]:
    """The grades' limits scaled as the total was changed, where they are not so already."""
    old, new = number(base.get("total")), number(made.get("total"))
    if not old or not new or old == new:
        return {}
    limits = [path for index, grade in enumerate(base.get("grades", ())) for path in _bounds(grade, ("grades", index))]
    wanted = {path: rounded(number(at(base, path)) * new / old) for path in limits}
    return {path: value for path, value in wanted.items() if at(made, path) != value}


def fitting_bands(made: Mapping[str, Any], here: Path) -> dict[Path, float]:
    """The points of an item's bands scaled so that the best earns the item's maximum, where they do not so already."""
    item = at(made, here)
    most = number(item.get("max"))
    found: dict[Path, float] = {}
    for path in of_item(item, here):
        if path[-1] != "points":
            continue
        best = max(number(step.get("points")) for step in at(made, path[:-2]))
        if best and most and best != most:
            found[path] = rounded(number(at(made, path)) * most / best)
    return found


def with_changes(edits: Iterable[tuple[str, str]], changes: Mapping[Path, Any]) -> tuple[tuple[str, str], ...]:
    """The edits with some more."""
    return tuple(sorted({**dict(edits), **{dotted(path): str(value) for path, value in changes.items()}}.items()))


def between(base: Mapping[str, Any], made: Mapping[str, Any]) -> tuple[tuple[str, str], ...] | None:
    """The edits that make this document of the base; None when it is another document."""
    items = {item.get("code"): item for item in made.get("items", ())}
    groups = {group.get("code"): group for group in made.get("groups", ())}
    whole = {
        **made,
        "items": [items.get(item.get("code"), {**item, "max": 0}) for item in base.get("items", ())],
        "groups": [groups.get(group.get("code"), group) for group in base.get("groups", ())],
    }
    edits = with_changes((), {path: at(whole, path) for path in editable(base) if at(whole, path) != at(base, path)})
    return edits if draft(base, edits) == made else None
