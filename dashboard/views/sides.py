"""A month's grade from all sides: official, the cell's own, its observers' and by the criteria, and their marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.views.oversight.grades import decision, graded
from dashboard.words.numbers import number
from dashboard.words.terms import LINES, term
from dashboard.words.texts import Texts
from services.contracts.grades import OfficialGrade
from services.contracts.observers import Marks, VisitSeen
from services.contracts.queries import Explanation


def sides_view(
    official: OfficialGrade | None, why: Explanation | None, names: Mapping[str, str], words: Texts
) -> dict[str, Any] | None:
    """Each side with grade, points and what is behind it, and the marks that differ first; None where there is none.

    `names` are those of units, by code.
    """
    official = why.official if why and why.official else official
    own, visits = (why.own, why.visits) if why else (None, ())
    if official is None and own is None and not visits:
        return None
    sides = []
    if official is not None:
        said = [decision(one.model_dump(mode="python"), names, words) for one in official.decisions]
        sides.append(_side(words.say("Official"), official.grade, official.points, words, decisions=said))
    if own is not None:
        sides.append(_side(words.say("The cell itself"), own.grade, own.total, words))
    sides += [_visit(one, words) for one in visits]
    if why is not None:
        sides.append(_side(words.say("By the criteria"), why.score.grade, why.score.points, words, open_=True))
    return {"sides": sides, "marks": _marks(own or Marks(), visits, words) if visits else None}


def _side(
    name: str, grade: str | None, points: float | None, words: Texts, *, open_: bool = False, **more: Any
) -> dict[str, Any]:
    return {"name": name, **graded(grade, points, words, open_=open_), **more}


def _visit(one: VisitSeen, words: Texts) -> dict[str, Any]:
    agrees = {
        True: words.say("agrees with the cell"),
        False: words.say("does not agree with the cell"),
        None: "",
    }[one.agrees]
    line = term(LINES, one.line, words) if one.line else words.say("under no assignment")
    name = words.say("Observer {observer}", observer=one.observer)
    detail = " · ".join(part for part in (line, agrees) if part)
    return _side(name, one.grade, one.total, words, event=one.event, detail=detail, guidance=one.guidance or "")


def _marks(own: Marks, visits: Sequence[VisitSeen], words: Texts) -> dict[str, Any]:
    """Item by item; those where an observer gave less than the cell itself come first."""
    forms = dict.fromkeys(one.criteria for one in (own, *visits) if one.criteria)
    items = dict.fromkeys(item for one in (own, *visits) for item in one.marks)

    def below(item: str) -> float:
        mine = own.marks.get(item)
        return max((mine - one.marks[item] for one in visits if item in one.marks and mine is not None), default=0.0)

    def said(mark: float | None) -> str:
        return "–" if mark is None else number(mark, words.language, 2)

    rows = []
    for item in sorted(items, key=below, reverse=True):
        mine, others = own.marks.get(item), [one.marks.get(item) for one in visits]
        apart = [{"text": said(mark), "apart": None not in (mine, mark) and mine != mark} for mark in others]
        rows.append({"item": item, "own": said(mine), "others": apart})
    return {"form": ", ".join(map(str, forms)), "observers": [one.observer for one in visits], "rows": rows}
