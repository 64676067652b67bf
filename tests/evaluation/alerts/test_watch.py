"""Raised once, changed, cleared once, raised again: what is recorded, by whom, and what survives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from services.chassis.outbox import events_outbox
from services.chassis.store import Store
from services.contracts.alerts import AlertsOf, AlertStatus, Colour, Reason, Rule
from services.contracts.cloudevents import attributes
from services.evaluation.alerts.raising import watch
from services.evaluation.alerts.raising.book import Book, Overtaken
from services.evaluation.alerts.raising.changes import changes
from services.evaluation.queries.alerts import alerts
from tests.evaluation.alerts.house import House, becomes
from tests.evaluation.alerts.looking import regular


def test_an_alert_is_raised_once_changed_cleared_once_and_raised_again(house: House) -> None:
    assert house.look() == [("raised", 1)]
    assert house.look() == []
    assert house.look("2026-11-29") == [], "another day alone is nothing new"
    assert house.look("2026-12-01") == [("changed", 2)], "the month is over: it is grave now"
    [first] = alerts(house.con, AlertsOf(), house.moment.date()).alerts
    assert (first.alert.colour, first.alert.was) == (Colour.RED, Colour.ORANGE)
    regular(house.stream, "D", "2026-11", recorded="2026-12-02")
    house.tell()
    assert house.look() == [("resolved", 3)]
    house.stream.meeting("D", "D-2026-11", "2026-11-03", "2026-12-03", status="withdrawn")
    house.tell()
    assert house.look() == [("raised", 4)]
    assert len({one["alert"] for one in house.recorded}) == 1


def test_an_alert_whose_month_is_too_long_ago_lapses(house: House) -> None:
    house.look()
    for day in ("2026-12", "2027-01", "2027-02"):
        regular(house.stream, "C", day)
        regular(house.stream, "D", day)
    house.tell()
    house.look("2027-01-31")
    assert house.look("2027-02-01") == [("lapsed", 3)]


@pytest.mark.parametrize(
    ("rule", "status"), [(Rule.TOO_FEW_MEMBERS, AlertStatus.RESOLVED), (Rule.ATTENDANCE_LOW, AlertStatus.LAPSED)]
)
def test_what_is_watched_as_long_as_it_lasts_is_resolved_however_long_ago_it_began(
    rule: Rule, status: AlertStatus
) -> None:
    stands = {"rule": rule.value, "period": "2024-01", "colour": "red", "version": 2}
    [(became, _)] = changes({}, {"a-1": stands}, date(2026, 11, 28), date(2026, 9, 1))
    assert became is status


def test_a_quota_of_a_decided_year_is_put_right_or_too_long_ago_after_the_next_year() -> None:
    alert = {"rule": Rule.QUOTA_EXCEEDED, "reason": Reason.ABOVE_QUOTA, "period": "2025", "colour": "red"}
    for day, status in (("2026-11-28", "resolved"), ("2027-01-01", "lapsed")):
        today = date.fromisoformat(day)
        assert [one for one, _ in changes({}, {"a": alert}, today, today)] == [status]


def test_alerts_are_published_under_no_cell_as_everything_of_the_store_is(house: House) -> None:
    house.look()
    [out] = events_outbox(house.store).read(0, 10)
    assert out.subject == "evt.evaluation.AlertRaised._._"
    said = attributes(out.headers)
    assert (said["subject"], said["type"]) == ("D", "vn.nennep.event.evaluation.AlertRaised.v1")


def test_its_own_events_do_not_make_it_look_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert house.watch.looked.at is None
    house.look()

    def never(*_: Any) -> None:
        raise AssertionError("looked again")

    monkeypatch.setattr("services.evaluation.alerts.raising.watch.watched", never)
    house.moment += timedelta(minutes=5)
    assert house.watch.look() == 0
    assert house.watch.looked.at == house.moment, "it made sure that nothing is new"
    regular(house.stream, "D", "2026-11")
    house.tell()
    with pytest.raises(AssertionError, match="looked again"):
        house.watch.look()


def test_killed_before_or_after_the_commit_nothing_is_lost_and_nothing_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = Store.append

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "append", killed)
    with pytest.raises(KeyboardInterrupt):
        house.watch.look()

    def killed_after(store: Store, events: Any) -> None:
        append(store, events)
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "append", killed_after)
    with pytest.raises(KeyboardInterrupt):
        house.watching().look()
    monkeypatch.setattr(Store, "append", append)
    house.watch = house.watching()
    assert house.look() == []
    assert [one["version"] for one in house.recorded] == [1]


def test_two_that_look_at_once_record_it_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    other = house.watching()
    house.look()
    with monkeypatch.context() as stale:
        stale.setattr(Book, "fold", lambda _: None)  # it still believes that nothing stands
        with pytest.raises(Overtaken):
            other.look()
    assert other.look() == 0
    assert len(house.recorded) == 1


class Stands:
    """How far a follower is, as a test says."""

    def __init__(self, position: int = 0, end: int = 0, behind: str = "") -> None:
        self.position = self.scored = position
        self.end, self.behind = max(end, position), behind


def serving(house: House, following: Stands, change: Callable[[], None] = lambda: None, *, leads: bool = False) -> None:
    """Serves until the alert is recorded, having seen that it is not before it leads and the change is made."""

    async def run() -> None:
        leading = asyncio.Event()
        if leads:
            leading.set()
        task = asyncio.create_task(house.watch.serve(leading, following, pause=0.005))
        await asyncio.sleep(0.1)
        assert house.recorded == []
        change()
        leading.set()
        await becomes("it looked", lambda: len(house.recorded) == 1)
        task.cancel()

    asyncio.run(run())


def test_only_the_evaluation_that_leads_looks(house: House) -> None:
    serving(house, Stands())


def test_it_does_not_look_in_the_middle_of_a_backlog(house: House) -> None:
    following = Stands(position=10, end=10_000, behind="catching up")

    def catch_up() -> None:
        following.position = following.scored = following.end = 20
        following.behind = ""

    serving(house, following, catch_up, leads=True)


def test_it_waits_while_the_past_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "PAST", 1)
    monkeypatch.setattr(watch, "SETTLE_S", 60.0)
    following = Stands(behind="catching up")

    async def run() -> None:
        leading = asyncio.Event()
        leading.set()
        task = asyncio.create_task(house.watch.serve(leading, following, pause=0.005))
        await asyncio.sleep(0.05)
        following.position = following.scored = following.end = len(house.stream.events)
        following.behind = ""
        await asyncio.sleep(0.1)
        assert house.recorded == [], "years of reports have just come, and more may follow"
        monkeypatch.setattr(watch, "SETTLE_S", 0.0)
        await becomes("it looked", lambda: len(house.recorded) == 1)
        task.cancel()

    asyncio.run(run())


def test_a_look_that_was_overtaken_by_many_reports_records_nothing_and_is_made_again(house: House) -> None:
    assert house.watch.look(lambda: True) == 0
    assert house.recorded == []
    assert house.look() == [("raised", 1)]


def test_patience_ends_though_every_look_is_overtaken(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "PATIENCE_S", 0.3)

    class Streaming:
        """More comes whenever anybody asks, though never so much at once that it is a backlog."""

        behind, scored, end, read = "", 10**9, 0, 0

        @property
        def position(self) -> int:
            self.read += 1
            return self.read * watch.PAST

    async def run() -> None:
        leading = asyncio.Event()
        leading.set()
        task = asyncio.create_task(house.watch.serve(leading, Streaming(), pause=0.005))
        await becomes("it looked", lambda: len(house.recorded) == 1)
        task.cancel()

    asyncio.run(run())


def test_a_failure_is_tried_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    append, failures = Store.append, [OSError("disk full"), OSError("disk full")]

    def failing(store: Store, events: Any) -> None:
        if failures:
            raise failures.pop()
        append(store, events)

    monkeypatch.setattr(Store, "append", failing)
    serving(house, Stands())


def test_after_a_failure_one_still_knows_when_it_was_last_looked(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.look()
    well, house.moment = house.watch.looked.at, house.moment + timedelta(days=1)

    def failing(store: Store, events: Any) -> None:
        raise OSError("disk full")

    async def run() -> None:
        leading = asyncio.Event()
        leading.set()
        task = asyncio.create_task(house.watch.serve(leading, Stands(), pause=0.005))
        await becomes("it failed", lambda: house.watch.looked.day is None)
        task.cancel()

    monkeypatch.setattr(Store, "append", failing)
    house.stream.held("D", "d-11", "2026-11-28")
    house.tell()
    asyncio.run(run())
    assert house.watch.looked.at == well is not None
