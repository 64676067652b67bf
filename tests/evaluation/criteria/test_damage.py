"""Whatever happens to a document, checking it answers; and what it lets pass can be loaded and scored."""

from __future__ import annotations

import copy
from typing import Any

import polars as pl
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation.criteria.check import check
from services.evaluation.criteria.load import SHIPPED
from services.evaluation.criteria.source import parse
from services.evaluation.scoring.explain import explain
from services.evaluation.scoring.quotas import YEARS, quota
from services.evaluation.scoring.rollups import roll_up
from tests.evaluation.scoring.sheets import SETS, frame, sheet
from tests.evaluation.scoring.test_cases import EXAMPLE, HERE
from tests.evaluation.scoring.test_rollups import frame as frame_of_months
from tests.evaluation.scoring.test_rollups import idle, month, scored

DOCUMENTS = [
    yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in (*sorted(SHIPPED.glob("*.yaml")), HERE / "rules.yaml", EXAMPLE, EXAMPLE)
]
MONTHS = [
    scored("2030-01", 95),
    scored("2030-02", 40, 80),
    {**scored("2030-03", 70), "kind": "combined"},
    {**scored("2030-03", 70), "kind": "thematic"},
    month("2030-04"),
    idle("2030-05"),
]
SPANS = {"quarter": {"2030-Q1", "2030-Q2"}, "year": {"2030"}}
YEAR = [{"cell": "C", "unit": "EXAMPLE-WARD", "cell_kind": "village", "span": "2030", "grade": "excellent"}]
DAMAGE = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        3,
        2.5,
        1e308,
        10**400,
        "90",
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


def places(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of everything in a document."""
    keys = part.keys() if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
    return [place for key in keys for place in ((*path, key), *places(part[key], (*path, key)))]


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    document = copy.deepcopy(draw(st.sampled_from(DOCUMENTS)))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(places(document)))
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


@settings(max_examples=150, deadline=None)
@given(document=damaged())
def test_checking_answers_and_what_passes_can_be_used(document: Any) -> None:
    source = parse(yaml.safe_dump(document, allow_unicode=True))
    findings = check(source)
    assert all(finding.problem and finding.line > 0 for finding in findings)
    if not findings:
        criteria = type(SETS["hd-42-2025"]).model_validate(source.data)
        lines = explain(frame(sheet()), criteria, SETS)
        assert [line.item for line in lines][: len(criteria.items)] == [item.code for item in criteria.items]
        spans = {span for rollup in criteria.rollups for span in SPANS[rollup.span]}
        assert {*roll_up(frame_of_months(*MONTHS), criteria)["span"]} <= spans
        assert len(quota(pl.DataFrame(YEAR, schema=YEARS), criteria)) == len(criteria.quotas)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_at_all_is_answered(text: str) -> None:
    assert check(parse(text))
