"""The oversight page over evaluation's own answers: coverage and official grades, in every language, and refusals."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from html import unescape
from string import Formatter
from typing import Any
from urllib.parse import parse_qsl

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import house
from dashboard.hub.years import Unreachable
from dashboard.screens import papers
from dashboard.views.oversight.address import Asked
from dashboard.views.oversight.alerts import cell_alerts, why
from dashboard.words.bases import basis_in_words
from dashboard.words.numbers import day, month_name
from dashboard.words.terms import ALERT_REASONS, ALERT_RULES, term
from dashboard.words.texts import LANGUAGES, Language, texts
from services.chassis.asking import Answer
from services.contracts.alerts import AlertsOf, Reason, Rule
from services.contracts.base import Contract
from services.contracts.classification import YearOf
from services.contracts.coverage import CoverageOf
from services.contracts.gap import GapOf
from services.contracts.observers import Line
from services.contracts.queries import GradesOf, UnitsOf
from services.contracts.reports import MonthlyOf
from services.contracts.themes import ModelsOf, ThemesOf
from services.documents.pdf import as_pdf
from services.documents.xlsx import as_xlsx
from services.evaluation.alerts.rules.observer import SPONSORS
from services.evaluation.alerts.rules.thresholds import Thresholds
from services.evaluation.alerts.rules.uniformity import METHOD, METHOD_OF_UNIT
from services.evaluation.queries.alerts import alerts
from services.evaluation.queries.coverage import coverage
from services.evaluation.queries.gap import gap
from services.evaluation.queries.grades import grades
from services.evaluation.queries.models import models
from services.evaluation.queries.monthly import monthly
from services.evaluation.queries.territory import units_named
from services.evaluation.queries.themes import themes
from services.evaluation.queries.year import year
from services.evaluation.yearend.load import load_shipped_rules
from tests.dashboard.conftest import CityHub, Table
from tests.dashboard.fake_city import City
from tests.dashboard.test_cell_views import Heard
from tests.dashboard.test_pages import component, visit
from tests.evaluation.alerts.test_query import say as warned
from tests.evaluation.history.stream import Stream
from tests.evaluation.scoring.sheets import SETS, E, full_marks
from tests.evaluation.territory import running

PLACES = {name for text in ALERT_REASONS.values() for _, name, _, _ in Formatter().parse(text) if name}
TODAY = date(2025, 12, 1)
LOOKED = datetime(2025, 12, 1, 1, 30, tzinfo=UTC)
ADDRESS = {"page": "oversight", "year": "2025"}
Open = Callable[[City | None], Any]


@cache
def history() -> Any:
    """C and E under G, D under the city: C was visited once, E never though somebody is assigned; C's grades."""
    stream = Stream()
    stream.unit("CITY", None, "2019-01-01", kind="city", name="Thành ủy")
    stream.unit("G", "CITY", "2019-01-01")
    for cell, parent, kind in (("C", "G", "village"), ("E", "G", "school"), ("D", "CITY", "agency")):
        stream.cell(cell, {"valid_from": "2019-01-01", "parent": parent, "kind": kind}, recorded="2019-01-01")
    stream.assigned("C", "a1", "2025-01-01", by_unit="CITY", standing="city_committee", line="villages")
    stream.assigned("E", "a2", "2025-01-01", by_unit="G", line="grassroots", standing="standing_committee")
    said = {"criteria": E.id, "marks": full_marks(E), "total": 95.0, "grade": "good"}
    for month in (10, 11):
        for cell in "CDE":
            stream.held(cell, f"m{month}", f"2025-{month}-03", assessment=said)
    theirs = {"criteria": E.id, "marks": {**full_marks(E), "4.2": 6.0}, "total": 88.0, "grade": "fair"}
    stream.visited("C", "v1", "m10", "2025-10-03", assignment="a1", assessment=theirs)
    stream.visited("D", "v2", "m11", "2025-11-03", observer="o-002", assessment={**theirs, "marks": full_marks(E)})
    stream.grade("C", "2025-10", "2025-11-08", points=90.0, decided_by="G", list="oct")
    stream.grade("E", "2025-10", "2025-11-08", grade="fair", points=80.0, decided_by="G", list="oct")
    stream.grade("C", "2025-10", "2025-11-20", "reclassified", grade="poor", number="8-QĐ", reason="Biên bản <sai>")
    stream.planned(
        "C",
        "p1",
        "2025-01-10",
        {"quarter": 4, "theme": "Bảo vệ rừng"},
        status="approved",
        decided_by="G",
        decided_on="2025-02-01",
        submitted_on="2025-01-10",
    )
    stream.planned(
        "D",
        "p1",
        "2025-01-10",
        {"month": 11, "theme": "Chuyển đổi số"},
        status="returned",
        decided_by="CITY",
        decided_on="2025-02-01",
        submitted_on="2025-01-10",
        reason="Chưa rõ",
    )
    stream.held("C", "t4", "2025-11-20", kind="thematic", sheet={"thematic_part": True, "theme": "Bảo vệ rừng"})
    stream.held("D", "t3", "2025-08-20", kind="thematic", sheet={"thematic_part": True, "theme": "Khác"})
    stream.chosen("G", 2025, "2025-01-15", "C")
    stream.demonstrated("C", "model", "2025-10-15", attended={"CITY": 4})
    points = {"common": 28.0, "results": 64.0}
    stream.classified("C", 2025, "2025-12-05", "proposed", **points, grade="excellent", by="G")
    stream.classified("C", 2025, "2025-12-10", "appraised", **points, grade="good", by="G")
    stream.classified("E", 2025, "2025-12-05", "proposed", common=20.0, results=40.0, grade="completed", by="G")
    stream.classified("D", 2025, "2025-12-20", "decided", **points, grade="excellent", by="CITY")
    warned(
        stream,
        "2025-11-08",
        unit="G",
        colour="orange",
        rule=Rule.MONTHLY_REPORT_LATE,
        period="2025-10",
        reason=Reason.NOT_GRADED,
        values={"missing": 1, "of": 2},
    )
    warned(
        stream,
        "2025-11-20",
        cell="D",
        colour="red",
        rule=Rule.SELF_SCORE_INFLATED,
        period="2025-11",
        repeated=3,
        reason=Reason.BETTER_GRADE,
        values={"own": "good", "theirs": "fair", "observer": "o-002"},
        set=E.id,
        item="4.2",
    )
    warned(
        stream,
        "2025-11-21",
        cell="E",
        period="2025-11",
        reason=Reason.THEMATIC_ONLY,
        values={"held": "2025-11-20"},
        rule=Rule.THEMATIC_INSTEAD,
    )
    return running(stream)


class Evaluation(CityHub):
    """What the oversight page asks is answered by evaluation's own queries, over a history."""

    def ask(self, service: str, query: str, question: Contract, patience: float = 5.0) -> Answer:
        if self.city is None:
            raise Unreachable
        if isinstance(question, CoverageOf):
            return Answer("application/json", coverage(history(), question).model_dump_json().encode())
        if isinstance(question, GapOf):
            return Answer("application/json", gap(history(), question, SETS).model_dump_json().encode())
        if isinstance(question, AlertsOf):
            return Answer("application/json", alerts(history(), question, TODAY, LOOKED).model_dump_json().encode())
        if isinstance(question, ThemesOf):
            told = themes(history(), question, TODAY, grace_days=3)
            return Answer("application/json", told.model_dump_json().encode())
        if isinstance(question, ModelsOf):
            return Answer("application/json", models(history(), question, TODAY).model_dump_json().encode())
        if isinstance(question, UnitsOf):
            return Answer("application/json", units_named(history(), question, TODAY).model_dump_json().encode())
        tables: dict[type[Contract], Callable[[Any], pa.Table]] = {
            GradesOf: lambda asked: grades(history(), asked, SETS),
            YearOf: lambda asked: year(history(), asked, SETS, load_shipped_rules(), TODAY),
            MonthlyOf: lambda asked: monthly(history(), asked, SETS),
        }
        if type(question) in tables:
            return Table("application/vnd.apache.arrow.stream", b"", tables[type(question)](question))
        return super().ask(service, query, question, patience)


@pytest.fixture
def opened(open_house: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The house, with evaluation's answers."""
    hub = open_house(City())
    monkeypatch.setattr(hub, "__class__", Evaluation)


def desk(language: Language = "en", **address: str) -> tuple[AppTest, str]:
    """The page at this address, and its HTML, which is well formed."""
    page = visit(language, **ADDRESS, **address)
    html = str(component(page, "nennep_sheet")["html"])
    heard = Heard()
    heard.feed(html)
    assert heard.open == []
    return page, html


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("language", LANGUAGES)
def test_coverage_is_shown_by_month_line_unit_and_cell(language: Language) -> None:
    _, html = desk(language, view="coverage")
    say = texts(language).say
    for text in ("By line of assignment", "Every cell", "to grassroots cells", "Assigned, but never came"):
        assert say(text) in html, text
    assert "Thành ủy" in html
    assert say("{n} of {all} cells", n=2, all=3) in html
    assert 'href="?page=oversight&amp;lang=' in html
    assert "cell=C" in html


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    ("list_", "text"),
    [
        ("never_came", "2 meetings"),
        ("broken", "to grassroots cells, since"),
        ("unvisited", "Chi bộ E"),
        ("unsponsored", "None."),
        ("proposals", "Proposed observer"),
    ],
)
def test_a_figure_opens_its_list_with_the_events_behind_it(list_: str, text: str) -> None:
    _, html = desk(view="coverage", list=list_)
    assert text in html
    if list_ in ("never_came", "broken"):
        assert "<code>" in html


@pytest.mark.usefixtures("opened")
def test_a_month_a_unit_and_a_line_are_in_the_address() -> None:
    _, html = desk(view="coverage", month="10", unit="g", line="villages")
    assert texts("en").say("{n} of {all} cells", n=1, all=1) in html
    _, html = desk(view="coverage", q="school of nobody")
    assert "0 lines" in html


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("view", ["alerts", "coverage", "gap", "grades", "themes", "year"])
def test_every_unit_may_be_chosen_the_uppermost_too_and_none_is_shown_as_a_code(view: str) -> None:
    _, html = desk(view=view)
    assert '<option value="CITY">Thành ủy</option>' in html
    assert '<option value="G">' in html
    assert not re.search(r"\bCITY\b", re.sub(r"<option.*?</option>|<[^>]*>|<code>.*?</code>", "", html))


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("view", "lack"), [("themes", "no plan submitted"), ("year", "to be proposed")])
def test_of_a_year_that_has_not_begun_nothing_is_due_and_that_is_said(language: Language, view: str, lack: str) -> None:
    say = texts(language).say
    _, html = desk(language, view=view)
    assert say(lack) in html
    ahead = component(visit(language, **{**ADDRESS, "year": "2099"}, view=view), "nennep_sheet")["html"]
    assert say("{year} has not begun: nothing is due yet.", year=2099) in ahead
    assert language != "en" or say(lack) not in ahead, "in Bengali a filter has the same words"
    assert 'class="bad"' not in ahead


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("view", ["grades", "themes", "year"])
def test_every_part_of_a_bar_opens_the_list_of_just_those(view: str) -> None:
    _, html = desk(view=view)
    parts = re.findall(r'<a class="part [^"]*" href="([^"]*)" data-go [^>]*title="[^"]*: (\d+)', html)
    assert parts
    for href, count in dict(parts).items():
        asked_for = dict(parse_qsl(unescape(href).removeprefix("?")))
        opened = str(component(visit(**asked_for), "nennep_sheet")["html"])
        assert re.search(rf"\b{count} lines?\b", opened), (href, count)


@pytest.mark.usefixtures("opened")
def test_what_evaluation_refuses_is_said() -> None:
    _, html = desk(unit="NOWHERE")
    assert "no unit NOWHERE is known" in html


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("list_", ["", "observers", "units", "by_visit"])
def test_own_marks_stand_against_the_observers_with_estimates_and_bounds(language: Language, list_: str) -> None:
    _, html = desk(language, view="gap", list=list_)
    words = texts(language)
    assert words.plural("{n} visit compared", "{n} visits compared", 2, n=2) in html
    assert words.say("Item by item") in html
    assert words.say("Gap" if list_ == "by_visit" else "Estimate") in html
    assert ('class="dot' in html) == (list_ != "by_visit")
    assert "<code>" in html


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("language", LANGUAGES)
def test_grades_stand_side_by_side_with_their_decisions(language: Language) -> None:
    _, html = desk(language, view="grades", month="10")
    say = texts(language).say
    for text in ("Own", "Observer", "Computed", "Official", "Cancelled or re-classified", "Poor"):
        assert say(text) in html, text
    assert say("decision {number}", number="8-QĐ") in html
    assert "Biên bản &lt;sai&gt;" in html, "what was reported is never markup"
    assert "▼" in html


@pytest.mark.usefixtures("opened")
def test_the_month_that_was_decided_last_is_shown_unless_another_is_asked_for() -> None:
    assert "Official grades of October 2025" in desk(view="grades")[1]
    html = desk(view="grades", month="11", list="undecided")[1]
    assert "Official grades of November 2025" in html
    assert "3 lines" in html


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_years_end_shows_stages_quotas_and_what_is_next(language: Language) -> None:
    _, html = desk(language, view="year")
    words = texts(language)
    for text in ("The classification of the year", "To be decided", "Quotas", "Tasks carried out excellently"):
        assert words.say(text) in html, text
    assert "28 + 64 = 92" in html
    grade = words.say("Tasks carried out excellently")
    assert words.say("its points earn: {grade}", grade=grade) in html, "appraised as good, though the points say more"
    assert "366-QĐ/TW" in html and words.say("no deadlines are stated") in html
    weight = "the meetings are worth {points} of these {of}: a local weight, stated beside what is decided"
    assert words.say(weight, points=10, of=70) in html
    quotas = html.split('id="quotas"')[1].split("</ul>")[0]
    assert words.say("Who has it") in quotas and "cell=D" in quotas and "<code>" in quotas
    assert words.say("above the quota") in quotas, "one of one, where a fifth may be"
    listed = desk(language, view="year", list="decide")[1].split('id="listed"')[1]
    assert "cell=C" in listed
    assert "cell=E" not in listed


@pytest.mark.usefixtures("opened")
def test_the_monthly_list_of_a_unit_can_be_taken_home() -> None:
    page, _ = desk(view="grades", month="10", unit="G")
    assert [button.proto.label for button in page.get("download_button")] == [
        "The monthly list (XLSX)", "The monthly list (PDF)", "The half-year (XLSX)", "The half-year (PDF)",
    ]  # fmt: skip
    document = papers.monthly(house.house(), "G", 2025, 10)
    assert [row[1].split(" ")[0] for row in document.rows if isinstance(row[1], str)]
    assert as_xlsx(document)[:2] == b"PK"
    assert as_pdf(document)[:5] == b"%PDF-"
    page, _ = desk(view="grades", month="10")
    assert not page.get("download_button"), "whose list it is must be chosen first"
    assert "6 tháng cuối năm 2025" in papers.half_yearly(house.house(), "G", 2025, 2).period


@pytest.mark.usefixtures("opened")
def test_the_years_list_of_a_unit_and_an_observers_calendar_can_be_taken_home() -> None:
    page, _ = desk(view="year", unit="G")
    assert [button.proto.label for button in page.get("download_button")] == [
        "The year's list (XLSX)", "The year's list (PDF)",
    ]  # fmt: skip
    document = papers.yearly(house.house(), "G", 2025)
    assert document.period == "Năm 2025" and document.rows and as_xlsx(document)[:2] == b"PK"
    page, _ = desk(view="gap", list="by_visit", q="o-002")
    assert [button.proto.label for button in page.get("download_button")] == ["The calendar of o-002"]
    page, _ = desk(view="gap", list="by_visit", q="Chi")
    assert not page.get("download_button")


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("language", LANGUAGES)
def test_plans_quarters_and_model_meetings_are_shown(language: Language) -> None:
    _, html = desk(language, view="themes")
    say = texts(language).say
    assert "Bảo vệ rừng" in html
    assert say("held as a meeting of its own") in html
    assert say("fewer cells are chosen than should be") in html
    assert "Chưa rõ" in html, "why it was returned"
    _, html = desk(language, view="themes", list="instead")
    assert say("no regular meeting in {months}", months=month_name(8, language)) in html
    assert "cell=D" in html
    assert "cell=E" not in html


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("language", LANGUAGES)
def test_alerts_come_first_with_colour_reason_deadline_and_rule(language: Language) -> None:
    _, html = desk(language)
    words = texts(language)
    assert words.say("Alerts that stand: {n}", n=3) in html
    told = words.say(
        "{own} by itself, {theirs} by observer {observer}",
        own=words.say("Good"),
        theirs=words.say("Fair"),
        observer="o-002",
    )
    assert told in html, "grades are words, not codes"
    assert day(date(2025, 11, 20), language) in html
    assert words.say("item {code} of {set}", code="4.2", set=E.id) in html
    assert words.say("{n} times in the last months", n=3) in html
    assert html.index("self_score_inflated") < html.index("thematic_instead")
    _, html = desk(language, list="thematic_instead")
    assert "1–" not in html
    assert "o-002" not in html.split('id="listed"')[1]
    _, html = desk(language, colour="red")
    assert html.split('id="listed"')[1].count("<tr data-key") == 1


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("language", LANGUAGES)
def test_until_evaluation_has_looked_no_alert_does_not_mean_that_all_is_well(
    language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    well = texts(language).say("No alert stands. All is as it should be.")
    _, html = desk(language, list="quota_exceeded")
    assert well in html
    assert "08:30" in html
    monkeypatch.setattr("tests.dashboard.test_oversight_pages.LOOKED", None)
    _, html = desk(language, list="quota_exceeded")
    assert well not in html
    assert html.count(texts(language).say(NOT_YET)) == 2


NOT_YET = (
    "Not looked for since evaluation began: its history is not whole, or the past is being told. Look again later."
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_and_reason_has_words(language: Language) -> None:
    words = texts(language)
    for rule in Rule:
        assert term(ALERT_RULES, rule, words) != rule
    for reason in Reason:
        assert "{" not in why(reason, dict.fromkeys(PLACES, 1), words)
        assert not why(reason, dict.fromkeys(PLACES, 1), words).startswith(reason)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rule_behind_an_alert_is_words_and_never_the_name_of_a_setting(language: Language) -> None:
    words, by = texts(language), Thresholds()
    names = ("grace_days", "schedule_day", "report_day", "shortest", "inflated")
    found = [*(by.basis(name) for name in names), *(f"assignment lines: {line}" for line in Line)]
    for basis in (*found, SPONSORS, METHOD, METHOD_OF_UNIT, f"HD 42-HD/BTCTW; {by.basis('grace_days')}"):
        said = basis_in_words(basis, words)
        assert "NENEP" not in said and "assignment lines" not in said and said != basis, basis
    assert basis_in_words("366-QĐ/TW", words) == "366-QĐ/TW"
    assert "2,5" in basis_in_words(Thresholds(inflated=2.5).basis("inflated"), texts("vi"))


def test_a_cells_page_has_its_gravest_alerts() -> None:
    found = alerts(history(), AlertsOf(cell="D"), TODAY)
    shown = cell_alerts(found, Asked("en", 2025, q="D"), texts("en"))
    assert (shown["title"], shown["href"]) == ("1 alert stands", "?page=oversight&lang=en&year=2025&view=alerts&q=D")
    [line] = shown["lines"]
    assert (line["rule"], line["reason"]) == ("Self-score inflated", "Good by itself, Fair by observer o-002")


def test_nobody_to_ask_is_said_and_asked_again(open_house: Open) -> None:
    open_house(None)
    page, html = desk(view="grades")
    assert "The evaluation service does not answer" in html
    assert component(page, "nennep_sheet")["again"] > 0
