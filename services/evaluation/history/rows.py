"""From an event's data (JSON objects of the contracts) to the rows of the tables, in the order of their columns.

Everything here is on the path of every event of a replay, hence the plain dictionaries. Data that lacks
what a row needs raises KeyError, TypeError, ValueError or AttributeError.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time

import orjson

from services.contracts.alerts import AlertRecorded
from services.contracts.base import Contract
from services.contracts.classification import YearRecorded
from services.contracts.criteria import CriteriaRecorded, CriteriaStatus
from services.contracts.grades import GradeRecorded, GradeStatus
from services.contracts.meetings import MeetingKind, MeetingRecorded, Status, Step
from services.contracts.observers import AssignmentRecorded, VisitRecorded
from services.contracts.registry import CellKind, CellRecorded, ConcurrentPost, UnitKind, UnitRecorded
from services.contracts.rescoring import RunMade
from services.contracts.thematic import ModelCellsRecorded, ModelMeetingRecorded, OrientationsRecorded, PlanRecorded
from services.evaluation.criteria.check import check
from services.evaluation.criteria.source import Source
from services.evaluation.history.alert_rows import alert_rows
from services.evaluation.history.classified_rows import classified_rows
from services.evaluation.history.observer_rows import assignment_rows, visit_rows
from services.evaluation.history.thematic_rows import model_cells_rows, model_meeting_rows, orientations_rows, plan_rows
from services.evaluation.history.values import GRADES, Data, Row, Stamp, date_or_none, marks_row, moment_or_none

_STATUSES = {status.value: status.value for status in Status}
_KINDS = {kind.value: kind.value for kind in MeetingKind}
_STEPS = {step.value: step.value for step in Step}
_CELL_KINDS = {kind.value: kind.value for kind in CellKind}
_UNIT_KINDS = {kind.value: kind.value for kind in UnitKind}
_CRITERIA_STATUSES = {status.value: status.value for status in CriteriaStatus}
_GRADE_STATUSES = {status.value: status.value for status in GradeStatus}
_POSTS = {post.value: post.value for post in ConcurrentPost}


def rows_of(model: type[Contract], stamp: Stamp, data: Data) -> tuple[str | None, list[Row] | None]:
    """The table an event's data goes to and its rows there; (None, None) for data that has no table."""
    found = _BY_MODEL.get(model)
    return (found[0], found[1](stamp, data)) if found else (None, None)


def _time(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text).replace(tzinfo=None)


def _meeting(stamp: Stamp, data: Data) -> list[Row]:
    sheet, assessment, confirmation = data.get("sheet"), data.get("assessment"), data.get("confirmation")
    status = _STATUSES[data["status"]]
    if status == Status.HELD.value and sheet is None:
        raise ValueError("held but without a sheet")
    return [
        (
            *stamp,
            data["cell"],
            data["meeting"],
            data["version"],
            status,
            _KINDS[data["kind"]],
            date.fromisoformat(data["on"]),
            _time(data.get("starts_at")),
            date_or_none(data.get("planned_on")),
            date_or_none(data.get("first_planned_on")),
            moment_or_none(data.get("notice_at")),
            data.get("theme"),
            data.get("corrections", 0),
            data.get("reason"),
            *(_NO_SHEET if sheet is None else _sheet(sheet)),
            *(_NO_ASSESSMENT if assessment is None else _assessment(assessment)),
            *(_NO_CONFIRMATION if confirmation is None else _confirmation(confirmation)),
        )
    ]


_NO_SHEET: Row = (None,) * 19
_NO_ASSESSMENT: Row = (None,) * 7
_NO_CONFIRMATION: Row = (None,) * 3


def _sheet(sheet: Data) -> Row:
    targets = sheet.get("targets") or {"met": None, "total": None}
    absences = sheet.get("absences", ())
    excused = [one for one in absences if one["excused"] is True]
    unexcused = [one for one in absences if one["excused"] is False]
    if len(excused) + len(unexcused) != len(absences):
        raise ValueError("an absence is neither excused nor unexcused")
    return (
        date.fromisoformat(sheet["held_on"]),
        time.fromisoformat(sheet["started_at"]).replace(tzinfo=None),
        sheet["minutes"],
        sheet["members"],
        sheet.get("exempt", 0),
        sheet.get("special_duty", 0),
        sheet["present"],
        [one["ref"] for one in excused],
        [one["ref"] for one in unexcused],
        [one.get("reason") for one in (*excused, *unexcused)],
        sheet["speakers"],
        [_STEPS[step] for step in sheet.get("steps", ())],
        moment_or_none(sheet.get("notice_at")),
        moment_or_none(sheet.get("documents_at")),
        date_or_none(sheet.get("minutes_filed_on")),
        targets["met"],
        targets["total"],
        sheet.get("thematic_part", False),
        sheet.get("theme"),
    )


def _assessment(assessment: Data) -> Row:
    vote = assessment.get("vote") or {"for": None, "of": None}
    return (*marks_row(assessment), vote["for"], vote["of"])


def _confirmation(confirmation: Data) -> Row:
    return confirmation["by_unit"], date.fromisoformat(confirmation["on"]), confirmation.get("agrees")


def _cells(stamp: Stamp, data: Data) -> list[Row]:
    return [
        (
            stamp.position,
            ordinal,
            stamp.event,
            stamp.recorded_at,
            state["cell"],
            date.fromisoformat(state["valid_from"]),
            state["name"],
            _CELL_KINDS[state["kind"]],
            state["parent"],
            state["members"]["full"],
            state["members"].get("probationary", 0),
            state["members"].get("exempt", 0),
            state["members"].get("special_duty", 0),
            *_secretary(state.get("secretary")),
            state.get("committee_size", 0),
            state.get("hardship", False),
            state.get("dissolved", False),
            list(state.get("successors", ())),
        )
        for ordinal, state in enumerate(data["states"])
    ]


def _secretary(secretary: Data | None) -> Row:
    if secretary is None:
        return False, None, None
    post = secretary.get("concurrent_post", ConcurrentPost.NONE.value)
    return True, _POSTS[post], secretary.get("on_upper_committee", False)


def _units(stamp: Stamp, data: Data) -> list[Row]:
    return [
        (
            stamp.position,
            ordinal,
            stamp.event,
            stamp.recorded_at,
            state["unit"],
            date.fromisoformat(state["valid_from"]),
            state["name"],
            _UNIT_KINDS[state["kind"]],
            state.get("parent"),
            state.get("dissolved", False),
        )
        for ordinal, state in enumerate(data["states"])
    ]


def _criteria(stamp: Stamp, data: Data) -> list[Row]:
    document = data["document"]
    if findings := check(Source(data=document)):
        raise ValueError("; ".join(str(found) for found in findings))
    status = _CRITERIA_STATUSES[data["status"]]
    text = orjson.dumps(document).decode()
    return [(*stamp, data["set"], data["version"], status, data["hash"], text, data.get("reason"))]


def _grade(stamp: Stamp, data: Data) -> list[Row]:
    return [
        (
            *stamp,
            data["cell"],
            data["period"],
            data["version"],
            _GRADE_STATUSES[data["status"]],
            data.get("meeting"),
            GRADES[data.get("grade")],
            data.get("points"),
            data.get("note"),
            data.get("number"),
            date.fromisoformat(data["decided_on"]),
            data["decided_by"],
            data.get("list"),
            data.get("replaces"),
            data.get("reason"),
        )
    ]


def _runs(stamp: Stamp, data: Data) -> list[Row]:
    receipt = data["receipt"]
    return [(*stamp, receipt["run"], orjson.dumps(receipt).decode())]


_BY_MODEL: dict[type[Contract], tuple[str, Callable[[Stamp, Data], list[Row]]]] = {
    MeetingRecorded: ("meetings", _meeting),
    AssignmentRecorded: ("assignments", assignment_rows),
    VisitRecorded: ("visits", visit_rows),
    OrientationsRecorded: ("orientations", orientations_rows),
    PlanRecorded: ("plans", plan_rows),
    ModelCellsRecorded: ("model_cells", model_cells_rows),
    ModelMeetingRecorded: ("model_meetings", model_meeting_rows),
    CellRecorded: ("cells", _cells),
    UnitRecorded: ("units", _units),
    CriteriaRecorded: ("criteria", _criteria),
    GradeRecorded: ("grades", _grade),
    AlertRecorded: ("alerts", alert_rows),
    YearRecorded: ("years", classified_rows),
    RunMade: ("runs", _runs),
}
