"""Every page, in every language, full, empty and without anybody to ask."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard.words.numbers import month_year
from dashboard.words.texts import LANGUAGES, Language, texts
from tests.dashboard.fake_city import City, empty_city

SCRIPT = Path(dashboard.__file__).parent / "app.py"
CELL = "DU-07-03"
CITY = City()
Open = Callable[[City | None], Any]


def visit(language: Language | None = None, locale: str = "de-DE", **address: str) -> AppTest:
    """The page at this address, drawn."""
    page = AppTest.from_file(str(SCRIPT), default_timeout=30)
    page.context = {"locale": locale}
    for name, value in {**address, **({"lang": language} if language else {})}.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def goto(page: AppTest, **address: str) -> AppTest:
    """Draws the page again at its address with some of it changed, as a link on it would."""
    page.session_state["address"] = {**page.session_state["address"], **address}
    return page.run()


def component(page: AppTest, name: str) -> dict[str, Any]:
    """The data given to one of the components."""
    for element in page.get("bidi_component"):
        if element.proto.component_name == name:
            data = dict(orjson.loads(element.proto.json))
            return dict(orjson.loads(data["json"])) if "json" in data else data
    raise AssertionError(f"{name} is not on the page")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_holds_the_city(open_house: Open, language: Language) -> None:
    open_house(CITY)
    page = visit(language)
    live = component(page, "nennep_live")
    assert (live["lang"], live["year"], live["follow"]) == (language, 2026, True)
    assert (len(live["first"]["rows"]), len(live["first"]["tiles"]), live["first"]["notice"]) == (171, 6, None)
    assert live["texts"]["board"] == texts(language).say("Every cell, every month")
    assert page.title[0].value == texts(language).say("Nền Nếp")
    assert not page.error


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_city_says_what_to_do(open_house: Open, language: Language) -> None:
    open_house(empty_city())
    notice = component(visit(language), "nennep_live")["first"]["notice"]
    assert notice["title"] == texts(language).say("Nothing has been recorded yet")
    assert "nenep publish" in notice["text"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", [{}, {"year": "2024"}])
def test_without_a_bus_the_first_page_says_so(open_house: Open, language: Language, address: dict[str, str]) -> None:
    hub = open_house(None)
    live = component(visit(language, **address), "nennep_live")
    assert live["first"]["link"]["tone"] == "bad"
    since = live["first"]["link"]["text"]
    assert live["first"]["notice"]["title"].casefold() == since.casefold()
    assert live["year"] == int(address.get("year", hub.this_year))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cells_page_explains_its_score(open_house: Open, language: Language) -> None:
    open_house(CITY)
    page = visit(language, cell=CELL, period="2026-08")
    sheet, words = component(page, "nennep_sheet"), texts(language)
    assert sheet["lang"] == language
    for text in ("Bản 3 Sùng Phài", CELL, words.say("Meetings of the year"), "HD 42-HD/BTCTW", words.say("Secretary")):
        assert text in sheet["html"]
    assert sheet["html"].count('<li class="lost">') >= 1
    assert component(page, "nennep_live")["cell"] == CELL


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cell_without_meetings_or_with_an_unscored_month(open_house: Open, language: Language) -> None:
    open_house(CITY)
    words = texts(language)
    empty = component(visit(language, cell=CELL, year="2019"), "nennep_sheet")["html"]
    assert words.say("No meeting of this year has a score yet.") in empty
    assert words.say("No meeting of this year has been reported. Choose another year above.") in empty
    unscored = component(visit(language, cell=CELL, period="2026-12"), "nennep_sheet")["html"]
    month = month_year("2026-12", language)
    assert words.say("There is no score for {month}: no regular meeting was held in it.", month=month) in unscored


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("city", "cell"), [(CITY, "NOBODY"), (CITY, "../etc"), (None, CELL)])
def test_a_cell_that_cannot_be_shown(open_house: Open, language: Language, city: City | None, cell: str) -> None:
    open_house(city)
    page = visit(language, cell=cell)
    words = texts(language)
    assert len(page.error) == 1
    if city is None:
        assert component(page, "nennep_sheet")["again"] > 0, "it comes back by itself"
    next(button for button in page.button if button.label == words.say("To the board")).click().run()
    assert "cell" not in page.query_params
    assert component(page, "nennep_live")["cell"] is None


def test_the_language_is_the_addresss_then_the_browsers_then_vietnamese(open_house: Open) -> None:
    open_house(CITY)
    assert component(visit("bn", locale="en-GB"), "nennep_live")["lang"] == "bn"
    assert component(visit(locale="en-GB"), "nennep_live")["lang"] == "en"
    assert component(visit(locale="fr-FR"), "nennep_live")["lang"] == "vi"


def test_language_and_year_go_into_the_address(open_house: Open) -> None:
    open_house(CITY)
    page = visit("vi", cell=CELL, period="2026-08")
    page.segmented_control(key="lang").set_value("en").run()
    assert (page.query_params["lang"], page.query_params["period"]) == ("en", "2026-08")
    page.selectbox(key="year").set_value(2025).run()
    assert page.query_params["year"] == "2025"
    assert "period" not in page.query_params
    assert not page.exception


@pytest.mark.parametrize(
    "address", [{"year": "abc"}, {"year": "1"}, {"cell": CELL, "period": "2026-13"}, {"unit": "<x>"}]
)
def test_a_spoiled_address_shows_something_sensible(open_house: Open, address: dict[str, str]) -> None:
    open_house(CITY)
    page = visit("vi", **address)
    assert component(page, "nennep_live")["year"] == 2026
    assert not page.error


def test_the_years_to_choose_from_are_those_with_data(open_house: Open) -> None:
    open_house(CITY)
    assert visit("vi").selectbox(key="year").options == ["2026", "2025", "2024"]
