"""The dashboard in a real browser, on a real broker: it lives, it can be used by keyboard, it survives."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.dashboard.browsing import Visit
from tests.dashboard.conftest import Running
from tests.dashboard.fake_evaluation import FakeServices

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
CELL = "DU-07-03"
Visitor = Callable[..., Visit]


def test_the_first_page_shows_the_whole_city(visitor: Visitor) -> None:
    visit = visitor()
    page = visit.go()
    expect(page.locator("[role=row]")).to_have_count(171)
    expect(page.locator("[role=gridcell]")).to_have_count(171 * 12)
    expect(page.locator("[data-tile=cells] .value")).to_have_text("171")
    expect(page.locator("[data-tile=members] .value")).to_have_text("3.368")
    expect(page.get_by_test_id("synthetic")).to_contain_text("Dữ liệu giả lập")
    expect(page.locator("[data-service]")).to_have_count(3)
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    assert page.locator("[role=gridcell]:not([aria-label])").count() == 0


def test_an_event_reaches_ticker_and_board_without_a_reload(visitor: Visitor, fakes: FakeServices) -> None:
    first, second = visitor(), visitor(locale="en-GB")
    for visit in (first, second):
        visit.go().evaluate("window.same = true")
        visit.page.locator("[data-tile=alerts] a").focus()
        visit.page.locator("[data-tile=alerts]").evaluate("(tile) => { tile.dataset.before = 1 }")
    fakes.hold(CELL, 10, 41.0)
    for visit, said in ((first, "tháng 10/2026: Kém, 41 điểm"), (second, "October 2026: Poor, 41 points")):
        expect(visit.square(CELL, 10)).to_have_text("41")
        expect(visit.square(CELL, 10)).to_have_attribute("data-grade", "poor")
        expect(visit.page.get_by_test_id("ticker").locator("li").filter(has_text=said)).to_have_count(1)
        expect(visit.page.get_by_test_id("spoken")).to_contain_text("Bản 3 Sùng Phài")
        assert visit.page.evaluate("window.same"), "it was loaded again"
        expect(visit.page.locator("[data-tile=alerts][data-before]")).to_have_count(0)
        expect(visit.page.locator("[data-tile=alerts] a")).to_be_focused()


def test_a_burst_stays_readable_and_ends_with_the_newest(visitor: Visitor, fakes: FakeServices) -> None:
    visit = visitor(reduced_motion="no-preference")
    page = visit.go()
    for points in range(60):
        fakes.hold(CELL, 7, float(points))
    expect(visit.square(CELL, 7)).to_have_text("59")
    lines = page.get_by_test_id("ticker").locator("li")
    expect(lines.filter(has_text="tháng 7/2026: Trung bình, 59 điểm")).to_have_count(1)
    assert lines.count() <= 60


def test_the_keyboard_opens_a_cell_and_back_returns(visitor: Visitor) -> None:
    visit = visitor()
    page = visit.go()
    grid = page.locator("[role=grid]")
    assert grid.locator('[tabindex="0"]').count() == 1, "one square is in the tab order"
    visit.square("LC-001", 1).focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowUp", "End", "Home", "ArrowRight"):
        page.keyboard.press(key)
    expect(visit.square("LC-002", 1)).to_be_focused()
    page.keyboard.press("Control+End")
    assert page.evaluate("document.activeElement.shadowRoot?.activeElement?.dataset.month") == "12"
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".sheet h1")).to_have_text("Chi bộ cơ sở 2")
    assert "cell=LC-002" in page.url
    page.go_back()
    expect(page.locator("[role=row]")).to_have_count(171)
    assert "cell=" not in page.url


def test_a_cells_page_explains_and_follows_its_news(visitor: Visitor, fakes: FakeServices) -> None:
    visit = visitor()
    page = visit.go(f"/?cell={CELL}&period=2026-09&lang=vi")
    expect(page.locator(".sheet .lines > li.lost").first).to_be_visible()
    page.locator(".sheet details summary").first.click()
    expect(page.locator(".sheet details[open] dd").first).to_be_visible()
    page.locator(".months a").first.click()
    expect(page).to_have_url(re.compile("period=2026-01"))
    expect(page.locator(".sheet #why")).to_contain_text("tháng 1/2026")
    fakes.hold(CELL, 1, 77.0)
    expect(page.locator(".result")).to_contain_text("77 điểm")
    page.locator(".path a").first.click()
    expect(page.locator("[role=row]")).to_have_count(171)


def test_the_language_is_switched_everywhere(visitor: Visitor) -> None:
    visit = visitor()
    page = visit.go()
    page.get_by_role("radio", name="বাংলা").or_(page.get_by_role("button", name="বাংলা")).first.click()
    expect(page.locator("[data-tile=cells] h2")).to_have_text("দলীয় শাখা")
    expect(page.locator("html")).to_have_attribute("lang", "bn")
    expect(page).to_have_url(re.compile("lang=bn"))
    page.wait_for_function("document.fonts.check('16px \"Noto Sans Bengali\"', 'ক')")


def test_links_search_and_order_choose_what_is_shown(visitor: Visitor) -> None:
    visit = visitor()
    page = visit.go("/?unit=DU-07&lang=vi")
    expect(page.locator("[role=row]")).to_have_count(11)
    expect(page.get_by_test_id("unit")).to_have_value("DU-07")
    page.get_by_test_id("search").fill("ban 3 sung")
    expect(page.locator("[role=row]")).to_have_count(1)
    page.get_by_test_id("search").fill("không có ai")
    expect(page.locator(".nobody")).to_be_visible()
    page.get_by_test_id("search").fill("")
    page.get_by_test_id("unit").select_option("")
    expect(page.locator("[role=row]")).to_have_count(171)
    expect(page).not_to_have_url(re.compile("unit="))
    page.get_by_test_id("order").select_option("attention")
    expect(page.locator("[role=row] .overdue, [role=row] .poor").first).to_be_visible()


def test_a_phone_has_no_sideways_scrolling(visitor: Visitor) -> None:
    visit = visitor(viewport={"width": 390, "height": 844}, color_scheme="dark")
    for path in ("/", f"/?cell={CELL}"):
        page = visit.go(path)
        expect(page.locator("[role=row], .sheet h1").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_everything_to_operate_has_a_name_and_ids_are_unique(visitor: Visitor) -> None:
    visit = visitor()
    for path in ("/", f"/?cell={CELL}"):
        page = visit.go(path)
        expect(page.locator("[role=row], .sheet h1").first).to_be_visible()
        assert page.evaluate(NAMELESS) == []
        assert page.locator("h1").count() >= 1


NAMELESS = """() => {
  const wrong = []
  const look = (root) => {
    const ids = [...root.querySelectorAll("[id]")].map((one) => one.id)
    ids.filter((id, at) => ids.indexOf(id) !== at).forEach((id) => wrong.push("twice: " + id))
    let level = 6
    for (const one of root.querySelectorAll("*")) {
      if (one.shadowRoot) look(one.shadowRoot)
      for (const id of (one.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean))
        if (!root.getElementById(id)) wrong.push("named by nothing: " + id)
      if (root !== document && one.matches("h1, h2, h3, h4, h5") && one.checkVisibility()) {
        if (Number(one.tagName[1]) > level + 1) wrong.push("skips a level: " + one.textContent.slice(0, 60))
        level = Number(one.tagName[1])
      }
      if (root === document || one.type === "hidden" || !one.checkVisibility()) continue
      const labelled = one.getAttribute("aria-labelledby") || one.labels?.[0]?.textContent.trim()
      const name = one.getAttribute("aria-label") || one.textContent.trim() || labelled
      const matters = one.matches("a, button, select, input, summary, [role=gridcell], [role=rowheader], [role=img]")
      if (matters && !name) wrong.push(one.outerHTML.slice(0, 120))
    }
  }
  look(document)
  return wrong
}"""


def test_the_broker_goes_and_comes_back(visitor: Visitor, running: Running, fakes: FakeServices) -> None:
    visit = visitor()
    page = visit.go()
    running.server.kill()
    expect(visit.badge("offline")).to_be_visible()
    expect(page.locator(".notice")).to_contain_text("Mất kết nối đường truyền từ")
    expect(page.locator("[role=row]")).to_have_count(171)
    score, _ = fakes.city.hold(CELL, 9, 12.0)
    running.server.start()
    expect(visit.badge("live")).to_be_visible()
    expect(page.locator(".notice")).to_be_hidden()
    expect(visit.square(CELL, 9)).to_have_text("12")
    assert score.points == 12.0
    fakes.hold(CELL, 9, 93.0)
    expect(visit.square(CELL, 9)).to_have_text("93")


def test_a_silent_evaluation_is_said_and_its_return_noticed(visitor: Visitor, fakes: FakeServices) -> None:
    visit = visitor()
    page = visit.go("/?lang=en")
    fakes.silent.add("evaluation")
    try:
        expect(page.locator(".notice")).to_contain_text("The evaluation service has not answered since")
        expect(page.locator('[data-service=evaluation][data-tone="bad"]')).to_be_visible()
    finally:
        fakes.silent.clear()
    expect(page.locator(".notice")).to_be_hidden()


def test_the_dashboard_itself_is_restarted_under_an_open_page(
    visitor: Visitor, running: Running, fakes: FakeServices
) -> None:
    visit = visitor()
    page = visit.go()
    assert running.stop() in (0, -15)
    expect(visit.badge("reconnecting")).to_be_visible()
    running.start()
    expect(visit.badge("live")).to_be_visible()
    fakes.hold(CELL, 8, 33.0)
    expect(visit.square(CELL, 8)).to_have_text("33")
    expect(page.get_by_test_id("ticker").locator("li").filter(has_text="Kém, 33 điểm")).to_have_count(1)
