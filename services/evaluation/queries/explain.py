"""`rpc.evaluation.explain`: a month's score line by line, with the rule, the facts and the events behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from services.contracts.evaluation import Score
from services.contracts.queries import Explain, Explanation
from services.contracts.receipts import Problem, Refused
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.history.facts import KNOWN, Dials, facts
from services.evaluation.history.store import Connection
from services.evaluation.history.tree import known
from services.evaluation.queries.answers import require_cell
from services.evaluation.rescoring.judge import judge
from services.evaluation.running.months import REGULAR, of_the_month
from services.evaluation.scoring import explain as lines
from services.evaluation.scoring.digest import digest
from services.evaluation.scoring.score import ENGINE

_VERSIONS = f"""
SELECT event FROM meetings WHERE cell = $cell AND meeting = $meeting AND {KNOWN} ORDER BY position
"""  # noqa: S608 - constants of ours


def explain(con: Connection, question: Explain, sets: Mapping[str, CriteriaSet]) -> Explanation:
    """The explanation. Refuses a cell nobody knows, a month without a regular meeting, a day without a set in force."""
    require_cell(con, question.cell)
    by = judge(question.lens, sets)
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
    criteria = by.one or sets[score.criteria]
    return Explanation(
        score=score,
        cell_name=used["cell_name"][0] or question.cell,
        criteria_number=criteria.number,
        criteria_title=criteria.title.model_dump(),
        items=tuple(lines.explain(used, criteria, sets)),
        notes=criteria.notes,
        events=_events(con, whole, used, dials),
        engine=ENGINE,
        facts_digest=digest(used),
    )


def _events(con: Connection, whole: pl.DataFrame, used: pl.DataFrame, dials: Dials) -> tuple[str, ...]:
    """The cell's state, every version of the meeting, and the earlier meetings whose excuses are counted."""
    row = used.row(0, named=True)
    run = row["longest_excused_run"]
    before = whole.filter(pl.col("kind").is_in(REGULAR), pl.col("held_on") < row["held_on"]).sort("held_on", "meeting")
    counted = before["event"].tail(run - 1).to_list() if run > 1 else []
    parameters = {**known(dials), "cell": row["cell"], "meeting": row["meeting"]}
    versions = [event for (event,) in con.sql(_VERSIONS, params=parameters).fetchall()]
    registry = [row["registry_event"]] if row["registry_event"] else []
    return tuple(dict.fromkeys([*registry, *counted, *versions]))
