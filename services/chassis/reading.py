"""Reading one message of the intake: from bytes nobody has looked at to a report, or to all that is wrong with it."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from services.contracts.base import FORMS, Contract, derived_id
from services.contracts.catalogue import REPORTS, Said, find, parse_type
from services.contracts.cloudevents import JSON, attributes
from services.contracts.receipts import Problem

SKEW = timedelta(minutes=5)
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z")
LONGEST = 200
"""Of what a publisher says, this many characters are said back, as a type or a path."""
log = logging.getLogger(__name__)


class Arrival(NamedTuple):
    """A message of the intake as it came: its place in the stream and the moment the stream took it."""

    subject: str
    headers: Mapping[str, str]
    data: bytes
    position: int
    at: datetime


@dataclass(frozen=True)
class Report:
    """A message that could be read. `recorded_at` is its knowledge time, `origin` its source."""

    service: str
    unit: str
    id: str
    kind: str
    data: Contract
    recorded_at: datetime
    arrived_at: datetime
    origin: str
    position: int

    @property
    def provenance(self) -> dict[str, Any]:
        """What every event says about the report it comes from (keyword arguments of `trigger_event`)."""
        return {
            "unit": self.unit,
            "cause": f"{self.unit}/{self.id}",
            "origin": self.origin,
            "timestamp": self.recorded_at,
        }


@dataclass(frozen=True)
class Reading:
    """What was made of an arrival: `report` is None exactly when there are problems."""

    unit: str
    id: str
    type: str | None
    digest: str
    report: Report | None
    problems: tuple[Problem, ...]

    @property
    def key(self) -> UUID:
        """Under which what becomes of it is stored: one for each of a unit's report ids."""
        return derived_id("intake", self.unit, self.id)


def read(arrival: Arrival, backdating: timedelta | None) -> Reading:
    """The report in an arrival, or all its problems. Never raises: one message must not hold up the others.

    A report's own `time` is its recording time when it is not older than `backdating` before its arrival
    (None: however old); otherwise the arrival is.
    """
    try:
        return _read(arrival, backdating)
    except Exception as error:
        log.exception("reading message %d on %s failed", arrival.position, arrival.subject)
        failed = f"the service failed to read this message ({type(error).__name__}); it is kept and was logged"
        digest = hashlib.sha256(arrival.data).hexdigest()
        return Reading(arrival.subject.split(".")[1], _unreadable(arrival), None, digest, None, (_wrong("", failed),))


def _read(arrival: Arrival, backdating: timedelta | None) -> Reading:
    _, unit, service, kind = arrival.subject.split(".")
    attrs = attributes(arrival.headers)
    wrong: list[Problem] = []
    id_ = attrs.get("id", "")
    if not KEY.match(id_):
        said_of_it = f"{_short(id_)} cannot be used as an id" if id_ else "missing"
        wrong.append(_wrong("id", said_of_it, "1 to 64 of A-Z a-z 0-9 _ -"))
        id_ = _unreadable(arrival)
    if attrs.get("specversion") != "1.0":
        wrong.append(_wrong("specversion", _short(attrs.get("specversion")), "1.0 (CloudEvents, binary mode)"))
    source = attrs.get("source", "")
    if not 0 < len(source) <= 200 or not source.isprintable():
        wrong.append(_wrong("source", _short(source) if source else "missing", "a URI of at most 200 characters"))
    if attrs.get("datacontenttype", JSON).partition(";")[0].strip().lower() != JSON:
        wrong.append(_wrong("datacontenttype", _short(attrs["datacontenttype"]), JSON))
    recorded_at = _recorded_at(attrs.get("time"), arrival.at, backdating, wrong)
    said, version = _said(service, kind, attrs.get("type"), wrong)
    data = _json(arrival.data, wrong)
    content = orjson.dumps([kind, version, data], option=orjson.OPT_SORT_KEYS) if data is not None else arrival.data
    digest = hashlib.sha256(content).hexdigest()
    model = _model(said, version, data, wrong) if said and data is not None else None
    report = None
    if not wrong and model is not None:
        report = Report(service, unit, id_, kind, model, recorded_at, arrival.at, source, arrival.position)
    type_ = attrs["type"][:LONGEST] if "type" in attrs else None
    return Reading(unit, id_, type_, digest, report, tuple(wrong))


def _unreadable(arrival: Arrival) -> str:
    return f"unreadable-{arrival.position}"


def _wrong(path: str, problem: str, expected: str | None = None) -> Problem:
    return Problem(path=path[:LONGEST], problem=problem, expected=expected)


def _recorded_at(given: str | None, arrived: datetime, backdating: timedelta | None, wrong: list[Problem]) -> datetime:
    if given is None:
        return arrived
    try:
        moment = datetime.fromisoformat(given)
        known = moment.tzinfo is not None
        moment = moment.astimezone(arrived.tzinfo)  # of a year 1 or 9999 there may be no such moment
    except (ValueError, OverflowError):
        known = False
    if not known:
        wrong.append(_wrong("time", f"{_short(given)} is not a moment", "like 2025-11-03T19:30:00+07:00"))
        return arrived
    if moment > arrived + SKEW:
        wrong.append(_wrong("time", f"{given} is in the future", f"not after {arrived.isoformat()}, when it arrived"))
        return arrived
    if backdating is not None and moment < arrived - backdating:
        return arrived
    return min(moment, arrived)


def _said(service: str, kind: str, given: str | None, wrong: list[Problem]) -> tuple[Said | None, int]:
    said = find("report", service, kind)
    if said is None:
        kinds = ", ".join(sorted(r.kind for r in REPORTS if r.service == service))
        wrong.append(_wrong("type", f"{service} knows no report {kind!r}", f"one of {kinds}"))
        return None, 0
    parsed = parse_type(given) if given else None
    if parsed is None or parsed[:3] != ("report", service, kind) or not 1 <= parsed[3] <= said.version:
        wrong.append(_wrong("type", _short(given) if given else "missing", said.type))
        return said, said.version
    return said, parsed[3]


def _json(data: bytes, wrong: list[Problem]) -> dict[str, Any] | None:
    try:
        found = orjson.loads(data)
        orjson.dumps([found])  # it reads deeper nesting than it writes; what is kept is one level deeper
    except (orjson.JSONDecodeError, orjson.JSONEncodeError) as error:
        wrong.append(_wrong("data", f"not JSON: {error}", "one JSON object in UTF-8"))
        return None
    if not isinstance(found, dict):
        wrong.append(_wrong("data", f"a JSON {type(found).__name__}", "one JSON object"))
        return None
    return found


def _model(said: Said, version: int, data: dict[str, Any], wrong: list[Problem]) -> Contract | None:
    try:
        current = said.upcast(version, data)
        # validated as JSON, so that dates and times are read from text and nothing else is coerced
        return said.model.model_validate_json(orjson.dumps(current), strict=None)
    except ValidationError as invalid:
        for error in invalid.errors(include_url=False):
            path = ".".join(["data", *(str(part) for part in error["loc"])])
            wrong.append(_wrong(path, *_told(error)))
        return None


def _told(error: ErrorDetails) -> tuple[str, str | None]:
    """What is wrong with a field and what would be right, in words where there are any."""
    kind, given, context = error["type"], _short(error["input"]), error.get("ctx", {})
    if kind in ("missing", "extra_forbidden"):
        return {"missing": "missing", "extra_forbidden": "not a field of this report"}[kind], None
    if kind == "string_too_short":
        return "empty", None
    if kind == "string_pattern_mismatch" and context["pattern"] in FORMS:
        return f"{given} cannot be used here", FORMS[context["pattern"]]
    if kind in ("enum", "literal_error"):
        return f"{given} is not among them", str(context["expected"]).replace("'", "")
    if kind in ("date_from_datetime_parsing", "date_parsing"):
        return f"{given} is no date", "like 2025-11-03"
    return f"{given}: {error['msg']}", None


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
