"""Quarters, years and quotas of a run, by the sets that state them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from services.contracts.rescoring import Lens, RescoreOf
from services.evaluation.criteria.load import load
from services.evaluation.history.known import Dials
from services.evaluation.history.living import living_months, told_until
from services.evaluation.rescoring.result import Rescoring
from services.evaluation.rescoring.spans import spans_over
from tests.evaluation.history.stream import Stream, moment
from tests.evaluation.scoring.sheets import SETS, E, full_marks
from tests.evaluation.territory import running, territory

EXAMPLE = load(Path(__file__).parents[3] / "docs" / "examples" / "criteria-example.yaml")
DRAFT = EXAMPLE.model_dump(mode="json", by_alias=True, exclude_none=True)
YEAR = {"first": "2025-01", "last": "2025-12"}


@pytest.fixture
def stream() -> Stream:
    """C meets in January, February and from October on; D (founded on 10 March 2024) never does."""
    stream = territory()
    for month in (1, 2, 10, 11, 12):
        said = {"criteria": E.id, "marks": full_marks(E)}
        stream.held("C", f"m{month}", f"2025-{month:02}-03", sheet={"speakers": 20, "minutes": 120}, assessment=said)
    stream.meeting("C", "next", "2026-01-03", "2026-01-02")
    return stream


def tables(stream: Stream, **asked: Any) -> dict[str, pl.DataFrame]:
    question = RescoreOf.model_validate({**YEAR, "after": Lens(draft=DRAFT), **asked})
    return dict(Rescoring(running(stream), question, SETS).carry_out().tables)


def test_months_in_which_a_cell_lived_are_known_without_a_meeting(stream: Stream) -> None:
    con = running(stream)
    found = living_months(con, date(2024, 2, 1), date(2024, 5, 31), cell=None, unit=None, dials=Dials())
    assert found.filter(pl.col("cell") == "D")["period"].to_list() == ["2024-04", "2024-05"]
    assert found.filter(pl.col("cell") == "C").height == 4
    within = living_months(con, date(2024, 5, 1), date(2024, 5, 31), cell=None, unit="G", dials=Dials())
    assert within.select("cell", "unit", "unit_name").rows() == [("C", "G", "Đảng ủy G")]
    stream.cell("C", {"valid_from": "2024-05-01", "dissolved": True}, recorded="2026-01-03")
    gone = living_months(running(stream), date(2024, 4, 1), date(2024, 6, 1), cell="C", unit=None, dials=Dials())
    assert gone["period"].to_list() == ["2024-04"]
    known_before = Dials(known_at=moment("2026-01-02"))
    then = living_months(running(stream), date(2024, 4, 1), date(2024, 6, 1), cell="C", unit=None, dials=known_before)
    assert then.height == 3


def test_a_cell_is_of_the_kind_that_it_was_of_whatever_the_tree(stream: Stream) -> None:
    stream.cell("C", {"valid_from": "2025-06-01", "kind": "school"}, recorded="2026-01-03")
    for tree_at in (None, date(2024, 1, 1), date(2026, 1, 1)):
        found = living_months(
            running(stream), date(2025, 5, 1), date(2025, 7, 31), cell="C", unit=None, dials=Dials(tree_at=tree_at)
        )
        assert found["cell_kind"].to_list() == ["village", "school", "school"]


def test_only_spans_that_were_over_when_the_last_report_was_made_count() -> None:
    year = date(2025, 1, 1), date(2025, 12, 31)
    assert spans_over(*year, date(2026, 1, 2)) == {"2025", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"}
    assert spans_over(*year, date(2025, 12, 30)) == {"2025-Q1", "2025-Q2", "2025-Q3"}
    assert spans_over(date(2025, 2, 1), date(2025, 9, 30), date(2026, 1, 2)) == {"2025-Q2", "2025-Q3"}
    assert spans_over(*year, None) == set()


def test_the_latest_report_says_until_when_something_could_be_told(stream: Stream) -> None:
    con = running(stream)
    assert told_until(con, Dials()) == date(2026, 1, 2)
    assert told_until(con, Dials(known_at=moment("2025-02-10"))) == date(2025, 2, 3)
    assert told_until(con, Dials(position=0)) is None


def test_quarters_and_the_year_stand_beside_what_the_set_before_states_which_is_nothing(stream: Stream) -> None:
    found = tables(stream)["rollups"]
    c = found.filter(pl.col("cell") == "C")
    assert c["span"].to_list() == ["2025", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]
    assert c["after_grade"].to_list()[2:4] == ["poor", "poor"]  # nobody met: the lowest, as the set states
    assert c["after_set"].unique().to_list() == [EXAMPLE.id]
    assert set(c["outcome"]) == {"appeared"}
    assert set(c["unit_name"]) == {"Đảng ủy G"}


def test_a_lens_beside_itself_rolls_up_to_the_same(stream: Stream) -> None:
    found = tables(stream, before=Lens(draft=DRAFT))["rollups"]
    assert found.height == 9  # the year of D has no month that counts
    assert set(found["outcome"]) <= {"same", "open"}
    assert found["before_grade"].to_list() == found["after_grade"].to_list()


def test_quotas_say_how_many_are_allowed_and_how_many_there_are(stream: Stream) -> None:
    found = tables(stream)["quotas"]
    assert set(found["side"]) == {"after"}
    for row in found.to_dicts():
        assert (row["set"], row["year"], row["grade"]) == (EXAMPLE.id, "2025", "excellent")
        assert row["over"] == max(0, row["counted"] - row["allowed"])


def test_sets_without_roll_ups_give_none(stream: Stream) -> None:
    found = tables(stream, after=Lens(set=E.id))
    assert (found["rollups"].height, found["quotas"].height) == (0, 0)
