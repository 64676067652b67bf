"""The month that was opened in a comparison: its items through both lenses, side by side."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from dashboard.house import House
from dashboard.screens.asking import ask
from dashboard.views.rescoring.address import Asked
from dashboard.views.rescoring.month import month_view
from dashboard.words.texts import Texts
from services.contracts.queries import Explain, Explanation
from services.contracts.rescoring import Comparison, Lens, RescoreOf

PATIENCE_S = 30.0


def opened(house: House, here: Asked, question: RescoreOf, words: Texts) -> dict[str, Any]:
    """For the template. Compared alone the month's headings are those of the two sets that judge it."""
    cell, period = here.show.split(".")
    alone = question.model_copy(update={"cell": cell, "unit": None, "first": period, "last": period})
    compared = ask(house, "compare", alone, Comparison, words, PATIENCE_S)
    labels = [one.heading for one in compared.headings] if isinstance(compared, Comparison) else []
    before, after = (_explained(house, cell, period, lens, words) for lens in (question.before, question.after))
    link = {"year": period[:4], "lang": here.lang, "cell": cell, "period": period}
    return {**month_view(before, after, labels, words), "href": "?" + urlencode(link)}


def _explained(house: House, cell: str, period: str, lens: Lens, words: Texts) -> Explanation | str:
    found = ask(house, "explain", Explain(cell=cell, period=period, lens=lens), Explanation, words, PATIENCE_S)
    if isinstance(found, Explanation):
        return found
    return "; ".join(problem.problem for problem in found.problems) or f"{found.title}. {found.todo}"
