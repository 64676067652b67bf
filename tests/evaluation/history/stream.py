"""Writes a stream of events by hand, as the services publish them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson

from services.chassis.tail import Arrived
from services.contracts.base import Contract
from services.contracts.bus import event_subject
from services.contracts.catalogue import find
from services.contracts.classification import YearRecorded
from services.contracts.cloudevents import CloudEvent
from services.contracts.criteria import CriteriaRecorded, CriteriaStatus
from services.contracts.grades import GradeRecorded
from services.contracts.meetings import MeetingRecorded
from services.contracts.observers import AssignmentRecorded, VisitRecorded
from services.contracts.registry import CellRecorded, UnitRecorded
from services.contracts.thematic import ModelCellsRecorded, ModelMeetingRecorded, OrientationsRecorded, PlanRecorded
from services.evaluation.criteria.format import CriteriaSet

FIRST_ARRIVAL = datetime(2026, 1, 1, tzinfo=UTC)


def moment(text: str) -> datetime:
    """A moment in UTC from `2025-01-03` or `2025-01-03T10:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def arrived(position: int, subject: str, event: CloudEvent) -> Arrived:
    """The event as it comes out of the stream, its place in its service's outbox the same as in the stream."""
    headers = {**event.headers(), "Nats-Msg-Id": event.id, "Nenep-Position": str(position)}
    return Arrived(position, subject, headers, event.body(), FIRST_ARRIVAL + timedelta(seconds=position))


class Stream:
    """Events one after the other, positions from 1."""

    def __init__(self) -> None:
        self.events: list[Arrived] = []
        self.versions: dict[tuple[str, str], int] = {}
        self.years: dict[tuple[str, int], dict[str, Any]] = {}

    def say(
        self, service: str, kind: str, data: Contract, recorded: str, *, unit: str = "U", cell: str | None = None
    ) -> str:
        """Publishes an event; returns its id."""
        position = len(self.events) + 1
        said = find("event", service, kind)
        assert said is not None
        event = CloudEvent(
            id=f"e{position}",
            source=f"/services/{service}",
            type=said.type,
            time=moment(recorded),
            subject=cell or unit,
            cause=f"{unit}/r{position}",
            origin="urn:test",
            data=data.model_dump(mode="json", by_alias=True),
        )
        self.events.append(arrived(position, event_subject(service, kind, unit, cell), event))
        return event.id

    def unit(self, code: str, parent: str | None, since: str, recorded: str | None = None, **more: Any) -> str:
        """A unit's state from a date on."""
        state = {
            "unit": code,
            "valid_from": since,
            "name": f"Đảng ủy {code}",
            "kind": "grassroots",
            "parent": parent,
            **more,
        }
        data = UnitRecorded.model_validate({"unit": code, "states": [state]})
        return self.say("registry", "UnitEstablished", data, recorded or since, unit=code)

    def cell(self, code: str, *states: dict[str, Any], recorded: str) -> str:
        """A cell's states (`valid_from` and what differs from a village cell of 24 under U with a committee of 3)."""
        whole = [cell_state(code, state) for state in states]
        data = CellRecorded.model_validate({"cell": code, "states": whole})
        return self.say("registry", "MembershipChanged", data, recorded, cell=code)

    def held(
        self, cell: str, meeting: str, on: str, recorded: str | None = None, *, excused: Sequence[str] = (), **more: Any
    ) -> str:
        """A held meeting, 23 expected: `excused` absentees, `unexcused` ones, `sheet` fields, or other fields."""
        unexcused, sheet = more.pop("unexcused", ()), more.pop("sheet", {})
        return self.meeting(
            cell, meeting, on, recorded, sheet=sheet_of(on, excused, unexcused, **sheet), status="held", **more
        )

    def meeting(self, cell: str, meeting: str, on: str, recorded: str | None = None, **more: Any) -> str:
        """The next version of a meeting; regular and scheduled unless told otherwise."""
        version = self.versions[cell, meeting] = self.versions.get((cell, meeting), 0) + 1
        whole = {
            "cell": cell,
            "meeting": meeting,
            "version": version,
            "kind": "regular",
            "status": "scheduled",
            "on": on,
        }
        data = MeetingRecorded.model_validate(whole | more)
        return self.say("meetings", "MeetingHeld", data, recorded or on, cell=cell)

    def assigned(self, cell: str, assignment: str, since: str, recorded: str | None = None, **more: Any) -> str:
        """The next version of an assignment: o-001 of U's local committee, along its line, unless told otherwise."""
        version = self.versions["assigned", cell + assignment] = (
            self.versions.get(("assigned", cell + assignment), 0) + 1
        )
        usual = {"observer": "o-001", "standing": "local_committee", "line": "subordinate", "by_unit": "U"}
        whole = {"cell": cell, "assignment": assignment, "version": version, "valid_from": since, **usual, **more}
        kind = "ObserverRelieved" if "relieved_on" in more else "ObserverAssigned"
        return self.say("meetings", kind, AssignmentRecorded.model_validate(whole), recorded or since, cell=cell)

    def visited(self, cell: str, visit: str, meeting: str, on: str, recorded: str | None = None, **more: Any) -> str:
        """The next version of a visit: by o-001 unless told otherwise."""
        version = self.versions["visit", cell + visit] = self.versions.get(("visit", cell + visit), 0) + 1
        usual = {"observer": "o-001", "status": "made"}
        whole = {"cell": cell, "visit": visit, "version": version, "meeting": meeting, "on": on, **usual, **more}
        return self.say("meetings", "MeetingVisited", VisitRecorded.model_validate(whole), recorded or on, cell=cell)

    def oriented(self, unit: str, year: int, recorded: str, document: str = "d1", **more: Any) -> str:
        """The next version of a unit's orientations: one theme, CD-01, for every kind, unless told otherwise."""
        version = self._next("oriented", unit + document)
        usual = {"themes": [{"code": "CD-01", "title": "Theme 1"}], "on": recorded[:10]}
        whole = {"unit": unit, "document": document, "version": version, "year": year, **usual, **more}
        data = OrientationsRecorded.model_validate(whole)
        return self.say("meetings", "OrientationsPublished", data, recorded, unit=unit)

    def planned(
        self, cell: str, plan: str, recorded: str, *entries: dict[str, Any], year: int = 2025, **more: Any
    ) -> str:
        """The next version of a submitted plan: its entries; `decided_by` and so on where it was decided on."""
        version = self._next("planned", f"{cell}{year}{plan}")
        usual = {"status": "submitted", "submitted_on": recorded[:10], "entries": entries}
        whole = {"cell": cell, "year": year, "plan": plan, "version": version, **usual, **more}
        kind = f"Plan{whole['status'].capitalize()}"
        return self.say("meetings", kind, PlanRecorded.model_validate(whole), recorded, cell=cell)

    def chosen(self, unit: str, year: int, recorded: str, *cells: str) -> str:
        """The next version of a unit's choice of model cells."""
        version = self._next("chosen", f"{unit}{year}")
        whole = {"unit": unit, "year": year, "version": version, "cells": cells, "on": recorded[:10]}
        return self.say("meetings", "ModelCellsChosen", ModelCellsRecorded.model_validate(whole), recorded, unit=unit)

    def demonstrated(self, cell: str, meeting: str, on: str, recorded: str | None = None, **more: Any) -> str:
        """The next version of a model meeting: held, three guests from U, unless told otherwise."""
        version = self._next("model", cell + meeting)
        usual = {"status": "held", "attended": {"U": 3}}
        whole = {"cell": cell, "meeting": meeting, "version": version, "on": on, **usual, **more}
        kind = "ModelMeetingHeld" if whole["status"] == "held" else "ModelMeetingWithdrawn"
        return self.say("meetings", kind, ModelMeetingRecorded.model_validate(whole), recorded or on, cell=cell)

    def _next(self, what: str, key: str) -> int:
        version = self.versions[what, key] = self.versions.get((what, key), 0) + 1
        return version

    def criteria(
        self, document: dict[str, Any], recorded: str, *, kind: str = "CriteriaPublished", reason: str | None = None
    ) -> str:
        """The next version of a criteria set: published, amended or (`CriteriaWithdrawn`) void."""
        set_ = document["id"]
        version = self.versions["criteria", set_] = self.versions.get(("criteria", set_), 0) + 1
        data = CriteriaRecorded(
            set=set_,
            version=version,
            status=CriteriaStatus.WITHDRAWN if kind == "CriteriaWithdrawn" else CriteriaStatus.PUBLISHED,
            document=document,
            hash=CriteriaSet.model_validate(document).hash,
            reason=reason,
        )
        return self.say("evaluation", kind, data, recorded)

    def grade(self, cell: str, period: str, recorded: str, status: str = "decided", **more: Any) -> str:
        """The next decision on the official grade of a cell's month: good, by U, unless told otherwise."""
        version = self.versions["grade", cell + period] = self.versions.get(("grade", cell + period), 0) + 1
        usual = {"grade": None if status == "cancelled" else "good", "decided_by": "U", "decided_on": recorded[:10]}
        data = GradeRecorded.model_validate(
            {"cell": cell, "period": period, "version": version, "status": status, **usual, **more}
        )
        return self.say("evaluation", f"Grade{status.capitalize()}", data, recorded)

    def classified(self, subject: str, year: int, recorded: str, status: str, **more: Any) -> str:
        """The next event of a subject's year: a cell's, by U, unless told otherwise. `more` with points and a grade is
        what was said at this stage."""
        key = (subject, year)
        before = self.years.get(key, {"subject": subject, "level": "cell", "year": year, "version": 0})
        stage = {name: more.pop(name) for name in ("common", "results", "grade", "veto", "note") if name in more}
        said = {
            "rule": "qd-366-2025",
            "rule_hash": "0" * 64,
            "by": "U",
            "on": recorded[:10],
            "status": status,
            "number": None,
        } | more
        block = stage and {**stage, "on": said["on"], "by": said["by"], "number": said["number"]}
        place = status if status in ("proposed", "appraised") else "decided"
        whole = {**before, **said, "version": before["version"] + 1, place: block or None}
        self.years[key] = whole
        return self.say("evaluation", f"Year{status.capitalize()}", YearRecorded.model_validate(whole), recorded)

    def twice(self) -> Stream:
        """The same stream, all of it told a second time."""
        again = Stream()
        again.events = [event._replace(position=n) for n, event in enumerate([*self.events, *self.events], 1)]
        return again

    def foreign(self, subject: str, headers: dict[str, str], body: bytes) -> None:
        """Something that no service of ours would say."""
        position = len(self.events) + 1
        self.events.append(Arrived(position, subject, headers, body, FIRST_ARRIVAL + timedelta(seconds=position)))


def cell_state(code: str, state: dict[str, Any]) -> dict[str, Any]:
    """A whole state from what differs."""
    usual = {"name": f"Chi bộ {code}", "kind": "village", "parent": "U", "members": {"full": 24, "exempt": 1}}
    return {"cell": code, "committee_size": 3, **usual, **state}


def sheet_of(on: str, excused: Sequence[str] = (), unexcused: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    """A sheet of a cell of 24 with one exempt member."""
    absences = [{"ref": ref, "excused": True} for ref in excused] + [
        {"ref": ref, "excused": False} for ref in unexcused
    ]
    day = date.fromisoformat(on)
    return {
        "held_on": on,
        "started_at": "08:00",
        "minutes": 95,
        "members": 24,
        "exempt": 1,
        "present": 23 - len(absences),
        "absences": absences,
        "speakers": 9,
        "steps": ["opening", "review", "tasks", "discussion", "resolution", "closing"],
        "documents_at": f"{day - timedelta(days=2)}T00:00:00Z",
        "minutes_filed_on": str(day + timedelta(days=1)),
        "targets": {"met": 17, "total": 20},
        **more,
    }


def bodies(events: Sequence[Arrived]) -> list[Any]:
    """The events' data."""
    return [orjson.loads(event.data) for event in events]
