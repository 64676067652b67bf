"""A lens on the history: its criteria are those known at its own moment."""

from __future__ import annotations

from services.contracts.rescoring import Lens
from services.evaluation.history.criteria import Sets, sets_known
from services.evaluation.history.known import Dials
from services.evaluation.history.store import Connection
from services.evaluation.rescoring.judge import Judge, judge


def judge_known(
    con: Connection, lens: Lens, shipped: Sets, *, path: str = "lens", position: int | None = None
) -> Judge:
    """What judges through this lens, of the sets known at its moment and up to a position (default: all there is).

    Refuses like `judge`; `path` is where the lens stands in the question.
    """
    dials = Dials(known_at=lens.known_at, position=position)
    sets, forms = sets_known(con, shipped, dials)
    return judge(lens, sets, path, forms)
