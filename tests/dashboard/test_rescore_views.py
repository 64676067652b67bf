"""Re-scoring's view-models: the address, the draft, the problems, what a comparison and a month show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest

from dashboard.views.rescoring.address import Asked, Side, asked, asks_for
from dashboard.views.rescoring.comparison import comparison_view, signed
from dashboard.views.rescoring.draft import (
    at,
    between,
    changed,
    draft,
    editable,
    fitting_bands,
    fitting_totals,
    parted,
    plain,
    with_changes,
)
from dashboard.views.rescoring.editor import editor_view
from dashboard.views.rescoring.month import codes, month_view, paired
from dashboard.views.rescoring.moves import change_text, chosen, csv_of, moves_view
from dashboard.views.rescoring.problems import problem_text, where
from dashboard.views.rescoring.result import move_of, result_of
from dashboard.views.rescoring.runs import receipt_view, runs_view
from dashboard.views.rescoring.spans import quotas_view, rollups_view, titles_of
from dashboard.views.rescoring.units import units_view
from dashboard.words.texts import LANGUAGES, Language, texts
from services.chassis.clock import LOCAL
from services.contracts.queries import Explain
from services.contracts.receipts import Refused
from services.contracts.rescoring import Lens, Move, RescoreOf, RunOf, RunReceipt, Seen
from services.evaluation.criteria.check import check
from services.evaluation.criteria.source import Source
from tests.dashboard.fake_city import City
from tests.dashboard.fake_judge import SETS, document, shipped
from tests.dashboard.fake_rescoring import PARTS, Rescoring

VI, EN = texts("vi"), texts("en")
CELL = "DU-07-03"
BASE: dict[str, Any] = plain(document(shipped("an-phu-2025")))
HERE = Asked("vi", 2026, "2026-01", "2026-12", after=Side("an-phu-2025"), before=Side("hd-42-2025"))


@pytest.fixture(scope="module")
def rescoring() -> Rescoring:
    return Rescoring(City())


def index(code: str) -> int:
    """Where an item stands in the document."""
    return next(place for place, item in enumerate(BASE["items"]) if item["code"] == code)


def params(href: str) -> dict[str, str]:
    """The parameters of a link."""
    return dict(parse_qsl(href.removeprefix("?"), keep_blank_values=True))


# -- address ---------------------------------------------------------------------------------------------------------


def test_an_address_says_everything_that_was_chosen_and_is_read_back_the_same() -> None:
    whole = Asked(
        lang="bn", year=2026, first="2024-03", last="2026-02",
        after=Side("an-phu-2025", date(2026, 1, 31), date(2025, 6, 30), date(2026, 12, 1)),
        before=Side("", None, date(2025, 7, 1)), unit="DU-07", cell=CELL, edits=(("items.0.max", "7"), ("total", "")),
        view="whatif", outcome="down", grades="good.fair", heading="2 → 2.1, 2.2", q="bản 3", at=25,
        show=f"{CELL}.2026-02",
    )  # fmt: skip
    assert asked(params(whole.href()), "bn", 2026) == whole
    run = replace(HERE, run="r-0123456789abcdef", outcome="up")
    assert params(run.href()) == {
        "page": "rescore",
        "lang": "vi",
        "year": "2026",
        "run": run.run,
        "outcome": "up",
    }, "a run's question is in its receipt"


def test_without_months_an_address_means_its_year_and_months_are_put_in_order() -> None:
    assert (asked({}, "vi", 2025).first, asked({}, "vi", 2025).last) == ("2025-01", "2025-12")
    turned = asked({"from": "2026-05", "to": "2026-02"}, "vi", 2025)
    assert (turned.first, turned.last) == ("2026-02", "2026-05")


@pytest.mark.parametrize(
    ("name", "value"),
    [("set", "No Such!"), ("set_known", "31/12/2026"), ("unit", "<x>"), ("cell", "a b"), ("run", "r-1"), ("show", "x")],
)
def test_what_cannot_be_read_counts_as_not_given_and_is_named(name: str, value: str) -> None:
    found = asked({name: value}, "vi", 2026)
    assert replace(found, odd=()) == asked({}, "vi", 2026)
    assert [one.lower() for one in found.odd] == [value.lower()]


def test_a_day_known_at_sees_the_whole_day_of_vietnam() -> None:
    lens = Side("hd-42-2025", known=date(2026, 3, 31)).lens()
    assert lens.known_at == datetime(2026, 3, 31, 23, 59, 59, 999999, LOCAL)
    assert Side.of(lens) == Side("hd-42-2025", known=date(2026, 3, 31))


def test_changes_belong_to_the_set_they_were_made_of() -> None:
    edited = replace(HERE, edits=(("total", "99"),))
    assert asked(params(edited.href()), "vi", 2026).edits == (("total", "99"),)
    assert asked({**params(edited.href()), "set": "hd-42-2025"}, "vi", 2026).edits == ()


def test_a_runs_question_can_be_asked_anew() -> None:
    question = replace(HERE, unit="DU-07").question()
    assert asks_for(question, Asked("vi", 2020, "2020-01", "2020-12", run="r-0123456789abcdef")) == replace(
        HERE, year=2020, unit="DU-07"
    )


# -- draft -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SETS)
def test_every_set_can_be_made_a_draft_and_an_unchanged_one_is_the_set(name: str) -> None:
    base = plain(document(shipped(name)))
    assert draft(base, ()) == base
    assert check(Source(data=base)) == []
    assert all(at(base, path) is not None for path in editable(base))


def test_a_limit_that_two_bands_share_moves_for_both() -> None:
    here = ("items", index("2.1"), "bands", "steps")
    made = draft(BASE, [(f"items.{index('2.1')}.bands.steps.0.at_least", "92,5")])
    assert at(made, (*here, 0, "at_least")) == at(made, (*here, 1, "below")) == 92.5
    assert check(Source(data=made)) == []
    grades = draft(BASE, [("grades.0.at_least", "85")])["grades"]
    assert (grades[0]["at_least"], grades[1]["below"]) == (85, 85)


def test_only_what_may_change_changes_and_only_to_another_value() -> None:
    edits = [("total", "100"), ("total.x", "1"), ("id", "mine"), ("items.0.max", "6"), ("items.99.max", "6")]
    assert changed(BASE, edits) == {("items", 0, "max"): 6}


def test_commas_and_points_are_read_alike_and_what_is_no_number_stays_for_the_check_to_name() -> None:
    for typed, value in (("4,5", 4.5), ("4.5", 4.5), (" 6 ", 6), ("six", "six")):
        assert draft(BASE, [("items.0.max", typed)])["items"][0]["max"] == value
    assert "max" not in draft(BASE, [("items.0.max", "")])["items"][0]


def test_totals_and_bands_are_made_to_fit() -> None:
    edits = ((f"items.{index('2.1')}.max", "6"),)
    made = draft(BASE, edits)
    place = next(n for n, group in enumerate(BASE["groups"]) if group["code"] == "2")
    totals = fitting_totals(BASE, made)
    assert totals == {("total",): 102, ("groups", place, "max"): 7}
    bands = fitting_bands(made, ("items", index("2.1")))
    assert sorted(bands.values(), reverse=True) == [6, 4.5, 3, 1.5]
    fitted = draft(BASE, with_changes(edits, {**totals, **bands}))
    assert check(Source(data=fitted)) == []


def test_a_maximum_of_0_leaves_an_item_out_and_headings_that_have_no_other() -> None:
    fifth = [place for place, item in enumerate(BASE["items"]) if item["code"].startswith("5.")]
    edits = tuple((f"items.{place}.max", "0") for place in fifth)
    made = draft(BASE, edits)
    assert [item["code"] for item in made["items"]] == [c["code"] for c in BASE["items"] if c["code"][:2] != "5."]
    assert "5" not in [group["code"] for group in made["groups"]]
    assert [found.problem for found in check(Source(data=made))] == ["is 100, but the maxima of the items add up to 90"]
    view = editor_view(BASE, replace(HERE, edits=edits, view="whatif"), (), VI)
    assert [line["code"] for line in view["lines"] if line["out"]] == ["5.1", "5.2", "5.3", "5.4"]
    assert view["scale"] is None
    fitted = (*edits, ("total", params(view["fit"])["e.total"]))
    assert check(Source(data=draft(BASE, fitted))) == []
    view = editor_view(BASE, replace(HERE, edits=fitted, view="whatif"), (), VI)
    scaled = asked(params(view["scale"]), "vi", 2026).edits
    assert [one.get("at_least") for one in draft(BASE, scaled)["grades"]] == [81, 63, 45, None]
    assert check(Source(data=draft(BASE, scaled))) == []
    assert editor_view(BASE, replace(HERE, edits=scaled, view="whatif"), (), VI)["scale"] is None
    assert between(BASE, made) == tuple(sorted(edits))


def test_a_document_made_of_a_set_is_told_by_its_changes() -> None:
    edits = (("grades.0.at_least", "85"), ("grades.1.below", "85"), ("items.0.max", "6"))
    assert between(BASE, draft(BASE, edits)) == edits
    assert between(BASE, {**draft(BASE, edits), "id": "other"}) is None


def test_the_editor_puts_every_problem_beside_what_causes_it(rescoring: Rescoring) -> None:
    here = replace(HERE, view="whatif", edits=(("grades.3.below", "40"), ("items.0.max", "7,255"), ("total", "90")))
    made = draft(BASE, here.edits)
    with pytest.raises(Refused) as refused:
        rescoring.compare(here.question(made))
    view = editor_view(BASE, here, refused.value.problems, EN)
    placed = [
        *view["total"]["problems"],
        *view["grade_problems"],
        *view["elsewhere"],
        *(one for item in view["lines"] for one in item["problems"]),
        *(one for group in view["groups"] for one in group["problems"]),
    ]
    told = {problem_text(problem.problem, EN) for problem in refused.value.problems}
    assert {one["text"] for one in placed} == told
    assert "points have at most two decimals" in [one["text"] for one in view["lines"][0]["problems"]]
    assert view["lines"][0]["max"]["problems"], "the field itself is marked"
    assert view["elsewhere"] == []


def test_the_editor_offers_to_set_the_totals_and_to_scale_the_bands() -> None:
    here = replace(HERE, view="whatif", edits=(("items.0.max", "7"),))
    view = editor_view(BASE, here, (), VI)
    assert (view["sum"], view["off"], view["changes"]) == ("102", "2", 1)
    assert params(view["fit"])["e.total"] == "102"
    assert params(view["lines"][0]["fit"])["e.items.0.bands.sizes.0.steps.0.points"] == "7"
    assert view["lines"][0]["max"] | {"problems": []} == {
        "name": "e.items.0.max",
        "value": "7",
        "base": "5",
        "label": "1.1 Thời lượng sinh hoạt: điểm tối đa",
        "changed": True,
        "problems": [],
    }
    untouched = editor_view(BASE, replace(HERE, view="whatif"), (), VI)
    assert (untouched["fit"], untouched["off"], untouched["changes"]) == (None, "", 0)


def test_places_are_worded_as_the_service_words_them() -> None:
    for dots in ("total", "grades.1.below", f"items.{index('2.1')}.bands.steps.2.points", "groups.0.max"):
        assert where(BASE, parted(dots)) == Source(data=BASE).words(parted(dots))


@pytest.mark.parametrize("language", LANGUAGES)
def test_problems_are_said_in_the_screens_language(language: Language) -> None:
    words = texts(language)
    spoilt = draft(BASE, [("total", "90"), ("items.0.max", "x"), ("grades.3.below", "40"), ("items.7.max", "")])
    for found in check(Source(data=spoilt)):
        said = problem_text(found.problem, words)
        assert language == "en" or said != found.problem, found.problem
    assert problem_text("a shape nobody knows", words) == "a shape nobody knows"


# -- what was found --------------------------------------------------------------------------------------------------


def test_the_figures_of_a_comparison_agree_with_each_other(rescoring: Rescoring) -> None:
    found = rescoring.compare(HERE.question())
    view = comparison_view(found, HERE, VI)
    counted = [int(cell["count"] or 0) for row in view["matrix"]["rows"] for cell in row["cells"]]
    assert sum(counted) == found.months == sum(int(one["count"]) for one in view["summary"])
    assert [int(one) for one in view["matrix"]["sums"]] == [
        found.after.get(code, 0) for code in ("good", "fair", "average", "open")
    ]
    fair = next(row for row in view["matrix"]["rows"] if row["css"] == "fair")
    assert [cell["way"] for cell in fair["cells"]] == ["up", "same", "down", "restated"]
    assert fair["cells"][0]["label"].endswith("tháng: trước Khá, sau Tốt")
    assert round(sum(one["before"]["width"] for one in view["distribution"])) == 100
    assert max(one["right"] + one["left"] for one in view["headings"]) == 50


def test_a_figure_filters_the_list_and_chosen_again_frees_it(rescoring: Rescoring) -> None:
    found = rescoring.compare(HERE.question())
    up = comparison_view(found, HERE, VI)["summary"][0]
    there = asked(params(up["href"]), "vi", 2026)
    assert {move.outcome for move in chosen(found.top, there)} == {"up"}
    assert asked(params(comparison_view(found, there, VI)["summary"][0]["href"]), "vi", 2026).outcome == ""
    pair = replace(HERE, grades="fair.average")
    assert {(m.before.grade, m.after.grade) for m in chosen(found.top, pair)} == {("fair", "average")}
    assert chosen(found.top, replace(HERE, q="ban 3 SUNG phai")), "without marks and in any case"
    assert chosen(found.top, replace(HERE, q="nobody")) == []


def test_the_list_goes_page_by_page_and_opens_a_month(rescoring: Rescoring) -> None:
    found = rescoring.compare(HERE.question())
    first = moves_view(found.top, len(found.top), {}, HERE, VI)
    assert (first["part"], first["back"]) == ("1–25", None)
    second = moves_view(found.top, len(found.top), {}, asked(params(first["more"]), "vi", 2026), VI)
    assert (second["part"], second["more"]) == ("26–50", None)
    assert asked(params(second["back"]), "vi", 2026) == HERE
    opened = asked(params(first["lines"][3]["href"]), "vi", 2026)
    assert [line["opened"] for line in moves_view(found.top, len(found.top), {}, opened, VI)["lines"]][3]
    assert moves_view(found.top, len(found.top), {}, replace(HERE, at=999), VI)["part"] == "1–25"


def test_the_csv_has_every_line_with_plain_numbers(rescoring: Rescoring) -> None:
    found = rescoring.compare(HERE.question())
    lines = csv_of(found.top).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("cell,cell_name,unit,unit_name,period,before_set,before_points")
    assert len(lines) == 51
    assert f",{found.top[0].change}," in lines[1]


@pytest.mark.parametrize(("value", "said"), [(1.5, "+1,5"), (-2.0, "−2"), (0.0, "±0"), (-0.001, "±0"), (10.0, "+10")])
def test_changes_have_a_sign(value: float, said: str) -> None:
    assert signed(value, VI) == said


@pytest.mark.parametrize(
    ("label", "sides"),
    [
        ("4.5", (["4.5"], ["4.5"])),
        ("2 → 2.1, 2.2", (["2"], ["2.1", "2.2"])),
        ("3 → 3.1–3.4, 5", (["3"], ["3.1", "3.3", "3.4", "5"])),
        ("7 → 8–9", (["7"], ["8–9"])),
        ("→ 4.3", ([], ["4.3"])),
        ("1.2 →", (["1.2"], [])),
    ],
)
def test_a_headings_label_names_its_items(label: str, sides: tuple[list[str], list[str]]) -> None:
    assert tuple(codes(label, ["1.2", "2", "3"], ["2.1", "3.1", "3.3", "3.4", "5"])) == sides


def test_a_month_sets_beside_each_other_what_judges_the_same(rescoring: Rescoring) -> None:
    question = HERE.question()
    labels = [one.heading for one in rescoring.compare(question).headings]
    before, after = (
        rescoring.explain(Explain(cell=CELL, period="2026-02", lens=lens)) for lens in (question.before, question.after)
    )
    view = month_view(before, after, labels, VI)
    found = {(len(pair["before"]), len(pair["after"])) for pair in view["pairs"]}
    assert (1, 2) in found
    assert sum(len(pair["after"]) for pair in view["pairs"]) == len(after.items)
    assert sum(len(pair["before"]) for pair in view["pairs"]) == len(before.items)
    line = view["pairs"][0]["after"][0]
    assert [events for _, _, events in line["facts"]] == [[before.events[0]], list(before.events)]
    alone = month_view("không có", after, labels, VI)
    assert alone["before"] == {"none": "không có"}
    assert all(not pair["before"] for pair in alone["pairs"])
    same = paired(list(after.items), list(after.items), [], same_set=True)
    assert all(old == new for old, new in same)


# -- runs ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def receipt(rescoring: Rescoring) -> RunReceipt:
    run = rescoring.start(HERE.question()).run
    for _ in range(PARTS):
        stands = rescoring.run(RunOf(run=run))
    assert stands.receipt is not None
    return stands.receipt


def table(rescoring: Rescoring, receipt: RunReceipt, name: str) -> list[Mapping[str, Any]]:
    """The rows of a table of the run."""
    return list(rescoring.results[receipt.run][name].to_pylist())


def test_a_runs_tables_say_what_the_comparison_says(rescoring: Rescoring, receipt: RunReceipt) -> None:
    compared = rescoring.compare(HERE.question())
    result = result_of(receipt, table(rescoring, receipt, "months"), table(rescoring, receipt, "impacts"))
    found = result.comparison
    for name in ("months", "before", "after", "transitions", "outcomes", "moved"):
        assert getattr(found, name) == getattr(compared, name), name
    assert found.mean_after == pytest.approx(compared.mean_after)
    assert found.headings == compared.headings
    assert result.moves[: len(compared.top)] == compared.top
    assert move_of(table(rescoring, receipt, "months")[0]).before.set == "hd-42-2025"


def test_what_was_officially_decided_stands_beside_what_is_found(rescoring: Rescoring, receipt: RunReceipt) -> None:
    months = table(rescoring, receipt, "months")
    decided = [
        {"cell": row["cell"], "period": row["period"], "official_grade": grade}
        for row, grade in zip(months, ("good", "poor", None), strict=False)
    ]
    result = result_of(receipt, months, table(rescoring, receipt, "impacts"), decided)
    assert {code: sum(row.values()) for code, row in result.comparison.official.items()} == {
        "good": 1, "poor": 1, "none": 1,
    }  # fmt: skip
    found = comparison_view(result.comparison, HERE, VI)["official"]
    assert [row["word"] for row in found["rows"]] == ["Tốt", "Kém", "đã hủy"]
    assert [sum(bool(cell["count"]) for cell in row["cells"]) for row in found["rows"]] == [1, 1, 1]
    assert found["months"] == "3 tháng"
    moved = move_of(months[0], "good")
    assert moves_view([moved], 1, {}, HERE, VI)["lines"][0]["official"] == {"css": "good", "grade": "Tốt"}
    assert comparison_view(result_of(receipt, months, ()).comparison, HERE, VI)["official"] is None


def test_a_receipt_is_shown_with_the_command_that_repeats_it(receipt: RunReceipt) -> None:
    view = receipt_view(receipt, HERE, VI)
    assert view["command"] == f"nenep rescore --repeat {receipt.run}"
    assert ("Sau: an-phu-2025", shipped("an-phu-2025").hash) in view["sets"]
    assert asked(params(view["anew"]), "vi", 2026) == HERE
    of_draft = receipt.model_copy(
        update={"question": RescoreOf(after=Lens(draft=BASE), first="2026-01", last="2026-02")}
    )
    assert receipt_view(of_draft, HERE, VI)["asked"]["after"] == "bản nháp từ an-phu-2025"
    assert receipt_view(of_draft, HERE, VI)["anew"] is None
    assert receipt_view(of_draft, HERE, VI)["whatif"] is None
    again = params(receipt_view(of_draft, HERE, VI, (("total", "90"),))["whatif"])
    assert (again["view"], again["set"], again["e.total"]) == ("whatif", "an-phu-2025", "90")


def test_recorded_runs_lead_back_to_their_results(rescoring: Rescoring, receipt: RunReceipt) -> None:
    (line,) = runs_view(rescoring.listed().runs, replace(HERE, outcome="up"), VI)
    assert asked(params(line["href"]), "vi", 2026) == asked({"run": receipt.run}, "vi", 2026)
    assert (line["after"], line["before"]) == ("an-phu-2025", "hd-42-2025")
    assert line["span"] == "tháng 1/2026 – tháng 12/2026"


def test_rollups_and_quotas_are_told(rescoring: Rescoring, receipt: RunReceipt) -> None:
    quotas = quotas_view(table(rescoring, receipt, "quotas"), {}, {}, VI)
    assert [(one["over"], one["width"]) for one in quotas] == [(True, 100.0), (False, 58.8)]
    assert (quotas[0]["unknown"], quotas[0]["among"]) == ("2 không xác định được", "")
    assert quotas[0]["text"] == "41 trên 34 được phép, trong số 171"
    rollups = rollups_view(table(rescoring, receipt, "rollups"), {}, HERE, VI)
    assert rollups["lines"]
    assert all(params(line["href"])["q"] == line["cell"] for line in rollups["lines"])
    assert all(line["css"] not in ("same", "open") for line in rollups["lines"])


def test_units_are_bars_of_both_sides_the_largest_first() -> None:
    def row(unit: str, side: str, grade: str, months: int) -> dict[str, Any]:
        return {"unit": unit, "unit_name": f"Unit {unit}", "side": side, "grade": grade, "months": months}

    rows = [row("A", "before", "poor", 1), row("A", "before", "good", 3), row("B", "after", "open", 9)]
    view = units_view(rows, HERE, VI)
    assert view is not None
    assert [line["name"] for line in view["lines"]] == ["Unit B", "Unit A"]
    assert [part["width"] for part in view["lines"][1]["sides"][0]["parts"]] == [75, 25]
    assert view["lines"][1]["sides"][0]["text"] == "Tốt 3 · Kém 1"
    assert [bool(side["parts"]) for side in view["lines"][0]["sides"]] == [False, True]
    assert params(view["lines"][0]["href"])["unit"] == "B"
    of_a_run = units_view(rows, replace(HERE, run="r-0123456789abcdef"), VI)
    assert of_a_run is not None
    assert params(of_a_run["lines"][0]["href"])["q"] == "Unit B"
    assert units_view(rows[:2], HERE, VI) is None, "one unit is no picture"


def test_a_change_is_between_bounds_where_points_are_not_known() -> None:
    def move(before: tuple[float, float] | None, after: tuple[float, float] | None, **more: Any) -> Move:
        sides = [Seen(set="s", lower=one[0], upper=one[1]) if one else Seen(set="s") for one in (before, after)]
        return Move(cell="C", period="2026-01", before=sides[0], after=sides[1], **{"outcome": "down", **more})

    assert change_text(move((94, 99), (68, 68)), VI) == "−31 … −26"
    assert change_text(move((94, 99), (68, 68), change=-5), VI) == "−5"
    assert change_text(move(None, (68, 68)), VI) == "–"
    assert change_text(move((94, 99), (68, 68), outcome="restated"), VI) == "–"


def test_what_was_never_decided_so_is_an_empty_place(rescoring: Rescoring) -> None:
    found = rescoring.compare(HERE.question()).model_copy(
        update={"official": {"good": {"good": 2}, "average": {"fair": 1}}}
    )
    view = comparison_view(found, HERE, VI)["official"]
    assert [[(cell["count"], cell["sign"]) for cell in row["cells"]] for row in view["rows"]] == [
        [("2", ""), ("", "")],
        [("", ""), ("1", "▲")],
    ]


def test_quarters_and_years_are_bars_with_the_grades_that_a_set_gives_them() -> None:
    def row(cell: str, before: str | None, after: str) -> dict[str, Any]:
        sides = {"before_set": "a" if before else None, "before_grade": before, "after_set": "b", "after_grade": after}
        return {
            "cell": cell,
            "cell_name": cell,
            "unit": "U",
            "unit_name": None,
            "span": "2025",
            "outcome": "up",
        } | sides

    title = {"vi": "Xuất sắc", "en": "Excellent", "bn": "চমৎকার"}
    titles = titles_of([{"rollups": [{"grades": [{"grade": "excellent", "title": title}, {"grade": "good"}]}]}, BASE])
    view = rollups_view([row("C", None, "good"), row("D", None, "excellent"), row("E", None, "good")], titles, HERE, VI)
    [year] = view["spans"]
    assert [side["text"] for side in year["sides"]] == ["", "Xuất sắc 1 · Tốt 2"]
    assert [line["after"]["grade"] for line in view["lines"]] == ["Tốt", "Xuất sắc", "Tốt"]
    quota = {"side": "after", "set": "b", "quota": "Q1", "year": 2025, "among": "U", "denominator": 3, "allowed": 0}
    quota |= {"grade": "excellent", "counted": 1, "undetermined": 0, "over": 1}
    [line] = quotas_view([quota], titles, {"U": "Đảng ủy U"}, VI)
    assert (line["grade"], line["among"]) == ("Xuất sắc", "Đảng ủy U")
