"""Own marks against observers' as the page shows them: items, and cells, units and observers with their estimates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from dashboard.views.explain import in_words
from dashboard.views.oversight.address import Asked
from dashboard.views.oversight.listing import figure, fitting, listing
from dashboard.views.rescoring.comparison import signed
from dashboard.words.numbers import month_year, number
from dashboard.words.texts import Texts, noted
from services.contracts import gap as told
from services.contracts.gap import Gap

LISTS: Mapping[str, str] = {
    "cells": noted("Cells, the most flattering first"),
    "observers": noted("Observers, the most lenient first"),
    "units": noted("Units"),
    "by_visit": noted("Every visit"),
}


def gap_view(found: Gap, asked: Asked, words: Texts) -> dict[str, Any]:
    """Everything of the answer; the chosen list with its estimates on one axis."""
    chosen = asked.list if asked.list in LISTS else "cells"
    lang = words.language
    return {
        "mean": signed(found.mean, words) if found.mean is not None else "–",
        "visits": words.plural("{n} visit compared", "{n} visits compared", found.visits, n=number(found.visits, lang)),
        "apart": words.say("{n} could not be compared", n=number(found.apart, lang)) if found.apart else "",
        "figures": [_figure(found, name, chosen, asked, words) for name in LISTS],
        "items": _items(found.items, asked, words),
        "list": {
            "title": words.say(LISTS[chosen]),
            **_list(found, chosen, asked, words),
            "left_out": number(found.left_out[chosen], lang) if chosen in found.left_out else "",
            "none": words.say("No visit with marks on the same form is told of this time."),
        },
    }


def _figure(found: Gap, name: str, chosen: str, asked: Asked, words: Texts) -> dict[str, Any]:
    if name == "by_visit":
        word, count = words.say("Visits where the cell gave itself 5 points or a grade more"), _inflated(found.by_visit)
    else:
        word = words.say(_STANDING_OUT[name])
        count = sum(_estimate(one, name).stands_out for one in getattr(found, name))
    return {**figure(name, word, count, asked, words, bad=True), "chosen": chosen == name}


_STANDING_OUT = {
    "cells": noted("Cells that flatter themselves for sure"),
    "observers": noted("Observers who are lenient for sure"),
    "units": noted("Units that flatter themselves for sure"),
}


def _inflated(visits: Iterable[told.VisitGap]) -> int:
    return sum(one.inflated for one in visits)


def _estimate(one: told.Sides, name: str) -> told.Estimate:
    """What a list is ordered by: of observers what they give beyond the facts, where facts decide."""
    return one.beyond or one.gap if name == "observers" else one.gap


def _items(items: Sequence[told.ItemGap], asked: Asked, words: Texts) -> list[dict[str, Any]]:
    """The items by how much the cells give themselves more; bars on one scale."""
    lang, shown = words.language, sorted(items, key=lambda one: (-one.gap, one.criteria, one.item))
    most = max((max(one.own, one.observer, one.facts or 0) for one in shown), default=1) or 1
    return [
        {
            "code": one.item,
            "criteria": one.criteria,
            "href": asked.href(list="by_visit"),
            "title": in_words(one.title, words),
            "gap": signed(one.gap, words),
            "sides": [
                {"word": words.say(word), "text": number(value, lang, 2), "width": round(100 * value / most, 2)}
                for word, value in ((_OWN, one.own), (_OBSERVER, one.observer), (_FACTS, one.facts))
                if value is not None
            ],
            "css": "up" if one.gap > 0 else "down" if one.gap < 0 else "",
        }
        for one in shown
    ]


_OWN, _OBSERVER, _FACTS = noted("Own"), noted("Observer"), noted("By the facts")


def _list(found: Gap, name: str, asked: Asked, words: Texts) -> dict[str, Any]:
    entries: Sequence[Any] = getattr(found, name)
    if name == "by_visit":
        ordered = sorted(entries, key=lambda one: (-one.gap, one.cell, one.period))
        return listing(fitting([_visit(one, asked, words) for one in ordered], asked.q), asked, words)
    estimates = [_estimate(one, name) for one in entries]
    axis = _axis(estimates)
    lines = [_line(one, est, name, axis, asked, words) for one, est in zip(entries, estimates, strict=True)]
    return {"axis": _ticks(axis, words), **listing(fitting(lines, asked.q), asked, words)}


def _axis(estimates: Iterable[told.Estimate]) -> tuple[float, float]:
    """From where to where all estimates lie, zero among them."""
    ends = [value for one in estimates for value in (one.low, one.high, one.mean, one.shrunken) if value is not None]
    low, high = min([*ends, 0.0]), max([*ends, 0.0])
    return (low, high) if high > low else (low - 1, high + 1)


def _at(value: float, axis: tuple[float, float]) -> float:
    return round(100 * (value - axis[0]) / (axis[1] - axis[0]), 2)


def _ticks(axis: tuple[float, float], words: Texts) -> list[dict[str, Any]]:
    return [{"at": _at(value, axis), "text": signed(value, words, 1)} for value in (axis[0], 0.0, axis[1])]


def _line(
    one: Any, est: told.Estimate, name: str, axis: tuple[float, float], asked: Asked, words: Texts
) -> dict[str, Any]:
    lang = words.language
    low, high = (est.low, est.high) if est.low is not None and est.high is not None else (est.shrunken, est.shrunken)
    span = words.say("between {low} and {high}", low=signed(low, words), high=signed(high, words))
    return {
        **_NAMED[name](one, asked),
        "values": [
            signed(est.shrunken, words),
            signed(est.mean, words),
            words.plural("{n} visit", "{n} visits", one.visits, n=number(one.visits, lang)),
            number(one.inflated, lang),
        ],
        "dot": _at(est.shrunken, axis),
        "raw": _at(est.mean, axis),
        "from": _at(low, axis),
        "wide": round(_at(high, axis) - _at(low, axis), 2),
        "zero": _at(0.0, axis),
        "span": span if est.low is not None else words.say("too few visits for bounds"),
        "sure": est.stands_out,
        "items": "; ".join(
            f"{item} {signed(value, words)}"
            for item, value in sorted(one.items.items(), key=lambda pair: -abs(pair[1]))[:4]
            if value
        ),
        "events": one.events,
    }


_NAMED: Mapping[str, Callable[[Any, Asked], dict[str, Any]]] = {
    "cells": lambda one, asked: {
        "key": one.cell,
        "cell": one.cell_name or one.cell,
        "code": one.cell,
        "unit": one.unit_name or one.unit or "–",
        "href": asked.cell(one.cell),
    },
    "observers": lambda one, asked: {
        "key": one.observer,
        "cell": one.observer,
        "code": one.observer,
        "unit": "",
        "href": asked.href(list="by_visit", q=one.observer),
    },
    "units": lambda one, asked: {
        "key": one.unit,
        "cell": one.unit_name or one.unit,
        "code": one.unit,
        "unit": "",
        "href": asked.href(unit=one.unit, list="cells"),
    },
}


def _visit(one: told.VisitGap, asked: Asked, words: Texts) -> dict[str, Any]:
    def beyond(value: float | None) -> str:
        return signed(value, words) if value is not None else "–"

    return {
        "key": f"{one.cell} {one.visit}",
        "cell": one.cell,
        "code": one.observer,
        "unit": month_year(one.period, words.language),
        "href": asked.cell(one.cell, one.period),
        "values": [signed(one.gap, words), beyond(one.own_beyond), beyond(one.observer_beyond)],
        "sure": one.inflated,
        "events": one.events,
    }
