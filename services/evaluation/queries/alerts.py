"""`rpc.evaluation.alerts`: what stands, gravest first, with names, and how much of it there is."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import orjson

from services.contracts.alerts import AlertCount, AlertLine, AlertRecorded, Alerts, AlertsOf, Colour, Rule
from services.evaluation.history.known import KNOWN, Dials
from services.evaluation.history.store import Connection, position
from services.evaluation.history.tree import CELLS_ON, SUBTREE, UNITS_ON, known, require_cell, require_unit

_ALERTS = f"""
WITH RECURSIVE cells_on AS ({CELLS_ON}), units_on AS ({UNITS_ON}), {SUBTREE},
latest AS (
    SELECT *, max(recorded_at) FILTER (status = 'raised') OVER (PARTITION BY alert) AS raised_at
    FROM alerts WHERE {KNOWN}
    QUALIFY row_number() OVER (PARTITION BY alert ORDER BY version DESC, position DESC) = 1
)
SELECT a.* EXCLUDE (position), c.name AS cell_name, coalesce(a.unit, c.parent) AS above, u.name AS unit_name
FROM latest a LEFT JOIN cells_on c ON c.cell = a.cell LEFT JOIN units_on u ON u.unit = coalesce(a.unit, c.parent)
WHERE ($cleared OR a.status IN ('raised', 'changed'))
    AND ($cell::VARCHAR IS NULL OR a.cell = $cell)
    AND ($unit::VARCHAR IS NULL OR coalesce(a.unit, c.parent) IN (FROM subtree))
    AND ($rule::VARCHAR IS NULL OR a.rule = $rule)
    AND ($colour::VARCHAR IS NULL OR a.colour = $colour)
    AND ($period::VARCHAR IS NULL OR a.period = $period OR CASE WHEN len($period) = 4 THEN a.period[:4] = $period
        WHEN $period[6] = 'Q' THEN a.period[:4] || '-Q' || ((TRY_CAST(a.period[6:] AS INTEGER) + 2) // 3) = $period END)
ORDER BY a.status NOT IN ('raised', 'changed'), list_position(['red', 'orange', 'yellow'], a.colour), a.since, a.rule,
    a.cell, a.unit, a.alert
"""  # noqa: S608 - constants of ours


def alerts(con: Connection, question: AlertsOf, today: date, looked_at: datetime | None = None) -> Alerts:
    """The alerts asked for, as known (`looked_at`: see `Alerts`). Refuses unknown cells and units."""
    if question.cell:
        require_cell(con, question.cell)
    if question.unit:
        require_unit(con, question.unit)
    asked = {name: getattr(question, name) for name in ("cell", "unit", "rule", "colour", "period", "cleared")}
    found = con.sql(_ALERTS, params={**known(Dials(known_at=question.known_at)), "day": today, **asked})
    names = found.columns
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return Alerts(
        alerts=tuple(_line(row) for row in rows[: question.limit]),
        counts=tuple(_counts(rows)),
        total=len(rows),
        position=position(con),
        looked_at=looked_at,
    )


def _line(row: dict[str, Any]) -> AlertLine:
    said = {name: row[name] for name in AlertRecorded.model_fields if name in row}
    renamed = {"values": orjson.loads(row["said"]), "on": row["on_date"], "set": row["criteria"]}
    return AlertLine(
        alert=AlertRecorded.model_validate({**said, **renamed}),
        event=row["event"],
        recorded_at=row["recorded_at"].replace(tzinfo=UTC),
        raised_at=(row["raised_at"] or row["recorded_at"]).replace(tzinfo=UTC),
        cell_name=row["cell_name"],
        unit=row["above"],
        unit_name=row["unit_name"],
    )


def _counts(rows: list[dict[str, Any]]) -> list[AlertCount]:
    open_, all_ = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for row in rows:
        all_[row["rule"], row["colour"]] += 1
        open_[row["rule"], row["colour"]] += row["status"] in ("raised", "changed")
    return [
        AlertCount(
            rule=rule, colour=colour, alerts=open_[rule, colour], cleared=all_[rule, colour] - open_[rule, colour]
        )
        for rule in Rule
        for colour in Colour
        if all_[rule, colour]
    ]
