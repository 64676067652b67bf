"""Short ways to say the meetings' reports, and the registry that they are judged by."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from services.chassis.tree import Tree
from services.contracts import meetings as m
from services.contracts import observers as o
from services.contracts import thematic as y
from services.contracts.base import Contract
from services.contracts.registry import CellKind, CellState, Members, UnitKind, UnitState

NOTICE = datetime(2025, 3, 1, 1, 0, tzinfo=UTC)


def tree() -> Tree:
    """Two wards of a city; C1 of W1 has 24 members (22 in 2024); C2 was dissolved on 2025-02-01; C3 is W2's."""
    found = Tree()
    for code, parent, kind in (("CITY", None, "city"), ("W1", "CITY", "ward"), ("W2", "CITY", "ward")):
        unit = UnitState(unit=code, valid_from=date(2019, 1, 1), name=code, kind=UnitKind(kind), parent=parent)
        found.apply({"unit": code, "states": [unit.model_dump(mode="json")]}, NOTICE)
    states = [
        ("C1", "2020-01-01", "W1", 22, False),
        ("C1", "2025-01-01", "W1", 24, False),
        ("C2", "2020-01-01", "W1", 10, False),
        ("C2", "2025-02-01", "W1", 10, True),
        ("C3", "2020-01-01", "W2", 9, False),
    ]
    for code, since, parent, members, dissolved in states:
        cell = CellState(
            cell=code,
            valid_from=date.fromisoformat(since),
            name=code,
            kind=CellKind.VILLAGE,
            parent=parent,
            members=Members(full=members),
            dissolved=dissolved,
        )
        found.apply({"cell": code, "states": [cell.model_dump(mode="json")]}, NOTICE)
    return found


def sheet(on: str = "2025-03-03", members: int = 24, away: int = 2, **more: Any) -> m.Sheet:
    absences = [{"ref": f"m-{i:03d}", "excused": True} for i in range(away)]
    fields = {
        "held_on": on,
        "started_at": "19:30",
        "minutes": 95,
        "members": members,
        "present": members - away,
        "absences": absences,
        "speakers": 5,
    }
    return m.Sheet.model_validate(fields | more)


def about(meeting: str = "M1", cell: str = "C1") -> dict[str, Any]:
    return {"cell": cell, "meeting": meeting}


def scheduled(
    on: str = "2025-03-03", key: str = "M1", cell: str = "C1", kind: str = "regular", **more: Any
) -> Contract:
    return m.MeetingScheduled.model_validate({**about(key, cell), "kind": kind, "on": on, **more})


def rescheduled(on: str, key: str = "M1", **more: Any) -> Contract:
    return m.MeetingRescheduled.model_validate({**about(key), "on": on, **more})


def cancelled(key: str = "M1", reason: str = "mưa lũ") -> Contract:
    return m.MeetingCancelled.model_validate({**about(key), "reason": reason})


def held(on: str = "2025-03-03", key: str = "M1", cell: str = "C1", kind: str = "regular", **more: Any) -> Contract:
    part = {"thematic_part": m.MeetingKind(kind).has_theme}
    return m.MeetingHeld.model_validate({**about(key, cell), "kind": kind, "sheet": sheet(on, **(part | more))})


def corrected(on: str = "2025-03-03", key: str = "M1", kind: str | None = None, **more: Any) -> Contract:
    part = {"thematic_part": kind is not None and m.MeetingKind(kind).has_theme}
    said = {**about(key), "kind": kind, "sheet": sheet(on, **(part | more)), "reason": "nhầm"}
    return m.MeetingCorrected.model_validate(said)


def assessed(key: str = "M1", total: float = 88, votes: int | None = 22) -> Contract:
    vote = None if votes is None else {"for": votes - 1, "of": votes}
    said = {"criteria": "an-phu-2025", "marks": {"3.1": 3, "8.3": 1}, "total": total, "grade": "fair", "vote": vote}
    return m.MeetingSelfAssessed.model_validate({**about(key), "assessment": said})


def confirmed(on: str = "2025-03-04", key: str = "M1", by: str = "W1") -> Contract:
    said = {"by_unit": by, "on": on, "agrees": True}
    return m.MeetingConfirmed.model_validate({**about(key), "confirmation": said})


def withdrawn(key: str = "M1", reason: str = "nhầm chi bộ") -> Contract:
    return m.MeetingWithdrawn.model_validate({**about(key), "reason": reason})


def assigned(
    key: str = "A1", since: str = "2025-01-01", until: str | None = None, cell: str = "C1", **more: Any
) -> Contract:
    said = {"observer": "o-001", "standing": "party_body_staff", "line": "villages", **more}
    return o.ObserverAssigned.model_validate(
        {"cell": cell, "assignment": key, "valid_from": since, "valid_to": until, **said}
    )


def relieved(on: str = "2025-06-01", key: str = "A1", **more: Any) -> Contract:
    return o.ObserverRelieved.model_validate({"cell": "C1", "assignment": key, "on": on, **more})


def relief_withdrawn(key: str = "A1", reason: str = "nhầm người") -> Contract:
    return o.ReliefWithdrawn.model_validate({"cell": "C1", "assignment": key, "reason": reason})


def visited(
    key: str = "V1", meeting: str = "M1", on: str = "2025-03-03", assignment: str | None = None, **more: Any
) -> Contract:
    said = {"observer": "o-001", "on": on, "assignment": assignment, **more}
    return o.MeetingVisited.model_validate({"cell": "C1", "visit": key, "meeting": meeting, **said})


def unvisited(key: str = "V1", reason: str = "nhầm cuộc họp") -> Contract:
    return o.VisitWithdrawn.model_validate({"cell": "C1", "visit": key, "reason": reason})


def oriented(key: str = "D1", on: str = "2025-01-05", **more: Any) -> Contract:
    themes = more.pop("themes", [{"code": "CD-01", "title": "Nâng cao chất lượng sinh hoạt"}])
    said = {"document": key, "year": 2025, "themes": themes, "on": on, **more}
    return y.OrientationsPublished.model_validate(said)


def planned(key: str = "P1", on: str = "2025-01-10", cell: str = "C1", **more: Any) -> Contract:
    entries = more.pop("entries", [{"quarter": 1, "theme": "Nâng cao chất lượng", "orientation": "CD-01"}])
    said = {"cell": cell, "year": 2025, "plan": key, "on": on, "entries": entries, **more}
    return y.PlanSubmitted.model_validate(said)


def approved(key: str = "P1", on: str = "2025-01-20", **more: Any) -> Contract:
    return y.PlanApproved.model_validate({"cell": "C1", "year": 2025, "plan": key, "on": on, **more})


def returned(key: str = "P1", on: str = "2025-01-20", **more: Any) -> Contract:
    said = {"cell": "C1", "year": 2025, "plan": key, "on": on, "reason": "chưa sát định hướng", **more}
    return y.PlanReturned.model_validate(said)


def chosen(*cells: str, on: str = "2025-01-15", **more: Any) -> Contract:
    return y.ModelCellsChosen.model_validate({"year": 2025, "cells": cells, "on": on, **more})


def demonstrated(key: str = "MM1", on: str = "2025-05-20", cell: str = "C1", **more: Any) -> Contract:
    attended = more.pop("attended", {"W2": 3, "C3": 1})
    return y.ModelMeetingHeld.model_validate({**about(key, cell), "on": on, "attended": attended, **more})


def undemonstrated(key: str = "MM1", reason: str = "nhầm") -> Contract:
    return y.ModelMeetingWithdrawn.model_validate({**about(key), "reason": reason})
