"""Problems as services name them, in the screen's language and with the place they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard.views.rescoring.draft import Path
from dashboard.views.rules import said_in, signs
from dashboard.words.texts import Texts, noted
from services.contracts.receipts import Problem

DRAFT = "draft: "
PHRASES = (
    noted("is {n}, but the maxima of the items add up to {m}"),
    noted("is {n}, but the maxima of its items add up to {m}"),
    noted("the best band gives {n} points, but the item's max is {m}"),
    noted("is {n}, above the item's max of {m}"),
    noted("has {n} parts; there can be {m}"),
    noted("to {n} decimals nobody can earn the item's max of {m}"),
    noted("{n} different conditions by which items are rescaled away; there can be {m}"),
    noted("a grade is given twice"),
    noted("must be at least {n}"),
    noted("must be at most {n}"),
    noted("must be above {n}"),
    noted("must be below {n}"),
    noted("must be a number, without quotation marks"),
    noted("must be a text; a number that is meant as one is put in quotation marks"),
    noted("must be true or false"),
    noted("must be a mapping of keys and values"),
    noted("must be a list"),
    noted("must be a date, like {what}"),
    noted("must not be empty"),
    noted("is not a key of the format"),
    noted("a criteria document is a mapping of keys and values"),
    noted("is given a second time (first on line {n})"),
    noted("not YAML: {what}"),
    noted("the text is too large: at most {n} KB"),
    noted("{what} is used twice"),
    noted("{what} cannot be used here: {more}"),
    noted("no item's code begins with {what}"),
    noted("there is no measure {what}"),
    noted("there is no item {what}"),
    noted("there is no aspect {what}"),
    noted("{what} is not among the set's grades"),
    noted("; the nearest is {what}"),
    noted("must be a number"),
    noted("is empty"),
    noted("is missing: the points of a meeting that earns everything"),
    noted("is missing: which totals earn which grade"),
    noted("points have at most two decimals"),
    noted("nothing covers {what}"),
    noted("two ranges cover {what}"),
    noted("no number is {what}"),
    noted("max is missing"),
    noted("is missing"),
    noted("no set {what} is known"),
    noted("one of {what}; perhaps {more}"),
    noted("one of {what}"),
    noted("no cell {what} is known here"),
    noted("no unit {what} is known here"),
    noted("the period ends in {what}, before it begins in {more}"),
    noted("the code of a cell"),
    noted("the code of a unit"),
)
PLACES = {
    "total": noted("Total"),
    "grades": noted("Grade thresholds"),
    "groups": noted("Heading"),
    "items": noted("Item"),
    "bands": noted("bands"),
    "sizes": noted("size"),
    "steps": noted("band"),
    "points": noted("points"),
    "max": noted("maximum"),
    "after": noted("After"),
    "before": noted("Before"),
    "set": noted("criteria"),
    "draft": noted("draft"),
    "first": noted("first month"),
    "last": noted("last month"),
    "unit": noted("unit"),
    "cell": noted("cell"),
    "run": noted("run"),
    "not_applicable": noted("items that do not apply"),
}
SPANS = (
    (r"exactly (-?[\d.]+)", "= {0}"),
    (r"from (-?[\d.]+) to below (-?[\d.]+)", "{0}–<{1}"),
    (r"from (-?[\d.]+) to (-?[\d.]+)", "{0}–{1}"),
    (r"above (-?[\d.]+) to below (-?[\d.]+)", ">{0}–<{1}"),
    (r"above (-?[\d.]+) to (-?[\d.]+)", ">{0}–{1}"),
    (r"from (-?[\d.]+) on", "≥ {0}"),
    (r"above (-?[\d.]+) on", "> {0}"),
    (r"to below (-?[\d.]+)", "< {0}"),
)


def problem_view(problem: Problem, words: Texts) -> dict[str, str]:
    """Where it is, what is wrong, what would be right."""
    return {
        "where": place_words(problem.path, words),
        "text": problem_text(problem.problem, words),
        "expected": problem_text(problem.expected, words) if problem.expected else "",
    }


def problem_text(text: str, words: Texts) -> str:
    """The problem in the screen's language; a sentence of another shape stays as it came."""
    for pattern, sign in SPANS:
        text = re.sub(pattern, lambda found, sign=sign: sign.format(*found.groups()), text)  # type: ignore[misc]
    return signs(said_in(PHRASES, text, words), words)


def place_words(path: str, words: Texts) -> str:
    """`after.draft: items 2.1, bands, steps 3` with every known word in the screen's language."""

    def word(found: re.Match[str]) -> str:
        return words.say(PLACES[found[0]]) if found[0] in PLACES else found[0]

    return re.sub(r"[a-z_]+", word, path.replace(".draft", ", draft").replace(".set", ", set"))


def where(document: Mapping[str, Any], path: Path) -> str:
    """The path as the service words it: list entries by their code, else by their number."""
    said: list[str] = []
    here: Any = document
    for part in path:
        here = here[part]
        if isinstance(part, int) and said:
            code = here.get("code") if isinstance(here, dict) else None
            said[-1] += f" {code if isinstance(code, str) else part + 1}"
        else:
            said.append(str(part))
    return ", ".join(said)


def of_draft(problems: Iterable[Problem]) -> list[tuple[str, Problem]]:
    """The problems of the draft with where in it they are."""
    return [(p.path.partition(DRAFT)[2], p) for p in problems if DRAFT in p.path]


def beside(
    problems: Sequence[tuple[str, Problem]], place: str, words: Texts, *, exactly: bool = False
) -> list[dict[str, str]]:
    """Those that belong to a place of the draft: there, or (unless `exactly`) in a part of it."""
    return [
        problem_view(problem, words)
        for at, problem in problems
        if at == place or (not exactly and at.startswith(f"{place}, "))
    ]
