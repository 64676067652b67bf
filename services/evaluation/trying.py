"""`rpc.evaluation.try`: what would become of a report, before it is sent. Nothing is recorded."""

from __future__ import annotations

from collections.abc import Callable

import orjson

from services.chassis.clock import Clock
from services.chassis.intake import Desk
from services.chassis.reading import Arrival
from services.contracts.bus import report_subject
from services.contracts.catalogue import find
from services.contracts.cloudevents import CloudEvent
from services.contracts.grades import Trial, Tried

SERVICE = "evaluation"


def trying(desk: Desk, clock: Clock) -> Callable[[Trial], Tried]:
    """Answers by reading and deciding exactly as the intake would at this moment."""

    def answer(question: Trial) -> Tried:
        said = find("report", SERVICE, question.kind)
        type_ = said.type if said else f"vn.nennep.report.{SERVICE}.{question.kind}.v1"
        event = CloudEvent(id="trial", source="urn:nennep:trial", type=type_, data=question.data)
        subject = report_subject(question.unit, SERVICE, question.kind)
        found = desk.attempt(Arrival(subject, event.headers(), orjson.dumps(question.data), 0, clock()))
        made = tuple(one.data for one in found.events)
        return Tried(problems=found.problems, waits=found.waits, events=made, warnings=found.warnings)

    return answer
