"""Which items of two sets judge the same thing, so that what they earn before and after can be set side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.items import Item

Key = tuple[str, str]
REST = "rest"
"""What no item explains: scaling up to the total where items do not apply, and caps on points."""
REST_TITLE = {
    "vi": "Quy đổi và giới hạn điểm",
    "en": "Scaling and caps",
    "bn": "রূপান্তর ও নম্বরের সীমা",
}


@dataclass(frozen=True)
class Heading:
    """Items before and after that judge the same thing; either may be none.

    `label`: `4.5`, `2 → 2.1–2.2`, `→ 4.3` (new), `1.2 →` (gone). `title`: in three languages.
    """

    before: tuple[Item, ...]
    after: tuple[Item, ...]
    label: str
    title: Mapping[str, str]


def _heading(old: tuple[Item, ...], new: tuple[Item, ...], before: CriteriaSet, after: CriteriaSet) -> Heading:
    codes = _codes(old, before), _codes(new, after)
    label = codes[1] if codes[0] == codes[1] else " → ".join(codes).strip()
    title = _title(new, after) if new else _title(old, before)
    return Heading(old, new, label, title)


def _codes(items: Sequence[Item], criteria: CriteriaSet) -> str:
    """The codes of these items of a set, runs of three or more as `4.2–4.8`."""
    runs: list[list[Item]] = []
    for item in criteria.items:
        if item not in items:
            runs.append([])
        elif runs:
            runs[-1].append(item)
        else:
            runs.append([item])
    said = []
    for run in runs:
        said += [f"{run[0].code}–{run[-1].code}"] if len(run) > 2 else [item.code for item in run]
    return ", ".join(said)


def _title(items: Sequence[Item], criteria: CriteriaSet) -> Mapping[str, str]:
    """The item's own title; of several, that of the group they belong to, or those of the first two."""
    if len(items) > 1:
        for group in criteria.groups:
            if all(item.code.startswith(f"{group.code}.") for item in items):
                return group.title.model_dump()
    titles = [item.title.model_dump() for item in items[:2]]
    more = " …" if len(items) > 2 else ""
    return {language: " · ".join(title[language] for title in titles) + more for language in titles[0]}


def headings(before: CriteriaSet, after: CriteriaSet) -> tuple[Heading, ...]:
    """The headings of two sets, in the order of the items after, then what is gone.

    Items belong together when they name a common aspect, when the same measure decides them, and, in two versions of
    one set, when they have one code; directly, or through others.
    """
    versions = before.id == after.id
    old = {item.code: _judged_by(item, versions) for item in before.items}
    new = {item.code: _judged_by(item, versions) for item in after.items}
    common = set[Key]().union(*old.values()) & set[Key]().union(*new.values())
    found, taken = list[Heading](), set[str]()
    for code, keys in new.items():
        if code not in taken:
            together = _grown(keys & common, [*old.values(), *new.values()], common)
            olds = tuple(item for item in before.items if old[item.code] & together)
            news = tuple(item for item in after.items if item.code == code or new[item.code] & together)
            taken |= {item.code for item in news}
            found.append(_heading(olds, news, before, after))
    gone = [item for item in before.items if not old[item.code] & common]
    return (*found, *(_heading((item,), (), before, after) for item in gone))


def _judged_by(item: Item, versions: bool) -> set[Key]:
    """What an item judges: its aspects, the measure that decides it, and between versions of one set its code."""
    keys = {("aspect", aspect) for aspect in item.aspects}
    if item.judged is None:
        keys.add(("measure", item.measures()[0]))
    if versions:
        keys.add(("code", item.code))
    return keys


def _grown(keys: set[Key], every: Iterable[set[Key]], common: set[Key]) -> set[Key]:
    """These keys, and all that other items bring in by sharing one of them."""
    linked = [one & common for one in every]
    while more := set[Key]().union(*(one for one in linked if one & keys)) - keys:
        keys = keys | more
    return keys
