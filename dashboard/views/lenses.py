"""The sets under which a month may be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from dashboard.views.explain import in_words
from dashboard.words.texts import Texts
from services.contracts.criteria import CriteriaKnown


def lenses_view(
    sets: Iterable[CriteriaKnown], here: Mapping[str, str], judged_by: str, words: Texts
) -> list[dict[str, Any]]:
    """Links to the same month under the set in force and under every known set; `here` are the page's parameters."""
    kept = {name: value for name, value in here.items() if name != "set"}
    known = [("", words.say("the set in force"), words.say("what was decided then"))]
    known += [(one.id, one.id, f"{one.number}: {in_words(one.title, words)}") for one in sets]
    return [
        {
            "word": word,
            "title": title,
            "href": "?" + urlencode({**kept, **({"set": code} if code else {})}),
            "chosen": code == judged_by,
        }
        for code, word, title in known
    ]
