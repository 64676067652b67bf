"""A rule as the evaluation words it (`attendance.rate: at least 75 % and below 90 %: 3`), made short and translated.

Stretches become signs that every language shares (`75–<90%`), measures and the few other words come from the
catalogue. What is not recognised stays as it came.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dashboard.words.numbers import number
from dashboard.words.terms import GRADES, MEASURES
from dashboard.words.texts import Texts, noted

NUMBER = r"(-?\d+(?:\.\d+)?)"
UNIT = r"(?: (%|minutes|members|meetings|hours|days|steps|points)(?![\w.]))?"
STRETCHES = (
    (rf"at least {NUMBER}{UNIT} and below {NUMBER}{UNIT}", "{0}–<{1}"),
    (rf"at least {NUMBER}{UNIT} and at most {NUMBER}{UNIT}", "{0}–{1}"),
    (rf"above {NUMBER}{UNIT} and below {NUMBER}{UNIT}", ">{0}–<{1}"),
    (rf"above {NUMBER}{UNIT} and at most {NUMBER}{UNIT}", ">{0}–{1}"),
    (rf"at least {NUMBER}{UNIT}", "≥ {0}"),
    (rf"above {NUMBER}{UNIT}", "> {0}"),
    (rf"at most {NUMBER}{UNIT}", "≤ {0}"),
    (rf"below {NUMBER}{UNIT}", "< {0}"),
)
PHRASES = (
    noted("judged by people: met or not met"),
    noted("judged by people: up to {n} points"),
    noted("{n} points, otherwise the recorded mark"),
    noted("{n} points, otherwise {m}"),
    noted("no grade above {grade} without full marks on {items}"),
    noted("at most {n} points where {what}"),
    noted("no grade above {grade} where {what}"),
    noted("the lowest grade where {what}"),
    noted(" or if {what}: "),
    noted(" (where {what})"),
    noted(": yes"),
    noted(": no"),
)
HOLES = {"n": NUMBER, "m": NUMBER, "grade": r"(\w+)", "items": r"([\d., ]+)", "what": r"(.+?)", "more": r"(.+?)"}


def rule_text(rule: str, words: Texts) -> str:
    """The rule in the screen's language."""
    text = re.sub(r" earns (-?[\d.]+)\. ", r": \1. ", rule, count=1)
    text = signs(said_in(PHRASES, text, words), words)
    return text[:1].upper() + text[1:]


def said_in(phrases: Iterable[str], text: str, words: Texts) -> str:
    """The text with these phrases, wherever they occur in it, said in the screen's language."""
    for phrase in phrases:
        text = _said(phrase, text, words)
    return text


def signs(text: str, words: Texts) -> str:
    """The text with stretches as signs and measures in words."""
    for pattern, sign in STRETCHES:
        text = re.sub(pattern, lambda found, sign=sign: _stretch(found, sign, words), text)  # type: ignore[misc]
    for name in sorted(MEASURES, key=len, reverse=True):
        text = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w.])", words.say(MEASURES[name]), text)
    return text


def _said(phrase: str, text: str, words: Texts) -> str:
    """The phrase's occurrences said in the screen's language, what fills its holes carried over."""
    names = re.findall(r"\{(\w+)\}", phrase)
    pattern = re.escape(phrase)
    for name in names:
        pattern = pattern.replace(rf"\{{{name}\}}", HOLES[name], 1)
    ends = r"(?=$|[;:|.)])" if phrase.endswith(("{what}", "{more}")) or phrase in (": yes", ": no") else ""

    def replaced(found: re.Match[str]) -> str:
        given = dict(zip(names, found.groups(), strict=True))
        return words.say(phrase, **{name: _carried(name, value, words) for name, value in given.items()})

    return re.sub(pattern + ends, replaced, text)


def _carried(name: str, value: str, words: Texts) -> str:
    if name in ("n", "m"):
        return number(float(value), words.language, 2)
    return words.say(GRADES[value]) if name == "grade" and value in GRADES else value


def _stretch(found: re.Match[str], sign: str, words: Texts) -> str:
    """`at least 75 % and below 90 %` as `75–<90%`: only percent keeps its sign, the measure's name says the rest."""
    parts = found.groups()
    bounds = [number(float(part), words.language, 2) for part in parts[::2]]
    return sign.format(*bounds) + ("%" if "%" in parts[1::2] else "")
