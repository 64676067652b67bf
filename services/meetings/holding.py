"""Decisions on what took place: the sheet, its assessment, confirmation, correction and withdrawal.

Each returns the meeting as it then stands.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from services.contracts import meetings as reports
from services.contracts.meetings import MeetingKind, Sheet, Status
from services.meetings.case import Case
from services.meetings.meeting import State, day_of
from services.meetings.planning import text, unknown


def _as_json(sheet: Sheet) -> dict[str, Any]:
    return sheet.model_dump(mode="json", by_alias=True)


def _with_sheet(state: State, kind: MeetingKind, sheet: Sheet) -> State:
    """The meeting as the sheet has it. What only the plan said (theme, notice) stays."""
    return {
        **state,
        "status": Status.HELD.value,
        "kind": kind.value,
        "on": text(sheet.held_on),
        "notice_at": text(sheet.notice_at) or state["notice_at"],
        "theme": (sheet.theme or state["theme"]) if kind.has_theme else None,
        "sheet": _as_json(sheet),
    }


def hold(case: Case, said: reports.MeetingHeld) -> State:
    """A meeting was held, whether it was planned, cancelled or never heard of."""
    case.sheet(said.sheet)
    if not case.open():
        return case.state
    state = case.state
    if case.status is Status.HELD:
        if state["kind"] != said.kind or state["sheet"] != _as_json(said.sheet):
            stands = f"{case.key} was reported held on {state['on']} with another sheet"
            case.wrong("meeting", stands, "MeetingCorrected to change it, or another key for another meeting")
        return state
    base = state or unknown(case, Status.HELD, said.kind, said.sheet.held_on)
    after = {**_with_sheet(base, said.kind, said.sheet), "reason": None}
    case.month_is_free("sheet.held_on", after)
    return after


def correct(case: Case, said: reports.MeetingCorrected) -> State:
    """The sheet should have been another. The day may move to another month, if that has room."""
    case.sheet(said.sheet)
    if not case.held():
        return case.state
    state = case.state
    kind = said.kind or MeetingKind(state["kind"])
    if said.sheet.thematic_part != kind.has_theme:
        expected = "true" if kind.has_theme else "false, or another kind"
        case.wrong("sheet.thematic_part", f"{said.sheet.thematic_part} in a {kind} meeting", expected)
    if kind == state["kind"] and _as_json(said.sheet) == state["sheet"]:
        return state
    corrected = {"corrections": state["corrections"] + 1, "reason": said.reason}
    after = {**_with_sheet(state, kind, said.sheet), **corrected}
    case.month_is_free("sheet.held_on", after)
    return after


def assess(case: Case, said: reports.MeetingSelfAssessed) -> State:
    """The cell gave itself marks and voted on them. A later assessment replaces an earlier one."""
    case.cell_may(*_day(case))
    if not case.held():
        return case.state
    vote, members = said.assessment.vote, case.state["sheet"]["members"]
    if vote is not None and vote.of > members:
        case.wrong("assessment.vote.of", f"{vote.of} votes in a cell of {members}", f"at most {members}")
    return {**case.state, "assessment": said.assessment.model_dump(mode="json", by_alias=True)}


def confirm(case: Case, said: reports.MeetingConfirmed) -> State:
    """Somebody of an upper committee attended and confirms what was reported."""
    case.cell_may(*_day(case))
    if said.confirmation.by_unit not in case.tree.units:
        problem = f"no unit {said.confirmation.by_unit} is known"
        case.wrong("confirmation.by_unit", problem, "the code of an established unit", waiting=True)
    if said.confirmation.on > case.today:
        case.wrong("confirmation.on", f"{said.confirmation.on} is yet to come", f"at the latest {case.today}")
    if not case.held():
        return case.state
    if said.confirmation.on < day_of(case.state):
        problem = f"{said.confirmation.on} is before the meeting of {case.state['on']}"
        case.wrong("confirmation.on", problem, f"from {case.state['on']} on")
    return {**case.state, "confirmation": said.confirmation.model_dump(mode="json")}


def withdraw(case: Case, said: reports.MeetingWithdrawn) -> State:
    """It was reported by mistake. What was known stays in the history; a regular meeting's month has room again."""
    case.cell_may(*_day(case))
    after = {**case.state, "status": Status.WITHDRAWN.value, "reason": said.reason}
    if not case.state:
        stands = f"no meeting {case.key} of {case.cell} is known"
        case.wrong("meeting", stands, "the key of a reported meeting", waiting=True)
    elif after != case.state:
        case.open()
    return after


def _day(case: Case) -> list[date]:
    return [day_of(case.state)] if case.state else []
