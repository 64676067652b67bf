"""The ticker: every event as a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from dashboard.hub.picture import Happening
from dashboard.views.board import points_text
from dashboard.views.ticker_alerts import alert_sentence
from dashboard.views.ticker_classified import classified_sentence
from dashboard.views.ticker_year import YearsWork, year_sentence
from dashboard.words.numbers import clock, day, month_year, number
from dashboard.words.terms import CELL_KINDS, MEETING_KINDS, grade, term
from dashboard.words.texts import Texts, noted
from services.contracts.alerts import AlertRecorded
from services.contracts.bus import NO_CELL
from services.contracts.catalogue import find
from services.contracts.classification import Level, YearRecorded
from services.contracts.cloudevents import DEMO_SOURCE, attributes
from services.contracts.criteria import CriteriaRecorded
from services.contracts.evaluation import ScoreChanged
from services.contracts.grades import GradeRecorded
from services.contracts.meetings import MeetingRecorded
from services.contracts.observers import AssignmentRecorded, VisitRecorded
from services.contracts.registry import CellRecorded, UnitRecorded
from services.contracts.rescoring import RunMade


@dataclass(frozen=True)
class Told:
    """A sentence with what colours it (a grade's code, or a service) and where it leads (a period of the cell, which is
    the subject's where nothing else is said)."""

    text: str
    tone: str
    period: str | None = None
    cell: str | None = None


Names = Mapping[str, str]


def line_view(happening: Happening, names: Names, words: Texts) -> dict[str, Any]:
    """An event for the browser: id, time of arrival, sentence, tone, cell and period to open, whether synthetic."""
    _, service, kind, unit, cell = (happening.subject.split(".") + [NO_CELL] * 5)[:5]
    told = _tell(happening, service, kind, names, words)
    if told is None:
        told = Told(words.say("{kind} from {unit}", kind=kind, unit=names.get(unit, unit)), service)
    return {
        "id": happening.number,
        "time": clock(happening.at),
        "at": int(happening.at.timestamp() * 1000),
        "text": told.text,
        "tone": told.tone,
        "cell": told.cell or (None if cell == NO_CELL else cell),
        "period": told.period,
        "synthetic": attributes(happening.headers).get("origin", "").startswith(DEMO_SOURCE),
    }


def _tell(happening: Happening, service: str, kind: str, names: Names, words: Texts) -> Told | None:
    """The sentence, or None for an event that this version cannot read."""
    said = find("event", service, kind)
    if said is None:
        return None
    try:
        data = said.model.model_validate_json(happening.body)
    except ValidationError:
        return None
    if isinstance(data, ScoreChanged):
        return score_told(data, names.get(data.cell, data.cell), words)
    if isinstance(data, MeetingRecorded):
        return meeting_told(kind, data, names.get(data.cell, data.cell), words)
    if isinstance(data, AssignmentRecorded | VisitRecorded):
        return observer_told(kind, data, names.get(data.cell, data.cell), words)
    if isinstance(data, YearsWork):
        return Told(year_sentence(kind, data, names, words), "meetings")
    if isinstance(data, CellRecorded):
        return Told(cell_told(kind, data, names, words), "registry")
    if isinstance(data, UnitRecorded):
        return Told(unit_told(kind, data, names, words), "registry")
    if isinstance(data, CriteriaRecorded) and kind in CRITERIA_SENTENCES:
        number_given = str(data.document.get("number", data.set))
        return Told(words.say(CRITERIA_SENTENCES[kind], number=number_given), "evaluation")
    if isinstance(data, GradeRecorded):
        return grade_told(kind, data, names.get(data.cell, data.cell), words)
    if isinstance(data, YearRecorded):
        subject = names.get(data.subject, data.subject)
        cell = data.subject if data.level is Level.CELL else None
        return Told(classified_sentence(kind, data, subject, words), "evaluation", None, cell)
    if isinstance(data, AlertRecorded):
        month = data.period if len(data.period) == 7 and "Q" not in data.period else None
        return Told(alert_sentence(data, names, words), "evaluation", month, data.cell)
    if isinstance(data, RunMade):
        return Told(words.say(RUN_SENTENCE, months=number(data.receipt.months, words.language)), "evaluation")
    return None


def score_told(change: ScoreChanged, cell: str, words: Texts) -> Told:
    """What a running score came to, and from what."""
    month = month_year(change.period, words.language)
    if change.score is None:
        return Told(words.say("{cell}: no score any more for {month}", cell=cell, month=month), "none", change.period)
    score, was = change.score, change.previous
    points = points_text(score, words)
    result = f"{grade(score.grade, words)}, {points}" if points else grade(score.grade, words)
    if was is not None and (was.points, was.grade) != (score.points, score.grade):
        before = f"{grade(was.grade, words)}, {points_text(was, words)}".rstrip(", ")
        text = words.say(
            "{cell}, {month}: {result} (was {before})", cell=cell, month=month, result=result, before=before
        )
    else:
        text = words.say("{cell}, {month}: {result}", cell=cell, month=month, result=result)
    return Told(text, score.grade.value if score.grade else "unsure", change.period)


MEETING_SENTENCES = {
    "MeetingScheduled": noted("{cell}: {kind} scheduled for {date}"),
    "MeetingRescheduled": noted("{cell}: {kind} moved to {date}"),
    "MeetingCancelled": noted("{cell}: {kind} of {date} cancelled"),
    "MeetingHeld": noted("{cell}: {kind} held on {date}, {present} of {expected} present"),
    "MeetingSelfAssessed": noted("{cell}: {kind} of {date} marked by the cell itself: {own}"),
    "MeetingConfirmed": noted("{cell}: {kind} of {date} confirmed by the upper committee"),
    "MeetingCorrected": noted("{cell}: sheet of {date} corrected, now {present} of {expected} present"),
    "MeetingWithdrawn": noted("{cell}: {kind} of {date} withdrawn, it had been reported by mistake"),
}


def meeting_told(kind: str, meeting: MeetingRecorded, cell: str, words: Texts) -> Told | None:
    """What happened to a meeting."""
    if kind not in MEETING_SENTENCES:
        return None
    sheet, own = meeting.sheet, meeting.assessment
    total = number(own.total, words.language, 2) if own and own.total is not None else "–"
    text = words.say(
        MEETING_SENTENCES[kind],
        cell=cell,
        kind=term(MEETING_KINDS, meeting.kind, words).lower(),
        date=day(meeting.on, words.language),
        present=number(sheet.present, words.language) if sheet else "–",
        expected=number(sheet.expected, words.language) if sheet else "–",
        own=f"{total} ({grade(own.grade, words)})" if own and own.grade else total,
    )
    return Told(text, "meetings", f"{meeting.on:%Y-%m}")


OBSERVER_SENTENCES = {
    "ObserverAssigned": noted("{cell}: an observer is assigned from {date}"),
    "ObserverRelieved": noted("{cell}: an observer is relieved on {date}"),
    "ReliefWithdrawn": noted("{cell}: an observer was not relieved after all, it had been reported by mistake"),
    "MeetingVisited": noted("{cell}: an observer came to the meeting of {date} and gave {own}"),
    "VisitWithdrawn": noted("{cell}: the visit of {date} withdrawn, it had been reported by mistake"),
}


def observer_told(kind: str, data: AssignmentRecorded | VisitRecorded, cell: str, words: Texts) -> Told:
    """What happened to an assignment or a visit."""
    if isinstance(data, VisitRecorded):
        marks = data.assessment
        own = number(marks.total, words.language, 2) if marks and marks.total is not None else "–"
        text = words.say(OBSERVER_SENTENCES[kind], cell=cell, date=day(data.on, words.language), own=own)
        return Told(text, "meetings", f"{data.on:%Y-%m}")
    on = (data.relieved_on if kind == "ObserverRelieved" else None) or data.valid_from
    return Told(words.say(OBSERVER_SENTENCES[kind], cell=cell, date=day(on, words.language)), "meetings")


CELL_SENTENCES = {
    "CellEstablished": noted("{cell} established under {unit} with {members} members"),
    "CellRenamed": noted("A cell is now called {cell}"),
    "CellReparented": noted("{cell} now belongs to {unit}"),
    "CellReclassified": noted("{cell} is now of the kind {kind}"),
    "CellMerged": noted("{cell} took in other cells and has {members} members"),
    "CellSplit": noted("{cell} was split; {members} members stay"),
    "CellDissolved": noted("{cell} dissolved"),
    "MembershipChanged": noted("{cell} now has {members} members"),
    "SecretaryAppointed": noted("{cell} has a new secretary"),
    "SecretaryRelieved": noted("{cell} has no secretary at present"),
    "CommitteeFormed": noted("{cell} formed its committee"),
    "HardshipDesignated": noted("{cell} is now a hardship village"),
    "HardshipLifted": noted("{cell} is no longer a hardship village"),
}
UNIT_SENTENCES = {
    "UnitEstablished": noted("{unit} established"),
    "UnitRenamed": noted("A unit is now called {unit}"),
    "UnitReparented": noted("{unit} now belongs to {parent}"),
    "UnitDissolved": noted("{unit} dissolved"),
}

GRADE_SENTENCES = {
    "GradeDecided": noted("{cell}, {month}: officially {result}"),
    "GradeCancelled": noted("{cell}, {month}: the official grade is cancelled by {number}"),
    "GradeReclassified": noted("{cell}, {month}: officially re-classified by {number}: {result}"),
}


def grade_told(kind: str, data: GradeRecorded, cell: str, words: Texts) -> Told | None:
    """What was decided of a month."""
    if kind not in GRADE_SENTENCES:
        return None
    month, by = month_year(data.period, words.language), data.number or "–"
    text = words.say(GRADE_SENTENCES[kind], cell=cell, month=month, number=by, result=grade(data.grade, words))
    return Told(text, data.grade.value if data.grade else "none", data.period, data.cell)


CRITERIA_SENTENCES = {
    "CriteriaPublished": noted("Criteria set published: {number}"),
    "CriteriaAmended": noted("Criteria set amended: {number}"),
    "CriteriaWithdrawn": noted("Criteria set withdrawn: {number}"),
}
RUN_SENTENCE = noted("Re-scored: {months} months of cells; nothing official changes by it")


def cell_told(kind: str, recorded: CellRecorded, names: Names, words: Texts) -> str:
    """What happened to a cell."""
    state = recorded.states[0]
    return _filled(
        CELL_SENTENCES.get(kind, noted("{cell} changed")),
        words,
        cell=lambda: state.name,
        unit=lambda: names.get(state.parent, state.parent),
        members=lambda: number(state.members.total, words.language),
        kind=lambda: term(CELL_KINDS, state.kind, words),
    )


def unit_told(kind: str, recorded: UnitRecorded, names: Names, words: Texts) -> str:
    """What happened to a unit."""
    state = recorded.states[0]
    return _filled(
        UNIT_SENTENCES.get(kind, noted("{unit} changed")),
        words,
        unit=lambda: state.name,
        parent=lambda: names.get(state.parent or "", state.parent or ""),
    )


def _filled(sentence: str, words: Texts, **values: Callable[[], str]) -> str:
    return words.say(sentence, **{name: value() for name, value in values.items()})
