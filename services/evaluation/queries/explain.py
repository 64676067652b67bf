"""`rpc.evaluation.explain`: a month's score line by line, with the rule, the facts and the events behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from services.contracts.evaluation import Score
from services.contracts.observers import Marks
from services.contracts.queries import Explain, Explanation
from services.contracts.receipts import Problem, Refused
from services.evaluation.history.criteria import Sets
from services.evaluation.history.facts import facts
from services.evaluation.history.grades import official_grades
from services.evaluation.history.known import Dials
from services.evaluation.history.observers import marks_given, visits_seen
from services.evaluation.history.store import Connection
from services.evaluation.history.tree import require_cell
from services.evaluation.queries.provenance import Provenance
from services.evaluation.rescoring.known import judge_known
from services.evaluation.running.months import REGULAR, of_the_month
from services.evaluation.scoring import explain as lines
from services.evaluation.scoring.digest import digest
from services.evaluation.scoring.score import ENGINE


def explain(con: Connection, question: Explain, shipped: Sets) -> Explanation:
    """The explanation, by the sets known at the lens's moment.

    Refuses a cell nobody knows, a month without a regular meeting, a day without a set in force.
    """
    require_cell(con, question.cell)
    by = judge_known(con, question.lens, shipped)
    dials = Dials(question.lens.known_at, question.lens.tree_at)
    year, month = (int(part) for part in question.period.split("-"))
    until = date(year, 12, 31)
    whole = facts(con, cells=[question.cell], first=date(year, 1, 1), last=until, dials=dials)
    used = of_the_month(whole.filter(pl.col("period") == f"{year:04}-{month:02}"))
    if used.is_empty():
        raise Refused(Problem(path="period", problem=f"{question.cell} held no regular meeting in {question.period}"))
    scored = by.scored(used).scores.select(list(Score.model_fields))
    if scored.is_empty():
        raise Refused(
            Problem(path="period", problem=f"no criteria set was in force on {used['held_on'][0]} for this meeting")
        )
    score = Score.model_validate(scored.row(0, named=True))
    criteria = by.one or by.sets[score.criteria]
    row = used.row(0, named=True)
    counted, registry = _counted(whole, row), [row["registry_event"]] if row["registry_event"] else []
    behind = Provenance(con, row, dials, counted)
    items = tuple(
        line.model_copy(update={"events": {fact: behind.of(fact) for fact in line.facts}})
        for line in lines.explain(used, criteria, by.definitions)
    )
    earlier = [event for line in items for fact in line.facts for event in counted.get(fact, ())]
    return Explanation(
        score=score,
        cell_name=used["cell_name"][0] or question.cell,
        criteria_number=criteria.number,
        criteria_title=criteria.title.model_dump(),
        items=items,
        notes=criteria.notes,
        events=tuple(dict.fromkeys([*registry, *earlier, *behind.versions])),
        engine=ENGINE,
        facts_digest=digest(used),
        own=Marks(**marks_given(row, "self_total", "self_grade")) if row["marks_criteria"] is not None else None,
        visits=visits_seen(con, score.cell, dials).get(score.meeting, ()),
        official=next(iter(official_grades(con, score.cell, score.period, score.period, dials)), None),
    )


def _counted(whole: pl.DataFrame, row: Mapping[str, Any]) -> dict[str, list[str]]:
    """For each fact that counts excuses, the events of the earlier meetings that count towards it."""
    regular = whole.filter(pl.col("kind").is_in(REGULAR)).sort("held_on", "meeting")
    before = regular.head(regular["meeting"].to_list().index(row["meeting"]))
    run, most = row["longest_excused_run"], row["most_excused_in_year"]
    return {
        "longest_excused_run": before["event"].tail(run - 1).to_list() if run > 1 else [],
        "most_excused_in_year": before.filter(pl.col("excused") > 0)["event"].to_list() if most > 1 else [],
    }
