"""The form of the four dials: what may be chosen, and what is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from dashboard.hub.picture import Row
from dashboard.views.explain import in_words
from dashboard.views.rescoring.address import Asked, Side
from dashboard.words.numbers import day, month_year
from dashboard.words.texts import Texts
from services.contracts.criteria import CriteriaKnown

MOST_EXAMPLES = 3
REFORM = date(2025, 6, 30)
"""The last day of the old tree: since 1 July 2025 there is no city or district level."""


def form_view(
    asked: Asked,
    sets: Sequence[CriteriaKnown],
    years: Iterable[int],
    rows: Iterable[Row],
    units: Sequence[tuple[str, str]],
    words: Texts,
) -> dict[str, Any]:
    """The form for the template. Months offered: those of the years with data; `units`: codes and names."""
    span = sorted({*years, int(asked.first[:4]), int(asked.last[:4])}, reverse=True)
    return {
        "hidden": {"page": "rescore", "lang": asked.lang, "year": str(asked.year), "view": asked.view},
        "sides": [
            side_view("set", words.say("After: judged by"), asked.after, sets, words),
            side_view("against", words.say("Before: compared with"), asked.before, sets, words),
        ],
        "years": [months_of(year, words) for year in span],
        "first": asked.first,
        "last": asked.last,
        "units": units,
        "unit": asked.unit,
        "cell": asked.cell,
        "cells": [(row.cell, row.cell_name) for row in rows],
        "edits": list(asked.edits),
        "text": asked.view == "text",
        "whatif": asked.href(view="whatif", run="", before=asked.before if asked.before.set else Side(asked.after.set))
        if asked.after.set and not asked.tries
        else None,
        "span": f"{month_year(asked.first, words.language)} – {month_year(asked.last, words.language)}",
    }


def examples(asked: Asked, sets: Iterable[CriteriaKnown], words: Texts) -> list[dict[str, str]]:
    """Questions to begin with, as links, while both sides are still the same."""
    year = asked.first[:4]
    known, tree = date(int(year), 6, 30), REFORM
    judged = [one for one in sets if one.scale == "points" and one.status != "withdrawn"][:MOST_EXAMPLES]
    found = [
        (words.say("Judged by {set}", set=f"{one.number} ({one.id})"), asked.href(after=Side(one.id))) for one in judged
    ]
    found += [
        (
            words.say("The first half of {year} as it was known on {date}", year=year, date=day(known, words.language)),
            asked.href(first=f"{year}-01", last=f"{year}-06", after=Side(known=known)),
        ),
        (words.say("With the units of {date}", date=day(tree, words.language)), asked.href(after=Side(tree=tree))),
    ]
    return [{"word": word, "href": href} for word, href in found]


def side_view(name: str, title: str, side: Side, sets: Sequence[CriteriaKnown], words: Texts) -> dict[str, Any]:
    """One lens. `more`: whether any of its three days is chosen. `decides`: whether the decision day means anything."""
    options = [("", words.say("The sets in force"))] + [(one.id, set_words(one, words)) for one in sets]
    if side.set not in dict(options):
        options.append((side.set, side.set))
    days = (
        ("known", words.say("Known at"), words.say("what was recorded later is not seen"), side.known),
        ("tree", words.say("Tree at"), words.say("units as they were on that day"), side.tree),
        (
            "decided",
            words.say("Decided on"),
            words.say("for sets whose force is that of the decision's day"),
            side.decided,
        ),
    )
    decides = any(one.anchor == "decision" for one in sets) or side.decided is not None
    return {
        "name": name,
        "title": title,
        "options": options,
        "set": side.set,
        "days": [
            {"name": f"{name}_{code}", "label": label, "help": text, "value": value.isoformat() if value else ""}
            for code, label, text, value in days
            if code != "decided" or decides
        ],
        "more": any(value for *_, value in days),
    }


def set_words(one: CriteriaKnown, words: Texts) -> str:
    """A set in a list: its number, title, and whether it was withdrawn."""
    said = f"{one.number}: {in_words(one.title, words)} ({one.id})"
    return f"{said}, {words.say('withdrawn')}" if one.status == "withdrawn" else said


def months_of(year: int, words: Texts) -> tuple[str, list[tuple[str, str]]]:
    """A year's months to choose from."""
    return str(year), [
        (f"{year}-{month:02}", month_year(f"{year}-{month:02}", words.language)) for month in range(1, 13)
    ]


def documents(sets: Iterable[CriteriaKnown]) -> dict[str, Mapping[str, Any]]:
    """The documents that came with the sets, by id."""
    return {one.id: one.document for one in sets if one.document is not None}
