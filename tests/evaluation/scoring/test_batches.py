"""The same meetings in any order, in any batches, alone or among others, have the same scores to the last bit."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from services.evaluation.scoring.facts import FACTS, marks_of
from services.evaluation.scoring.score import ITEMS, SCORES, score, score_all
from tests.evaluation.scoring.sheets import SETS, E, frame, listed, sheet
from tests.evaluation.scoring.strategies import forgotten, meetings


@settings(max_examples=15, deadline=None)
@given(rows=st.lists(meetings().flatmap(forgotten), min_size=1, max_size=10), data=st.data())
def test_order_and_batches_change_nothing(rows: list[dict], data: st.DataObject) -> None:
    rows = [{**row, "meeting": f"m{number}"} for number, row in enumerate(rows)]
    whole = score_all(frame(*rows), SETS)
    shuffled = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows)))
    assert_frame_equal(score_all(frame(*shuffled), SETS).scores, whole.scores, check_exact=True)
    assert_frame_equal(score_all(frame(*shuffled), SETS).items, whole.items, check_exact=True)
    parts = [score_all(frame(*part), SETS) for part in (shuffled[:cut], shuffled[cut:])]
    for name in ("scores", "items"):
        joined = pl.concat([getattr(part, name) for part in parts])
        key = ["cell", "period", "meeting"]
        assert_frame_equal(joined.sort(key, maintain_order=True), getattr(whole, name), check_exact=True)


def test_no_meetings_have_no_scores_but_their_columns() -> None:
    for scored in (score_all(frame(), SETS), score(frame(), E)):
        assert dict(scored.scores.schema) == SCORES
        assert dict(scored.items.schema) == ITEMS
        assert scored.scores.is_empty() and scored.items.is_empty()


def test_the_frames_have_the_columns_they_promise() -> None:
    scored = score_all(frame(sheet(), sheet(form=None, meeting="b", held_on=date(2019, 1, 3))), SETS)
    assert dict(scored.scores.schema) == SCORES
    assert dict(scored.items.schema) == ITEMS
    assert set(frame().columns) == set(FACTS)


def test_an_empty_list_of_marks_is_no_marks_and_shifts_no_other_row() -> None:
    rows = [
        sheet(cell="A", marks={}),
        {**sheet(cell="B"), "marks_items": "", "marks": []},
        {**sheet(cell="C"), "marks_items": None, "marks": None},
        sheet(cell="D"),
    ]
    made = score(frame(*rows), E).scores
    assert made["points"].to_list() == [95, None, None, 95]
    assert made["lower"].to_list() == [95, 48, 48, 95]


def test_marks_in_any_order_are_the_same_marks() -> None:
    row = sheet(marks={"4.2": 7.5})
    turned = row | listed(dict(reversed(marks_of(row).items())))
    assert_frame_equal(score(frame(row), E).items, score(frame(turned), E).items, check_exact=True)
