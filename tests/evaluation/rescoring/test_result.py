"""Re-scoring as asked of a history: dials, receipts, the same bytes."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from services.contracts.receipts import Refused
from services.contracts.rescoring import Lens, RescoreOf
from services.evaluation.history.store import Connection
from services.evaluation.rescoring.result import Rescoring, Result
from services.evaluation.running.running import Running
from tests.evaluation.history.stream import Stream, moment
from tests.evaluation.scoring.sheets import SETS, E, full_marks
from tests.evaluation.territory import running, territory

YEAR = {"first": "2025-01", "last": "2025-12"}


@pytest.fixture
def stream() -> Stream:
    """Cell C in January, March and December, D in November; C's March is corrected a week later."""
    stream = territory()
    stream.held("C", "m1", "2025-01-03", assessment=assessment())
    stream.held("C", "m3", "2025-03-03", assessment=assessment())
    stream.held("C", "m3", "2025-03-03", "2025-03-10", unexcused=["m-4f07c2"], assessment=assessment())
    stream.held("D", "n1", "2025-11-03", assessment=assessment())
    stream.held("C", "m12", "2025-12-03", assessment=assessment())
    return stream


def assessment() -> dict[str, Any]:
    return {"criteria": E.id, "marks": full_marks(E)}


def rescoring(con: Connection, **asked: Any) -> Rescoring:
    question = RescoreOf.model_validate(YEAR | {"after": Lens(set=E.id)} | asked)
    return Rescoring(con, question, SETS)


def result(con: Connection, **asked: Any) -> Result:
    return rescoring(con, **asked).carry_out()


def grades(found: Result, side: str = "after") -> dict[tuple[str, str], str | None]:
    columns = found.tables["months"].select("cell", "period", f"{side}_grade").iter_rows()
    return {(cell, period): grade for cell, period, grade in columns}


def test_before_is_what_the_running_scores_say(stream: Stream) -> None:
    con = running(stream)
    names = ("set", "points", "lower", "upper", "grade")
    found = result(con).tables["months"].select("cell", "period", *(f"before_{name}" for name in names))
    scores = con.sql("SELECT cell, period, criteria, points, lower, upper, grade FROM scores ORDER BY 1, 2").pl()
    assert_frame_equal(found.rename(dict(zip(found.columns, scores.columns, strict=True))), scores)


def test_the_same_question_gives_the_same_receipt_and_the_same_tables(stream: Stream) -> None:
    one, other = (result(running(stream)) for _ in range(2))
    assert one.receipt == other.receipt
    assert one.tables.keys() == other.tables.keys() == one.receipt.tables.keys()
    for name, table in one.tables.items():
        assert_frame_equal(table, other.tables[name])


def test_what_was_officially_decided_stands_beside_both_lenses_as_known(stream: Stream) -> None:
    nothing = rescoring(running(stream))
    assert "official" not in nothing.carry_out().receipt.tables
    assert nothing.compare().official == {}
    stream.grade("C", "2025-01", "2025-02-02", grade="met", decided_by="G")
    stream.grade("C", "2025-12", "2025-12-20", grade="fair", points=80, decided_by="G", number="5-QĐ")
    stream.grade("D", "2025-11", "2025-12-01", decided_by="CITY")
    stream.grade("D", "2025-11", "2025-12-30", "cancelled", decided_by="CITY", number="6-QĐ", reason="A test")
    stream.grade("D", "2025-12", "2025-12-31", decided_by="CITY")  # it did not meet
    con = running(stream)
    columns = ("cell", "period", "official_grade", "official_points", "status", "number", "before_set", "after_grade")
    found = result(con)
    assert found.tables["official"].select(columns).rows() == [
        ("C", "2025-01", "met", None, "decided", None, "hd-12-2018", "good"),
        ("C", "2025-12", "fair", 80.0, "decided", "5-QĐ", "hd-42-2025", "good"),
        ("D", "2025-11", None, None, "cancelled", "6-QĐ", "hd-42-2025", "good"),
    ]
    assert found.receipt.tables.keys() == found.tables.keys()
    then = rescoring(con, after=Lens(set=E.id, known_at=moment("2025-12-25")))
    assert then.carry_out().tables["official"]["official_grade"].to_list() == ["met", "fair", "good"]
    compared = then.compare()
    assert compared.official == {"met": {"good": 1}, "fair": {"good": 1}, "good": {"good": 1}}
    assert {(move.cell, move.period): move.official for move in compared.top}["C", "2025-01"] == "met"
    early = rescoring(con, after=Lens(set=E.id, known_at=moment("2025-02-01"))).carry_out()
    assert "official" not in early.tables


def test_what_comes_later_changes_nothing_of_a_question_that_was_pinned(stream: Stream) -> None:
    con = running(stream)
    then = rescoring(con)
    first = then.carry_out()
    stream.held("D", "n2", "2025-12-03", assessment=assessment())
    Running(con, SETS).apply(stream.events)
    again = Rescoring(con, then.question, SETS)
    assert again.run == then.run
    assert again.carry_out().receipt == first.receipt
    assert rescoring(con).run != then.run
    assert result(con).receipt.months == first.receipt.months + 1


def test_the_receipt_says_what_the_result_follows_from(stream: Stream) -> None:
    receipt = result(running(stream), before=Lens(set="hd-12-2018")).receipt
    assert receipt.criteria_before == {"hd-12-2018": SETS["hd-12-2018"].hash}
    assert receipt.criteria_after == receipt.forms == {E.id: E.hash}
    assert (receipt.months, receipt.outcomes) == (4, {"restated": 4})
    assert receipt.facts_before == receipt.facts_after
    assert receipt.events == 6  # four meetings, two cells


def test_known_at_sees_no_later_correction(stream: Stream) -> None:
    con = running(stream)
    then = Lens(set=E.id, known_at=moment("2025-03-05"))
    found = result(con, before=then)
    row = found.tables["months"].filter(pl.col("period") == "2025-03").row(0, named=True)
    assert (row["before_points"], row["after_points"], row["heading"], row["heading_change"]) == (90, 88, "2.1", -3)
    assert found.receipt.facts_before != found.receipt.facts_after
    assert grades(found, "before") == {("C", "2025-01"): "good", ("C", "2025-03"): "good"} | {
        ("C", "2025-12"): None,
        ("D", "2025-11"): None,
    }
    assert found.receipt.outcomes == {"appeared": 2, "down": 1, "same": 1}


def test_tree_at_groups_by_the_organisation_of_that_day(stream: Stream) -> None:
    stream.cell("C", {"valid_from": "2025-07-01", "parent": "CITY"}, recorded="2025-07-01")
    con = running(stream)
    units = {}
    for day in (None, date(2025, 1, 1), date(2025, 12, 31)):
        months = result(con, after=Lens(set=E.id, tree_at=day)).tables["months"]
        units[day] = months.filter(pl.col("cell") == "C")["unit"].to_list()
    assert units == {
        None: ["G", "G", "CITY"],
        date(2025, 1, 1): ["G", "G", "G"],
        date(2025, 12, 31): ["CITY", "CITY", "CITY"],
    }
    assert set(grades(result(con, unit="G", after=Lens(set=E.id, tree_at=date(2025, 1, 1))))) >= {("C", "2025-12")}


def test_every_unit_counts_all_cells_below_it_in_each_sides_tree(stream: Stream) -> None:
    stream.cell("C", {"valid_from": "2025-07-01", "parent": "CITY"}, recorded="2025-07-01")
    before, after = Lens(set=E.id, tree_at=date(2025, 1, 1)), Lens(set=E.id, tree_at=date(2025, 12, 31))
    units = result(running(stream), before=before, after=after).tables["units"]
    counted = units.group_by("unit", "side").agg(pl.col("months").sum()).sort("unit", "side").rows()
    assert counted == [("CITY", "after", 4), ("CITY", "before", 4), ("G", "before", 3)]
    [good] = units.filter(pl.col("unit") == "CITY", pl.col("side") == "after", pl.col("grade") == "good").to_dicts()
    assert (good["unit_name"], good["months"], good["mean"]) == ("Thành ủy", 3, 90.0)


def test_months_outside_the_period_do_not_count_but_their_excuses_do(stream: Stream) -> None:
    for month in (5, 6, 7, 8):
        stream.held("D", f"x{month}", f"2025-{month:02}-03", excused=["m-4f07c9"], assessment=assessment())
    found = result(running(stream), first="2025-08", last="2025-08")
    [row] = found.tables["months"].to_dicts()
    assert (row["period"], row["after_points"]) == ("2025-08", 90)
    assert found.tables["headings"].filter(pl.col("heading") == "1.3 → 2.2")["after_points"].to_list() == [0]


def test_a_draft_is_judged_by_as_it_stands(stream: Stream) -> None:
    draft = E.model_dump(mode="json", by_alias=True, exclude_none=True)
    draft["grades"] = [{"grade": "good", "at_least": 93}, {"grade": "fair", "below": 93, "at_least": 0}]
    found = result(running(stream), before=Lens(set=E.id), after=Lens(draft=draft))
    assert found.receipt.outcomes == {"down": 3, "same": 1}
    assert found.receipt.question.after.draft == draft


def test_a_comparison_says_the_same_as_a_run(stream: Stream) -> None:
    con = running(stream)
    compared, run = rescoring(con).compare(), result(con)
    assert compared.outcomes == run.receipt.outcomes
    assert compared.after == {"good": 3, "fair": 1}
    assert compared.transitions == {"good": {"good": 2}, "met": {"good": 1}, "not_met": {"fair": 1}}
    assert [impact.heading for impact in compared.headings] == run.tables["impacts"]["heading"].to_list()


def test_a_comparison_has_all_its_moves_the_first_of_them_at_once(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.evaluation.rescoring.numbers.TOP", 2)
    asked = rescoring(running(stream), before=Lens(known_at=moment("2025-03-05T00:00:00+00:00")))
    compared, moves = asked.compare(), asked.moves()
    assert (compared.moved, moves.height, len(compared.top)) == (4, 4, 2)
    assert [(one.cell, one.period) for one in compared.top] == moves.select("cell", "period").head(2).rows()
    assert moves["official"].to_list() == [None] * 4
    assert_frame_equal(asked.units(), asked.carry_out().tables["units"])


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"cell": "X"}, "no cell X is known here"),
        ({"unit": "X"}, "no unit X is known here"),
        ({"after": Lens(set="hd-43-2025")}, "no set hd-43-2025 is known"),
        ({"before": Lens(draft={"id": "x"})}, "before.draft: items: is missing"),
    ],
)
def test_what_cannot_be_asked_is_refused(stream: Stream, asked: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why):
        rescoring(running(stream), **asked)


def test_all_that_is_wrong_with_a_question_is_said_at_once(stream: Stream) -> None:
    with pytest.raises(Refused) as refused:
        rescoring(running(stream), cell="X", unit="Y", before=Lens(set="a"), after=Lens(set="b"))
    assert [problem.path for problem in refused.value.problems] == ["cell", "unit", "before.set", "after.set"]


def test_a_bad_draft_is_refused_with_all_that_is_wrong(stream: Stream) -> None:
    draft = E.model_dump(mode="json", by_alias=True, exclude_none=True)
    draft["total"], draft["items"][0]["max"] = 90, 6
    with pytest.raises(Refused) as refused:
        rescoring(running(stream), after=Lens(draft=draft))
    problems = {problem.path: problem.problem for problem in refused.value.problems}
    assert {"after.draft: total", "after.draft: items 1.1, bands, sizes 1, steps"} <= problems.keys()


def test_a_draft_larger_than_any_report_is_refused(stream: Stream) -> None:
    draft = E.model_dump(mode="json", by_alias=True, exclude_none=True)
    draft["notes"] = ["x" * 2000] * 40
    with pytest.raises(Refused, match=r"after\.draft: takes [0-9,]+ bytes"):
        rescoring(running(stream), after=Lens(draft=draft))


def test_months_of_many_years_come_in_their_order(stream: Stream) -> None:
    stream.held("D", "late", "2024-12-03", assessment=assessment())
    stream.held("C", "early", "2019-05-03", assessment=assessment())
    told: list[tuple[str, int, int]] = []
    found = rescoring(running(stream), first="2019-01", last="2025-12").carry_out(lambda *at: told.append(at))
    months = found.tables["months"]
    assert months.select("cell", "period").rows() == sorted(months.select("cell", "period").rows())
    assert [year for year, _, _ in told] == [*map(str, range(2019, 2026)), ""]
    assert told[-1] == ("", 7, 7)
