"""The yearly classifications as known: every event of a subject's year, and the subjects there are."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import polars as pl

from services.contracts.classification import Level
from services.evaluation.history.known import KNOWN, NOW, Dials
from services.evaluation.history.store import Connection
from services.evaluation.history.tree import CELLS_ON, UNITS_ON, known
from services.evaluation.yearend.load import Rules
from services.evaluation.yearend.standing import Classification, Key, Said, Standing

_SAID = f"""
SELECT * EXCLUDE (position) FROM years WHERE {KNOWN} AND year = $year
QUALIFY row_number() OVER (PARTITION BY level, subject, version ORDER BY position DESC) = 1
ORDER BY level, subject, version
"""  # noqa: S608 - constants of ours
_SUBJECTS = f"""
SELECT 'cell' AS level, cell AS subject, name, kind, parent FROM ({CELLS_ON}) WHERE NOT dissolved
UNION ALL
SELECT 'unit', unit, name, kind, parent FROM ({UNITS_ON}) WHERE NOT dissolved
ORDER BY level, subject
"""  # noqa: S608


def years_known(con: Connection, year: int, dials: Dials = NOW) -> dict[Key, list[Said]]:
    """All known events of a year's classifications by subject, oldest first."""
    found: dict[Key, list[Said]] = defaultdict(list)
    rows = con.sql(_SAID, params={**known(dials), "year": year}).pl()
    for row in rows.with_columns(pl.col("recorded_at").dt.replace_time_zone("UTC")).to_dicts():
        found[Level(row["level"]), row["subject"]].append(row)
    return dict(found)


def classification(con: Connection, year: int, rules: Rules, dials: Dials = NOW) -> Classification:
    """How the classification of a year stands, by the tree of its last day."""
    rows = con.execute(_SUBJECTS, {**known(dials), "day": date(year, 12, 31)}).fetchall()
    subjects = [Standing(Level(level), *rest) for level, *rest in rows]
    return Classification(year, subjects, years_known(con, year, dials), rules)
