"""Differences between two sets: none where they say the same, some wherever they do not; and sets written again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.evaluation.criteria.difference import Difference, differences
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.load import load, load_shipped, loads
from services.evaluation.criteria.write import as_yaml, document
from tests.evaluation.criteria.test_damage import places
from tests.evaluation.scoring.test_cases import EXAMPLE, HERE

E = load_shipped()["an-phu-2025"]
ALL = [*load_shipped().values(), load(EXAMPLE), load(HERE / "rules.yaml")]


def changed(**changes: Any) -> CriteriaSet:
    return CriteriaSet.model_validate({**E.model_dump(by_alias=True), **changes})


def said(after: CriteriaSet) -> list[str]:
    return [str(one) for one in differences(E, after)]


@pytest.mark.parametrize("criteria", ALL, ids=lambda one: one.id)
def test_a_set_is_not_different_from_itself_written_again(criteria: CriteriaSet) -> None:
    again = loads(as_yaml(document(criteria)))
    assert (again, again.hash) == (criteria, criteria.hash)
    assert differences(criteria, again) == []


@st.composite
def altered(draw: st.DrawFn) -> tuple[CriteriaSet, CriteriaSet]:
    """A set, and the same with something of it changed or left out, as long as it is a set."""
    before = draw(st.sampled_from(ALL))
    part = document = before.model_dump(mode="json", by_alias=True, exclude_none=True)
    *way, last = draw(st.sampled_from([place for place in places(document) if place[-1] not in ("measure", "by")]))
    for key in way:
        part = part[key]
    old = part[last]
    part[last] = not old if isinstance(old, bool) else old + 1 if isinstance(old, float) else f"{old}1"
    if not isinstance(old, (bool, float, str)) or draw(st.booleans()):
        del part[last]
    try:
        return before, CriteriaSet.model_validate(document)
    except ValidationError:
        return before, draw(st.sampled_from(ALL))


@settings(max_examples=200, deadline=None)
@given(sets=altered())
def test_whatever_is_different_is_said(sets: tuple[CriteriaSet, CriteriaSet]) -> None:
    before, after = sets
    found = differences(before, after)
    assert bool(found) == (before.hash != after.hash)
    assert all(one.where and one.before != one.after for one in found), found


def test_items_are_compared_by_their_codes_wherever_they_stand() -> None:
    first, *others = E.model_dump(by_alias=True)["items"]
    assert said(changed(items=[*others, first])) == [
        f"items, order: {', '.join(item.code for item in E.items)} → {', '.join(i['code'] for i in [*others, first])}"
    ]
    assert said(changed(items=others)) == [
        f"items 1.1: gone: Duration ({differences(E, changed(items=others))[0].before[10:-1]})"
    ]


def test_what_is_new_and_what_is_gone() -> None:
    title = {"vi": "a", "en": "No target met", "bn": "a"}
    veto = {"code": "V1", "title": title, "reference": "1", "when": {"measure": "targets.share", "at_most": 0}}
    assert said(changed(vetoes=[veto])) == ["vetoes V1: new: No target met (when at_most 0, measure targets.share)"]
    assert said(changed(based_on=[])) == ["based_on: gone: HD 42-HD/BTCTW"]
    assert said(changed(total=90)) == ["total: 100 → 90"]
    assert said(changed(not_applicable="rescale")) == ["not_applicable: drop → rescale"]
    assert str(Difference("a", None, "b")) == "a: new: b"
