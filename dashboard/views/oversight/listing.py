"""A list page by page: found by words in it, with links to its other pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.views.oversight.address import Asked
from dashboard.views.rescoring.moves import plain
from dashboard.words.numbers import number
from dashboard.words.texts import Texts

PAGE_LINES = 25


def fitting(lines: Sequence[dict[str, Any]], wanted: str) -> list[dict[str, Any]]:
    """The lines whose cell, code, unit or values have these letters, whatever their marks."""
    sought = plain(wanted)
    if not sought:
        return list(lines)
    return [
        line
        for line in lines
        if sought in plain(" ".join([line["cell"], line["code"], line["unit"], *map(str, line["values"])]))
    ]


def listing(lines: Sequence[dict[str, Any]], asked: Asked, words: Texts) -> dict[str, Any]:
    """One page of the lines, and what the filter keeps when it is sent."""
    start = asked.at if asked.at < len(lines) else 0
    shown, lang = list(lines[start : start + PAGE_LINES]), words.language
    end = start + len(shown)
    return {
        "lines": shown,
        "count": words.plural("{n} line", "{n} lines", len(lines), n=number(len(lines), lang)),
        "part": f"{number(start + 1, lang)}–{number(end, lang)}" if len(lines) > len(shown) else "",
        "back": asked.href(at=max(0, start - PAGE_LINES)) if start else None,
        "more": asked.href(at=end) if end < len(lines) else None,
        "hidden": {name: value for name, value in asked.params().items() if name not in ("q", "at")},
        "q": asked.q,
    }


def figure(name: str, word: str, count: int, asked: Asked, words: Texts, *, bad: bool) -> dict[str, Any]:
    """A number that opens its list, and closes it again. `bad`: more than none of these is not as it should be."""
    chosen = asked.list == name
    return {
        "word": word,
        "count": number(count, words.language),
        "bad": bad and bool(count),
        "href": asked.href(list="" if chosen else name),
        "chosen": chosen,
    }
