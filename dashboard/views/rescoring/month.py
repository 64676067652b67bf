"""One month through both lenses, item by item: what is judged by each side stands beside the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from dashboard.views.board import points_text
from dashboard.views.explain import line_view
from dashboard.views.rescoring.comparison import signed
from dashboard.words.numbers import month_year
from dashboard.words.terms import grade
from dashboard.words.texts import Texts
from services.contracts.evaluation import ItemScore
from services.contracts.queries import Explanation

Pair = tuple[list[ItemScore], list[ItemScore]]


def month_view(
    before: Explanation | str,
    after: Explanation | str,
    labels: Iterable[str],
    words: Texts,
) -> dict[str, Any]:
    """Both sides (a text says why there is none) and their items in pairs, what moved most first."""
    pairs = paired(_items(before), _items(after), labels, _set(before) == _set(after))
    known = after if isinstance(after, Explanation) else before if isinstance(before, Explanation) else None
    return {
        "title": f"{known.cell_name}, {month_year(known.score.period, words.language)}" if known else "",
        "before": side_view(before, words),
        "after": side_view(after, words),
        "pairs": [pair_view(pair, words) for pair in sorted(pairs, key=lambda pair: -abs(moved(pair) or 0.0))],
    }


def _items(side: Explanation | str) -> list[ItemScore]:
    return list(side.items) if isinstance(side, Explanation) else []


def _set(side: Explanation | str) -> str | None:
    return side.score.criteria if isinstance(side, Explanation) else None


def side_view(side: Explanation | str, words: Texts) -> dict[str, Any]:
    """The head of one side."""
    if isinstance(side, str):
        return {"none": side}
    return {
        "none": "",
        "grade": grade(side.score.grade, words),
        "css": side.score.grade.value if side.score.grade else "unsure",
        "points": points_text(side.score, words),
        "rule_set": f"{side.criteria_number} ({side.score.criteria})",
        "events": list(side.events),
    }


def codes(label: str, before: Sequence[str], after: Sequence[str]) -> Iterator[list[str]]:
    """The items of a heading before, and those after: of `2 → 2.1, 2.2`, `→ 4.3`, `1.2 →`, `4.5` or `3 → 3.1–3.5`.

    `before` and `after` are the codes of each side in the order of their form, in which a run from-to is counted.
    """
    old, arrow, new = label.partition("→")
    for part, order in ((old, before), (new if arrow else old, after)):
        named = [one.strip() for one in part.split(",") if one.strip()]
        yield [code for one in named for code in _run(one, order)]


def _run(named: str, order: Sequence[str]) -> Sequence[str]:
    first, dash, last = named.partition("–")
    if not dash or first not in order or last not in order:
        return [named]
    return order[order.index(first) : order.index(last) + 1]


def paired(before: list[ItemScore], after: list[ItemScore], labels: Iterable[str], same_set: bool) -> list[Pair]:
    """The items in pairs: by the headings' labels where all their items are here; else, in one set, by their code."""
    left, right = {item.item: item for item in before}, {item.item: item for item in after}
    orders = list(left), list(right)
    found: list[Pair] = []
    for label in dict.fromkeys(labels):
        old, new = codes(label, *orders)
        if (old or new) and all(code in left for code in old) and all(code in right for code in new):
            found.append(([left.pop(code) for code in old], [right.pop(code) for code in new]))
    for code in list(right):
        item = right.pop(code)
        found.append(([left.pop(code)] if same_set and code in left else [], [item]))
    return [*found, *(([item], []) for item in left.values())]


def moved(pair: Pair) -> float | None:
    """Points after less points before; None where one of them is not known."""
    sums = [[item.points for item in side] for side in pair]
    if any(points is None for side in sums for points in side):
        return None
    before, after = (sum(points or 0.0 for points in side) for side in sums)
    return after - before


def pair_view(pair: Pair, words: Texts) -> dict[str, Any]:
    """Items before and after that judge the same thing."""
    change, conditions = moved(pair), any(item.max is None for side in pair for item in side)
    return {
        "key": "+".join(f"{side}{item.item}" for side, items in zip("ba", pair, strict=True) for item in items),
        "change": signed(change, words) if change is not None else "–" if conditions else "?",
        "css": "same"
        if conditions
        else "open"
        if change is None
        else "up"
        if change > 0
        else "down"
        if change < 0
        else "same",
        "before": [line_view(item, words) for item in pair[0]],
        "after": [line_view(item, words) for item in pair[1]],
    }
