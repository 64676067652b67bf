"""Frames and tokens: what goes over the WebSocket, and to whom."""

from __future__ import annotations

from datetime import UTC, date, datetime

import orjson
import pytest

from dashboard.hub.answers import rows_of
from dashboard.hub.picture import Picture
from dashboard.live.frames import SHOWN_EVENTS, Seen, encoded, frame_for
from dashboard.live.token import LIFE_S, Claims, Signer
from dashboard.live.wakes import OVERSIGHT, RESCORE
from dashboard.screens.oversight import TABS
from dashboard.words.texts import LANGUAGES, Language
from services.contracts.bus import SERVICES, event_subject
from services.contracts.catalogue import EVENTS
from services.contracts.evaluation import ScoreChanged
from services.contracts.queries import ServiceStatus
from tests.dashboard.fake_city import City
from tests.dashboard.fake_scores import score_of

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CELL = "DU-07-03"
VI = Claims(2026, "vi")


@pytest.fixture
def picture() -> Picture:
    city, picture = City(), Picture(NOW, SERVICES)
    picture.linked(True, NOW)
    for name in SERVICES:
        picture.answered(name, ServiceStatus(service=name, version="1", ready=True, started_at=NOW, lag=0), NOW)
    picture.refreshed(2026, rows_of(city.board(2026)), city.glance(2026), NOW, picture.version)
    return picture


def score_event(picture: Picture, points: float) -> None:
    """A score changes, as the hub takes it in."""
    change = ScoreChanged(
        cell=CELL, period="2026-11", score=score_of(CELL, date(2026, 11, 3), points), previous=None, basis=1
    )
    picture.happened(f"evt.evaluation.ScoreChanged.DU-07.{CELL}", {}, change.model_dump_json().encode(), NOW)
    picture.scored(change)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_frame_holds_everything(picture: Picture, language: Language) -> None:
    frame, seen = frame_for(picture, Claims(2026, language), Seen(), NOW)
    assert (len(frame["rows"]), frame["all"], len(frame["tiles"]), len(frame["services"])) == (171, True, 6, 3)
    assert frame["synthetic"] is True
    assert frame["notice"] is None
    assert seen == Seen(frame["v"], frame["n"])
    assert orjson.loads(encoded(frame)) == frame


def test_the_next_frame_holds_only_the_news(picture: Picture) -> None:
    _, seen = frame_for(picture, VI, Seen(), NOW)
    score_event(picture, 41.0)
    frame, seen = frame_for(picture, VI, seen, NOW)
    assert [row["cell"] for row in frame["rows"]] == [CELL]
    assert frame["rows"][0]["squares"][10][:2] == ["poor", "41"]
    assert [line["cell"] for line in frame["events"]] == [CELL]
    assert not {"tiles", "services"} & set(frame)
    quiet, _ = frame_for(picture, VI, seen, NOW)
    assert "rows" not in quiet
    assert quiet["events"] == []


def test_a_burst_is_cut_and_counted(picture: Picture) -> None:
    score_event(picture, 50.0)
    _, seen = frame_for(picture, VI, Seen(), NOW)
    for points in range(SHOWN_EVENTS + 7):
        score_event(picture, float(points))
    frame, _ = frame_for(picture, VI, seen, NOW)
    assert (len(frame["events"]), frame["missed"]) == (SHOWN_EVENTS, 7)
    assert frame["events"][0]["id"] == picture.arrived


def test_a_line_that_came_before_its_cells_name_is_told_again_with_it(picture: Picture) -> None:
    picture.names.clear()
    score_event(picture, 50.0)
    first, _ = frame_for(picture, VI, Seen(), NOW)
    picture.names[CELL] = "Bản 3 Sùng Phài"
    again, _ = frame_for(picture, VI, Seen(), NOW)
    assert first["events"][0]["text"].startswith(CELL)
    assert again["events"][0]["text"].startswith("Bản 3 Sùng Phài")


@pytest.mark.parametrize(("cell", "touched"), [(CELL, True), ("DU-07-04", False)])
def test_a_cells_page_is_told_of_its_own_news_only(picture: Picture, cell: str, touched: bool) -> None:
    claims = Claims(2026, "vi", cell)
    _, seen = frame_for(picture, claims, Seen(), NOW)
    score_event(picture, 41.0)
    frame, _ = frame_for(picture, claims, seen, NOW)
    assert frame["touched"] is touched
    assert not {"rows", "tiles", "events"} & set(frame)


@pytest.mark.parametrize(
    ("beginnings", "touched"),
    [
        (OVERSIGHT["alerts"], False),
        (OVERSIGHT["coverage"], False),
        (OVERSIGHT["grades"], True),
        (RESCORE[""], False),
        (RESCORE["whatif"], False),
        (RESCORE["runs"], False),
        ((), False),
    ],
)
def test_a_page_is_woken_by_what_it_shows_and_nothing_else(
    picture: Picture, beginnings: tuple[str, ...], touched: bool
) -> None:
    claims = Claims(2026, "vi", wakes=beginnings)
    _, seen = frame_for(picture, claims, Seen(), NOW)
    score_event(picture, 41.0)
    frame, _ = frame_for(picture, claims, seen, NOW)
    assert frame["touched"] is touched
    assert not {"rows", "tiles", "events"} & set(frame)


def test_every_beginning_is_that_of_an_event_and_every_view_of_oversight_has_some() -> None:
    subjects = [event_subject(said.service, said.kind, "U") for said in EVENTS]
    for view in (*OVERSIGHT.values(), *RESCORE.values()):
        assert all(any(subject.startswith(one) for subject in subjects) for one in view)
    assert set(OVERSIGHT) == set(TABS)


def test_another_year_owes_no_rows_of_this_one(picture: Picture) -> None:
    frame, _ = frame_for(picture, Claims(2025, "vi"), Seen(), NOW)
    assert "rows" not in frame
    assert frame["notice"]["title"]


def test_a_token_carries_its_claims_for_a_quarter_of_an_hour() -> None:
    signer, claims = Signer(), Claims(2026, "bn", CELL, OVERSIGHT["gap"])
    token = signer.sign(claims, 1000.0)
    assert signer.read(token, 1000.0 + LIFE_S - 1) == claims
    assert signer.read(token, 1000.0 + LIFE_S) is None


def test_a_forged_or_spoiled_token_is_refused() -> None:
    signer = Signer()
    token = signer.sign(VI, 1000.0)
    others = [Signer().sign(VI, 1000.0), "", ".", "x.y", token[:-1], token[1:], token.replace(".", ""), "é.é"]
    assert [signer.read(other, 1000.0) for other in others] == [None] * len(others)
