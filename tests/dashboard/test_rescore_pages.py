"""The re-scoring page as Streamlit draws it: every language, runs, drafts, refusals, and nobody to ask."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.views.rescoring.address import asked
from dashboard.words.texts import LANGUAGES, Language, texts
from services.contracts.criteria import MOST_TEXT
from services.contracts.rescoring import RunOf, RunState
from tests.dashboard.fake_city import City, empty_city
from tests.dashboard.fake_rescoring import PARTS
from tests.dashboard.test_cell_views import Heard
from tests.dashboard.test_pages import component, goto, visit

CITY, CELL = City(), "DU-07-03"
Open = Callable[[City | None], Any]
BOTH = {"set": "an-phu-2025", "against": "hd-42-2025"}


def desk(language: Language = "en", **address: str) -> tuple[AppTest, str]:
    """The page at this address, and its HTML, which is well formed."""
    page = visit(language, page="rescore", **address)
    html = str(component(page, "nennep_sheet")["html"])
    heard = Heard()
    heard.feed(html)
    assert heard.open == []
    return page, html


def labels(page: AppTest) -> list[str]:
    """What can be downloaded."""
    return [button.proto.label for button in page.get("download_button")]


def test_a_rerun_that_knows_an_old_address_only_draws_the_new_one_and_does_what_was_wanted(open_house: Open) -> None:
    """News came between a turn and its answer: the browser did not know the new address yet when it asked."""
    hub = open_house(CITY)
    page, _ = desk(**BOTH)
    old = dict(page.query_params)
    goto(page, **{"from": "2026-03", "to": "2026-04"})
    page.session_state["act"] = "run"
    for name in ("from", "to"):
        del page.query_params[name]
    assert dict(page.query_params) == old
    page.run()
    assert page.query_params["run"] in hub.rescoring.runs, "and the browser is told"
    for _ in range(PARTS):
        page.run()
    assert "March 2026 – April 2026" in component(page, "nennep_sheet")["html"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_offers_the_sets_the_months_and_the_units(open_house: Open, language: Language) -> None:
    open_house(CITY)
    _, html = desk(language)
    words = texts(language)
    for text in (
        "an-phu-2025",
        "hd-12-2018",
        "2024-01",
        "2026-12",
        "Đảng ủy Sùng Phài",
        "Thành ủy Lai Châu",
        words.say("The sets in force"),
    ):
        assert text in html
    assert (
        words.say("Both sides are the same so far. Choose criteria, or a day on which something was not known yet.")
        in html
    )
    for example in ("set=an-phu-2025", "set_known=2026-06-30", "set_tree=2025-06-30"):
        assert example in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comparison_is_whole_in_every_language(open_house: Open, language: Language) -> None:
    open_house(CITY)
    page, html = desk(language, **BOTH, show=f"{CELL}.2026-02")
    words = texts(language)
    for text in ("From grade to grade", "Distribution before and after", "Which item moved it", "The months that move"):
        assert words.say(text) in html
    assert words.say("By unit, with all cells below it") in html
    assert "-0000-5000-8000-" in html, "the opened month has its events"
    assert labels(page) == [words.say("The list (CSV)")]


def test_a_comparison_lists_every_month_that_moves(open_house: Open) -> None:
    open_house(CITY)
    _, first = desk(**BOTH)
    count = int(re.search(r"(\d+) months · 1–25", first)[1])  # type: ignore[index]
    assert count > 50
    page, last = desk(**BOTH, at=str(count - 1))
    assert f"{count} months · {count}–{count}" in last
    _, filtered = desk(**BOTH, q="12/2026")
    assert "No month is left" in filtered
    _, filtered = desk(**BOTH, outcome="same")
    [shown] = re.findall(r"(\d+) months? · 1–", filtered)
    assert 0 < int(shown) < count
    assert labels(page) == ["The list (CSV)"]


def test_runs_under_way_are_listed_whoever_started_them(open_house: Open) -> None:
    fakes = open_house(CITY)
    fakes.rescoring.still = True
    started = fakes.rescoring.start(asked(BOTH, "en", 2026).question())
    _, html = desk(view="runs")
    assert "Under way" in html
    assert f"run={started.run}" in html
    assert "progress" in html


def test_an_unknown_set_is_answered_with_what_would_be_right(open_house: Open) -> None:
    open_house(CITY)
    _, html = desk(set="no-such-set")
    assert "no set no-such-set is known" in html
    assert "an-phu-2025, hd-12-2018, hd-42-2025" in html


def test_what_the_address_garbles_is_named(open_house: Open) -> None:
    open_house(CITY)
    _, html = desk(**BOTH, set_known="yesterday")
    assert "Not understood, and left out: yesterday." in html


def test_a_draft_is_made_of_the_address_alone(open_house: Open) -> None:
    open_house(CITY)
    page, html = desk(**BOTH, view="whatif", **{"e.grades.0.at_least": "80"})
    assert 'name="e.grades.0.at_least" value="80" data-base="90"' in html
    assert labels(page) == ["The list (CSV)", "The draft (YAML)"]
    _, plain = desk(**BOTH)
    assert html.split('id="distribution"')[1] != plain.split('id="distribution"')[1]


def test_an_invalid_draft_keeps_what_was_found_before(open_house: Open) -> None:
    open_house(CITY)
    page, _ = desk(**BOTH, view="whatif")
    goto(page, **{"e.total": "90"})
    html = component(page, "nennep_sheet")["html"]
    assert "is 90, but the maxima of the items add up to 100" in html
    assert "The draft cannot judge yet" in html
    assert "From grade to grade" in html


def test_a_run_shows_its_progress_and_then_its_result_and_receipt(open_house: Open) -> None:
    hub = open_house(CITY)
    run = hub.rescoring.start(asked(BOTH, "en", 2026).question()).run
    page, html = desk(run=run)
    assert "<progress" in html
    assert component(page, "nennep_sheet")["again"] > 0
    for _ in range(PARTS):
        page.run()
    done = component(page, "nennep_sheet")
    assert f"nenep rescore --repeat {run}" in done["html"]
    assert done["again"] == 0
    assert "above the quota" in done["html"]
    assert labels(page) == ["The list (CSV)", "The receipt (JSON)"]
    _, listed = desk(view="runs")
    assert run in listed


def test_pressing_run_starts_it_and_the_address_is_the_runs(open_house: Open) -> None:
    hub = open_house(CITY)
    page = visit("vi", page="rescore", **BOTH)
    page.session_state["act"] = "run"
    page.run()
    run = page.query_params["run"]
    assert hub.rescoring.runs[run].state is RunState.RUNNING
    assert "set" not in page.query_params
    page.session_state["act"] = "cancel"
    page.run()
    assert hub.rescoring.run(RunOf(run=run)).state is RunState.CANCELLED
    assert texts("vi").say("Cancelled. Nothing was recorded.") in component(page, "nennep_sheet")["html"]


def test_a_run_that_nobody_knows_is_said(open_house: Open) -> None:
    open_house(CITY)
    _, html = desk(run="r-0123456789abcdef")
    assert "no run r-0123456789abcdef is known" in html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", [{}, BOTH, {"view": "runs"}, {"run": "r-0123456789abcdef"}, {"view": "whatif"}])
def test_without_evaluation_the_page_says_so_and_asks_again(
    open_house: Open, language: Language, address: dict[str, str]
) -> None:
    open_house(None)
    page, html = desk(language, **address)
    assert texts(language).say("The evaluation service does not answer") in html
    assert component(page, "nennep_sheet")["again"] > 0


def test_an_empty_city_can_be_asked_too(open_house: Open) -> None:
    open_house(empty_city())
    _, html = desk(**BOTH)
    assert "No month moves." in html


def test_header_and_cell_lead_here_and_back_with_year_and_language(open_house: Open) -> None:
    open_house(CITY)
    page = visit("bn", year="2026", cell=CELL)
    words = texts("bn")
    cell = component(page, "nennep_sheet")["html"]
    assert f"page=rescore&amp;lang=bn&amp;year=2026&amp;from=2026-01&amp;to=2026-12&amp;cell={CELL}" in cell
    next(one for one in page.button if one.label == words.say("Re-score")).click().run()
    assert [page.query_params[name] for name in ("page", "lang", "year", "cell")] == ["rescore", "bn", "2026", CELL]
    next(one for one in page.button if one.label == words.say("Board")).click().run()
    assert "page" not in page.query_params
    assert page.query_params["lang"] == "bn"
    assert component(page, "nennep_live")["cell"] is None


def test_a_month_of_a_cell_is_shown_under_another_set(open_house: Open) -> None:
    open_house(CITY)
    page = visit("en", cell=CELL, period="2026-02", set="an-phu-2025")
    html = component(page, "nennep_sheet")["html"]
    assert "Phiếu chấm điểm phường An Phú (2025)" in html
    assert 'aria-current="true">an-phu-2025</a>' in html
    assert "-0000-5000-8000-" in html


def written(page: AppTest, text: str) -> str:
    """The page after the visitor wrote this text."""
    page.session_state["text"] = "begun", text
    page.run()
    return str(component(page, "nennep_sheet")["html"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_is_a_text_that_may_be_changed_everywhere(open_house: Open, language: Language) -> None:
    open_house(CITY)
    page, html = desk(language, **BOTH, view="text", **{"e.grades.0.at_least": "80"})
    words = texts(language)
    assert words.say("Nothing is wrong: the figures are of this text.") in html
    text = unescape(re.search("<textarea[^>]*>\n(.*)</textarea>", html, re.DOTALL)[1])  # type: ignore[index]
    assert "at_least: 80" in text, "it begins from the values that were changed"
    assert labels(page) == [words.say("The list (CSV)"), words.say("The draft (YAML)")]
    shorter = re.sub(r"  - code: '4.6'.*?(?=  - code: '4.7')", "", text, flags=re.DOTALL)
    assert words.say("is {n}, but the maxima of the items add up to {m}", n=100, m=99) in written(page, shorter)
    shorter = shorter.replace("total: 100", "total: 99")
    again = written(page, re.sub(r"(code: '4'\n.*?max: )30", r"\g<1>29", shorter, flags=re.DOTALL))
    assert words.say("Nothing is wrong: the figures are of this text.") in again
    assert again.split('id="distribution"')[1] != html.split('id="distribution"')[1]
    assert words.say("What you wrote is then gone.") in again


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_of_a_text_is_named_with_its_line(open_house: Open, language: Language) -> None:
    open_house(CITY)
    page, before = desk(language, **BOTH, view="text")
    words = texts(language)
    html = written(page, "id: x\ntotal: many\nitems:\n  - {code: '1', max: 3, odd: 1}\n")
    assert words.say("is not a key of the format") in html
    assert '<a href="#" data-line="2">' + words.say("line {n}", n=2) + "</a>" in html
    assert words.say("The draft cannot judge yet; shown is what was found before.") in html
    assert before.split('id="distribution"')[1] == html.split('id="distribution"')[1]
    page.session_state["act"] = "run"
    page.run()
    assert "run" not in page.query_params, "what cannot judge is not run"


def test_a_text_is_bounded_stays_whatever_is_chosen_beside_it_and_is_given_up_on_purpose_only(open_house: Open) -> None:
    open_house(CITY)
    page, _ = desk(**BOTH, view="text")
    assert "the text is too large: ≤ 64 KB" in written(page, "x" * (MOST_TEXT + 1))
    assert "line 1" in written(page, "just: mine")
    goto(page, to="2026-03", set="hd-42-2025")
    assert "just: mine</textarea>" in component(page, "nennep_sheet")["html"]
    page.session_state["act"] = "anew"
    page.run()
    assert "number: HD 42-HD/BTCTW" in component(page, "nennep_sheet")["html"]
