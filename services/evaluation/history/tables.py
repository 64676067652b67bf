"""The tables of the history, as Arrow schemas; DuckDB's definitions follow from them.

Every table is append-only: one row per event (`log`, `meetings`, `criteria`, `runs`) or per state of an event (`cells`,
`units`, with the state's `ordinal` in its event), none ever updated. Documents and receipts are JSON text. Moments are
UTC without a zone. The one exception is `place`, a single row: the `position` up to which everything is in, and the
position up to which it is `scored`; both are written in the transaction that makes them true.

Marks lie apart from the items they are for: sheets of one form name the same items in the same order, so `marks_items`
(the codes, a space between) is a handful of texts for millions of lists of numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

Fields = list[tuple[str, pa.DataType]]


def arrow_schema(fields: Fields) -> pa.Schema:
    """The schema of a table with these columns."""
    return pa.schema(fields)


MOMENT = pa.timestamp("us")
TIME = pa.time64("us")
DATE = pa.date32()
TEXT = pa.string()
COUNT = pa.int32()
ABSENCES = pa.list_(pa.struct([("ref", TEXT), ("excused", pa.bool_()), ("reason", TEXT)]))

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
        ("absences", ABSENCES),
        ("speakers", COUNT),
        ("steps", pa.list_(TEXT)),
        ("sheet_notice_at", MOMENT),
        ("documents_at", MOMENT),
        ("minutes_filed_on", DATE),
        ("targets_met", COUNT),
        ("targets_total", COUNT),
        ("thematic_part", pa.bool_()),
        ("sheet_theme", TEXT),
        ("marks_criteria", TEXT),
        ("marks_items", TEXT),
        ("marks", pa.list_(pa.float64())),
        ("self_total", pa.float64()),
        ("self_grade", TEXT),
        ("votes_for", COUNT),
        ("votes_of", COUNT),
        ("confirmed_by", TEXT),
        ("confirmed_on", DATE),
        ("agrees", pa.bool_()),
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
        ("successors", pa.list_(TEXT)),
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
RUNS = arrow_schema(
    [("position", pa.int64()), ("event", TEXT), ("recorded_at", MOMENT), ("run", TEXT), ("receipt", TEXT)]
)
GAPS = arrow_schema([("first", pa.int64()), ("last", pa.int64())])

SCHEMAS: dict[str, pa.Schema] = {
    "log": LOG,
    "meetings": MEETINGS,
    "cells": CELLS,
    "units": UNITS,
    "criteria": CRITERIA,
    "runs": RUNS,
    "gaps": GAPS,
}

_NAMES = {pa.int64(): "BIGINT", COUNT: "INTEGER", TEXT: "VARCHAR", DATE: "DATE", TIME: "TIME", MOMENT: "TIMESTAMP"}
_NAMES |= {pa.bool_(): "BOOLEAN", pa.float64(): "DOUBLE"}


def arrow_table(schema: pa.Schema, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Rows as an Arrow table of this schema. Raises pyarrow's errors for a value that its column cannot hold."""
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table([_array(values, field.type) for values, field in zip(columns, schema, strict=True)], schema=schema)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array[Any]:
    """A column; lists of structs (dictionaries) are laid flat first, several times faster than pyarrow's own way."""
    if not (pa.types.is_list(kind) and pa.types.is_struct(kind.value_type)):
        return pa.array(values, kind)
    fields = list(kind.value_type)
    offsets, length = [], 0
    for value in values:
        offsets.append(None if value is None else length)
        length += len(value or ())
    flat = [item for value in values if value for item in value]
    columns = [[item.get(field.name) for item in flat] for field in fields]
    children = [pa.array(column, field.type) for column, field in zip(columns, fields, strict=True)]
    structs = pa.StructArray.from_arrays(children, fields=fields)
    return pa.ListArray.from_arrays(pa.array([*offsets, length], pa.int32()), structs)


def duckdb_type(kind: pa.DataType) -> str:
    """The name DuckDB has for an Arrow type, nested ones included."""
    if pa.types.is_list(kind):
        return f"{duckdb_type(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        return f"STRUCT({', '.join(f'{field.name} {duckdb_type(field.type)}' for field in kind)})"
    return _NAMES[kind]


def create_table(name: str, schema: pa.Schema) -> str:
    """The statement that creates a table where it is missing."""
    columns = ", ".join(f'"{field.name}" {duckdb_type(field.type)}' for field in schema)
    return f"CREATE TABLE IF NOT EXISTS {name} ({columns})"
