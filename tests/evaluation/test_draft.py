"""A history that is built beside the running one: what it drafts, what it learns, what it publishes in the end."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.chassis.tail import Arrived
from services.evaluation.canonical import digest
from services.evaluation.criteria.load import load_shipped
from services.evaluation.history.formats import OtherFormat
from services.evaluation.history.store import Connection, transaction
from services.evaluation.running.draft import mute
from services.evaluation.running.outbox import ScoreOutbox
from services.evaluation.running.running import Running, open_evaluation
from services.evaluation.verify import rebuild
from tests.evaluation.history.stream import Stream

SETS = load_shipped()
OTHER_SETS = SETS | {"hd-42-2025": SETS["hd-42-2025"].with_policy("full")}


def beside(other: bool = False) -> Running:
    """A muted evaluation with nothing in it, perhaps by another rule from October 2025 on."""
    con = open_evaluation(":memory:")
    with transaction(con):
        mute(con)
    return Running(con, OTHER_SETS if other else SETS)


class Old:
    """The running evaluation; what it makes of the stream is published in the stream."""

    def __init__(self) -> None:
        self.stream, self.running = Stream(), Running(open_evaluation(":memory:"), SETS)
        self.stream.unit("U", None, "2019-01-01")
        self.stream.cell("C", {"valid_from": "2019-01-01"}, recorded="2019-01-01")
        self._published = 0

    def held(self, meeting: str, day: str) -> None:
        """A meeting, and what the running evaluation then says of it."""
        self.stream.held("C", meeting, day)
        self.publishes()

    def publishes(self) -> None:
        self.running.apply(self.stream.events)
        for out in ScoreOutbox(self.running.con).read(self._published, 1_000):
            headers = {**out.headers, "Nats-Msg-Id": out.id, "Nenep-Position": str(out.position)}
            at = datetime(2026, 2, 1, tzinfo=UTC)
            self.stream.events.append(Arrived(len(self.stream.events) + 1, out.subject, headers, out.body, at))
            self._published = out.position
        self.running.apply(self.stream.events)


@pytest.fixture
def old() -> Old:
    """An evaluation that has scored four months, two of them by the rule that the other one changes."""
    old = Old()
    for month in (2, 3, 11, 12):
        old.held(f"m{month}", f"2025-{month:02}-03")
    return old


def places(con: Connection) -> list[tuple[int, str]]:
    """What there is to publish: places and ids."""
    return [(out.position, out.id) for out in ScoreOutbox(con).read(0, 1_000)]


def months(con: Connection) -> list[str]:
    return [period for (period,) in con.execute("SELECT period FROM scores ORDER BY period").fetchall()]


def test_it_has_scores_to_answer_with_and_publishes_only_what_was_published(old: Old) -> None:
    new = beside(other=True)
    new.apply(old.stream.events)
    assert months(new.con) == ["2025-02", "2025-03", "2025-11", "2025-12"]
    assert places(new.con) == places(old.running.con)


@pytest.mark.parametrize("size", [1, 3, 100])
def test_its_scores_are_those_of_a_rebuilt_one_however_its_events_came(old: Old, size: int) -> None:
    new = beside(other=True)
    events = old.stream.events
    for start in range(0, len(events), size):
        new.apply(events[start : start + size], put_off=start % 2 == 1)
    new.settle()
    alone = rebuild([events], ":memory:", OTHER_SETS)
    assert digest(new.con) == digest(alone)
    new.take_over()
    assert digest(new.con) == digest(alone)


def test_the_same_engine_has_nothing_to_say_when_it_takes_over(old: Old) -> None:
    new = beside()
    new.apply(old.stream.events)
    old.held("m4", "2025-04-03")
    new.apply(old.stream.events)
    assert new.take_over() == 0
    assert not new.muted
    assert places(new.con) == places(old.running.con)


def test_another_engine_says_what_differs_and_goes_on_from_the_place_of_the_old_one(old: Old) -> None:
    new = beside(other=True)
    new.apply(old.stream.events[:5])
    old.held("m4", "2025-04-03")
    new.apply(old.stream.events)
    assert new.take_over() == 2
    published = len(places(old.running.con))
    changes = ScoreOutbox(new.con).read(published, 100)
    assert [out.position for out in changes] == [published + 1, published + 2]
    assert [b'"period":"2025-11"' in changes[0].body, b'"period":"2025-12"' in changes[1].body] == [True, True]
    assert all(b'"previous":{' in out.body for out in changes)
    old.stream.held("C", "m5", "2025-05-05")
    assert new.apply(old.stream.events).changes == 1
    assert [out.position for out in ScoreOutbox(new.con).read(published + 2, 100)] == [published + 3]


def test_a_month_that_only_the_old_one_scored_is_taken_back(old: Old) -> None:
    new = beside()
    new.apply(old.stream.events)
    new.con.execute("DELETE FROM draft WHERE period = '2025-03'")
    assert new.take_over() == 1
    [gone] = ScoreOutbox(new.con).read(len(places(old.running.con)), 100)
    assert b'"period":"2025-03","score":null,"previous":{' in gone.body
    assert months(new.con) == ["2025-02", "2025-11", "2025-12"]


def test_a_draft_survives_its_process(old: Old, tmp_path: Path) -> None:
    con = open_evaluation(tmp_path / "next.duckdb")
    with transaction(con):
        mute(con)
    Running(con, SETS).apply(old.stream.events[:6])
    con.close()
    con = open_evaluation(tmp_path / "next.duckdb")
    with transaction(con):
        mute(con)
    again = Running(con, SETS)
    assert again.muted
    again.apply(old.stream.events)
    assert again.take_over() == 0
    assert digest(con) == digest(old.running.con)


def test_whoever_published_second_gives_way_to_what_the_stream_holds(old: Old) -> None:
    new = beside(other=True)
    new.apply(old.stream.events)
    new.take_over()
    old.held("m4", "2025-04-03")  # a last batch of the old one that got in first
    new.apply(old.stream.events)
    published = places(old.running.con)
    assert places(new.con)[: len(published)] == published
    again = [out.body for out in ScoreOutbox(new.con).read(published[-1][0], 100)]
    assert [b'"period":"2025-11"' in again[0], b'"period":"2025-12"' in again[1], len(again)] == [True, True, 2]
    assert digest(new.con) == digest(rebuild([old.stream.events], ":memory:", OTHER_SETS))


def test_a_file_of_another_format_is_not_opened_and_given_back(tmp_path: Path) -> None:
    path = tmp_path / "old.duckdb"
    open_evaluation(path).close()
    con = open_evaluation(path)
    con.execute("UPDATE formats SET format = '0-abc' WHERE part = 'outbox'")
    con.close()
    with pytest.raises(OtherFormat, match="format 0-abc"):
        open_evaluation(path)
    con = open_evaluation(tmp_path / "older.duckdb")
    con.execute("DROP TABLE formats")
    con.close()
    for _ in range(2):
        with pytest.raises(OtherFormat, match="before formats were noted"):
            open_evaluation(tmp_path / "older.duckdb")
