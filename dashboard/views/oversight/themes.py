"""Thematic work as the page shows it: plans and the quarters of every cell, and each unit's model meetings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashboard.views.oversight.address import Asked
from dashboard.views.oversight.listing import figure, fitting, listing
from dashboard.words.numbers import day, month_name, number, percent
from dashboard.words.terms import LACKS, PLAN_STATES, THEMATIC_STATES, term
from dashboard.words.texts import Texts, noted
from services.contracts import themes as told
from services.contracts.themes import Models, QuarterLine, Themes

Cell = Sequence[QuarterLine]
"""The lines of one cell, by quarter."""
SQUARES = {"held": "good", "combined": "fair", "missing": "poor", "due": "scheduled", "not_owed": "none"}
MARKS = {"held": "✓", "combined": "+", "missing": "!", "due": "…", "not_owed": ""}
FILTERS: Mapping[str, tuple[str, Callable[[Cell], bool]]] = {
    "unplanned": (noted("Without an approved plan"), lambda cell: cell[0].plan_state not in ("approved", "due")),
    "returned": (noted("Plan returned"), lambda cell: cell[0].plan_state == "returned"),
    "missed": (noted("A quarter without a thematic meeting"), lambda cell: any(q.state == "missing" for q in cell)),
    "instead": (noted("Thematic held instead of the regular one"), lambda cell: any(q.instead for q in cell)),
    "undone": (
        noted("A planned theme not taken up"),
        lambda cell: any(not one.done and q.state != "due" for q in cell for one in q.planned),
    ),
    "free": (
        noted("Themes that no orientation names"),
        lambda cell: any(one.oriented_by is None for q in cell for one in q.planned),
    ),
}


def _chosen(name: str, words: Texts) -> tuple[str, Callable[[Cell], bool]]:
    """What a list is called, and what is in it: a filter's, a part of a bar's (`q3_missing`), or every cell."""
    if name in FILTERS:
        return words.say(FILTERS[name][0]), FILTERS[name][1]
    quarter, _, code = name.partition("_")
    if quarter in ("q1", "q2", "q3", "q4") and code in SQUARES:
        title = f"{words.say('Quarter {n}', n=quarter[1])}: {term(THEMATIC_STATES, code, words)}"
        return title, lambda cell: any(one.state == code and one.quarter == int(quarter[1]) for one in cell)
    return words.say("Every cell"), lambda cell: True


def themes_view(found: Themes, models: Models | None, asked: Asked, words: Texts) -> dict[str, Any]:
    """Every cell's quarters with what was planned, and the model meetings where they are known."""
    cells: dict[str, list[QuarterLine]] = {}
    for line in found.lines:
        cells.setdefault(line.cell, []).append(line)
    every = [sorted(lines, key=lambda one: one.quarter) for lines in cells.values()]
    title, fits = _chosen(asked.list, words)
    chosen = [cell for cell in every if fits(cell)]
    lines = [_line(cell, asked, words) for cell in sorted(chosen, key=_urgency)]
    lang = words.language
    return {
        "figures": [_figure(every, one, asked, words) for one in FILTERS],
        "quarters": [_quarter(found.lines, quarter, asked, words) for quarter in range(1, 5)],
        "legend": [
            {"css": SQUARES[code], "mark": MARKS[code], "word": term(THEMATIC_STATES, code, words)} for code in SQUARES
        ],
        "list": {
            "title": title,
            **listing(fitting(lines, asked.q), asked, words),
            "left_out": number(found.left_out, lang) if found.left_out else "",
            "none": words.say("No cell is in this list."),
        },
        "models": [_models(unit, models.over, asked, words) for unit in models.units] if models else [],
    }


def _urgency(cell: Cell) -> tuple[int, int, str]:
    """What lacks most comes first."""
    missing = sum(one.state == "missing" for one in cell) + sum(len(one.instead) for one in cell)
    return -missing, int(cell[0].plan_state == "approved"), cell[0].cell


def _figure(cells: Sequence[Cell], name: str, asked: Asked, words: Texts) -> dict[str, Any]:
    word, fits = FILTERS[name]
    return figure(name, words.say(word), sum(map(fits, cells)), asked, words, bad=name != "free")


def _quarter(lines: Sequence[QuarterLine], quarter: int, asked: Asked, words: Texts) -> dict[str, Any]:
    """A quarter's cells by state, as shares of those that owe a meeting."""
    own = [one.state for one in lines if one.quarter == quarter and one.state != "not_owed"]
    parts = []
    for code in SQUARES:
        count = own.count(told.ThematicState(code))
        if count:
            label = f"{term(THEMATIC_STATES, code, words)}: {number(count, words.language)}"
            share = count / len(own)
            parts.append(
                {
                    "css": SQUARES[code],
                    "href": asked.href(list=f"q{quarter}_{code}"),
                    "width": round(100 * share, 2),
                    "label": f"{label} ({percent(share, words.language)})",
                    "count": number(count, words.language),
                }
            )
    return {"word": words.say("Quarter {n}", n=quarter), "parts": parts}


def _line(cell: Cell, asked: Asked, words: Texts) -> dict[str, Any]:
    first = cell[0]
    by = f" · {asked.unit_name(first.decided_by)}" if first.decided_by else ""
    when = first.decided_on or first.submitted_on
    plan = term(PLAN_STATES, first.plan_state, words) + by + (f" · {day(when, words.language)}" if when else "")
    return {
        "key": first.cell,
        "cell": first.cell_name or first.cell,
        "code": first.cell,
        "unit": first.unit_name or first.unit or "–",
        "href": asked.cell(first.cell),
        "plan": plan,
        "reason": first.reason or "",
        "css": first.plan_state,
        "quarters": [_square(one, words) for one in cell],
        "themes": [_theme(one, quarter, asked, words) for quarter in cell for one in quarter.planned],
        "events": sorted({event for one in cell for event in (*one.events, *(met.event for met in one.meetings))}),
        "values": [plan, *(one.theme for quarter in cell for one in quarter.planned)],
    }


def _square(one: QuarterLine, words: Texts) -> dict[str, str]:
    """A quarter: its state, and the days on which something was held."""
    held = "; ".join(f"{day(met.on, words.language)} {met.theme or ''}".strip() for met in one.meetings)
    instead = ", ".join(month_name(int(each.period[5:]), words.language) for each in one.instead)
    said = [
        words.say("Quarter {n}", n=one.quarter) + ": " + term(THEMATIC_STATES, one.state, words),
        held,
        words.say("no regular meeting in {months}", months=instead) if instead else "",
    ]
    return {
        "css": SQUARES[one.state] if not one.instead else "average",
        "mark": MARKS[one.state] if not one.instead else "‼",
        "label": " · ".join(part for part in said if part),
    }


def _theme(one: told.Planned, quarter: QuarterLine, asked: Asked, words: Texts) -> dict[str, Any]:
    when = month_name(one.month, words.language) if one.month else words.say("Quarter {n}", n=quarter.quarter)
    by = ""
    if one.oriented_by and one.orientation:
        by = words.say("follows {code} of {unit}", code=one.orientation, unit=asked.unit_name(one.oriented_by))
    elif one.oriented_by:
        by = words.say("follows {unit}", unit=asked.unit_name(one.oriented_by))
    return {"text": " · ".join(part for part in (when, one.theme, by) if part), "done": one.done}


def _models(unit: told.UnitModels, over: bool, asked: Asked, words: Texts) -> dict[str, Any]:
    lang = words.language
    return {
        "key": unit.unit,
        "unit": unit.unit_name or unit.unit,
        "chosen": words.say("{n} of {all} chosen", n=number(len(unit.chosen), lang), all=number(unit.wanted, lang)),
        "cells": [
            {
                "name": one.cell_name or one.cell,
                "href": asked.cell(one.cell),
                "held": "; ".join(
                    words.say(
                        "held on {day}, {n} guests from {units}",
                        day=day(met.on, lang),
                        n=number(met.guests, lang),
                        units=number(met.units, lang),
                    )
                    for met in one.held
                )
                or words.say("not held"),
                "css": "good" if one.held else "poor" if over else "scheduled",
            }
            for one in (*unit.chosen, *unit.unchosen)
        ],
        "missing": "; ".join(dict.fromkeys(term(LACKS, one.code, words) for one in unit.missing)),
        "events": unit.events,
    }
