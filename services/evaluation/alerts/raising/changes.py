"""What has to be recorded so that what stands is what holds. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from services.contracts.alerts import AlertStatus, Reason
from services.evaluation.alerts.rules.registry import LASTING
from services.evaluation.alerts.rules.thresholds import last_month_of

State = dict[str, Any]
"""An alert as `AlertRecorded` has it, ready for JSON. Never changed in place."""
TELLING = ("colour", "reason", "values", "due", "repeated", "basis", "set", "item")
"""What of an alert that stands makes it a changed one: the events behind it alone do not."""


def changes(
    holding: Mapping[str, State], standing: Mapping[str, State], today: date, watched: date
) -> Iterator[tuple[AlertStatus, State]]:
    """What is new of what holds, in the order of the ids: what became of it, and the alert with its present version.

    What stands and does not hold any more is resolved; it lapsed where its period is too long ago to be looked at.
    """
    for id_ in sorted({*holding, *standing}):
        holds, stands = holding.get(id_), standing.get(id_)
        if stands is None:
            assert holds is not None
            yield AlertStatus.RAISED, {**holds, "was": None}
        elif holds is None:
            status = AlertStatus.LAPSED if _lapsed(stands, today, watched) else AlertStatus.RESOLVED
            yield status, {**stands, "was": stands["colour"], "on": today.isoformat()}
        elif any(holds[name] != stands[name] for name in TELLING):
            yield AlertStatus.CHANGED, {**holds, "was": stands["colour"], "version": stands["version"]}


def _lapsed(alert: State, today: date, watched: date) -> bool:
    """Whether its period ended before the month `watched`. Some stay as long as it is so; decided years, one more."""
    if alert.get("reason") == Reason.ABOVE_QUOTA:
        return int(alert["period"]) < today.year - 1
    return alert["rule"] not in LASTING and last_month_of(alert["period"]) < watched
