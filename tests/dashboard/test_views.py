"""What the tiles, squares, sentences, health lines and notices say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import orjson
import pytest

from dashboard.hub.answers import NOTHING, rows_of
from dashboard.hub.picture import Happening, Link, Month, Picture, Service
from dashboard.views.board import LEGEND, attention, legend, row_view, square_class, square_sentence, square_text
from dashboard.views.glance import glance_view, shown_month
from dashboard.views.health import link_view, loading_view, service_view
from dashboard.views.notice import notice_view
from dashboard.views.ticker import line_view
from dashboard.words.texts import LANGUAGES, texts
from services.contracts.alerts import AlertStatus
from services.contracts.bus import SERVICES, event_subject
from services.contracts.catalogue import EVENTS, find
from services.contracts.cloudevents import DEMO_SOURCE
from services.contracts.evaluation import ScoreChanged
from services.contracts.observers import VisitRecorded
from services.contracts.queries import MonthState, ServiceStatus, StoreCheck
from services.contracts.rescoring import RunMade
from services.contracts.thematic import ModelMeetingRecorded, OrientationsRecorded, PlanRecorded
from tests.dashboard.fake_city import City, empty_city
from tests.dashboard.fake_scores import score_of
from tests.evaluation.publishing.test_runs import receipt

NOW = datetime(2026, 11, 23, 3, 4, 5, tzinfo=UTC)
TODAY = date(2026, 11, 23)
VI, EN = texts("vi"), texts("en")
HELD = Month(MonthState.HELD, date(2026, 3, 3), 89.6, 89.6, 89.6, "fair", "hd-42-2025", "M")
STATUS = ServiceStatus(service="evaluation", version="0.1.0", ready=True, started_at=NOW, lag=0, last_event_at=NOW)


@pytest.fixture(scope="module")
def city() -> City:
    return City()


# -- board -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "css", "text"),
    [
        (HELD, "fair", "89"),
        (replace(HELD, points=90.0, grade="good"), "good", "90"),
        (replace(HELD, points=None, lower=93.5, upper=98.5, grade="good"), "good", "93+"),
        (replace(HELD, points=None, lower=None, upper=None, grade="met"), "met", "✓"),
        (replace(HELD, points=None, lower=None, upper=None, grade="not_met"), "not_met", "✕"),
        (replace(HELD, points=None, lower=60.0, upper=75.0, grade=None), "unsure", "?"),
        (replace(HELD, points=None, lower=None, upper=None, grade=None), "unsure", "?"),
        (replace(HELD, points=None, lower=None, upper=None, grade=None, criteria=None), "held", "•"),
        (replace(NOTHING, state=MonthState.SCHEDULED), "scheduled", "○"),
        (replace(NOTHING, state=MonthState.OVERDUE), "overdue", "!"),
        (replace(NOTHING, state=MonthState.CANCELLED), "cancelled", "–"),
        (NOTHING, "none", ""),
    ],
)
def test_a_square_has_a_class_and_a_mark(month: Month, css: str, text: str) -> None:
    assert (square_class(month), square_text(month)) == (css, text)
    assert css in LEGEND


def test_a_square_says_month_grade_points_and_date() -> None:
    assert square_sentence(3, HELD, VI) == "tháng 3, Khá, 89,6 điểm, ngày 03/03/2026"
    assert square_sentence(3, NOTHING, EN) == "March, No meeting reported"
    bounds = replace(HELD, points=None, lower=60.0, upper=75.0, grade=None)
    assert square_sentence(3, bounds, EN) == "March, Not determinable, between 60 and 75 points, on 3 Mar 2026"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_square_of_the_city_has_text_or_shape_and_a_sentence(city: City, language: str) -> None:
    for row in rows_of(city.board(2026)):
        for css, text, sentence in row_view(row, language)["squares"]:  # type: ignore[arg-type]
            assert sentence
            assert text or css == "none"


def test_the_legend_explains_every_class() -> None:
    assert [one["css"] for one in legend(VI)] == list(LEGEND)
    assert all(one["word"] for one in legend(VI))


def test_attention_counts_what_went_wrong(city: City) -> None:
    row = rows_of(city.board(2026))[0]
    calm = replace(row, months=(HELD,) * 12)
    late = replace(row, months=(replace(NOTHING, state=MonthState.OVERDUE), *calm.months[1:]))
    assert (attention(calm), attention(late)) == (0, 4)


# -- glance ----------------------------------------------------------------------------------------------------------


def test_the_tiles_give_the_citys_figures(city: City) -> None:
    tiles = {tile["id"]: tile for tile in glance_view(city.glance(2026), TODAY, VI)}
    assert list(tiles) == ["cells", "members", "attendance", "meetings", "grades", "alerts"]
    assert (tiles["cells"]["value"], tiles["members"]["value"]) == ("171", "3.368")
    assert tiles["cells"]["detail"] == "39 chi bộ cơ sở + 132 chi bộ trực thuộc"
    assert tiles["members"]["detail"] == "10 thôn, bản khó khăn nhất"
    assert tiles["attendance"]["value"].startswith("96,")
    assert len(tiles["attendance"]["bars"]) == 12
    assert sum(part["count"] for part in tiles["meetings"]["parts"]) == 171
    alerts = tiles["alerts"]
    assert (alerts["value"], alerts["detail"]) == ("5 đang có", "đỏ 2 · vàng 3")
    assert [(part["css"], part["count"]) for part in alerts["parts"]] == [("red", 2), ("yellow", 3)]
    assert alerts["href"] == "?page=oversight&lang=vi&year=2026&view=alerts"
    assert tiles["grades"]["href"].endswith("&view=grades&month=11")


def test_the_month_shown_is_this_one_or_the_last_that_was_held(city: City) -> None:
    glance = city.glance(2026)
    assert shown_month(glance, TODAY).period == "2026-11"
    assert shown_month(glance, date(2027, 2, 1)).period == "2026-11"
    assert shown_month(empty_city().glance(2019), TODAY).period == "2019-12"


def test_an_empty_city_has_tiles_without_figures() -> None:
    tiles = {tile["id"]: tile for tile in glance_view(empty_city().glance(2026), TODAY, EN)}
    assert (tiles["cells"]["value"], tiles["attendance"]["value"]) == ("0", "–")
    assert tiles["grades"]["detail"] == "nothing graded yet"
    assert (tiles["alerts"]["value"], tiles["alerts"]["detail"]) == ("0 stand", "all is as it should be")
    unknown = empty_city().glance(2026).model_copy(update={"alerts": None})
    tiles = {tile["id"]: tile for tile in glance_view(unknown, TODAY, EN)}
    assert (tiles["alerts"]["value"], tiles["alerts"]["detail"]) == ("–", "not looked for yet")


# -- ticker ----------------------------------------------------------------------------------------------------------


def happening(service: str, kind: str, cell: str | None, body: bytes, origin: str = "urn:test") -> Happening:
    """An event as the hub keeps it."""
    return Happening(1, event_subject(service, kind, "LAI-CHAU", cell), {"ce-origin": origin}, body, NOW)


@pytest.mark.parametrize(
    ("language", "kind", "text"),
    [
        ("en", "CriteriaPublished", "Criteria set published: 7-QĐ/TU"),
        ("vi", "CriteriaAmended", "Sửa đổi bộ tiêu chí: 7-QĐ/TU"),
        ("bn", "CriteriaWithdrawn", "মানদণ্ড-সেট প্রত্যাহৃত: 7-QĐ/TU"),
    ],
)
def test_a_criteria_event_is_told_with_the_documents_number(language: str, kind: str, text: str) -> None:
    body = orjson.dumps(
        {"set": "own", "version": 1, "status": "published", "document": {"number": "7-QĐ/TU"}, "hash": "0" * 64}
    )
    line = line_view(happening("evaluation", kind, None, body), {}, texts(language))  # type: ignore[arg-type]
    assert (line["text"], line["tone"], line["cell"]) == (text, "evaluation", None)


@pytest.mark.parametrize(
    ("language", "status", "text"),
    [
        ("en", "decided", "Bản 1, November 2026: officially Good"),
        ("vi", "reclassified", "Bản 1, tháng 11/2026: đánh giá, xếp loại lại theo quyết định 7-QĐ: Tốt"),
        ("bn", "cancelled", "সিদ্ধান্ত 7-QĐ অনুসারে মান বাতিল"),
    ],
)
def test_an_official_grade_is_told_with_its_cell_and_leads_to_its_month(language: str, status: str, text: str) -> None:
    body = {"cell": "C1", "period": "2026-11", "version": 1, "status": status, "number": "7-QĐ"}
    body |= {"decided_on": "2026-12-01", "decided_by": "U", "grade": None if status == "cancelled" else "good"}
    told = happening("evaluation", f"Grade{status.capitalize()}", None, orjson.dumps(body))
    line = line_view(told, {"C1": "Bản 1"}, texts(language))  # type: ignore[arg-type]
    assert text in line["text"]
    assert (line["cell"], line["period"]) == ("C1", "2026-11")
    assert line["tone"] == ("none" if status == "cancelled" else "good")


@pytest.mark.parametrize(
    ("language", "status", "text"),
    [
        ("en", "proposed", "Bản 1, year 2025: proposed as Tasks carried out excellently (92)"),
        ("en", "appraised", "Bản 1, year 2025: appraised as Tasks carried out well (81.5)"),
        ("vi", "decided", "Bản 1, năm 2025: quyết định xếp loại Hoàn thành tốt nhiệm vụ (81,5)"),
        ("vi", "reclassified", "Bản 1, năm 2025: đánh giá, xếp loại lại theo quyết định 7-QĐ"),
        ("bn", "cancelled", "সিদ্ধান্ত 7-QĐ অনুযায়ী শ্রেণি বাতিল"),
    ],
)
def test_a_yearly_classification_is_told_with_its_points(language: str, status: str, text: str) -> None:
    proposed = {"common": 27, "results": 65, "grade": "excellent", "on": "2025-12-10", "by": "U"}
    later = {**proposed, "results": 54.5, "grade": "good"}
    body = {"subject": "C1", "level": "cell", "year": 2025, "version": 1, "status": status, "rule": "r", "by": "U"}
    body |= {"rule_hash": "0" * 64, "number": "7-QĐ", "on": "2026-01-05", "proposed": proposed, "appraised": later}
    body |= {"decided": later} if status in ("decided", "reclassified") else {}
    told = happening("evaluation", f"Year{status.capitalize()}", None, orjson.dumps(body))
    line = line_view(told, {"C1": "Bản 1"}, texts(language))  # type: ignore[arg-type]
    assert text in line["text"]
    assert (line["cell"], line["tone"]) == ("C1", "evaluation")


def test_a_run_is_told_with_the_months_it_scored() -> None:
    body = RunMade(receipt=receipt(1)).model_dump_json().encode()
    line = line_view(happening("evaluation", "RunMade", None, body), {}, EN)
    assert line["text"] == "Re-scored: 12 months of cells; nothing official changes by it"


def test_a_score_is_told_with_what_it_was() -> None:
    was, now = score_of("C1", date(2026, 11, 3), 93.0), score_of("C1", date(2026, 11, 3), 88.25)
    change = ScoreChanged(cell="C1", period="2026-11", score=now, previous=was, basis=1)
    line = line_view(
        happening("evaluation", "ScoreChanged", "C1", change.model_dump_json().encode(), DEMO_SOURCE),
        {"C1": "Bản 1"},
        VI,
    )
    assert line["text"] == "Bản 1, tháng 11/2026: Khá, 88,25 điểm (trước đó Tốt, 93 điểm)"
    assert (line["tone"], line["cell"], line["period"], line["synthetic"]) == ("fair", "C1", "2026-11", True)
    assert line["time"] == "10:04:05"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [said.kind for said in EVENTS if said.service == "meetings"])
def test_every_meetings_event_is_a_sentence_with_the_cells_name(kind: str, language: str) -> None:
    said = find("event", "meetings", kind)
    assert said is not None
    whole = {"cell": "C1", "meeting": "M1", "version": 1, "status": "scheduled", "kind": "regular", "on": "2026-11-03"}
    assignment = {
        "assignment": "A1",
        "standing": "sponsor",
        "line": "hardest",
        "by_unit": "U",
        "valid_from": whole["on"],
    }
    whole |= {"visit": "V1", "observer": "o-001", **assignment, "relieved_on": whole["on"]}
    whole |= {"document": "D1", "plan": "P1", "year": 2026, "themes": [], "entries": [{"quarter": 1, "theme": "A"}]}
    whole |= {"unit": "C1", "cells": ["C1"], "submitted_on": whole["on"], "decided_by": "U", "attended": {"U": 3}}
    statuses = {VisitRecorded: "made", PlanRecorded: "approved", ModelMeetingRecorded: "held"}
    whole["status"] = statuses.get(said.model, whole["status"])
    if said.model is OrientationsRecorded:
        del whole["kind"]
    body = orjson.dumps({name: value for name, value in whole.items() if name in said.model.model_fields})
    line = line_view(happening("meetings", kind, "C1", body), {"C1": "Bản 1"}, texts(language))  # type: ignore[arg-type]
    assert "Bản 1" in line["text"]
    assert kind not in line["text"], "it was not understood"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", list(AlertStatus))
def test_what_became_of_an_alert_is_a_sentence(status: AlertStatus, language: str) -> None:
    alert = {"alert": "a-0123456789abcdef", "version": 1, "status": status, "rule": "too_short", "colour": "red"}
    alert |= {"cell": "C1", "period": "2026-11", "due": "2026-11-03", "since": "2026-11-03", "on": "2026-11-28"}
    body = orjson.dumps(alert | {"repeated": 3, "reason": "shorter", "basis": "EXAMPLE"})
    words = texts(language)  # type: ignore[arg-type]
    line = line_view(happening("evaluation", "AlertRaised", None, body), {"C1": "Bản 1"}, words)
    assert "Bản 1" in line["text"]
    assert words.say("Meeting too short") in line["text"]
    assert (line["cell"], line["period"]) == ("C1", "2026-11")


@pytest.mark.parametrize("kind", [said.kind for said in EVENTS if said.service == "registry"])
def test_every_registry_event_is_a_sentence(kind: str) -> None:
    unit = kind.startswith("Unit")
    state = {
        "valid_from": "2026-01-01",
        "name": "Bản 1",
        "kind": "commune" if unit else "village",
        "parent": "LAI-CHAU",
    }
    body = {"unit": "U1", "states": [{**state, "unit": "U1"}]}
    if not unit:
        body = {"cell": "C1", "states": [{**state, "cell": "C1", "members": {"full": 9}}]}
    line = line_view(happening("registry", kind, None if unit else "C1", orjson.dumps(body)), {}, EN)
    assert "Bản 1" in line["text"]
    assert line["text"] not in ("Bản 1 changed",)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"cell": 7}', b"\xff"])
def test_an_event_that_cannot_be_read_is_still_told(body: bytes) -> None:
    line = line_view(happening("meetings", "MeetingHeld", "C1", body), {"LAI-CHAU": "Thành ủy"}, EN)
    assert line["text"] == "MeetingHeld from Thành ủy"


# -- health ----------------------------------------------------------------------------------------------------------


def test_a_service_in_order() -> None:
    check = StoreCheck(name="events", recorded=1234, arrived=1234, ok=True)
    view = service_view(Service("evaluation", STATUS.model_copy(update={"checks": (check,)}), NOW), EN)
    assert (view["tone"], view["text"], view["name"]) == ("good", "up to date", "Evaluation and scores")
    assert view["checks"] == [{"ok": True, "text": "1 check: nothing is missing"}]


def test_a_service_that_lags_is_not_ready_or_silent() -> None:
    behind = service_view(Service("meetings", STATUS.model_copy(update={"lag": 4321}), NOW), VI)
    assert (behind["tone"], behind["text"]) == ("busy", "còn chậm 4.321 sự kiện")
    starting = service_view(
        Service("meetings", STATUS.model_copy(update={"ready": False, "detail": "replaying"}), NOW), EN
    )
    assert (starting["tone"], starting["text"]) == ("bad", "not ready: replaying")
    silent = service_view(Service("meetings", STATUS, NOW, silent_since=NOW), EN)
    assert (silent["tone"], silent["text"]) == ("bad", "no answer since 10:04:05")


def test_a_gap_is_an_error_in_plain_words_even_without_lag() -> None:
    whole = StoreCheck(name="intake", recorded=10, arrived=10, ok=True)
    missing = StoreCheck(name="events", recorded=7, arrived=10, ok=False, detail="3 events of the store")
    view = service_view(Service("meetings", STATUS.model_copy(update={"checks": (whole, missing)}), NOW), EN)
    assert view["tone"] == "bad"
    assert [check["text"] for check in view["checks"]] == [
        "Something is missing: events published: 7 of 10. Ask the operator to run nenep verify. (3 events of the store)"
    ]


def test_the_link_says_since_when_it_is_down() -> None:
    assert link_view(Link(True, NOW), EN)["tone"] == "good"
    assert link_view(Link(False, NOW), EN)["text"] == "no connection to the bus since 10:04:05"


def test_loading_shows_how_far_it_is() -> None:
    far = Service("meetings", STATUS.model_copy(update={"lag": 500}), NOW, peak_lag=2000)
    loading = loading_view((far,), EN)
    assert loading is not None
    assert loading["share"] == 0.75
    assert "500 events to go" in loading["text"]
    assert loading_view((replace(far, peak_lag=50),), EN) is None
    assert loading_view((Service("meetings", STATUS, NOW),), EN) is None


# -- notices ---------------------------------------------------------------------------------------------------------


def notice(picture: Picture, year: int = 2026) -> str:
    """The title of the notice, empty when there is none."""
    shown = notice_view(picture.owed(year, 0, 0), year, EN)
    return f"{shown['tone']}: {shown['title']} {shown['text']}" if shown else ""


def test_the_notice_names_what_is_amiss_and_what_to_do(city: City) -> None:
    picture = Picture(NOW, SERVICES)
    assert notice(picture).startswith("bad: No connection to the bus since 10:04:05")
    picture.linked(True, NOW)
    assert notice(picture).startswith("bad: The evaluation service has not answered since 10:04:05")
    assert "nenep status" in notice(picture)
    picture.answered("evaluation", STATUS, NOW)
    assert notice(picture).startswith("plain: Fetching the figures")
    picture.refreshed(2026, [], empty_city().glance(2026), NOW, picture.version)
    assert "Nothing has been recorded yet" in notice(picture)
    assert "make up" in notice(picture)
    picture.refreshed(2026, rows_of(city.board(2026)), city.glance(2026), NOW, picture.version)
    assert notice(picture) == ""
    picture.refreshed(2019, rows_of(city.board(2019)), city.glance(2019), NOW, picture.version)
    assert notice(picture, 2019).startswith(
        "plain: No meetings were recorded in 2019 There is data for: 2024, 2025, 2026"
    )
    picture.refused(2026, "the history is damaged")
    assert "the history is damaged" in notice(picture)
    picture.linked(False, NOW)
    assert "Shown is what was known at 10:04:05" in notice(picture)
