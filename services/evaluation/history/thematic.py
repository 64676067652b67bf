"""A year's work as known: orientations, plans, model cells and model meetings in their latest versions."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from services.contracts.meetings import MeetingKind
from services.evaluation.history.known import KNOWN, Dials
from services.evaluation.history.store import Connection
from services.evaluation.history.superseded import IN_FORCE
from services.evaluation.history.tree import known

COUNTED = tuple(kind.value for kind in MeetingKind if kind.counts_as_regular or kind.has_theme)
_YEAR = "SELECT * EXCLUDE (position) FROM {0} WHERE {1} AND {2} ORDER BY {3}, version, position"
_ORIENTATIONS = _YEAR.format("orientations", KNOWN, "true", "unit, document")
_PLANS = _YEAR.format("plans", KNOWN, "year = $year", "cell, plan")
_CHOICES = _YEAR.format("model_cells", KNOWN, "year = $year", "unit")
_MODELS = _YEAR.format("model_meetings", KNOWN, "true", "cell, meeting")
_HELD = f"""
SELECT cell, meeting, kind, held_on, coalesce(sheet_theme, theme) AS theme, event FROM meetings {IN_FORCE}
WHERE {KNOWN} AND status = 'held' AND kind IN {COUNTED} AND year(held_on) = $year ORDER BY cell, held_on, meeting
"""  # noqa: S608 - constants of ours

Row = dict[str, Any]


def orientations_known(con: Connection, year: int, dials: Dials) -> list[Row]:
    """Each document of orientations that is of the year: the table's columns, `events` all of its events."""
    return [row for row in _latest(con, _ORIENTATIONS, {}, dials, "unit", "document") if row["year"] == year]


def plans_known(con: Connection, year: int, dials: Dials) -> list[Row]:
    """Each submission of a plan of the year: the table's columns, `events` all of its events, `first_recorded_at` when
    it was said first; by cell and plan."""
    return _latest(con, _PLANS, {"year": year}, dials, "cell", "plan")


def choices_known(con: Connection, year: int, dials: Dials) -> list[Row]:
    """Each unit's choice of model cells for the year: the table's columns, `events` all of its events."""
    return _latest(con, _CHOICES, {"year": year}, dials, "unit")


def model_meetings_known(con: Connection, year: int, dials: Dials) -> list[Row]:
    """The model meetings of the year that were held and not withdrawn, by cell: the table's columns, `events`."""
    rows = _latest(con, _MODELS, {}, dials, "cell", "meeting")
    return [row for row in rows if row["status"] == "held" and row["on_date"].year == year]


def held_known(con: Connection, year: int, dials: Dials) -> list[Row]:
    """The regular, combined and thematic meetings held in the year: cell, meeting, kind, held_on, theme, event."""
    return _rows(con, _HELD, {"year": year}, dials)


def _latest(con: Connection, read: str, asked: dict[str, Any], dials: Dials, *key: str) -> list[Row]:
    found = []
    for _, versions in groupby(_rows(con, read, asked, dials), key=itemgetter(*key)):
        rows = list(versions)
        events = list(dict.fromkeys(row["event"] for row in rows))
        found.append({**rows[-1], "events": events, "first_recorded_at": rows[0]["recorded_at"]})
    return found


def _rows(con: Connection, read: str, asked: dict[str, Any], dials: Dials) -> list[Row]:
    rows: list[Row] = con.sql(read, params={**known(dials), **asked}).pl().to_dicts()
    return rows


def quarter_of(day: date) -> int:
    """The quarter that a day is in."""
    return (day.month + 2) // 3
