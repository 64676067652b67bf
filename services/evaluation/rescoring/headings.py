"""Which items of two sets judge the same thing, so that what they earn before and after can be set side by side."""

from __future__ import annotations

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
    """Items before and after that judge the same thing; either may be none."""

    before: tuple[Item, ...]
    after: tuple[Item, ...]

    @property
    def label(self) -> str:
        """`4.5`, `2 → 2.1, 2.2`, `→ 4.3` (new), `1.2 →` (gone)."""
        old, new = (", ".join(item.code for item in items) for items in (self.before, self.after))
        return new if old == new else f"{old} → {new}".strip()

    @property
    def title(self) -> dict[str, str]:
        """In three languages: the titles of the items after (before, where there are none any more)."""
        titles = [item.title.model_dump() for item in self.after or self.before]
        return {language: " · ".join(title[language] for title in titles) for language in ("vi", "en", "bn")}


def headings(before: CriteriaSet, after: CriteriaSet) -> tuple[Heading, ...]:
    """The headings of two sets, in the order of the items after, then what is gone.

    Items belong together when they name a common aspect, and, in two versions of one set, when they have one code.
    """
    versions = before.id == after.id
    found: list[Heading] = []
    for item in after.items:
        if not any(item in heading.after for heading in found):
            found.append(_around(item, before, after, versions))
    known = {item.code for heading in found for item in heading.before}
    return (*found, *(Heading((item,), ()) for item in before.items if item.code not in known))


def _around(item: Item, before: CriteriaSet, after: CriteriaSet, versions: bool) -> Heading:
    """The heading of one item: all that is linked to it, directly or through others."""
    old, new = list[Item](), [item]
    while True:
        more_old = [one for one in before.items if any(_same(one, other, versions) for other in new)]
        more_new = [item, *(one for one in after.items if any(_same(other, one, versions) for other in more_old))]
        if len(more_old) == len(old) and len(set(map(_code, more_new))) == len(set(map(_code, new))):
            return Heading(tuple(old), tuple(one for one in after.items if one in new))
        old, new = more_old, more_new


def _same(old: Item, new: Item, versions: bool) -> bool:
    return (versions and old.code == new.code) or bool({*old.aspects} & {*new.aspects})


def _code(item: Item) -> str:
    return item.code
