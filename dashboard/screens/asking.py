"""Asking evaluation on behalf of a page: an answer, or what to tell the visitor instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from dashboard.house import House
from dashboard.hub.years import Unreachable
from dashboard.views.rescoring.problems import problem_view
from dashboard.words.texts import Texts
from services.contracts.base import Contract
from services.contracts.receipts import Problem, Refused

C = TypeVar("C", bound=Contract)
AGAIN_S = 3.0


@dataclass(frozen=True)
class Trouble:
    """Why there is no answer. `away`: nobody answered, so it is worth asking again by itself."""

    title: str
    todo: str
    problems: Sequence[Problem] = ()
    away: bool = False

    def view(self, words: Texts) -> dict[str, object]:
        """For the template."""
        told = [problem_view(problem, words) for problem in self.problems]
        return {"title": self.title, "todo": self.todo, "problems": told}


def ask(
    house: House, query: str, question: Contract, model: type[C], words: Texts, patience: float = 5.0
) -> C | Trouble:
    """Evaluation's answer to this question."""
    try:
        return house.hub.ask("evaluation", query, question, patience).model(model)
    except Unreachable:
        return away(words)
    except Refused as refused:
        return refusal(refused, words)


def pages(house: House, query: str, question: Callable[[int], Contract], patience: float = 5.0) -> list[dict[str, Any]]:
    """All rows of a table that is answered in pages; `question` asks for those from an offset on. Raises `Unreachable`
    and `Refused`."""
    found: list[dict[str, Any]] = []
    while True:
        page = house.hub.ask("evaluation", query, question(len(found)), patience).table()
        found += page.to_pylist()
        every = int((page.schema.metadata or {}).get(b"rows", b"0"))
        if not page.num_rows or len(found) >= every:
            return found


def away(words: Texts) -> Trouble:
    """Nobody answered."""
    return Trouble(
        words.say("The evaluation service does not answer"),
        words.say("The page comes back by itself when it does."),
        away=True,
    )


def refusal(refused: Refused, words: Texts) -> Trouble:
    """The question cannot be answered as it was asked."""
    return Trouble(
        words.say("This cannot be answered as it is asked"),
        words.say("Change what is named here and ask again."),
        refused.problems,
    )
