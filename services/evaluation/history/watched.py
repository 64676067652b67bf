"""Reading what alerts look at: the last months, in their versions in force."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from services.evaluation.alerts.rules.seen import ASSIGNMENTS, CELLS, GRADES, LIVING, MEETINGS, VISITS, Reach, Seen
from services.evaluation.history.criteria import Sets, sets_known
from services.evaluation.history.facts import facts
from services.evaluation.history.grades import decisions, standing
from services.evaluation.history.known import CELL_STATES, KNOWN, NOW
from services.evaluation.history.living import REGULAR_DAY, living_months
from services.evaluation.history.observers import assignments_known, visits_known
from services.evaluation.history.store import Connection
from services.evaluation.history.superseded import IN_FORCE
from services.evaluation.history.tree import known
from services.evaluation.history.years import classification
from services.evaluation.rescoring.compare import Side
from services.evaluation.rescoring.judge import Judge
from services.evaluation.rescoring.spans import QUOTAS, alike, quotas, rolled
from services.evaluation.running.months import of_the_month
from services.evaluation.scoring.in_force import in_force
from services.evaluation.yearend.load import Rules

_LIVING = f"""
WITH lives AS (
    SELECT *, lead(valid_from, 1, DATE '9999-12-31') OVER (PARTITION BY cell ORDER BY valid_from) AS until,
        min(valid_from) OVER (PARTITION BY cell) AS founded
    FROM ({CELL_STATES})
), months AS (
    SELECT day::DATE + {REGULAR_DAY - 1} AS due
    FROM (SELECT unnest(generate_series($first::DATE, $last::DATE, INTERVAL 1 MONTH)) AS day)
)
SELECT cell, strftime(due, '%Y-%m') AS period, due, parent AS unit, founded
FROM lives JOIN months ON due >= valid_from AND due < until
WHERE NOT dissolved ORDER BY cell, due
"""  # noqa: S608 - constants of ours
_MEETINGS = f"""
SELECT cell, meeting, event, status, kind, on_date AS on FROM meetings {IN_FORCE}
WHERE {KNOWN} AND on_date >= $first AND status <> 'withdrawn' ORDER BY cell, on_date, meeting
"""  # noqa: S608 - constants of ours
_CELLS = f"""
WITH states AS ({CELL_STATES}), spans AS (
    SELECT *, lead(valid_from, 1, DATE '9999-12-31') OVER (PARTITION BY cell ORDER BY valid_from) AS until FROM states
), asked AS (
    SELECT DISTINCT cell FROM spans WHERE until > $first AND NOT dissolved
        AND (hardship OR members_full < 3 OR (members_full >= 9 AND committee_size = 0))
)
SELECT {", ".join(CELLS)} FROM spans SEMI JOIN asked USING (cell) ORDER BY cell, valid_from
"""  # noqa: S608


def watched(con: Connection, shipped: Sets, rules: Rules, reach: Reach) -> Seen:
    """What is known of the months that are looked at."""
    sets, forms = sets_known(con, shipped)
    held = facts(con, first=reach.first)
    graded = standing(decisions(con, f"{reach.first:%Y-%m}", f"{reach.last:%Y-%m}"))
    visits = visits_known(con, reach.last, NOW).rename({"held_on": "on"})
    assigned = _with_first_visit(assignments_known(con, reach.last, NOW), visits)
    return Seen(
        living=_read(con, _LIVING, LIVING, reach.far, last=reach.last),
        meetings=_read(con, _MEETINGS, MEETINGS, reach.far),
        cells=_read(con, _CELLS, CELLS, reach.first),
        facts=in_force(sets, held),
        grades=graded.filter(pl.col("official_grade").is_not_null()).select(list(GRADES)),
        assignments=assigned.filter(pl.col("until") > reach.first).select(list(ASSIGNMENTS)),
        visits=visits.filter(pl.col("on") >= reach.first).select(list(VISITS)),
        quotas=_quotas(con, Judge(sets, forms=forms), reach),
        year_quotas=_year_quotas(con, rules, reach),
        sets=sets,
    )


def _with_first_visit(assigned: pl.DataFrame, visits: pl.DataFrame) -> pl.DataFrame:
    """The assignments with `first_visit`: the day on which their observer first came to the cell since."""
    came = assigned.select("cell", "assignment", "observer", "since").join(visits, on=["cell", "observer"])
    came = came.filter(pl.col("on") >= pl.col("since"))
    first = came.group_by("cell", "assignment").agg(pl.col("on").min().alias("first_visit"))
    return assigned.join(first, on=["cell", "assignment"], how="left", maintain_order="left")


def _quotas(con: Connection, judge: Judge, reach: Reach) -> pl.DataFrame:
    """The quotas of the year that is watched (columns: `QUOTAS`), where a set states any."""
    year = reach.year
    if year is None or not any(criteria.quotas for criteria in judge.sets.values()):
        return pl.DataFrame(schema=QUOTAS)
    first, last = date(year, 1, 1), date(year, 12, 31)
    living = living_months(con, first, last.replace(day=1), cell=None, unit=None, dials=NOW)
    side = Side(judge, of_the_month(facts(con, first=first, last=last)))
    return quotas(judge, "now", alike(rolled(side, living, {f"{year:04}"}), living))


def _year_quotas(con: Connection, rules: Rules, reach: Reach) -> list[dict[str, Any]]:
    """The quotas of what was decided of the present and the last year, each with the number of its rule."""
    decided = con.execute("SELECT DISTINCT year FROM years WHERE decided_grade IS NOT NULL").fetchall()
    years = {year for (year,) in decided}.intersection(reach.years)
    found = [row for year in sorted(years) for row in classification(con, year, rules).quotas()]
    return [{**row, "number": rules[row["rule"]].number} for row in found]


def _read(con: Connection, query: str, schema: dict[str, Any], first: date, **more: date) -> pl.DataFrame:
    found: pl.DataFrame = con.sql(query, params={**known(NOW), "first": first, **more}).pl()
    return found.select(pl.col(name).cast(type_) for name, type_ in schema.items())
