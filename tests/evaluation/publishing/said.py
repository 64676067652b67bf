"""Criteria documents, and the units that may publish them, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

UPPER = {"PROV": None, "CITY": "PROV", "W1": "CITY", "G1": "W1", "W2": "CITY", "GONE": None}
"""A province, its city, two wards, a grassroots committee in the first; and a root that was dissolved."""


class Town:
    """The units of `UPPER`, on any day (a `publishing.case.Units`)."""

    def line(self, unit: str, day: date) -> tuple[str, ...]:
        """The unit and those above it."""
        found: list[str] = []
        at: str | None = unit if unit in UPPER else None
        while at is not None:
            found.append(at)
            at = UPPER[at]
        return tuple(found)

    def lives(self, unit: str, day: date) -> bool:
        """All of them but one."""
        return unit in UPPER and unit != "GONE"


def title(text: str) -> dict[str, str]:
    """The same words in three languages."""
    return dict.fromkeys(("vi", "en", "bn"), text)


def document(
    id_: str = "own-1",
    since: str = "2026-06-01",
    to: str | None = None,
    units: Sequence[str] | None = None,
    *,
    minutes: int = 90,
    kinds: Sequence[str] = ("regular", "combined"),
    anchor: str | None = None,
    judged: bool = False,
    **changes: Any,
) -> dict[str, Any]:
    """A small document: 60 points for a meeting of so many `minutes`, 40 for an attendance of 90 %.

    With `judged` the duration is worth what it was marked, 5 at most (as in hd-42-2025), and the attendance the rest.
    """
    duration: dict[str, Any] = {"yes_no": {"all": [{"measure": "time.minutes", "at_least": minutes}]}}
    if judged:
        duration = {"judged": True, "aspects": ["time.duration"]}
    best = 5 if judged else 60
    force = {"from": since, "to": to, "anchor": anchor}
    return {
        "id": id_,
        "number": f"1-QĐ/{id_}",
        "title": title("A small set"),
        "issuer": "tests",
        "issued": "2025-01-01",
        "effective": {key: value for key, value in force.items() if value is not None},
        "applies_to": {"meeting_kinds": list(kinds), **({"units": list(units)} if units else {})},
        "scale": "points",
        "total": 100,
        "not_applicable": "drop",
        "grades": [
            {"grade": "good", "at_least": 90},
            {"grade": "fair", "at_least": 50, "below": 90},
            {"grade": "poor", "below": 50},
        ],
        "items": [
            {
                "code": "1",
                "title": title("Long enough"),
                "max": best,
                "reference": "1",
                **duration,
            },
            {
                "code": "2",
                "title": title("Well attended"),
                "max": 100 - best,
                "reference": "2",
                "yes_no": {"all": [{"measure": "attendance.rate", "at_least": 90}]},
            },
        ],
        **changes,
    }
