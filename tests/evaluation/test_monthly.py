"""`rpc.evaluation.monthly`: everything of a list in one answer, the same as the questions one by one say."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from services.contracts.queries import Explain, GradesOf
from services.contracts.receipts import Refused
from services.contracts.reports import CellMonth, MonthlyOf
from services.contracts.rescoring import Lens
from services.evaluation.queries.explain import explain
from services.evaluation.queries.grades import grades
from services.evaluation.queries.monthly import monthly
from services.evaluation.scoring.losses import losses
from services.evaluation.scoring.score import score
from tests.documents.said import history
from tests.evaluation.scoring.sheets import E, frame, full_marks, sheet
from tests.evaluation.scoring.test_explain import WORKED
from tests.evaluation.territory import SETS, rows

LENSES = [Lens(known_at="2025-12-03T00:00:00Z"), Lens(set="hd-12-2018")]


@pytest.mark.parametrize("lens", LENSES)
def test_it_says_what_grades_and_explanations_say(lens: Lens) -> None:
    question = MonthlyOf(year=2025, first=10, last=12, unit="CITY", losses=True, lens=lens)
    found = [CellMonth.model_validate(row) for row in monthly(history(), question, SETS).to_pylist()]
    asked = GradesOf(year=2025, unit="CITY", lens=lens)
    graded = [row for row in rows(grades(history(), asked, SETS)) if row["period"] >= "2025-10"]
    shared = [name for name in CellMonth.model_fields if name in graded[0] and name not in ("visits", "status")]
    assert [one.model_dump(include={*shared}) for one in found] == [
        {name: row[name] for name in shared} for row in graded
    ]
    judged = [one for one in found if one.losses is not None]
    assert judged
    for one in judged:
        said = explain(history(), Explain(cell=one.cell, period=one.period, lens=lens), SETS)
        points = {line.item: line for line in said.items if line.max is not None}
        lost = {name: (line.max - line.upper, line.max - line.lower) for name, line in points.items()}
        assert {loss.item: (loss.least, loss.most) for loss in one.losses or () if loss.item in points} == {
            name: bounds for name, bounds in lost.items() if bounds[1] > 0
        }
        unmet = [line.item for line in said.items if line.max is None and not line.met]
        assert [loss.item for loss in one.losses or () if loss.item not in points] == unmet


def test_members_visits_and_themes_stand_beside_the_grades() -> None:
    question = MonthlyOf(year=2025, first=11, last=11, unit="G")
    table = monthly(history(), question, SETS)
    found = {row["cell"]: CellMonth.model_validate(row) for row in table.to_pylist()}
    assert list(found) == ["C1", "C2", "C3", "C4"]
    c1 = found["C1"]
    assert (c1.members, c1.expected, c1.present, c1.thematic, c1.visits, c1.losses) == (24, 23, 23, 1, 2, None)
    assert (c1.number, c1.decided_on, c1.criteria_number) == ("5-QĐ/G", date(2025, 12, 2), "HD 42-HD/BTCTW")
    c4 = found["C4"]
    assert (c4.meeting, c4.members, c4.present) == (None, 24, None)
    assert table.schema.metadata[b"unit_name"].decode() == "Đảng ủy G"
    assert table.schema.metadata[b"last"] == b"2025-11-30"


def test_what_comes_after_the_months_changes_nothing_of_the_answer() -> None:
    whole, own = (MonthlyOf(year=2025, first=1, last=last, unit="CITY") for last in (12, 10))
    digests = {monthly(history(), question, SETS).schema.metadata[b"facts_digest"] for question in (whole, own)}
    assert len(digests) == 2, "the digest is of the months that were asked for"


def test_an_unknown_unit_and_months_in_disorder_are_refused() -> None:
    with pytest.raises(Refused, match="NOWHERE"):
        monthly(history(), MonthlyOf(year=2025, first=1, last=1, unit="NOWHERE"), SETS)
    with pytest.raises(ValueError, match="before they begin"):
        MonthlyOf(year=2025, first=3, last=2, unit="CITY")


@pytest.mark.parametrize(("policy", "idle"), [("drop", [("4.3", 5.0, False)]), ("rescale", []), ("full", [])])
def test_what_does_not_apply_is_a_loss_only_where_the_set_gives_nothing_for_it(
    policy: str, idle: list[tuple[str, float, bool]]
) -> None:
    criteria = E.with_policy(policy)
    found = losses(score(frame(WORKED), criteria, SETS), {criteria.id: criteria}).row(0, named=True)["losses"]
    assert [(one["item"], one["most"], one["applies"]) for one in found if not one["applies"]] == idle
    lost = {one["item"]: one["most"] for one in found if one["applies"]}
    assert lost == {"2.1": 3.0, "4.5": 1.0, "7": 3.0}
    assert 100 - sum(lost.values()) - sum(most for _, most, _ in idle) == (88 if policy == "drop" else 93)


def test_a_meeting_that_lost_nothing_has_no_losses() -> None:
    found = losses(score(frame(sheet(marks=full_marks())), E, SETS), SETS)
    assert found.height == 1
    assert [one["applies"] for one in found["losses"][0]] == [False]
    assert isinstance(found.schema["losses"], pl.List)
