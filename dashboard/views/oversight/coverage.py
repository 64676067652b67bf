"""Coverage as the page shows it: how much was observed, by month, line and unit, and the lists of what was not kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashboard.views.oversight.address import Asked
from dashboard.views.oversight.listing import figure, fitting, listing
from dashboard.words.numbers import day, month_name, month_year, number, percent
from dashboard.words.terms import LINES, STANDINGS, term
from dashboard.words.texts import Texts, noted
from services.contracts import coverage as told
from services.contracts.coverage import Coverage

LISTS: Mapping[str, str] = {
    "by_cell": noted("Every cell"),
    "unvisited": noted("Not visited for {n} months"),
    "never_came": noted("Assigned, but never came"),
    "broken": noted("Assigned off their line"),
    "unsponsored": noted("Hardest villages without their sponsor's visit"),
    "proposals": noted("Who could go"),
}
"""The lists, by their name in the answer."""


def coverage_view(found: Coverage, asked: Asked, months: int, words: Texts) -> dict[str, Any]:
    """Everything of the answer; `months`: after how many without a visit a cell counts as unvisited."""
    chosen = asked.list if asked.list in LISTS else "by_cell"
    lang = words.language
    return {
        "whole": _share(found.whole, words),
        "until": day(found.told_until, lang) if found.told_until else "",
        "figures": [_figure(found, name, asked, months, words) for name in LISTS if name != "by_cell"],
        "months": [_month(found, number_, asked, words) for number_ in range(1, 13)],
        "lines": [
            {
                **_share(one, words),
                "word": term(LINES, one.line, words),
                "assigned": words.say("{n} with an observer of this line", n=number(one.assigned, lang)),
                "href": asked.href(line="" if asked.line == one.line else one.line),
                "chosen": asked.line == one.line,
            }
            for one in found.lines
        ],
        "units": [
            {
                **_share(one, words),
                "word": one.unit_name or one.unit,
                "href": asked.href(unit=one.unit),
                "chosen": asked.unit == one.unit,
            }
            for one in sorted(found.units, key=lambda unit: (unit.share if unit.share is not None else 2, unit.unit))
        ],
        "list": {
            "title": words.say(LISTS[chosen], n=number(months, lang)),
            **_list(found, chosen, asked, words),
        },
    }


def _share(one: told.Share, words: Texts) -> dict[str, Any]:
    counts = words.say(
        "{n} of {all} cells", n=number(one.observed, words.language), all=number(one.cells, words.language)
    )
    share = one.share or 0.0
    text = percent(share, words.language) if one.share is not None else "–"
    return {"width": round(100 * share, 2), "share": text, "counts": counts, "css": _css(one.share)}


def _css(share: float | None) -> str:
    """How dark: by fifths, the most with the last."""
    return "none" if share is None else f"fifth{min(4, int(share * 5))}"


def _figure(found: Coverage, name: str, asked: Asked, months: int, words: Texts) -> dict[str, Any]:
    count = len(getattr(found, name)) + found.left_out.get(name, 0)
    word = words.say(LISTS[name], n=number(months, words.language))
    return figure(name, word, count, asked, words, bad=name != "proposals")


def _month(found: Coverage, month: int, asked: Asked, words: Texts) -> dict[str, Any]:
    own = next((one for one in found.months if one.period == f"{asked.year}-{month:02}"), None)
    name = month_name(month, words.language)
    shown = _share(own, words) if own else {"width": 0, "share": "", "counts": words.say("nothing told"), "css": "none"}
    return {
        **shown,
        "month": str(month),
        "label": f"{name}: {shown['share']} {shown['counts']}".strip(),
        "href": asked.href(month=0 if asked.month == month else month),
        "chosen": asked.month == month,
    }


def _list(found: Coverage, name: str, asked: Asked, words: Texts) -> dict[str, Any]:
    """The chosen list: its columns and a page of its lines."""
    columns, line = _SHOWN[name]
    entries: Sequence[Any] = getattr(found, name)
    if name == "by_cell":
        entries = sorted(entries, key=lambda one: (one.observed_months / one.months if one.months else 1, one.cell))
    shown = [line(one, asked, words) for one in entries]
    return {
        "columns": [words.say(column) for column in columns],
        **listing(fitting(shown, asked.q), asked, words),
        "left_out": number(found.left_out[name], words.language) if name in found.left_out else "",
        "none": words.say("Nothing is told of this time.") if name == "by_cell" else words.say("None."),
    }


def _place(one: Any, asked: Asked) -> dict[str, Any]:
    """The cell that a line is about."""
    return {"key": one.cell, "cell": one.cell_name or one.cell, "code": one.cell, "href": asked.cell(one.cell)}


def _by_cell(one: told.CellVisits, asked: Asked, words: Texts) -> dict[str, Any]:
    lang = words.language
    return {
        **_place(one, asked),
        "unit": one.unit_name or one.unit or "–",
        "values": [
            words.say("{n} of {all} months", n=number(one.observed_months, lang), all=number(one.months, lang)),
            _last(one.last_visit, words),
            ", ".join(term(LINES, line, words) for line in one.lines) or "–",
        ],
        "width": round(100 * one.observed_months / one.months, 1) if one.months else 0,
        "events": one.events,
    }


def _last(value: Any, words: Texts) -> str:
    return day(value, words.language) if value else words.say("never")


def _unvisited(one: told.Unvisited, asked: Asked, words: Texts) -> dict[str, Any]:
    return {
        **_place(one, asked),
        "unit": one.unit_name or one.unit or "–",
        "values": [_last(one.last_visit, words)],
        "events": one.events,
    }


def _assigned(one: told.Assigned, asked: Asked, words: Texts) -> dict[str, Any]:
    since = words.say("{line}, since {day}", line=term(LINES, one.line, words), day=day(one.since, words.language))
    who = words.say("{standing}, from {unit}", standing=term(STANDINGS, one.standing, words), unit=one.by_unit)
    return {
        **_place(one, asked),
        "key": f"{one.cell} {one.assignment}",
        "unit": since,
        "who": who,
        "code": one.observer,
    }


def _never(one: told.NeverCame, asked: Asked, words: Texts) -> dict[str, Any]:
    shown = _assigned(one, asked, words)
    missed = words.plural("{n} meeting", "{n} meetings", one.meetings, n=number(one.meetings, words.language))
    return {**shown, "values": [shown["who"], missed], "events": one.events}


def _broken(one: told.Broken, asked: Asked, words: Texts) -> dict[str, Any]:
    shown = _assigned(one, asked, words)
    why = "; ".join(reason.words[words.language] for reason in one.reasons)
    return {**shown, "values": [shown["who"], day(one.broken_on, words.language), why], "events": one.events}


def _unsponsored(one: told.Unsponsored, asked: Asked, words: Texts) -> dict[str, Any]:
    return {
        **_place(one, asked),
        "key": f"{one.cell} {one.period}",
        "href": asked.cell(one.cell, one.period),
        "unit": month_year(one.period, words.language),
        "values": [", ".join(one.sponsors) or words.say("nobody was assigned")],
        "events": one.events,
    }


def _proposal(one: told.Proposal, asked: Asked, words: Texts) -> dict[str, Any]:
    if one.observer is None or one.line is None or one.standing is None:
        who, load = one.reason.words[words.language] if one.reason else "–", ""
    else:
        who = f"{one.observer} · {term(STANDINGS, one.standing, words)}, {one.by_unit} · {term(LINES, one.line, words)}"
        load = words.plural("then {n} cell", "then {n} cells", one.load or 0, n=number(one.load or 0, words.language))
    return {
        **_place(one, asked),
        "unit": one.unit_name or one.unit or "–",
        "values": [who, load],
        "events": one.events,
    }


Shown = tuple[tuple[str, ...], Callable[[Any, Asked, Texts], dict[str, Any]]]
_SHOWN: Mapping[str, Shown] = {
    "by_cell": ((noted("Observed"), noted("Last visit"), noted("Lines")), _by_cell),
    "unvisited": ((noted("Last visit"),), _unvisited),
    "never_came": ((noted("Observer"), noted("Meetings missed")), _never),
    "broken": ((noted("Observer"), noted("Off since"), noted("Why")), _broken),
    "unsponsored": ((noted("Assigned sponsors"),), _unsponsored),
    "proposals": ((noted("Proposed observer"), noted("Load")), _proposal),
}
"""The columns of each list after the cell, and how a line is shown."""
