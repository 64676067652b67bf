"""A cell's page: its record and the meetings of a year."""

from __future__ import annotations

from typing import Any

from dashboard.views.board import MARKS, POINT_GRADES, points_text
from dashboard.views.board import score_text as square_score
from dashboard.words.numbers import day, moment, month_name, month_year, number, percent
from dashboard.words.terms import CELL_KINDS, MEETING_KINDS, MEETING_STATES, POSTS, UNIT_KINDS, grade, term
from dashboard.words.texts import Texts
from services.contracts.evaluation import Score
from services.contracts.queries import CellPage, MeetingLine
from services.contracts.registry import CellState


def cell_view(page: CellPage, year: int, period: str | None, words: Texts) -> dict[str, Any]:
    """The record, the upper units (highest first), the twelve months and the meetings (latest first)."""
    state = page.state
    return {
        "code": state.cell,
        "name": state.name,
        "kind": term(CELL_KINDS, state.kind, words),
        "hardship": state.hardship,
        "dissolved": words.say("dissolved on {date}", date=day(state.valid_from, words.language))
        if state.dissolved
        else None,
        "units": [
            {"name": unit.name, "kind": term(UNIT_KINDS, unit.kind, words), "code": unit.unit}
            for unit in reversed(page.units)
        ],
        "record": record(state, words),
        "months": months(page, year, period, words),
        "meetings": [
            meeting_view(line, period, words) for line in sorted(page.meetings, key=lambda m: m.on, reverse=True)
        ],
        "years": sorted(page.years, reverse=True),
    }


def record(state: CellState, words: Texts) -> list[tuple[str, str]]:
    """The cell's record: labels and values."""
    members, lang = state.members, words.language
    classes = [
        (words.say("full"), members.full),
        (words.say("probationary"), members.probationary),
        (words.say("exempt"), members.exempt),
        (words.say("on special duty"), members.special_duty),
    ]
    listed = ", ".join(f"{number(count, lang)} {word}" for word, count in classes if count)
    size = state.committee_size
    return [
        (words.say("Members"), f"{number(members.total, lang)} ({listed})" if listed else number(members.total, lang)),
        (words.say("Secretary"), secretary(state, words)),
        (
            words.say("Cell committee"),
            words.plural("{n} member", "{n} members", size, n=number(size, lang))
            if size
            else words.say("none, only a secretary"),
        ),
        (words.say("As recorded since"), day(state.valid_from, lang)),
    ]


def secretary(state: CellState, words: Texts) -> str:
    """The secretary's standing; never the person."""
    if state.secretary is None:
        return words.say("none at present")
    seat = (
        words.say("sits on the upper committee")
        if state.secretary.on_upper_committee
        else words.say("not on the upper committee")
    )
    return f"{seat}; {term(POSTS, state.secretary.concurrent_post, words)}"


def months(page: CellPage, year: int, period: str | None, words: Texts) -> list[dict[str, Any]]:
    """Twelve squares: each month's regular meeting; `opens` is the period to open, None where nothing is scored."""
    by_period: dict[str, MeetingLine] = {}
    for line in page.meetings:
        if line.kind in ("regular", "combined") and line.status != "withdrawn":
            by_period[line.period] = line
    return [_month(f"{year}-{month:02}", by_period.get(f"{year}-{month:02}"), period, words) for month in range(1, 13)]


def _month(period: str, line: MeetingLine | None, chosen: str | None, words: Texts) -> dict[str, Any]:
    name = month_name(int(period[5:]), words.language)
    score = line.score if line else None
    css = score_class(score) if score else (line.status if line else "none")
    word = (
        score_text(score, words)
        if score
        else (term(MEETING_STATES, line.status, words) if line else words.say("No meeting reported"))
    )
    return {
        "month": str(int(period[5:])),
        "css": css,
        "text": square_score(score) if score and css in POINT_GRADES else MARKS.get(css, "•"),
        "label": f"{name}: {word}",
        "opens": period if score else None,
        "chosen": period == chosen,
    }


def score_class(score: Score) -> str:
    """The colour class of a score."""
    return score.grade.value if score.grade else "unsure"


def score_text(score: Score | None, words: Texts) -> str:
    """A score in words: grade and points."""
    if score is None:
        return "–"
    points = points_text(score, words)
    return f"{grade(score.grade, words)}, {points}" if points else grade(score.grade, words)


def meeting_view(line: MeetingLine, period: str | None, words: Texts) -> dict[str, Any]:
    """One meeting for the template."""
    lang = words.language
    rate = f" ({percent(line.present / line.expected, lang)})" if line.expected and line.present is not None else ""
    own = number(line.self_total, lang, 2) if line.self_total is not None else "–"
    return {
        "on": day(line.on, lang),
        "month": month_year(line.period, lang),
        "kind": term(MEETING_KINDS, line.kind, words),
        "status": term(MEETING_STATES, line.status, words),
        "present": f"{number(line.present, lang)}/{number(line.expected, lang)}{rate}"
        if line.present is not None and line.expected is not None
        else "–",
        "minutes": number(line.minutes, lang) if line.minutes is not None else "–",
        "speakers": number(line.speakers, lang) if line.speakers is not None else "–",
        "own": f"{own} ({grade(line.self_grade, words)})" if line.self_grade else own,
        "score": score_text(line.score, words),
        "css": score_class(line.score) if line.score else line.status,
        "opens": line.period if line.score else None,
        "chosen": line.period == period and line.score is not None,
        "versions": words.plural("{n} version", "{n} versions", line.versions, n=number(line.versions, lang)),
        "recorded": moment(line.recorded_at, lang),
    }


def period_to_show(page: CellPage, asked: str | None) -> str | None:
    """The month whose explanation is shown: the one asked for, else the latest that has a score."""
    if asked:
        return asked
    return max((line.period for line in page.meetings if line.score is not None), default=None)
