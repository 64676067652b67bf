"""The city at a glance: the tiles above the board."""

from __future__ import annotations

from datetime import date
from typing import Any

from dashboard.views.oversight.address import Asked
from dashboard.words.numbers import month_name, month_year, number, percent
from dashboard.words.terms import COLOURS, STATES, grade, term
from dashboard.words.texts import Texts
from services.contracts.alerts import Colour
from services.contracts.queries import Glance, MonthGlance

REACHED = 0.96
"""The attendance the city reached (domain.md §1), against which the rate is shown."""
SHOWN_STATES = ("held", "scheduled", "overdue", "cancelled", "none")
SHOWN_GRADES = ("good", "fair", "average", "poor", "met", "not_met")


def glance_view(glance: Glance, today: date, words: Texts) -> list[dict[str, Any]]:
    """The tiles in order: cells, members, attendance, this month's meetings, this month's grades, alerts that stand.

    A tile has id, label, value and detail; perhaps `parts` (a stacked bar: css, word, count, share), `bars` (twelve
    shares 0-1 or null with a sentence each) and `href` (where there is more of it).
    """
    counts = (_cells(glance, words), _members(glance, words), _attendance(glance, words))
    return [*counts, *_month(glance, today, words), _alerts(glance, words)]


def _cells(glance: Glance, words: Texts) -> dict[str, Any]:
    return {
        "id": "cells",
        "label": words.say("Party cells"),
        "value": number(glance.cells, words.language),
        "parts": [
            {"css": "plain", "count": count, "share": round(count / max(glance.cells, 1), 4), "word": word}
            for count, word in (
                (glance.grassroots_cells, words.say("grassroots cells")),
                (glance.subordinate_cells, words.say("subordinate cells")),
            )
        ],
        "detail": words.say(
            "{grassroots} grassroots + {subordinate} subordinate",
            grassroots=number(glance.grassroots_cells, words.language),
            subordinate=number(glance.subordinate_cells, words.language),
        ),
    }


def _members(glance: Glance, words: Texts) -> dict[str, Any]:
    n = glance.hardship_cells
    return {
        "id": "members",
        "label": words.say("Party members"),
        "value": number(glance.members, words.language),
        "detail": words.plural("{n} hardship village", "{n} hardship villages", n, n=number(n, words.language)),
    }


def _attendance(glance: Glance, words: Texts) -> dict[str, Any]:
    def bar(month: MonthGlance) -> dict[str, Any]:
        name = month_name(int(month.period[5:]), words.language)
        if month.attendance is None:
            return {"share": None, "word": f"{name}: –"}
        return {"share": round(month.attendance, 4), "word": f"{name}: {percent(month.attendance, words.language)}"}

    known = glance.attendance is not None
    return {
        "id": "attendance",
        "label": words.say("Attendance in {year}", year=glance.year),
        "value": percent(glance.attendance, words.language) if glance.attendance is not None else "–",
        "detail": words.say("the city reached {share}", share=percent(REACHED, words.language, 0)),
        "tone": "good" if known and (glance.attendance or 0) >= REACHED else "plain",
        "bars": [bar(month) for month in glance.months],
        "floor": 0.8,
    }


def _month(glance: Glance, today: date, words: Texts) -> list[dict[str, Any]]:
    month = shown_month(glance, today)
    title = month_year(month.period, words.language)
    states = [(code, month.states.get(code, 0), term(STATES, code, words)) for code in SHOWN_STATES]
    grades = [(code, month.grades.get(code, 0), grade(code, words)) for code in SHOWN_GRADES]
    held, graded = month.states.get("held", 0), sum(count for _, count, _ in grades)
    grades.append(("unsure", max(0, held - graded), words.say("Without a grade")))
    mean = month.mean_points
    return [
        {
            "id": "meetings",
            "label": words.say("Meetings, {month}", month=title),
            "value": words.say(
                "{held} of {cells} held", held=number(held, words.language), cells=number(glance.cells, words.language)
            ),
            "detail": _listed(states[1:3], words),
            "parts": _parts(states, words),
        },
        {
            "id": "grades",
            "label": words.say("Grades, {month}", month=title),
            "value": words.say("{points} on average", points=number(mean, words.language, 1))
            if mean is not None
            else words.plural("{n} graded", "{n} graded", graded, n=number(graded, words.language)),
            "detail": _listed([one for one in grades if one[1]], words) or words.say("nothing graded yet"),
            "parts": _parts(grades, words),
            "href": Asked(words.language, glance.year, "grades", int(month.period[5:])).href(),
        },
    ]


def _alerts(glance: Glance, words: Texts) -> dict[str, Any]:
    href = Asked(words.language, glance.year).href()
    tile: dict[str, Any] = {"id": "alerts", "label": words.say("Alerts"), "href": href}
    if glance.alerts is None:
        return {**tile, "value": "–", "detail": words.say("not looked for yet")}
    counts = [(code.value, glance.alerts.get(code, 0), term(COLOURS, code, words)) for code in Colour]
    n = sum(count for _, count, _ in counts)
    return {
        **tile,
        "value": words.plural("{n} stands", "{n} stand", n, n=number(n, words.language)),
        "detail": _listed([one for one in counts if one[1]], words) or words.say("all is as it should be"),
        "parts": _parts(counts, words),
    }


def shown_month(glance: Glance, today: date) -> MonthGlance:
    """This month when the year shown is this year, else the last month in which anything was held."""
    by_period = {month.period: month for month in glance.months}
    current = by_period.get(f"{today:%Y-%m}")
    if current is not None:
        return current
    held = [month for month in glance.months if month.states.get("held")]
    months = held or list(glance.months)
    return (
        months[-1]
        if months
        else MonthGlance(period=f"{glance.year}-12", states={}, grades={}, attendance=None, mean_points=None)
    )


def _parts(counts: list[tuple[str, int, str]], words: Texts) -> list[dict[str, Any]]:
    total = sum(count for _, count, _ in counts)
    return [
        {
            "css": css,
            "count": count,
            "share": round(count / total, 4),
            "word": f"{word}: {number(count, words.language)}",
        }
        for css, count, word in counts
        if count
    ]


def _listed(counts: list[tuple[str, int, str]], words: Texts) -> str:
    return " · ".join(f"{word} {number(count, words.language)}" for _, count, word in counts)
