"""Alerts as the page shows them: how many of which rule and colour, and each with its reason, deadline and rule."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dashboard.views.oversight.address import Asked
from dashboard.views.oversight.listing import fitting, listing
from dashboard.words.bases import basis_in_words
from dashboard.words.numbers import day, moment, month_year, number
from dashboard.words.terms import ALERT_REASONS, ALERT_RULES, COLOURS, GRADES, LEVELS, YEAR_GRADES, term
from dashboard.words.texts import Texts
from services.contracts.alerts import AlertLine, Alerts, Reason, Value

SIGNS = {"red": "■", "orange": "▲", "yellow": "●"}
"""Shape tells colours apart too."""
MOST_OF_A_CELL = 5


def alerts_view(found: Alerts, asked: Asked, words: Texts) -> dict[str, Any]:
    """Everything of the answer; the list keeps the rule and colour that are chosen."""
    lang = words.language
    not_yet = words.say(
        "Not looked for since evaluation began: its history is not whole, or the past is being told. Look again later."
    )
    kept = [
        one for one in found.alerts if asked.list in ("", one.alert.rule) and asked.colour in ("", one.alert.colour)
    ]
    lines = [_line(one, asked, words) for one in kept]
    return {
        "title": words.say("Alerts that stand: {n}", n=number(found.total, lang)),
        "looked": words.say("Last looked for: {time}.", time=moment(found.looked_at, lang))
        if found.looked_at
        else not_yet,
        "colours": _colours(found, asked, words),
        "rules": _rules(found, asked, words),
        "list": {
            "title": term(ALERT_RULES, asked.list, words) if asked.list else words.say("Every alert"),
            **listing(fitting(lines, asked.q), asked, words),
            "none": words.say("No alert stands. All is as it should be.") if found.looked_at else not_yet,
            "cut": words.say(
                "{n} of {all} are shown. Choose a unit or a rule.",
                n=number(len(found.alerts), lang),
                all=number(found.total, lang),
            )
            if len(found.alerts) < found.total
            else "",
        },
    }


def cell_alerts(found: Alerts, asked: Asked, words: Texts) -> dict[str, Any]:
    """The gravest of a cell's alerts, for its own page."""
    n = found.total
    return {
        "title": words.plural("{n} alert stands", "{n} alerts stand", n, n=number(n, words.language)),
        "href": asked.href(),
        "lines": [_line(one, asked, words) for one in found.alerts[:MOST_OF_A_CELL]],
    }


def _colours(found: Alerts, asked: Asked, words: Texts) -> list[dict[str, Any]]:
    counts = Counter[str]()
    for one in found.counts:
        counts[one.colour] += one.alerts
    return [
        {
            "css": code,
            "sign": SIGNS[code],
            "word": term(COLOURS, code, words),
            "count": number(counts[code], words.language),
            "href": asked.href(colour="" if asked.colour == code else code),
            "chosen": asked.colour == code,
        }
        for code in SIGNS
    ]


def _rules(found: Alerts, asked: Asked, words: Texts) -> list[dict[str, Any]]:
    """The rules with most alerts first, each as a bar of its colours."""
    by_rule: dict[str, Counter[str]] = {}
    for one in found.counts:
        by_rule.setdefault(one.rule, Counter())[one.colour] += one.alerts
    most = max((sum(counts.values()) for counts in by_rule.values()), default=0)
    shown = sorted(by_rule.items(), key=lambda pair: (-sum(pair[1].values()), pair[0]))
    return [
        {
            "key": rule,
            "word": term(ALERT_RULES, rule, words),
            "count": number(sum(counts.values()), words.language),
            "parts": [
                {
                    "css": code,
                    "width": round(100 * counts[code] / most, 2),
                    "label": f"{term(COLOURS, code, words)}: {number(counts[code], words.language)}",
                }
                for code in SIGNS
                if counts[code]
            ],
            "href": asked.href(list="" if asked.list == rule else rule),
            "chosen": asked.list == rule,
        }
        for rule, counts in shown
        if sum(counts.values())
    ]


def _line(one: AlertLine, asked: Asked, words: Texts) -> dict[str, Any]:
    alert, lang = one.alert, words.language
    reason = why(alert.reason, alert.values, words)
    monthly = bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}", alert.period))
    basis = basis_in_words(alert.basis, words)
    if alert.set:
        basis += " · " + words.say("item {code} of {set}", code=alert.item or "–", set=alert.set)
    return {
        "key": alert.alert,
        "cell": one.cell_name or alert.cell or one.unit_name or one.unit or alert.observer or "–",
        "code": alert.cell or one.unit or "",
        "unit": (one.unit_name or one.unit or "") if alert.cell else "",
        "href": asked.cell(alert.cell, alert.period if monthly else None)
        if alert.cell
        else asked.href(unit=one.unit or "", list=""),
        "colour": alert.colour,
        "sign": SIGNS.get(alert.colour, ""),
        "colour_word": term(COLOURS, alert.colour, words),
        "rule": term(ALERT_RULES, alert.rule, words),
        "period": month_year(alert.period, lang) if monthly else alert.period,
        "reason": reason,
        "since": day(alert.since, lang),
        "due": words.say("due {day}", day=day(alert.due, lang)),
        "repeated": words.say("{n} times in the last months", n=number(alert.repeated, lang))
        if alert.repeated > 1
        else "",
        "basis": basis,
        "code_of_basis": alert.basis,
        "events": (*alert.events, one.event),
        "values": [term(ALERT_RULES, alert.rule, words), reason],
    }


def why(reason: str, values: Mapping[str, Value], words: Texts) -> str:
    """The reason in words: days and grades as the language writes them. One that is not known is shown as its code,
    a value that an alert lacks as a dash."""
    if reason not in ALERT_REASONS:
        return " ".join([reason, *(f"{name} {value}" for name, value in values.items())])
    classified = (YEAR_GRADES, LEVELS) if reason == Reason.ABOVE_QUOTA else (GRADES, YEAR_GRADES)
    said = {name: _said(value, words, classified) for name, value in values.items()}
    return words.say(ALERT_REASONS[reason]).format_map(defaultdict(lambda: "–", said))


def _said(value: Value, words: Texts, tables: Sequence[dict[str, str]]) -> str:
    if value is None:
        return "–"
    if isinstance(value, float | int) and not isinstance(value, bool):
        return number(value, words.language, 2)
    text = str(value)
    for table in tables:
        if text in table:
            return term(table, text, words)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return day(date.fromisoformat(text), words.language)
    return month_year(text, words.language) if re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text) else text
