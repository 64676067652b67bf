"""Reading what a unit wants to publish: one structured CloudEvent (JSON) a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from difflib import get_close_matches

import orjson
from pydantic import ValidationError

from services.chassis.wire import header_size
from services.contracts.bus import INTAKE_SERVICES, MAX_REPORT_BYTES
from services.contracts.catalogue import REPORTS, Said, find, parse_type
from services.contracts.cloudevents import CloudEvent
from services.contracts.receipts import Outcome, Problem, Receipt

Entry = CloudEvent | Receipt
"""A line: an event to publish, or the receipt of one that cannot be (position 0: it never reached the bus)."""

NO_SERVICE = "none"


def read_lines(lines: Iterable[bytes], unit: str) -> Iterator[Entry]:
    """Every line that is not blank, in order."""
    for number, line in enumerate(lines, 1):
        if text := line.strip():
            yield read_line(text, number, unit)


def read_line(line: bytes, number: int, unit: str) -> Entry:
    """The event on a line, or a rejection that names all that keeps it from being published."""
    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return rejection(unit, f"line-{number}", None, Problem(path="", problem=f"not JSON: {error}", expected=SHAPE))
    if not isinstance(given, dict):
        wrong = Problem(path="", problem=f"a JSON {type(given).__name__}", expected=SHAPE)
        return rejection(unit, f"line-{number}", None, wrong)
    problems: list[Problem] = []
    event = None
    try:
        event = CloudEvent.model_validate_json(line)
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False)
        problems += [_problem(".".join(map(str, e["loc"])), _SAID.get(e["type"], e["msg"])) for e in errors]
    type_ = given.get("type")
    if isinstance(type_, str) and (problem := _unknown_type(type_)):
        problems.append(problem)
    if event:
        problems += _unsendable(event)
    if event and not problems:
        return event
    id_ = given.get("id")
    usable = isinstance(id_, str) and not any(p.path == "id" for p in problems)
    return rejection(
        unit, str(id_) if usable else f"line-{number}", type_ if isinstance(type_, str) else None, *problems
    )


_SAID = {"missing": "is missing", "extra_forbidden": "is no attribute of a CloudEvent"}
SHAPE = 'one CloudEvent as a JSON object on one line: {"specversion":"1.0","id":…,"source":…,"type":…,"data":{…}}'


def rejection(unit: str, id_: str, type_: str | None, *problems: Problem) -> Receipt:
    """The receipt of what never reached the bus."""
    said = said_by(type_) if type_ else None
    return Receipt(
        id=id_,
        unit=unit,
        service=said.service if said else NO_SERVICE,
        type=type_,
        outcome=Outcome.REJECTED,
        problems=problems,
        recorded_at=datetime.now(UTC),
        position=0,
    )


def said_by(type_: str) -> Said | None:
    """The report of this versioned type, or None when no service takes it."""
    match parse_type(type_):
        case ("report", service, kind, version) if service in INTAKE_SERVICES:
            said = find("report", service, kind)
            return said if said and 1 <= version <= said.version else None
    return None


def _problem(path: str, problem: str, expected: str | None = None) -> Problem:
    return Problem(path=path, problem=problem, expected=expected)


def _unknown_type(type_: str) -> Problem | None:
    if said_by(type_):
        return None
    known = [said.type for said in REPORTS]
    near = get_close_matches(type_, known, n=1, cutoff=0.3)
    expected = f"perhaps {near[0]}" if near else "vn.nennep.report.<service>.<Kind>.v<N>"
    return _problem("type", f"no service takes {type_[:100]!r}", expected)


def _unsendable(event: CloudEvent) -> list[Problem]:
    problems = [
        _problem(name.removeprefix("ce-"), "holds a character that cannot be printed", "text on one line")
        for name, value in event.headers().items()
        if not value.isprintable()
    ]
    try:
        body = event.body()
    except TypeError as error:  # an integer of more than 64 bits
        return [*problems, _problem("data", f"cannot be sent: {error}")]
    if (bytes_ := header_size(event.headers()) + len(body)) > MAX_REPORT_BYTES:
        limit = f"at most {MAX_REPORT_BYTES:,} bytes"
        problems.append(_problem("", f"too large: {bytes_:,} bytes with its headers", limit))
    return problems
