"""What is different between two sets, line by line, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.ranges import number
from services.evaluation.scoring.words import rule_words

RULES = ("bands", "yes_no", "share", "judged")
_KEYS = ("code", "grade")
"""What says which parts of two lists are the same part."""
_HEADS = ("code", "title", "reference", "note")
"""What is not said of a part that is new or gone."""


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same: where, and how it is before and after (None: it is not there)."""

    where: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.where}: new: {self.after}"
        if self.after is None:
            return f"{self.where}: gone: {self.before}"
        return f"{self.where}: {self.before} → {self.after}"


def differences(before: CriteriaSet, after: CriteriaSet) -> list[Difference]:
    """Everything that is different, in the order of the format; none for sets of the same content."""
    return list(_differences(_plain(before), _plain(after), ""))


def _plain(criteria: CriteriaSet) -> dict[str, Any]:
    """The set as plain values, with the rule of each item in words where it has any."""
    said: dict[str, Any] = criteria.model_dump(mode="json", by_alias=True, exclude_none=True)
    for item, plain in zip(criteria.items, said["items"], strict=True):
        plain["rule"] = rule_words(item)
    return said


def _differences(before: Any, after: Any, where: str) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in _keys(before, after):
            yield from _differences(before.get(key), after.get(key), f"{where}, {key}" if where else key)
    elif (same := _key(before, after)) is not None:
        old, new = ({str(part[same]): part for part in parts} for parts in (before or (), after or ()))
        for name in dict.fromkeys([*old, *new]):
            yield from _differences(old.get(name), new.get(name), f"{where} {name}")
        if list(old) != list(new) and {*old} == {*new}:
            yield Difference(f"{where}, order", ", ".join(old), ", ".join(new))
    else:
        yield Difference(where, _text(before), _text(after))


def _keys(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The keys to be compared. A rule is compared in words; its parts only where the words are the same."""
    keys = dict.fromkeys([*before, *after])
    if "rule" in keys and before.get("rule") != after.get("rule"):
        return [key for key in keys if key not in RULES]
    return list(keys)


def _key(before: Any, after: Any) -> str | None:
    """The key by which the parts of two lists are matched; None when they are to be compared as they stand."""
    lists = [one for one in (before, after) if one]
    if not lists or not all(isinstance(one, list) for one in lists):
        return None
    for key in _KEYS:
        names = [[part.get(key) if isinstance(part, dict) else None for part in one] for one in lists]
        if all(None not in one and len({*one}) == len(one) for one in names):
            return key
    return None


def _text(value: Any) -> str | None:
    if value is None or value in ([], {}):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number(value)
    if isinstance(value, dict):
        rule = value.get("rule") or ", ".join(
            f"{key} {said}" for key, one in value.items() if key not in _HEADS and (said := _text(one))
        )
        return f"{value['title']['en']} ({rule})" if "title" in value else rule
    if isinstance(value, list):
        return "; ".join(_text(one) or "–" for one in value)
    return str(value)
