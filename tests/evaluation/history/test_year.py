"""A year's work in the history: every version with all that its event said; what cannot be read is a problem."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import orjson
import pytest

from services.chassis.tail import Arrived
from services.evaluation.canonical import digest, lines
from services.evaluation.history.store import Connection, append, transaction
from services.evaluation.running.running import open_evaluation
from tests.evaluation.history.stream import Stream

THEMES = [{"code": "A", "title": "Theme A"}, {"code": "B", "title": "Theme B"}]


@pytest.fixture
def con() -> Iterator[Connection]:
    con = open_evaluation(":memory:")
    yield con
    con.close()


def take(con: Connection, events: list[Arrived]) -> None:
    with transaction(con):
        append(con, events)


def test_a_years_work_is_kept_with_all_that_its_events_said(con: Connection) -> None:
    stream = Stream()
    stream.oriented("U", 2025, "2025-01-05", kinds=["village", "school"], themes=THEMES, number="1-HD")
    stream.oriented("U", 2025, "2025-01-06", themes=[])
    entries = ({"month": 5, "theme": "x", "orientation": "A"}, {"quarter": 4, "theme": "y"})
    stream.planned("C", "p1", "2025-01-10", *entries)
    decided = {"submitted_on": "2025-01-10", "decided_by": "U", "decided_on": "2025-01-20", "reason": "z"}
    stream.planned("C", "p1", "2025-01-20", *entries, status="returned", **decided)
    stream.chosen("U", 2025, "2025-01-15", "C", "D")
    stream.demonstrated("C", "m1", "2025-05-20", theme="t", attended={"V": 2, "W": 1})
    stream.demonstrated("C", "m1", "2025-05-20", status="withdrawn", reason="r", attended={})
    take(con, stream.events)
    first, second = con.sql("SELECT * EXCLUDE (position, event, recorded_at) FROM orientations").fetchall()
    on = date(2025, 1, 5)
    assert first == ("U", "d1", 1, 2025, ["village", "school"], ["A", "B"], ["Theme A", "Theme B"], on, "1-HD")
    assert second == ("U", "d1", 2, 2025, None, [], [], date(2025, 1, 6), None)
    first, second = con.sql("SELECT * EXCLUDE (position, event, recorded_at) FROM plans").fetchall()
    planned = (date(2025, 1, 10), [2, 4], [5, None], ["x", "y"], ["A", None])
    assert first == ("C", 2025, "p1", 1, "submitted", *planned, None, None, None, None)
    assert second == ("C", 2025, "p1", 2, "returned", *planned, "U", date(2025, 1, 20), None, "z")
    [chosen] = con.sql("SELECT * EXCLUDE (position, event, recorded_at) FROM model_cells").fetchall()
    assert chosen == ("U", 2025, 1, ["C", "D"], date(2025, 1, 15), None)
    first, second = con.sql("SELECT * EXCLUDE (position, event, recorded_at) FROM model_meetings").fetchall()
    assert first == ("C", "m1", 1, "held", date(2025, 5, 20), "t", ["V", "W"], [2, 1], None)
    assert second == ("C", "m1", 2, "withdrawn", date(2025, 5, 20), None, [], [], "r")


def test_it_is_digested_and_what_cannot_be_read_is_a_problem(con: Connection) -> None:
    stream = Stream()
    stream.oriented("U", 2025, "2025-01-05")
    stream.planned("C", "p1", "2025-01-10", {"month": 12, "theme": "x"})
    stream.chosen("U", 2025, "2025-01-15", "C")
    good = stream.events[1]
    data = orjson.loads(good.data) | {"status": "lost", "entries": [{"theme": "x"}]}
    stream.foreign(good.subject, dict(good.headers or {}), orjson.dumps(data))
    take(con, stream.events)
    [(problem,)] = con.sql("SELECT problem FROM log WHERE position = 4").fetchall()
    assert "status" in problem and "entries" in problem
    rows = {one.table: one.rows for one in digest(con, 4).tables}
    assert [rows[table] for table in ("orientations", "plans", "model_cells", "model_meetings")] == [1, 1, 1, 0]
    [line] = lines(con, "plans", 4)
    assert orjson.loads(line)["quarters"] == [4]
