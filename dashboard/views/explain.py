"""Why a score is what it is: its lines, what was lost first."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from dashboard.views.board import points_text
from dashboard.views.rules import rule_text
from dashboard.words.numbers import day, moment, month_year, number
from dashboard.words.terms import FACTS, MEASURES, PERCENT, STEPS, grade, term
from dashboard.words.texts import Texts
from services.contracts.evaluation import ItemScore, ItemStatus
from services.contracts.queries import Explanation


def explanation_view(found: Explanation, words: Texts) -> dict[str, Any]:
    """The explanation for the template: headline, rule set, lines (most lost first), notes, what identifies it."""
    score = found.score
    lines = sorted(found.items, key=_most_lost_first)
    return {
        "title": words.say("Why: {month}", month=month_year(score.period, words.language)),
        "grade": grade(score.grade, words),
        "css": score.grade.value if score.grade else "unsure",
        "points": points_text(score, words),
        "held": words.say("meeting of {date}", date=day(score.held_on, words.language)),
        "rule_set": f"{found.criteria_number} · {in_words(found.criteria_title, words)}",
        "set_id": f"{score.criteria} ({score.criteria_hash[:12]})",
        "summary": summary(found, words),
        "lines": [line_view(item, words) for item in lines],
        "notes": list(found.notes),
        "events": list(found.events),
        "engine": found.engine,
        "digest": found.facts_digest,
    }


def _most_lost_first(item: ItemScore) -> tuple[int, float, str]:
    return (rank(item), -lost(item), item.item)


def rank(item: ItemScore) -> int:
    """0 lost something, 1 not determinable, 2 all met, 3 does not apply."""
    if item.status is ItemStatus.NOT_DETERMINABLE:
        return 1
    if item.status is ItemStatus.NOT_APPLICABLE:
        return 3
    return 0 if lost(item) > 0 or item.met is False else 2


def lost(item: ItemScore) -> float:
    """Points below the maximum; for an undetermined line how many may be lost."""
    earned = item.points if item.points is not None else item.lower
    return max(0.0, item.max - earned) if item.max is not None and earned is not None else 0.0


def summary(found: Explanation, words: Texts) -> str:
    """One sentence: where the points went."""
    worst = [item for item in sorted(found.items, key=_most_lost_first) if rank(item) == 0]
    if not worst:
        open_items = sum(rank(item) == 1 for item in found.items)
        if open_items:
            return words.plural(
                "Nothing was lost for certain; {n} line cannot be determined from what was recorded.",
                "Nothing was lost for certain; {n} lines cannot be determined from what was recorded.",
                open_items,
                n=number(open_items, words.language),
            )
        return words.say("Nothing was lost.")
    if worst[0].max is None:
        named = "; ".join(in_words(item.title, words) for item in worst)
        return words.say("Not met: {lines}.", lines=named)
    named = "; ".join(f"{in_words(item.title, words)} (−{number(lost(item), words.language, 2)})" for item in worst[:3])
    return words.say("Most was lost for: {lines}.", lines=named)


def line_view(item: ItemScore, words: Texts) -> dict[str, Any]:
    """One line for the template: what was earned of what, the bar, the rule, the measure, the facts."""
    low, high = _shares(item)
    return {
        "item": item.item,
        "title": in_words(item.title, words),
        "rank": rank(item),
        "css": ("lost", "unsure", "full", "absent")[rank(item)],
        "earned": earned(item, words),
        "low": low,
        "high": high,
        "rule": rule_text(item.rule, words),
        "measure": _measure(item, words),
        "facts": [
            (fact_name(name, words), fact_text(value, words), list(item.events.get(name, ())))
            for name, value in item.facts.items()
        ],
        "reference": item.reference,
        "note": words.say(item.note) if item.note else None,
    }


def earned(item: ItemScore, words: Texts) -> str:
    """`4 of 5`, `between 2 and 5 of 5`, met or not, or that it does not apply."""
    if item.status is ItemStatus.NOT_APPLICABLE:
        return words.say("does not apply")
    if item.max is None:
        return {True: words.say("Met"), False: words.say("Not met"), None: words.say("Not determinable")}[item.met]
    top = number(item.max, words.language, 2)
    if item.points is not None:
        return words.say("{points} of {max}", points=number(item.points, words.language, 2), max=top)
    low, high = (
        number(item.lower or 0, words.language, 2),
        number(item.max if item.upper is None else item.upper, words.language, 2),
    )
    return words.say("not determinable: {lower} to {upper} of {max}", lower=low, upper=high, max=top)


def _shares(item: ItemScore) -> tuple[float, float]:
    """The bar: from where to where (0-100) the earned share lies; equal where it is certain."""
    if item.max:
        low = item.points if item.points is not None else item.lower or 0.0
        high = item.points if item.points is not None else (item.max if item.upper is None else item.upper)
        return round(100 * low / item.max, 1), round(100 * high / item.max, 1)
    return {True: (100.0, 100.0), False: (0.0, 0.0), None: (0.0, 100.0)}[item.met]


def _measure(item: ItemScore, words: Texts) -> str | None:
    """The measured value: `Attendance rate: 86,96 %`."""
    if item.measure is None:
        return None
    name, value = term(MEASURES, item.measure, words), fact_text(item.value, words)
    unit = "%" if item.measure in PERCENT and item.value is not None else ""
    return f"{name[:1].upper()}{name[1:]}: {value}{unit}"


def fact_name(name: str, words: Texts) -> str:
    """A fact's name in words; `<form> <item>` is a mark on that form."""
    form, _, code = name.partition(" ")
    return words.say("Mark for {item} on the form {form}", item=code, form=form) if code else term(FACTS, name, words)


def fact_text(value: Any, words: Texts) -> str:
    """A fact's value as the language writes it."""
    if value is None:
        return words.say("not recorded")
    if isinstance(value, bool):
        return words.say("yes") if value else words.say("no")
    if isinstance(value, int | float):
        return number(value, words.language, 2)
    if isinstance(value, list | tuple):
        return ", ".join(fact_text(one, words) for one in value) or "–"
    return words.say(STEPS[value]) if value in STEPS else _dated(str(value), words)


def _dated(text: str, words: Texts) -> str:
    try:
        return (
            moment(datetime.fromisoformat(text), words.language)
            if "T" in text
            else day(date.fromisoformat(text), words.language)
        )
    except ValueError:
        return text


def in_words(title: dict[str, str], words: Texts) -> str:
    """A title in the screen's language, else in Vietnamese (the documents' own), else in whatever there is."""
    return title.get(words.language) or title.get("vi") or next(iter(title.values()), "–")
