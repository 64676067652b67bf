"""Re-scoring in a real browser: choose, compare, open a month, try a draft, run, cancel; by mouse and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from services.contracts.queries import Nothing
from services.contracts.rescoring import RunState
from services.evaluation.criteria.load import loads
from tests.dashboard.browsing import Line, Visit
from tests.dashboard.fake_evaluation import FakeServices
from tests.dashboard.test_browser import NAMELESS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Visitor = Callable[..., Visit]
CELL = "DU-07-03"
BOTH = "set=an-phu-2025&against=hd-42-2025"
EVENT = re.compile(r"[0-9a-f]{8}-0000-5000-8000-\d{12}")


def desk(visit: Visit, address: str = "") -> Page:
    """The re-scoring page at this address, in English."""
    page = visit.go(f"/?page=rescore&lang=en&{address}")
    expect(page.locator(".desk h1")).to_be_visible()
    return page


def test_from_the_first_page_to_the_events_behind_a_number(visitor: Visitor) -> None:
    visit = visitor(locale="en-GB")
    page = visit.go("/")
    page.get_by_role("button", name="Re-score").click()
    page.get_by_label("Criteria").first.select_option("an-phu-2025")
    page.get_by_label("Criteria").last.select_option("hd-42-2025")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_role("heading", name="an-phu-2025, compared with hd-42-2025")).to_be_visible()
    expect(page).to_have_url(re.compile("set=an-phu-2025.*against=hd-42-2025"))
    page.get_by_role("link", name=re.compile("Fair before, Good after")).click()
    expect(page.locator(".moves tbody tr").first).to_contain_text("Good")
    row = page.locator(".moves tbody a").first
    row.click()  # the first click: the month's items, with their measures
    expect(page.locator(".month .pairs li").first).to_be_visible()
    expect(row).to_have_attribute("aria-expanded", "true")
    page.locator(".month .item summary").first.click()  # the second: fields and their events
    expect(page.locator(".month .item details[open] .events").first).to_have_text(EVENT)
    shared = visitor(locale="en-GB")
    shared.go(page.url.removeprefix(shared.url))
    expect(shared.page.locator(".month .pairs li")).to_have_count(page.locator(".month .pairs li").count())


def test_a_cell_leads_here_and_back_keeping_year_and_language(visitor: Visitor) -> None:
    visit = visitor(locale="en-GB")
    page = visit.go(f"/?cell={CELL}&year=2026&lang=bn")
    page.locator('.sheet a[href*="page=rescore"]').click()
    expect(page.locator("input[name=cell]")).to_have_value(CELL)
    expect(page).to_have_url(re.compile("lang=bn"))
    page.locator(".path a").last.click()
    expect(page.locator(".sheet h1")).to_have_text("Bản 3 Sùng Phài")
    expect(page).to_have_url(re.compile("year=2026"))
    expect(page).to_have_url(re.compile("lang=bn"))


def test_a_changed_draft_moves_the_figures_while_one_types(visitor: Visitor) -> None:
    visit = visitor(locale="en-GB")
    page = desk(visit, "view=whatif&set=an-phu-2025&against=an-phu-2025&of=an-phu-2025")
    same = page.locator(".figures li.same strong")
    total = same.inner_text()
    expect(page.locator(".figures li.up strong")).to_have_text("0")
    limit = page.get_by_label("Good: limit")
    limit.evaluate("(field) => { field.mine = true }")
    limit.press("Control+a")
    limit.press_sequentially("80", delay=60)
    expect(page.locator(".figures li.up strong")).not_to_have_text("0")
    expect(same).not_to_have_text(total)
    expect(limit).to_be_focused()
    expect(limit).to_have_value("80")
    assert limit.evaluate("(field) => field.mine"), "the field was made anew while someone typed in it"
    expect(page.locator(".stretch .other").first).to_have_text("80")
    expect(page).to_have_url(re.compile(r"e\.grades\.0\.at_least=80"))
    page.go_back()
    expect(page.locator(".figures li.up strong")).to_have_text("0")
    page.get_by_label("1.1 Duration: maximum").fill("7")
    expect(page.locator(".editor")).to_contain_text("is 100, but the maxima of the items add up to 102")
    expect(page.locator(".figures")).to_be_visible()
    page.get_by_role("link", name="Scale the bands to the maximum").click()
    expect(page.locator(".editor .item .wrong")).to_have_count(0)
    page.get_by_role("link", name="Set the totals to what the items add up to").click()
    expect(page.locator(".editor .wrong")).to_have_count(0)
    expect(page.get_by_label("Total", exact=True)).to_have_value("102")
    with page.expect_download() as download:
        page.get_by_role("button", name="The draft (YAML)").click()
    assert download.value.suggested_filename == "an-phu-2025-draft.yaml"
    page.get_by_role("link", name="Undo all").click()
    expect(page.get_by_label("Total", exact=True)).to_have_value("100")


def test_news_between_what_one_types_and_its_answer_takes_nothing_back(visitor: Visitor, fakes: FakeServices) -> None:
    """The answers are held until the browser has asked for a rerun on behalf of news, by the address that it knew."""
    visit = visitor(locale="en-GB")
    line = Line(visit.page)
    page = desk(visit, "view=whatif&set=an-phu-2025&against=an-phu-2025&of=an-phu-2025")
    expect(page.locator(".figures li.up strong")).to_have_text("0")
    line.answers_wait = True
    page.get_by_label("Good: limit").fill("80")
    line.asked(2, lambda: fakes.publish("evaluation", "CriteriaWithdrawn", "LAICHAU", "_", Nothing()))
    line.release()
    expect(page.locator(".editor p[role=status]")).to_contain_text("1 value changed")
    expect(page.locator(".figures li.up strong")).not_to_have_text("0")
    expect(page).to_have_url(re.compile(r"e\.grades\.0\.at_least=80"))
    expect(page.get_by_label("Good: limit")).to_have_value("80")


def test_an_own_file_is_opened_put_right_by_its_lines_and_taken_home(visitor: Visitor, tmp_path: Path) -> None:
    visit = visitor(locale="en-GB")
    page = desk(visit, "view=whatif&set=an-phu-2025&against=an-phu-2025")
    page.get_by_role("link", name="Change all of it as text, or open your own file").click()
    area = page.get_by_label("The draft (YAML)")
    expect(area).to_have_value(re.compile("^id: an-phu-2025\n"))
    own = area.input_value().replace("id: an-phu-2025", "id: ours").replace("at_least: 90, grade: good", "at_least: 90")
    (tmp_path / "ours.yaml").write_text(own, encoding="utf-8")
    page.get_by_label(re.compile("^Open a file of your own")).set_input_files(tmp_path / "ours.yaml")
    expect(page.locator("#wrong-lines")).to_contain_text("1 problem")
    line = own.splitlines().index("  - {at_least: 90}") + 1
    page.get_by_role("link", name=f"line {line}").click()
    expect(area).to_be_focused()
    assert area.evaluate("(a) => a.value.slice(a.selectionStart, a.selectionEnd)") == "  - {at_least: 90}"
    page.keyboard.type("  - {at_least: 80, grade: good}")
    expect(page.locator("#wrong-lines")).to_contain_text("two ranges cover 80–<90")
    area.fill(area.input_value().replace("at_least: 70, below: 90", "at_least: 70, below: 80"))
    expect(page.locator("#wrong-lines")).to_contain_text("Nothing is wrong")
    expect(page.locator(".figures li.up strong")).not_to_have_text("0")
    with page.expect_download() as download:
        page.get_by_role("button", name="The draft (YAML)").click()
    assert download.value.path().read_text(encoding="utf-8") == area.input_value()
    assert loads(area.input_value()).id == "ours"


def test_a_run_is_watched_through_a_reload_to_its_receipt(visitor: Visitor, fakes: FakeServices) -> None:
    visit = visitor(locale="en-GB")
    fakes.rescoring.still = True
    page = desk(visit, f"{BOTH}&from=2026-02&to=2026-11")
    page.get_by_role("button", name="Run with a receipt").first.click()
    expect(page.get_by_role("progressbar", name="Progress of the run")).to_be_visible()
    expect(page).to_have_url(re.compile("run=r-[0-9a-f]{16}"))
    page.reload()
    expect(page.get_by_role("progressbar", name="Progress of the run")).to_be_visible()
    fakes.rescoring.still = False
    expect(page.locator(".run .command")).to_have_text(re.compile("nenep rescore --repeat r-[0-9a-f]{16}"))
    expect(page.locator(".moves tbody tr")).to_have_count(25)
    expect(page.locator(".quotas .over")).to_contain_text("above the quota")
    with page.expect_download() as download:
        page.get_by_role("button", name="The list (CSV)").click()
    assert download.value.path().read_bytes().startswith(b"\xef\xbb\xbfcell,")
    page.get_by_role("link", name="Recorded runs").click()
    page.get_by_role("link", name=re.compile("^r-[0-9a-f]{16}$")).first.click()
    expect(page.locator(".run .command")).to_be_visible()


def test_a_run_is_cancelled(visitor: Visitor, fakes: FakeServices) -> None:
    visit = visitor(locale="en-GB")
    fakes.rescoring.still = True
    page = desk(visit, f"{BOTH}&from=2026-03&to=2026-04")
    page.get_by_role("button", name="Run with a receipt").first.click()
    page.get_by_role("button", name="Cancel the run").click()
    expect(page.locator(".run")).to_contain_text("Cancelled. Nothing was recorded.")
    fakes.rescoring.still = False
    run = re.search("r-[0-9a-f]{16}", page.url)
    assert run is not None
    assert fakes.rescoring.runs[run.group()].state is RunState.CANCELLED


def test_the_keyboard_is_enough(visitor: Visitor) -> None:
    visit = visitor(locale="en-GB")
    page = desk(visit)
    page.get_by_label("Criteria").first.focus()
    page.keyboard.type("Phi")
    page.keyboard.press("Tab")  # the dials behind "more"
    page.keyboard.press("Enter")
    expect(page.get_by_label(re.compile("^Known at")).first).to_be_visible()
    page.get_by_role("button", name="Compare", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("^an-phu-2025, compared with"))).to_be_visible()
    count = page.locator(".matrix td.down a").first
    count.focus()
    page.keyboard.press("Enter")
    expect(count).to_have_attribute("aria-current", "true")
    expect(count).to_be_focused()
    assert count.evaluate("(one) => getComputedStyle(one).outlineStyle") != "none", "one sees where one is"
    row = page.locator(".moves tbody a").first
    row.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".month .pairs li").first).to_be_visible()
    expect(row).to_be_focused()
    page.locator(".month .item summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".month .item details[open]")).to_have_count(1)


@pytest.mark.parametrize("lang", ["vi", "en", "bn"])
def test_a_narrow_phone_has_no_sideways_scrolling_and_everything_a_name(visitor: Visitor, lang: str) -> None:
    visit = visitor(viewport={"width": 360, "height": 780}, color_scheme="dark")
    for address in (
        f"{BOTH}&show={CELL}.2026-02",
        "view=whatif&set=an-phu-2025&of=an-phu-2025&e.items.0.max=7",
        "view=text",
    ):
        page = visit.go(f"/?page=rescore&lang={lang}&{address}")
        expect(page.locator(".month, .editor, .written").first).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", lang)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.evaluate(NAMELESS) == []


def test_evaluation_goes_and_comes_back(visitor: Visitor, fakes: FakeServices) -> None:
    visit = visitor(locale="en-GB")
    fakes.silent.add("evaluation")
    try:
        page = visit.page
        page.goto(f"{visit.url}/?page=rescore&lang=en&{BOTH}")
        expect(page.locator(".trouble")).to_contain_text("The evaluation service does not answer")
    finally:
        fakes.silent.clear()
    expect(page.locator(".figures")).to_be_visible()
    expect(page.locator(".trouble")).to_have_count(0)
