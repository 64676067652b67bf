"""Whatever happens to a document, checking it answers; and what it lets pass can be loaded and scored."""

from __future__ import annotations

import copy
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation.criteria.check import check
from services.evaluation.criteria.load import SHIPPED
from services.evaluation.criteria.source import parse
from services.evaluation.scoring.explain import explain
from tests.evaluation.scoring.sheets import SETS, frame, sheet
from tests.evaluation.scoring.test_cases import HERE

DOCUMENTS = [
    yaml.safe_load(path.read_text(encoding="utf-8")) for path in (*sorted(SHIPPED.glob("*.yaml")), HERE / "rules.yaml")
]
DAMAGE = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        3,
        2.5,
        1e308,
        float("nan"),
        "",
        "x",
        "attendance.rate",
        [],
        {},
        [[]],
        [None],
        {"measure": 1},
        {1: 2},
    ]
)


def _places(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    keys = part.keys() if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
    return [place for key in keys for place in ((*path, key), *_places(part[key], (*path, key)))]


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    document = copy.deepcopy(draw(st.sampled_from(DOCUMENTS)))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(_places(document)))
        part = document
        for key in place[:-1]:
            part = part[key]
        if draw(st.booleans()):
            part[place[-1]] = copy.deepcopy(draw(DAMAGE))
        else:
            del part[place[-1]]
        if not document:
            break
    return document


@settings(max_examples=100, deadline=None)
@given(document=damaged())
def test_checking_answers_and_what_passes_can_be_used(document: Any) -> None:
    source = parse(yaml.safe_dump(document, allow_unicode=True))
    findings = check(source)
    assert all(finding.problem and finding.line > 0 for finding in findings)
    if not findings:
        criteria = type(SETS["hd-42-2025"]).model_validate(source.data)
        lines = explain(frame(sheet()), criteria, SETS)
        assert [line.item for line in lines][: len(criteria.items)] == [item.code for item in criteria.items]


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_at_all_is_answered(text: str) -> None:
    assert check(parse(text))
