"""The tables of the history, as Arrow schemas; DuckDB's definitions follow from them.

Every table is append-only: one row per event (`log`, `meetings`, `assignments`, `visits`, `criteria`, `grades`,
`years`, `alerts`, `runs` and those of `thematic_tables`) or per state of an event (`cells`, `units`, with the state's
`ordinal` in its event), none ever updated. Documents, values and receipts are JSON text. Moments are UTC without a
zone. The one exception is `place`, a single row: the `position` up to which everything is in, and the position up to
which it is `scored`; both are written in the transaction that makes them true.

What is read by the million lies flat. Marks are whole hundredths, apart from the items they are for: sheets of one form
name the same items in the same order, so `marks_items` (the codes, a space between) is a handful of texts. The absent
are the references of the `excused` and of the `unexcused`; `reasons` are those of the former, then of the latter.
`superseded` says of a row of `meetings` (`position`) which later version (that of the event `by`, recorded `at`) took
its place: a version that is in force is one that nothing known supersedes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from services.evaluation.history.classified_tables import YEARS
from services.evaluation.history.columns import COUNT, COUNTS, DATE, MOMENT, TEXT, TEXTS, TIME
from services.evaluation.history.thematic_tables import MODEL_CELLS, MODEL_MEETINGS, ORIENTATIONS, PLANS

Fields = list[tuple[str, pa.DataType]]


def arrow_schema(fields: Fields) -> pa.Schema:
    """The schema of a table with these columns."""
    return pa.schema(fields)


LOG = arrow_schema(
    [
        ("position", pa.int64()),
        ("event", TEXT),
        ("type", TEXT),
        ("service", TEXT),
        ("kind", TEXT),
        ("unit", TEXT),
        ("cell", TEXT),
        ("recorded_at", MOMENT),
        ("arrived_at", MOMENT),
        ("origin", TEXT),
        ("cause", TEXT),
        ("problem", TEXT),
    ]
)
MEETINGS = arrow_schema(
    [
        ("position", pa.int64()),
        ("event", TEXT),
        ("recorded_at", MOMENT),
        ("cell", TEXT),
        ("meeting", TEXT),
        ("version", COUNT),
        ("status", TEXT),
        ("kind", TEXT),
        ("on_date", DATE),
        ("starts_at", TIME),
        ("planned_on", DATE),
        ("first_planned_on", DATE),
        ("notice_at", MOMENT),
        ("theme", TEXT),
        ("corrections", COUNT),
        ("reason", TEXT),
        ("held_on", DATE),
        ("started_at", TIME),
        ("minutes", COUNT),
        ("members", COUNT),
        ("exempt", COUNT),
        ("special_duty", COUNT),
        ("present", COUNT),
        ("excused", TEXTS),
        ("unexcused", TEXTS),
        ("reasons", TEXTS),
        ("speakers", COUNT),
        ("steps", TEXTS),
        ("sheet_notice_at", MOMENT),
        ("documents_at", MOMENT),
        ("minutes_filed_on", DATE),
        ("targets_met", COUNT),
        ("targets_total", COUNT),
        ("thematic_part", pa.bool_()),
        ("sheet_theme", TEXT),
        ("marks_criteria", TEXT),
        ("marks_items", TEXT),
        ("marks", COUNTS),
        ("self_total", pa.float64()),
        ("self_grade", TEXT),
        ("votes_for", COUNT),
        ("votes_of", COUNT),
        ("confirmed_by", TEXT),
        ("confirmed_on", DATE),
        ("agrees", pa.bool_()),
    ]
)
ASSIGNMENTS = arrow_schema(
    [
        ("position", pa.int64()),
        ("event", TEXT),
        ("recorded_at", MOMENT),
        ("cell", TEXT),
        ("assignment", TEXT),
        ("version", COUNT),
        ("observer", TEXT),
        ("standing", TEXT),
        ("line", TEXT),
        ("by_unit", TEXT),
        ("valid_from", DATE),
        ("valid_to", DATE),
        ("relieved_on", DATE),
        ("reason", TEXT),
    ]
)
VISITS = arrow_schema(
    [
        ("position", pa.int64()),
        ("event", TEXT),
        ("recorded_at", MOMENT),
        ("cell", TEXT),
        ("visit", TEXT),
        ("version", COUNT),
        ("status", TEXT),
        ("meeting", TEXT),
        ("observer", TEXT),
        ("assignment", TEXT),
        ("on_date", DATE),
        ("guidance", TEXT),
        ("marks_criteria", TEXT),
        ("marks_items", TEXT),
        ("marks", COUNTS),
        ("total", pa.float64()),
        ("grade", TEXT),
        ("agrees", pa.bool_()),
        ("reason", TEXT),
    ]
)
CELLS = arrow_schema(
    [
        ("position", pa.int64()),
        ("ordinal", COUNT),
        ("event", TEXT),
        ("recorded_at", MOMENT),
        ("cell", TEXT),
        ("valid_from", DATE),
        ("name", TEXT),
        ("kind", TEXT),
        ("parent", TEXT),
        ("members_full", COUNT),
        ("probationary", COUNT),
        ("exempt", COUNT),
        ("special_duty", COUNT),
        ("has_secretary", pa.bool_()),
        ("concurrent_post", TEXT),
        ("on_upper_committee", pa.bool_()),
        ("committee_size", COUNT),
        ("hardship", pa.bool_()),
        ("dissolved", pa.bool_()),
        ("successors", TEXTS),
    ]
)
UNITS = arrow_schema(
    [
        ("position", pa.int64()),
        ("ordinal", COUNT),
        ("event", TEXT),
        ("recorded_at", MOMENT),
        ("unit", TEXT),
        ("valid_from", DATE),
        ("name", TEXT),
        ("kind", TEXT),
        ("parent", TEXT),
        ("dissolved", pa.bool_()),
    ]
)
CRITERIA = arrow_schema(
    [
        ("position", pa.int64()),
        ("event", TEXT),
        ("recorded_at", MOMENT),
        ("set", TEXT),
        ("version", COUNT),
        ("status", TEXT),
        ("hash", TEXT),
        ("document", TEXT),
        ("reason", TEXT),
    ]
)
GRADES = arrow_schema(
    [
        ("position", pa.int64()),
        ("event", TEXT),
        ("recorded_at", MOMENT),
        ("cell", TEXT),
        ("period", TEXT),
        ("version", COUNT),
        ("status", TEXT),
        ("meeting", TEXT),
        ("grade", TEXT),
        ("points", pa.float64()),
        ("note", TEXT),
        ("number", TEXT),
        ("decided_on", DATE),
        ("decided_by", TEXT),
        ("list", TEXT),
        ("replaces", TEXT),
        ("reason", TEXT),
    ]
)
ALERTS = arrow_schema(
    [
        ("position", pa.int64()),
        ("event", TEXT),
        ("recorded_at", MOMENT),
        ("alert", TEXT),
        ("version", COUNT),
        ("status", TEXT),
        ("rule", TEXT),
        ("colour", TEXT),
        ("was", TEXT),
        ("cell", TEXT),
        ("unit", TEXT),
        ("meeting", TEXT),
        ("observer", TEXT),
        ("period", TEXT),
        ("due", DATE),
        ("since", DATE),
        ("on_date", DATE),
        ("repeated", COUNT),
        ("reason", TEXT),
        ("said", TEXT),
        ("events", TEXTS),
        ("basis", TEXT),
        ("criteria", TEXT),
        ("item", TEXT),
    ]
)
RUNS = arrow_schema(
    [("position", pa.int64()), ("event", TEXT), ("recorded_at", MOMENT), ("run", TEXT), ("receipt", TEXT)]
)
GAPS = arrow_schema([("first", pa.int64()), ("last", pa.int64())])
SUPERSEDED = arrow_schema([("position", pa.int64()), ("by", pa.int64()), ("at", MOMENT)])

SCHEMAS: dict[str, pa.Schema] = {
    "log": LOG,
    "meetings": MEETINGS,
    "assignments": ASSIGNMENTS,
    "visits": VISITS,
    "cells": CELLS,
    "units": UNITS,
    "criteria": CRITERIA,
    "grades": GRADES,
    "orientations": ORIENTATIONS,
    "plans": PLANS,
    "model_cells": MODEL_CELLS,
    "model_meetings": MODEL_MEETINGS,
    "years": YEARS,
    "alerts": ALERTS,
    "runs": RUNS,
    "gaps": GAPS,
    "superseded": SUPERSEDED,
}

_NAMES = {pa.int64(): "BIGINT", COUNT: "INTEGER", TEXT: "VARCHAR", DATE: "DATE", TIME: "TIME", MOMENT: "TIMESTAMP"}
_NAMES |= {pa.bool_(): "BOOLEAN", pa.float64(): "DOUBLE"}


def arrow_table(schema: pa.Schema, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Rows as an Arrow table of this schema. Raises pyarrow's errors for a value that its column cannot hold."""
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table(
        [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)], schema=schema
    )


def duckdb_type(kind: pa.DataType) -> str:
    """The name DuckDB has for an Arrow type, lists included."""
    return f"{duckdb_type(kind.value_type)}[]" if pa.types.is_list(kind) else _NAMES[kind]


def create_table(name: str, schema: pa.Schema) -> str:
    """The statement that creates a table where it is missing."""
    columns = ", ".join(f'"{field.name}" {duckdb_type(field.type)}' for field in schema)
    return f"CREATE TABLE IF NOT EXISTS {name} ({columns})"
