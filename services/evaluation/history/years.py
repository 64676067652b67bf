"""The yearly classifications as known: every event of a subject's year, and the subjects there are."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any, NamedTuple

import polars as pl

from services.contracts.classification import Level
from services.evaluation.history.known import KNOWN, NOW, Dials
from services.evaluation.history.store import Connection
from services.evaluation.history.tree import CELLS_ON, UNITS_ON, known

_SAID = f"""
SELECT * EXCLUDE (position) FROM years WHERE {KNOWN} AND year = $year ORDER BY level, subject, version, position
"""  # noqa: S608 - constants of ours
_SUBJECTS = f"""
SELECT 'cell' AS level, cell AS subject, name, kind, parent FROM ({CELLS_ON}) WHERE NOT dissolved
UNION ALL
SELECT 'unit', unit, name, kind, parent FROM ({UNITS_ON}) WHERE NOT dissolved
ORDER BY level, subject
"""  # noqa: S608
Key = tuple[Level, str]
Said = dict[str, Any]
"""A row of `years`, but for its position."""


class Standing(NamedTuple):
    """A cell or unit on a day: its name, kind, and the unit right above it (None: it is a root)."""

    level: Level
    subject: str
    name: str
    kind: str
    parent: str | None


def years_known(con: Connection, year: int, dials: Dials = NOW) -> dict[Key, list[Said]]:
    """All known events of a year's classifications by subject, oldest first."""
    found: dict[Key, list[Said]] = defaultdict(list)
    rows = con.sql(_SAID, params={**known(dials), "year": year}).pl()
    for row in rows.with_columns(pl.col("recorded_at").dt.replace_time_zone("UTC")).to_dicts():
        found[Level(row["level"]), row["subject"]].append(row)
    return dict(found)


def subjects_on(con: Connection, day: date, dials: Dials = NOW) -> list[Standing]:
    """Every cell and unit that stood on a day, cells first, in the order of codes."""
    rows = con.execute(_SUBJECTS, {**known(dials), "day": day}).fetchall()
    return [Standing(Level(level), *rest) for level, *rest in rows]
