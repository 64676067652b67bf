"""Rows of alerts (see `rows`)."""

from __future__ import annotations

from datetime import date

import orjson

from services.contracts.alerts import AlertStatus, Colour, Reason, Rule
from services.evaluation.history.values import Data, Row, Stamp

_STATUSES = {status.value: status.value for status in AlertStatus}
_RULES = {rule.value: rule.value for rule in Rule}
_COLOURS = {None: None} | {colour.value: colour.value for colour in Colour}
_REASONS = {reason.value: reason.value for reason in Reason}


def alert_rows(stamp: Stamp, data: Data) -> list[Row]:
    """The row of an alert (`AlertRecorded`); `said` is the JSON of its values."""
    return [
        (
            *stamp,
            data["alert"],
            data["version"],
            _STATUSES[data["status"]],
            _RULES[data["rule"]],
            _COLOURS[data["colour"]],
            _COLOURS[data.get("was")],
            data.get("cell"),
            data.get("unit"),
            data.get("meeting"),
            data.get("observer"),
            data["period"],
            date.fromisoformat(data["due"]),
            date.fromisoformat(data["since"]),
            date.fromisoformat(data["on"]),
            data["repeated"],
            _REASONS[data["reason"]],
            orjson.dumps(data.get("values", {})).decode(),
            list(data.get("events", ())),
            data["basis"],
            data.get("set"),
            data.get("item"),
        )
    ]
