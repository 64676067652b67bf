"""The re-scoring page on a whole real system: what it shows is what the command line says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.cli.living import Up, until
from tests.dashboard.browsing import Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "first-event.ndjson"
UNIT, CELL, PERIOD = "DEMOUNIT", "DEMOCELL", "2025-11"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A system that knows the example's cell and its meeting."""
    system = Up(tmp_path_factory.mktemp("real") / "data").ready()
    try:
        assert system.nenep("grant", UNIT).returncode == 0
        assert system.nenep("publish", EXAMPLE, "--as", UNIT).returncode == 0
        until(lambda: system.nenep("explain", "--cell", CELL, "--period", PERIOD).returncode == 0, "it is scored")
        yield system
    finally:
        system.stop()


def test_the_real_evaluation_compares_runs_and_names_its_events(up: Up, browser: Browser) -> None:
    visit = Visit(browser, f"http://127.0.0.1:{up.system.dashboard_port}", locale="en-GB")
    page = visit.go(f"/?page=rescore&lang=en&year=2025&set=an-phu-2025&against=hd-42-2025&from={PERIOD}&to={PERIOD}")
    expect(page.get_by_role("heading", name="an-phu-2025, compared with hd-42-2025")).to_be_visible()
    expect(page.locator(".matrix .sum").last).to_have_text("1")
    page.get_by_role("button", name="Run with a receipt").first.click()
    expect(page.locator(".run .command")).to_have_text(re.compile("--repeat r-[0-9a-f]{16}$"))
    run = page.locator(".run .command").inner_text().split()[-1]
    again = up.nenep("rescore", "--repeat", run)
    assert again.returncode == 0, again.stderr
    page.locator(".moves tbody a").first.click()
    expect(page.locator(".month .pairs li").first).to_be_visible()
    page.locator(".month .two > div").last.locator("summary").first.click()
    shown = set(re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", page.locator(".month").inner_text()))
    explained = json.loads(up.nenep("explain", "--cell", CELL, "--period", PERIOD, "--format", "json").stdout)
    assert shown
    assert shown <= {event for item in explained["items"] for events in item["events"].values() for event in events} | {
        *explained["events"]
    }
    visit.close()


def test_the_real_evaluation_names_every_problem_of_a_draft(up: Up, browser: Browser) -> None:
    visit = Visit(browser, f"http://127.0.0.1:{up.system.dashboard_port}", locale="en-GB")
    page = visit.go("/?page=rescore&lang=en&year=2025&view=whatif&set=an-phu-2025&against=an-phu-2025")
    expect(page.locator(".figures")).to_be_visible()
    page.get_by_label("1.1 Duration: maximum").fill("7")
    expect(page.locator(".editor .item .wrong").first).to_contain_text("but the item's max is 7")
    expect(page.locator(".editor")).to_contain_text("is 100, but the maxima of the items add up to 102")
    page.get_by_role("link", name="Scale the bands to the maximum").click()
    expect(page.locator(".editor .item .wrong")).to_have_count(0)
    page.get_by_role("link", name="Set the totals to what the items add up to").click()
    expect(page.locator(".editor .wrong")).to_have_count(0)
    expect(page.locator(".figures")).to_be_visible()
    visit.close()
