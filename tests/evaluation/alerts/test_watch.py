"""Raised once, changed, cleared once, raised again: what is recorded, by whom, and what survives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.chassis.outbox import events_outbox
from services.chassis.store import Store
from services.chassis.tail import Arrived
from services.contracts.alerts import AlertsOf, Colour, Rule
from services.contracts.cloudevents import attributes
from services.evaluation.alerting.book import Book, Overtaken
from services.evaluation.alerting.watch import Watch
from services.evaluation.alerts.thresholds import Thresholds
from services.evaluation.history.store import Connection
from services.evaluation.queries.alerts import alerts
from services.evaluation.running.running import Running, open_evaluation
from tests.evaluation.alerts.looking import at, regular
from tests.evaluation.history.stream import Stream
from tests.evaluation.territory import SETS, territory

OFF = frozenset({Rule.SCHEDULE_MISSING.value, Rule.NO_THEMATIC_MEETING.value})


class House:
    """A history, a store and a watch with a clock that is set; what is recorded comes back over the stream."""

    def __init__(self, store: Store, stream: Stream, months: int = 2) -> None:
        self.store, self.stream, self.moment = store, stream, at("2026-11-28")
        self.con: Connection = open_evaluation(":memory:")
        self.running = Running(self.con, SETS)
        self.months, self.published, self.arrived = months, 0, list[Arrived]()
        self.watch = self.watching()
        self.tell()

    def watching(self) -> Watch:
        by = Thresholds(months=self.months, off=OFF)
        return Watch(self.con, self.store, SETS, by, lambda: self.moment)

    def tell(self) -> None:
        """Everything new goes into the history: the stream's events, then what was recorded."""
        known = sum(one.subject.startswith("evt.evaluation.Alert") for one in self.arrived)
        fresh = self.stream.events[len(self.arrived) - known :]
        for one in fresh:
            self.arrived.append(one._replace(position=len(self.arrived) + 1))
        for out in events_outbox(self.store).read(self.published, 1_000):
            self.published = out.position
            self.arrived.append(Arrived(len(self.arrived) + 1, out.subject, out.headers, out.body, self.moment))
        assert self.running.apply(self.arrived).unreadable == 0

    def look(self, day: str | None = None) -> list[tuple[str, int]]:
        """Looks (on a day), publishes, and returns what was recorded: status and version."""
        if day:
            self.moment = at(day)
        before = self.recorded
        assert self.watch.look() == len(self.recorded) - len(before)
        self.tell()
        return [(one["status"], one["version"]) for one in self.recorded[len(before) :]]

    @property
    def recorded(self) -> list[dict[str, Any]]:
        mapper, found = self.store.mapper, self.store.recorder.select_notifications(None, 10_000, topics=[])
        return [mapper.to_domain_event(one).data for one in found]  # type: ignore[attr-defined]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store("evaluation", tmp_path / "evaluation.sqlite")
    yield store
    store.close()


@pytest.fixture
def house(store: Store) -> House:
    """C has met every month of 2026, D has not met in November."""
    stream = territory()
    for month in range(1, 12):
        regular(stream, "C", f"2026-{month:02}")
        if month < 11:
            regular(stream, "D", f"2026-{month:02}")
    return House(store, stream)


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


def test_alerts_are_published_under_no_cell_as_everything_of_the_store_is(house: House) -> None:
    house.look()
    [out] = events_outbox(house.store).read(0, 10)
    assert out.subject == "evt.evaluation.AlertRaised._._"
    said = attributes(out.headers)
    assert (said["subject"], said["type"]) == ("D", "vn.nennep.event.evaluation.AlertRaised.v1")


def test_its_own_events_do_not_make_it_look_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.look()

    def never(*_: Any) -> None:
        raise AssertionError("looked again")

    monkeypatch.setattr("services.evaluation.alerting.watch.watched", never)
    assert house.watch.look() == 0
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
