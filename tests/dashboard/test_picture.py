"""The picture owes each viewer exactly what is newer than what they have seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard.hub.answers import NOTHING, natural, rows_of
from dashboard.hub.picture import KEPT_EVENTS, Picture, after
from services.contracts.bus import SERVICES
from services.contracts.evaluation import ScoreChanged
from services.contracts.queries import MonthState, ServiceStatus
from tests.dashboard.fake_city import City
from tests.dashboard.fake_scores import score_of

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CELL = "DU-07-03"


@pytest.fixture(scope="module")
def city() -> City:
    return City()


@pytest.fixture
def picture(city: City) -> Picture:
    """A picture that holds the city's year."""
    picture = Picture(NOW, SERVICES)
    picture.refreshed(2026, rows_of(city.board(2026)), city.glance(2026), NOW, picture.version)
    return picture


def change(points: float | None, month: int = 11) -> ScoreChanged:
    """The cell's score of a month comes to this, or is withdrawn."""
    score = None if points is None else score_of(CELL, date(2026, month, 3), points)
    return ScoreChanged(cell=CELL, period=f"2026-{month:02}", score=score, previous=None, basis=1)


def test_the_board_comes_as_whole_rows_largest_unit_first(city: City) -> None:
    rows = rows_of(city.board(2026))
    assert len(rows) == 171
    assert all(len(row.months) == 12 for row in rows)
    assert {row.unit for row in rows[:39]} == {"LAI-CHAU"}
    assert [row.cell_name for row in rows[:2]] == ["Chi bộ cơ sở 1", "Chi bộ cơ sở 2"]


def test_names_are_sorted_as_people_count() -> None:
    assert sorted(["Tổ 10", "Tổ 2", "tổ 1"], key=natural) == ["tổ 1", "Tổ 2", "Tổ 10"]


def test_a_board_without_its_columns_is_refused_with_their_names(city: City) -> None:
    with pytest.raises(ValueError, match="grade, meeting"):
        rows_of(city.board(2026).drop_columns(["grade", "meeting"]))


def test_who_has_seen_nothing_is_owed_everything(picture: Picture) -> None:
    owed = picture.owed(2026, 0, 0)
    assert (len(owed.rows), owed.all_rows, owed.glance is not None) == (171, True, True)


def test_who_has_seen_all_is_owed_nothing(picture: Picture) -> None:
    owed = picture.owed(2026, picture.version, picture.arrived)
    assert (owed.rows, owed.all_rows, owed.glance, owed.happenings) == ((), False, None, ())


def test_a_changed_score_is_owed_as_its_row_alone(picture: Picture) -> None:
    seen = picture.version
    picture.scored(change(41.0))
    (row,) = picture.owed(2026, seen, 0).rows
    assert (row.cell, row.months[10].points, row.months[10].grade) == (CELL, 41.0, "poor")
    assert not picture.owed(2026, seen, 0).all_rows


def test_a_withdrawn_score_leaves_the_square_without_points(picture: Picture) -> None:
    picture.scored(change(None))
    month = picture.years[2026].rows[CELL].months[10]
    assert (month.points, month.grade) == (None, None)


@pytest.mark.parametrize("period", ["2019-05", "2026-05"])
def test_a_score_of_an_unknown_year_or_cell_changes_nothing(picture: Picture, period: str) -> None:
    before = picture.version
    cell = CELL if period.startswith("2019") else "NOBODY"
    picture.scored(ScoreChanged(cell=cell, period=period, score=None, previous=None, basis=1))
    assert picture.version == before


def test_an_answer_older_than_an_event_does_not_undo_it(picture: Picture, city: City) -> None:
    asked_at, answer = picture.version, rows_of(city.board(2026))
    picture.scored(change(41.0))
    picture.refreshed(2026, answer, city.glance(2026), NOW, asked_at)
    assert picture.years[2026].rows[CELL].months[10].points == 41.0
    picture.refreshed(2026, answer, city.glance(2026), NOW, picture.version)
    assert picture.years[2026].rows[CELL].months[10].points != 41.0


def test_an_unchanged_answer_makes_nothing_owed_but_its_time(picture: Picture, city: City) -> None:
    seen, later = picture.version, NOW + timedelta(seconds=9)
    picture.refreshed(2026, rows_of(city.board(2026)), city.glance(2026), later, seen)
    owed = picture.owed(2026, seen, 0)
    assert (owed.rows, owed.glance, owed.fetched_at) == ((), None, later)


def test_a_cell_that_came_or_went_makes_the_whole_board_owed(picture: Picture, city: City) -> None:
    seen = picture.version
    picture.refreshed(2026, rows_of(city.board(2026))[:-1], city.glance(2026), NOW, seen)
    owed = picture.owed(2026, seen, 0)
    assert (owed.all_rows, len(owed.rows)) == (True, 170)


def test_events_are_owed_once_and_the_oldest_are_let_go(picture: Picture) -> None:
    for number in range(KEPT_EVENTS + 5):
        picture.happened(f"evt.meetings.MeetingHeld.U.C{number}", {}, b"{}", NOW)
    assert [h.number for h in picture.owed(2026, 0, KEPT_EVENTS + 3).happenings] == [KEPT_EVENTS + 4, KEPT_EVENTS + 5]
    assert len(picture.owed(2026, 0, 0).happenings) == KEPT_EVENTS


def test_the_link_changes_only_when_it_does(picture: Picture) -> None:
    picture.linked(True, NOW)
    seen, later = picture.version, NOW + timedelta(seconds=5)
    picture.linked(True, later)
    assert (picture.version, picture.link.since) == (seen, NOW)
    picture.linked(False, later)
    assert (picture.link.connected, picture.link.since) == (False, later)


def test_a_silent_service_keeps_its_last_answer_and_since_when(picture: Picture) -> None:
    status = ServiceStatus(service="registry", version="1", ready=True, started_at=NOW, lag=0)
    picture.answered("registry", status, NOW)
    seen = picture.version
    picture.answered("registry", status, NOW + timedelta(seconds=2))
    assert picture.version == seen, "the same answer again is no news"
    for seconds in (4, 6):
        picture.answered("registry", None, NOW + timedelta(seconds=seconds))
    service = picture.services["registry"]
    assert (service.status, service.silent_since) == (status, NOW + timedelta(seconds=4))
    picture.answered("registry", status, NOW + timedelta(seconds=8))
    assert picture.services["registry"].silent_since is None


def test_the_peak_of_a_lag_lasts_until_it_is_gone(picture: Picture) -> None:
    status = ServiceStatus(service="meetings", version="1", ready=True, started_at=NOW, lag=900)
    picture.answered("meetings", status, NOW)
    picture.answered("meetings", status.model_copy(update={"lag": 300}), NOW)
    assert picture.services["meetings"].peak_lag == 900
    picture.answered("meetings", status.model_copy(update={"lag": 0}), NOW)
    assert picture.services["meetings"].peak_lag == 0


def test_a_score_changes_its_month_and_keeps_bounds() -> None:
    undetermined = replace(NOTHING, state=MonthState.SCHEDULED)
    score = score_of(CELL, date(2026, 11, 3), 71.0, upper=88.0)
    month = after(undetermined, ScoreChanged(cell=CELL, period="2026-11", score=score, previous=None, basis=1))
    assert (month.state, month.points, month.lower, month.upper, month.grade) == ("held", None, 71.0, 88.0, "fair")
