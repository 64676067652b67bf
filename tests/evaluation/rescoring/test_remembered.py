"""A what-if scores again only what changed, and comes to the same."""

from __future__ import annotations

import pytest

from services.contracts.rescoring import Lens, RescoreOf
from services.evaluation.history.cache import FactsCache
from services.evaluation.queries.rescoring import comparison
from services.evaluation.rescoring.compare import Side
from services.evaluation.rescoring.remembered import Remembered
from services.evaluation.rescoring.result import Rescoring
from tests.evaluation.history.stream import Stream
from tests.evaluation.scoring.sheets import SETS, E, full_marks
from tests.evaluation.territory import running, territory


@pytest.fixture
def stream() -> Stream:
    stream = territory()
    for month in (1, 2, 3):
        said = {"criteria": E.id, "marks": full_marks(E)}
        stream.held("C", f"m{month}", f"2025-{month:02}-03", assessment=said, sheet={"minutes": 90 - 10 * month})
    return stream


def asked(good: float) -> RescoreOf:
    """A draft of An Phú's form with another threshold, beside the form."""
    draft = E.model_dump(mode="json", by_alias=True, exclude_none=True)
    draft["grades"][0]["at_least"] = draft["grades"][1]["below"] = good
    return RescoreOf(before=Lens(set=E.id), after=Lens(draft=draft), first="2025-01", last="2025-12")


def test_the_same_side_is_scored_once_and_the_answers_are_those_of_whoever_remembers_nothing(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    con, cache, remembered = running(stream), FactsCache(), Remembered()
    scored: list[str] = []
    wide = Side.wide

    def counted(side: Side) -> object:
        scored.append(side.judge.one.id if side.judge.one else "in force")
        return wide(side)

    monkeypatch.setattr(Side, "wide", counted)
    answers = [comparison(con, asked(good), SETS, cache, remembered) for good in (88, 89, 88)]
    assert len(scored) == 3  # the form once, each of the two drafts once
    monkeypatch.setattr(Side, "wide", wide)
    assert answers == [Rescoring(con, asked(good), SETS).compare() for good in (88, 89, 88)]
    assert answers[0].outcomes != answers[1].outcomes


def test_new_events_are_seen_at_once(stream: Stream) -> None:
    cache, remembered = FactsCache(), Remembered()
    con = running(stream)
    assert comparison(con, asked(88), SETS, cache, remembered).months == 3
    stream.held("C", "m4", "2025-04-03")
    assert comparison(running(stream), asked(88), SETS, cache, remembered).months == 4


def test_what_is_remembered_is_bounded(stream: Stream) -> None:
    con, cache, remembered = running(stream), FactsCache(), Remembered(limit=1)
    for good in (88, 89, 90):
        assert comparison(con, asked(good), SETS, cache, remembered).months == 3
    assert len(remembered) == 0
