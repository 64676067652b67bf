"""What an alert goes by, in words: documents as they are called, settings and rules of ours by what they say."""

from __future__ import annotations

import re

from dashboard.words.numbers import number
from dashboard.words.terms import LINES, term
from dashboard.words.texts import Texts, noted

SETTINGS = {
    "NENEP_GRACE_DAYS": noted("setting: {n} days of grace"),
    "NENEP_ALERT_SCHEDULE_DAY": noted("setting: due on day {n} of the month before"),
    "NENEP_ALERT_REPORT_DAY": noted("setting: due on day {n} of the month after"),
    "NENEP_ALERT_POINTS": noted("setting: from {n} points on, or another grade"),
    "NENEP_ALERT_SHORTEST": noted("setting: at least {n} minutes"),
}
RULES = {
    "assignment lines: sponsors of the hardest villages, every month": noted(
        "assignment line: sponsors visit the hardest villages every month"
    ),
    "same figures and marks as the month before": noted("sheets of two months that are alike are a reason to look"),
    "same marks in every cell of a unit": noted("cells that all mark themselves alike are a reason to look"),
    "Điều lệ Đảng": noted("Party charter"),
}
"""Bases that are sentences of evaluation's."""


def basis_in_words(basis: str, words: Texts) -> str:
    """The basis of an alert (`AlertRecorded.basis`), part by part; what is not known is shown as it is."""
    if basis in RULES:
        return words.say(RULES[basis])
    return "; ".join(_part(part, words) for part in basis.split("; "))


def _part(part: str, words: Texts) -> str:
    name, _, value = part.partition("=")
    if name in SETTINGS and re.fullmatch(r"\d+(\.\d+)?", value):
        return words.say(SETTINGS[name], n=number(float(value), words.language, 2))
    line = part.removeprefix("assignment lines: ")
    return words.say("assignment line: {line}", line=term(LINES, line, words)) if line in LINES else part
