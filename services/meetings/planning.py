"""Decisions on what is planned: a meeting scheduled, rescheduled, cancelled.

Each returns the meeting as it then stands. What is reported late, after the sheet, is recorded as late knowledge: the
meeting stays held.
"""

from __future__ import annotations

from datetime import date, datetime, time

from services.contracts import meetings as reports
from services.contracts.meetings import MeetingKind, MeetingRecorded, Status
from services.meetings.case import Case
from services.meetings.meeting import State, day_of


def unknown(case: Case, status: Status, kind: MeetingKind, on: date) -> State:
    """A meeting of which this is the first that is known."""
    blank = dict.fromkeys(MeetingRecorded.model_fields)
    said = {"cell": case.cell, "meeting": case.key, "version": 0, "corrections": 0}
    return {**blank, **said, "status": status.value, "kind": kind.value, "on": on.isoformat()}


def text(value: date | time | datetime | None) -> str | None:
    """As JSON has it."""
    return None if value is None else value.isoformat()


def schedule(case: Case, said: reports.MeetingScheduled) -> State:
    """A meeting is planned. The first plan is kept beside the present one."""
    case.findings.day("data.on", said.on, case.today)
    case.cell_lives("on", said.on)
    if not case.open():
        return case.state
    plan = {
        "planned_on": text(said.on),
        "first_planned_on": text(said.on),
        "starts_at": text(said.starts_at),
        "notice_at": text(said.notice_at),
        "theme": said.theme,
    }
    state = case.state
    if not state:
        return {**unknown(case, Status.SCHEDULED, said.kind, said.on), **plan}
    if state["planned_on"] is None:  # the sheet came first
        has_theme = MeetingKind(state["kind"]).has_theme
        known = {"notice_at": state["notice_at"] or plan["notice_at"], "theme": state["theme"] or said.theme}
        return {**state, **plan, **known, "theme": known["theme"] if has_theme else None}
    is_held = case.status is Status.HELD  # then theme and notice are the sheet's, and the kind may be another
    names = ("planned_on", "starts_at") if is_held else tuple(plan)
    again = all(state[name] == plan[name] for name in names) and (is_held or state["kind"] == said.kind)
    if not again or case.status is Status.CANCELLED:
        stands = f"{case.key} is {case.status}, planned for {state['planned_on']}"
        case.wrong("meeting", stands, "MeetingRescheduled for another day, or another key for another meeting")
    return state


def reschedule(case: Case, said: reports.MeetingRescheduled) -> State:
    """A planned or cancelled meeting is planned for another day."""
    case.findings.day("data.on", said.on, case.today)
    case.cell_lives("on", said.on)
    if not case.open():
        return case.state
    state = case.state
    if not state or state["planned_on"] is None:
        stands = f"no plan of {case.key} is known"
        case.wrong("meeting", stands, "report the plan first (MeetingScheduled)", waiting=True)
        return state
    moved = {"planned_on": text(said.on), "starts_at": text(said.starts_at) or state["starts_at"]}
    if case.status is Status.HELD:
        if said.on > case.today:
            stands = f"{case.key} was held on {state['on']}"
            case.wrong("on", stands, f"a day until {case.today}, or MeetingCorrected if the sheet is wrong")
        return {**state, **moved}
    if case.status is Status.SCHEDULED and moved.items() <= state.items():
        return state
    return {**state, **moved, "status": Status.SCHEDULED.value, "on": text(said.on), "reason": said.reason}


def cancel(case: Case, said: reports.MeetingCancelled) -> State:
    """A planned meeting does not take place."""
    case.cell_may(*([day_of(case.state)] if case.state else []))
    if not case.open():
        return case.state
    if not case.state:
        stands = f"no plan of {case.key} is known"
        case.wrong("meeting", stands, "report the plan first (MeetingScheduled)", waiting=True)
    elif case.status is Status.HELD:
        stands = f"{case.key} was held on {case.state['on']}"
        case.wrong("meeting", stands, "MeetingWithdrawn if it was reported by mistake")
    return {**case.state, "status": Status.CANCELLED.value, "reason": said.reason}
