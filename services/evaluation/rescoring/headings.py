"""Which items of two sets judge the same thing, so that what they earn before and after can be set side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.items import Item

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
    one set, when they have one code.
    """
    versions = before.id == after.id
    found: list[Heading] = []
    for item in after.items:
        if not any(item in heading.after for heading in found):
            found.append(_around(item, before, after, versions))
    known = {item.code for heading in found for item in heading.before}
    return (*found, *(_heading((item,), (), before, after) for item in before.items if item.code not in known))


def _around(item: Item, before: CriteriaSet, after: CriteriaSet, versions: bool) -> Heading:
    """The heading of one item: all that is linked to it, directly or through others."""
    old, new = list[Item](), [item]
    while True:
        more_old = [one for one in before.items if any(_same(one, other, versions) for other in new)]
        more_new = [item, *(one for one in after.items if any(_same(other, one, versions) for other in more_old))]
        if len(more_old) == len(old) and len(set(map(_code, more_new))) == len(set(map(_code, new))):
            return _heading(tuple(old), tuple(one for one in after.items if one in new), before, after)
        old, new = more_old, more_new


def _same(old: Item, new: Item, versions: bool) -> bool:
    measured = old.judged is None and new.judged is None and old.measures()[:1] == new.measures()[:1]
    return (versions and old.code == new.code) or measured or bool({*old.aspects} & {*new.aspects})


def _code(item: Item) -> str:
    return item.code
