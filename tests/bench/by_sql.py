"""Set E as one hand-written SQL statement over the history: the measure of what scoring may cost.

It knows this one set only, marks on its own form or none, and neither dials nor lines; to the last bit it says what
scoring says (`tests/evaluation/test_by_sql.py`).
"""

from __future__ import annotations

from services.evaluation.criteria.load import load_shipped
from tests.bench.nation import FORM

COLUMNS = ("cell", "period", "meeting", "kind", "held_on", "points", "lower", "upper", "grade", "reachable")
_JUDGED = {item.code: round((item.max or 0) * 100) for item in load_shipped()[FORM].items if item.judged is not None}
_PLACES = ", ".join(
    f"list_position(string_split(marks_items, ' '), '{code}') AS p{n}" for n, code in enumerate(_JUDGED)
)
_MARKS = ", ".join(
    f"CASE WHEN h.marks[p{n}] <= {most} THEN h.marks[p{n}] END AS x{n}" for n, most in enumerate(_JUDGED.values())
)
_COMMITTEE, _THEMATIC = (list(_JUDGED).index(code) for code in ("3.3", "4.3"))
_PLAIN = {n: most for n, most in enumerate(_JUDGED.values()) if n not in (_COMMITTEE, _THEMATIC)}
_LOW = " + ".join(f"coalesce(x{n}, 0)" for n in _PLAIN)
_HIGH = " + ".join(f"coalesce(x{n}, {most})" for n, most in _PLAIN.items())


def _bands(value: str, *steps: tuple[str, int]) -> str:
    return "CASE " + " ".join(f"WHEN {value} {test} THEN {worth}" for test, worth in steps) + " END"


_DURATION = f"""CASE WHEN members < 30
    THEN {_bands("minutes", (">= 90", 500), (">= 75", 400), (">= 60", 300), (">= 45", 200), ("< 45", 100))}
    ELSE {_bands("minutes", (">= 120", 500), (">= 105", 400), (">= 90", 300), (">= 60", 200), ("< 60", 100))} END"""
_RATE = _bands("rate", (">= 90", 400), (">= 75", 300), (">= 65", 200), ("< 65", 100))
_OPINIONS = _bands("opinions", ("> 50", 500), (">= 40", 400), (">= 30", 300), ("< 30", 200))
_TARGETS = _bands(
    "targets", (">= 90", 3000), (">= 80", 2700), (">= 70", 2400), (">= 60", 2000), (">= 50", 1500), ("< 50", 1000)
)
_GRADE = "CASE WHEN {0} >= 90 THEN 'good' WHEN {0} >= 70 THEN 'fair' WHEN {0} >= 50 THEN 'average' ELSE 'poor' END"
_LEAST, _MOST = _GRADE.format("low / 100"), _GRADE.format("high / 100")

STATEMENT = f"""
WITH regular AS (
    SELECT cell, position, year(held_on) AS year, excused,
        row_number() OVER (PARTITION BY cell, year(held_on) ORDER BY held_on, meeting) AS turn
    FROM meetings ANTI JOIN superseded USING (position) WHERE status = 'held' AND kind IN ('regular', 'combined')
), excuses AS (
    SELECT cell, year, position, turn, unnest(excused) AS ref FROM regular
), islands AS (
    SELECT *, turn - row_number() OVER (PARTITION BY cell, year, ref ORDER BY turn) AS island FROM excuses
), runs AS (
    SELECT position, max(run) AS longest FROM (
        SELECT position, row_number() OVER (PARTITION BY cell, year, ref, island ORDER BY turn) AS run FROM islands
    ) GROUP BY position
), states AS (
    SELECT cell, valid_from, committee_size > 0 AS committee,
        lead(valid_from, 1, DATE 'infinity') OVER (PARTITION BY cell ORDER BY valid_from) AS until
    FROM (FROM cells
        QUALIFY row_number() OVER (PARTITION BY cell, valid_from ORDER BY position DESC, ordinal DESC) = 1)
), layouts AS (
    SELECT marks_items, {_PLACES} FROM (SELECT DISTINCT marks_items FROM meetings WHERE marks_criteria = '{FORM}')
), measured AS (
    SELECT h.cell, strftime(h.held_on, '%Y-%m') AS period, h.meeting, h.kind, h.held_on, minutes, members, committee,
        coalesce(longest, 0) AS run, thematic_part AS thematic,
        len(h.unexcused) AS unexcused,
        CASE WHEN members - exempt - special_duty > 0 THEN present::DOUBLE * 100 / (members - exempt - special_duty) END
            AS rate,
        CASE WHEN present > 0 THEN speakers::DOUBLE * 100 / present END AS opinions,
        CASE WHEN targets_total > 0 THEN targets_met::DOUBLE * 100 / targets_total END AS targets,
        h.held_on + started_at - INTERVAL 7 HOUR - documents_at >= INTERVAL 24 HOUR AS sent,
        minutes_filed_on - h.held_on <= 2 AS filed, {_MARKS}
    FROM meetings h ANTI JOIN superseded USING (position)
    LEFT JOIN runs USING (position)
    LEFT JOIN states c ON c.cell = h.cell AND h.held_on >= c.valid_from AND h.held_on < c.until
    LEFT JOIN layouts l ON l.marks_items = h.marks_items AND h.marks_criteria = '{FORM}'
    WHERE status = 'held'
), summed AS (
    SELECT *, {_DURATION} + CASE WHEN run <= 3 THEN 100 ELSE 0 END AS known,
        known + CASE WHEN unexcused > 0 THEN 100 ELSE coalesce({_RATE}, 100) END + CASE WHEN sent THEN 200 ELSE 0 END
            + coalesce({_OPINIONS}, 200) + coalesce({_TARGETS}, 1000) + CASE WHEN filed THEN 100 ELSE 0 END + {_LOW}
            + CASE WHEN committee THEN coalesce(x{_COMMITTEE}, 0) WHEN NOT committee THEN 200
                ELSE coalesce(x{_COMMITTEE}, 0) END
            + CASE WHEN thematic THEN coalesce(x{_THEMATIC}, 0) ELSE 0 END AS low,
        known + CASE WHEN unexcused > 0 THEN 100 ELSE coalesce({_RATE}, 400) END
            + CASE WHEN sent IS NOT false THEN 200 ELSE 0 END + coalesce({_OPINIONS}, 500) + coalesce({_TARGETS}, 3000)
            + CASE WHEN filed IS NOT false THEN 100 ELSE 0 END + {_HIGH}
            + CASE WHEN committee THEN coalesce(x{_COMMITTEE}, 200) ELSE 200 END
            + CASE WHEN thematic IS NOT false THEN coalesce(x{_THEMATIC}, 500) ELSE 0 END AS high
    FROM measured
)
SELECT cell, period, meeting, kind, held_on, CASE WHEN low = high THEN low / 100 END AS points, low / 100 AS lower,
    high / 100 AS upper,
    CASE WHEN {_LEAST} = {_MOST} THEN {_LEAST} END AS grade,
    CASE WHEN thematic THEN 100.0::DOUBLE WHEN NOT thematic THEN 95.0::DOUBLE END AS reachable
FROM summed
"""
