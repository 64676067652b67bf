"""How far a year has come, as the evaluation answers it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

import orjson

from services.cli.place import Place, bus_at, question
from services.contracts.classification import Classified, YearOf

STAGES = ("proposed", "appraised", "decided")
POINTS = ("common", "results", "total", "grade", "earned", "veto", "note", "number", "on", "by")
PLAIN = (
    "subject",
    "level",
    "name",
    "kind",
    "unit",
    "unit_name",
    "rule",
    "rolled_by",
    "rolled_how",
    "rolled_grade",
    "rolled_points",
    "rolled_lower",
    "rolled_upper",
    "component_points",
    "component_lower",
    "component_upper",
    "component_of",
    "status",
)
MISSING = ("next", "next_by", "deadline", "waiting", "waits_for")
COLUMNS = (*PLAIN, *(f"{stage}_{name}" for stage in STAGES for name in POINTS), *MISSING)
"""What CSV has, in this order; further columns may follow in later versions."""

EVENT = (
    *("subject", "level", "version", "status", "on", "by", "number", "list", "reason"),
    *("event", "replaces", "recorded_at", "rule", "rule_hash"),
)
"""What is said of every event (`--history`)."""


class YearShown(NamedTuple):
    """Subjects, quotas and rules, ready for JSON."""

    subjects: list[dict[str, Any]]
    quotas: list[dict[str, Any]]
    rules: dict[str, dict[str, Any]]


async def asked(place: Place, of: YearOf) -> YearShown:
    """The answer to the question."""
    async with bus_at(place) as bus:
        found = (await question(bus, "evaluation", "year", of)).table()
    said = {name: orjson.loads(found.schema.metadata[name.encode()]) for name in ("quotas", "rules")}
    return YearShown([_plain(row) for row in found.to_pylist()], said["quotas"], said["rules"])


def events(shown: YearShown) -> list[dict[str, Any]]:
    """Every event of the subjects, oldest first of each."""
    found = [{**row, **event} for row in shown.subjects for event in row["events"]]
    return [{name: one[name] for name in EVENT} for one in found]


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """A subject as a line of CSV."""
    stages = {f"{stage}_{name}": (row[stage] or {}).get(name) for stage in STAGES for name in POINTS}
    return {**row, **stages, "waits_for": " ".join(row["waits_for"])}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


class Copied(NamedTuple):
    """Lines for the subjects right below a unit, and why others of them have none."""

    lines: list[Classified]
    left_out: list[str]


def copied(shown: YearShown, unit: str, step: str) -> Copied:
    """What was said at the step before, as lines of this one (`appraise` or `decide`), as far as it is due."""
    stage = {"appraise": "proposed", "decide": "appraised"}[step]
    found = Copied([], [])
    for row in shown.subjects:
        if row["unit"] != unit:
            continue
        if row["next"] != step or row[stage] is None:
            stands = row["status"] or "not proposed yet"
            found.left_out.append(f"{row['subject']}: {stands}")
        elif step == "decide" and row["waiting"]:
            found.left_out.append(f"{row['subject']}: {row['waiting']} below it undecided")
        else:
            said = {name: row[stage][name] for name in ("common", "results", "grade", "veto", "note")}
            found.lines.append(Classified.model_validate({"subject": row["subject"], "level": row["level"], **said}))
    return found
