"""Histories of provinces and nations, written by SQL straight into the tables: the same sizes, the same rows.

Everything varies as it does in life: sheets corrected once or twice, members excused for months on end, combined and
thematic meetings, values on both sides of every band, facts and marks that were never recorded, cells that the
registry does not know. Chance is DuckDB's `hash` of the cell and the month.
"""

from __future__ import annotations

from pathlib import Path

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.load import load_shipped
from services.evaluation.history.store import Connection, transaction
from services.evaluation.history.superseded import note_superseded
from services.evaluation.running.running import open_evaluation
from services.evaluation.scoring.marks import hundredths

A_YEAR = 16
"""Meetings that a cell holds in a year: a regular one each month, and four thematic ones."""
CELLS_A_UNIT, UNITS_A_PROVINCE = 80, 100
LAST_YEAR = 2025
FORM = "an-phu-2025"

_UNITS = f"""
INSERT INTO units
SELECT n + 1, 0, 'u-' || n, TIMESTAMP '2015-01-01', code, DATE '2015-01-01', 'Đảng ủy ' || code, kind, parent, false
FROM (
    SELECT 0 AS n, 'NATION' AS code, 'city' AS kind, NULL AS parent
    UNION ALL SELECT n + 1, printf('P-%03d', n), 'city', 'NATION'
        FROM range(1 + $cells // {CELLS_A_UNIT * UNITS_A_PROVINCE}) t(n)
    UNION ALL SELECT n + 1001, printf('X-%05d', n), 'grassroots', printf('P-%03d', n // {UNITS_A_PROVINCE})
        FROM range(1 + $cells // {CELLS_A_UNIT}) t(n)
)
"""
_CELLS = f"""
INSERT INTO cells
SELECT 100000 + row_number() OVER (ORDER BY n, state), 0, printf('c-%d-%d', n, state), TIMESTAMP '2015-01-02',
    printf('CB-%06d', n), CASE state WHEN 0 THEN DATE '2015-01-01' ELSE make_date($last, 7, 1) END,
    'Chi bộ ' || n, 'village', printf('X-%05d', CASE WHEN state = 1 AND n % 3 = 0 THEN 0 ELSE n // {CELLS_A_UNIT} END),
    8 + hash(n, 1) % 40, 0, hash(n, 2) % 3, hash(n, 3) % 2, true, 'none', false,
    CASE WHEN hash(n, 4, state) % 4 = 0 THEN 0 ELSE 3 END, hash(n, 5) % 25 = 0, false, []
FROM range($cells) t(n), range(2) s(state)
WHERE (state = 0 OR hash(n, 6) % 20 = 0) AND hash(n, 7) % 200 > 0
"""
"""One cell in 200 is not known to the registry, one in twenty changes in July of the last year."""

_MONTH = """
INSERT INTO meetings BY NAME
WITH held AS (
    SELECT n, thematic, NOT thematic AND hash(n, $year, $month, 3) % 10 = 0 AS combined,
        hash(n, thematic, $year, $month) AS dice, 8 + (hash(n, 1) % 40)::INTEGER AS members,
        (hash(n, 2) % 3)::INTEGER AS exempt, (hash(n, 3) % 2)::INTEGER AS special,
        make_date($year, $month, CASE WHEN thematic THEN 12 WHEN hash(dice, 17) % 10 < 8 THEN 3
            ELSE 3 + (hash(dice, 18) % 9)::INTEGER END) AS day
    FROM range($cells) t(n), (SELECT unnest([false, true]) AS thematic)
    WHERE NOT thematic OR $month % 3 = 2
), absent AS (
    SELECT *, list_filter(list_transform(range(members - exempt - special), lambda i: {
            'ref': printf('m-%d%06d', i, n),
            'excused': hash(n, i, 1) % 10 > 0 AND hash(dice, i, 2) % 20 > 0,
            'away': CASE WHEN hash(n, i, 3) % 40 = 0 THEN hash(n, i, $year, $month // 5) % 3 = 0
                ELSE hash(dice, i) % 100 < 3 + hash(n, 8) % 6 END
        }), lambda one: one.away) AS missing, members - exempt - special - len(missing) AS present
    FROM held
), versions AS (
    SELECT *, unnest(range(1 + (dice % 100 < 15)::INTEGER + (dice % 100 < 3)::INTEGER)) AS version,
        CASE WHEN hash(dice, 14) % 100 > 0 THEN list_filter($items::STRUCT(item VARCHAR, most INTEGER)[],
            lambda one, i: hash(dice, i, 15) % 1000 > 0) END AS asked
    FROM absent
)
SELECT
    $position + row_number() OVER (ORDER BY day, version, n) AS position, printf('e-%x-%d', dice, version) AS event,
    day + INTERVAL 26 HOUR + version * INTERVAL 9 DAY AS recorded_at, printf('CB-%06d', n) AS cell,
    printf('%d-%02d-%s', $year, $month, CASE WHEN thematic THEN 'thematic' ELSE 'regular' END) AS meeting,
    version + 1 AS version, 'held' AS status,
    CASE WHEN thematic THEN 'thematic' WHEN combined THEN 'combined' ELSE 'regular' END AS kind, day AS on_date,
    version AS corrections, day AS held_on, TIME '07:30' + (dice % 3) * INTERVAL 4 HOUR AS started_at,
    (CASE WHEN hash(dice, 1) % 10 < 3 THEN 30 + hash(dice, version, 2) % 70 ELSE 88 + hash(dice, 3) % 50 END)::INTEGER
        AS minutes,
    members, exempt, special AS special_duty, present,
    list_transform(list_filter(missing, lambda one: one.excused), lambda one: one.ref) AS excused,
    list_transform(list_filter(missing, lambda one: NOT one.excused), lambda one: one.ref) AS unexcused,
    list_transform(missing, lambda one, i: CASE WHEN i <= len(list_filter(missing, lambda one: one.excused))
        THEN 'Đi công tác' END) AS reasons,
    least(present, 1 + hash(dice, version, 4) % members)::INTEGER AS speakers,
    ['opening', 'review', 'tasks', 'discussion', 'resolution', 'closing'][:4 + (hash(dice, 5) % 5)::INTEGER] AS steps,
    CASE WHEN hash(dice, 6) % 100 > 0 THEN day - (hash(dice, 7) % 60) * INTERVAL 1 HOUR END AS documents_at,
    CASE WHEN hash(dice, 8) % 100 > 0 THEN day - (hash(dice, 9) % 90) * INTERVAL 1 HOUR END AS sheet_notice_at,
    CASE WHEN hash(dice, 10) % 100 > 0 THEN day + (hash(dice, 11) % 4)::INTEGER END AS minutes_filed_on,
    CASE WHEN hash(dice, 12) % 50 > 0 THEN (4 + hash(dice, 13) % 7)::INTEGER END AS targets_met,
    CASE WHEN hash(dice, 12) % 50 > 0 THEN 10 END AS targets_total, thematic OR combined AS thematic_part,
    CASE WHEN asked IS NOT NULL THEN $form END AS marks_criteria,
    array_to_string(list_transform(asked, lambda one: one.item), ' ') AS marks_items,
    list_transform(asked, lambda one, i: CASE hash(dice, i, 16) % 8 WHEN 0 THEN one.most // 2 WHEN 1 THEN 0
        ELSE one.most END) AS marks
FROM versions
"""


def write(path: Path | str, cells: int, years: int = 1, memory: str = "2GB") -> Connection:
    """A new history of so many cells and years, up to the last of `LAST_YEAR`."""
    con = open_evaluation(path, memory)
    con.execute("SET enable_progress_bar = false")
    items = [
        {"item": item.code, "most": hundredths(item.max or 0)} for item in _form().items if item.judged is not None
    ]
    position, given = 1_000_000, {"cells": cells, "form": FORM, "items": items}
    with transaction(con):
        con.execute(_UNITS, {"cells": cells})
        con.execute(_CELLS, {"cells": cells, "last": LAST_YEAR})
    for year in range(LAST_YEAR - years + 1, LAST_YEAR + 1):
        for month in range(1, 13):
            con.execute(_MONTH, {**given, "year": year, "month": month, "position": position})
            note_superseded(con, position)
            position += 4 * cells
    con.execute("UPDATE place SET position = ?, scored = ?", [position, position])
    return con


def _form() -> CriteriaSet:
    return load_shipped()[FORM]
