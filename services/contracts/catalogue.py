"""Every type that may be said, by its versioned name, and the upcasters that bring old versions up to date.

`vn.nennep.report.<service>.<Kind>.v<N>` is what a unit reports, `vn.nennep.event.<service>.<Kind>.v<N>` what a
service published. A changed model needs a new version and, for as long as the old one may still be said (events:
for ever), an upcaster. `schemas/` holds the JSON Schema of every version; a test fails when one changes unversioned.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from services.contracts import (
    alerts,
    classification,
    criteria,
    evaluation,
    grades,
    meetings,
    observers,
    registry,
    rescoring,
    thematic,
)
from services.contracts.base import Contract

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
Role = Literal["report", "event"]
VERSION = re.compile(r"v[0-9]{1,6}")


@dataclass(frozen=True)
class Said:
    """One kind of message: who it is for (report) or from (event), its current version, its model, its upcasters.

    `upcasters[n]` turns the data of version n into that of version n + 1.
    """

    role: Role
    service: str
    kind: str
    model: type[Contract]
    upcasters: tuple[tuple[int, Upcaster], ...] = ()
    version: int = 1

    @property
    def type(self) -> str:
        """The versioned type, as CloudEvents' `type`."""
        return f"vn.nennep.{self.role}.{self.service}.{self.kind}.v{self.version}"

    def upcast(self, version: int, data: dict[str, Any]) -> dict[str, Any]:
        """Data of an older version as the current version has it."""
        for before in range(version, self.version):
            data = dict(self.upcasters)[before](data)
        return data


def secretary_v1_to_v2(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 knew only whether the secretary heads the village."""
    heads = data.get("heads_village", False)
    rest = {key: value for key, value in data.items() if key != "heads_village"}
    return {**rest, "concurrent_post": "village_head" if heads else "none"}


UNIT_KINDS = (registry.UnitEstablished, registry.UnitRenamed, registry.UnitReparented, registry.UnitDissolved)
CELL_KINDS = (
    registry.CellEstablished,
    registry.CellRenamed,
    registry.CellReparented,
    registry.CellReclassified,
    registry.CellMerged,
    registry.CellSplit,
    registry.CellDissolved,
    registry.MembershipChanged,
    registry.SecretaryRelieved,
    registry.CommitteeFormed,
    registry.HardshipDesignated,
    registry.HardshipLifted,
)
MEETING_KINDS = (
    meetings.MeetingScheduled,
    meetings.MeetingRescheduled,
    meetings.MeetingCancelled,
    meetings.MeetingHeld,
    meetings.MeetingSelfAssessed,
    meetings.MeetingConfirmed,
    meetings.MeetingCorrected,
    meetings.MeetingWithdrawn,
)
ASSIGNMENT_KINDS = (observers.ObserverAssigned, observers.ObserverRelieved, observers.ReliefWithdrawn)
VISIT_KINDS = (observers.MeetingVisited, observers.VisitWithdrawn)
PLAN_KINDS = (thematic.PlanSubmitted, thematic.PlanApproved, thematic.PlanReturned)
MODEL_KINDS = (thematic.ModelMeetingHeld, thematic.ModelMeetingWithdrawn)
CRITERIA_KINDS = (criteria.CriteriaPublished, criteria.CriteriaAmended, criteria.CriteriaWithdrawn)
ALERT_KINDS = ("AlertRaised", "AlertChanged", "AlertCleared")
GRADE_KINDS = (grades.GradesDecided, grades.GradeCancelled, grades.GradeReclassified)
YEAR_END_KINDS = (
    classification.YearProposed,
    classification.YearAppraised,
    classification.YearDecided,
    classification.YearCancelled,
    classification.YearReclassified,
)

REPORTS = (
    *(
        Said("report", "registry", model.__name__, model)
        for model in (*UNIT_KINDS, *CELL_KINDS, registry.TreeReorganised)
    ),
    Said(
        "report", "registry", "SecretaryAppointed", registry.SecretaryAppointed, ((1, secretary_v1_to_v2),), version=2
    ),
    *(Said("report", "meetings", model.__name__, model) for model in (*MEETING_KINDS, *ASSIGNMENT_KINDS, *VISIT_KINDS)),
    *(
        Said("report", "meetings", model.__name__, model)
        for model in (thematic.OrientationsPublished, *PLAN_KINDS, thematic.ModelCellsChosen, *MODEL_KINDS)
    ),
    *(
        Said("report", "evaluation", model.__name__, model)
        for model in (*CRITERIA_KINDS, *GRADE_KINDS, *YEAR_END_KINDS)
    ),
)
EVENTS = (
    *(Said("event", "registry", model.__name__, registry.UnitRecorded) for model in UNIT_KINDS),
    *(Said("event", "registry", model.__name__, registry.CellRecorded) for model in CELL_KINDS),
    Said("event", "registry", "SecretaryAppointed", registry.CellRecorded),
    *(Said("event", "meetings", model.__name__, meetings.MeetingRecorded) for model in MEETING_KINDS),
    *(Said("event", "meetings", model.__name__, observers.AssignmentRecorded) for model in ASSIGNMENT_KINDS),
    *(Said("event", "meetings", model.__name__, observers.VisitRecorded) for model in VISIT_KINDS),
    Said("event", "meetings", "OrientationsPublished", thematic.OrientationsRecorded),
    *(Said("event", "meetings", model.__name__, thematic.PlanRecorded) for model in PLAN_KINDS),
    Said("event", "meetings", "ModelCellsChosen", thematic.ModelCellsRecorded),
    *(Said("event", "meetings", model.__name__, thematic.ModelMeetingRecorded) for model in MODEL_KINDS),
    *(Said("event", "evaluation", model.__name__, criteria.CriteriaRecorded) for model in CRITERIA_KINDS),
    *(
        Said("event", "evaluation", kind, grades.GradeRecorded)
        for kind in ("GradeDecided", "GradeCancelled", "GradeReclassified")
    ),
    *(Said("event", "evaluation", kind, alerts.AlertRecorded) for kind in ALERT_KINDS),
    *(Said("event", "evaluation", model.__name__, classification.YearRecorded) for model in YEAR_END_KINDS),
    Said("event", "evaluation", "RunMade", rescoring.RunMade),
    Said("event", "evaluation", "ScoreChanged", evaluation.ScoreChanged),
)


@cache
def _by_name() -> dict[tuple[str, str, str], Said]:
    return {(said.role, said.service, said.kind): said for said in (*REPORTS, *EVENTS)}


def find(role: Role, service: str, kind: str) -> Said | None:
    """The kind of message of this name, or None when nobody says such a thing."""
    return _by_name().get((role, service, kind))


@lru_cache(maxsize=256)
def parse_type(value: str) -> tuple[str, str, str, int] | None:
    """(role, service, kind, version) of a versioned type, or None when it is not one of ours."""
    parts = value.split(".")
    if len(parts) != 6 or parts[:2] != ["vn", "nennep"] or not VERSION.fullmatch(parts[5]):
        return None
    return parts[2], parts[3], parts[4], int(parts[5][1:])
