"""Appending: rows and position together, repetition without effect, gaps found, unreadable events kept and named."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import orjson
import pytest

from services.chassis.tail import Arrived
from services.contracts.bus import event_subject
from services.evaluation.history.store import (
    Appended,
    Connection,
    Gap,
    append,
    open_history,
    position,
    snapshot,
    transaction,
)
from services.evaluation.history.tables import SCHEMAS
from tests.evaluation.history.stream import Stream


@pytest.fixture
def con() -> Connection:
    return open_history(":memory:")


def some() -> Stream:
    stream = Stream()
    stream.unit("U", None, "2020-01-01")
    stream.cell("C", {"valid_from": "2020-01-01"}, {"valid_from": "2021-01-01"}, recorded="2021-01-01")
    stream.meeting("C", "m1", "2025-01-03", "2024-12-20")
    stream.held("C", "m1", "2025-01-03", excused=["m-4f07c1"])
    stream.held("C", "m2", "2025-02-03")
    return stream


def take(con: Connection, events: list[Arrived], *, accept_gap: bool = False) -> Appended:
    with transaction(con):
        return append(con, events, accept_gap=accept_gap)


def counts(con: Connection) -> dict[str, int]:
    """How many rows each table has that is not empty."""
    found = {}
    for name in SCHEMAS:
        [(found[name],)] = con.sql(f"SELECT count(*) FROM {name}").fetchall()
    return {name: rows for name, rows in found.items() if rows}


def problems(con: Connection) -> list[tuple[int, str | None]]:
    return con.sql("SELECT position, problem FROM log ORDER BY position").fetchall()


def test_every_event_is_in_the_log_and_its_states_in_their_table(con: Connection) -> None:
    appended = take(con, some().events)
    assert (appended.position, len(appended.events), position(con)) == (5, 5, 5)
    assert counts(con) == {"log": 5, "meetings": 3, "cells": 2, "units": 1, "superseded": 1}
    [logged] = con.sql("SELECT * FROM log WHERE position = 4").pl().to_dicts()
    assert logged["event"] == "e4"
    assert (logged["service"], logged["kind"], logged["unit"], logged["cell"]) == ("meetings", "MeetingHeld", "U", "C")
    assert (logged["cause"], logged["origin"], logged["problem"]) == ("U/r4", "urn:test", None)
    assert logged["type"] == "vn.nennep.event.meetings.MeetingHeld.v1"


def test_an_assignment_and_a_visit_keep_all_that_their_events_said(con: Connection) -> None:
    stream = Stream()
    stream.assigned("C", "a1", "2025-01-01", valid_to="2025-12-31", standing="sponsor", line="hardest", by_unit="S")
    stream.assigned("C", "a1", "2025-01-01", relieved_on="2025-02-01", reason="x")
    marks = {"criteria": "an-phu-2025", "marks": {"3.1": 2.5, "8.3": 1}, "total": 91.5, "grade": "good"}
    more = {"assignment": "a1", "guidance": "y", "agrees": False, "assessment": marks}
    stream.visited("C", "v1", "m1", "2025-01-03", "2025-01-05", **more)
    stream.visited("C", "v1", "m1", "2025-01-03", "2025-01-06", status="withdrawn", reason="z")
    take(con, stream.events)
    assert counts(con) == {"log": 4, "assignments": 2, "visits": 2}
    first, second = con.sql("SELECT * FROM assignments ORDER BY position").fetchall()
    assert first[3:11] == ("C", "a1", 1, "o-001", "sponsor", "hardest", "S", date(2025, 1, 1))
    assert (first[11:], second[11:]) == ((date(2025, 12, 31), None, None), (None, date(2025, 2, 1), "x"))
    first, second = con.sql("SELECT * FROM visits ORDER BY position").fetchall()
    assert first[3:12] == ("C", "v1", 1, "made", "m1", "o-001", "a1", date(2025, 1, 3), "y")
    assert first[12:] == ("an-phu-2025", "3.1 8.3", [250, 100], 91.5, "good", False, None)
    assert (second[6], second[12:]) == ("withdrawn", (None, None, None, None, None, None, "z"))


def test_a_meeting_keeps_all_that_its_event_said(con: Connection) -> None:
    stream = Stream()
    stream.held(
        "C",
        "m1",
        "2025-01-03",
        unexcused=["m-4f07c1"],
        starts_at="07:30",
        planned_on="2025-01-02",
        first_planned_on="2025-01-01",
        notice_at="2024-12-20T08:00:00+07:00",
        corrections=2,
        reason="sai giờ",
        kind="combined",
        sheet={"thematic_part": True, "theme": "Học tập", "notice_at": None, "special_duty": 0},
        assessment={
            "criteria": "an-phu-2025",
            "marks": {"1.1": 5, "8.3": 0.5},
            "total": 88,
            "grade": "fair",
            "vote": {"for": 19, "of": 20},
        },
        confirmation={"by_unit": "U", "on": "2025-01-05", "agrees": False},
    )
    take(con, stream.events)
    [row] = con.sql("SELECT * FROM meetings").pl().to_dicts()
    said = {
        "excused": [],
        "unexcused": ["m-4f07c1"],
        "reasons": [None],
        "marks_items": "1.1 8.3",
        "marks": [500, 50],
        "theme": None,
        "sheet_theme": "Học tập",
        "corrections": 2,
        "reason": "sai giờ",
        "votes_for": 19,
        "votes_of": 20,
        "confirmed_by": "U",
        "agrees": False,
        "self_total": 88.0,
        "self_grade": "fair",
    }
    assert {name: row[name] for name in said} == said
    dated = ("starts_at", "planned_on", "first_planned_on", "notice_at", "confirmed_on", "minutes_filed_on")
    assert [str(row[name]) for name in dated] == [
        "07:30:00",
        "2025-01-02",
        "2025-01-01",
        "2024-12-20 01:00:00",
        "2025-01-05",
        "2025-01-04",
    ]


def test_repeated_events_have_no_effect(con: Connection) -> None:
    events = some().events
    take(con, events[:3])
    before = counts(con)
    assert take(con, events[:3]).events == []
    assert counts(con) == before
    assert [event.position for event in take(con, events[1:]).events] == [4, 5]
    assert counts(con)["log"] == 5


def test_a_gap_is_found_and_nothing_is_appended(con: Connection) -> None:
    events = some().events
    take(con, events[:1])
    with pytest.raises(Gap, match="events 2 to 3 of the stream did not arrive"):
        take(con, [*events[3:]])
    with pytest.raises(Gap, match="events 3 to 3 of the stream did not arrive"):
        take(con, [events[1], events[3]])
    assert (position(con), counts(con)["log"]) == (1, 1)


def test_a_gap_that_is_accepted_is_noted(con: Connection) -> None:
    events = some().events
    assert take(con, events[3:], accept_gap=True).position == 5
    assert con.sql("FROM gaps").fetchall() == [(1, 3)]
    assert counts(con)["log"] == 2


def test_what_fails_inside_a_transaction_leaves_nothing(con: Connection) -> None:
    with pytest.raises(duckdb.Error), transaction(con):
        append(con, some().events)
        con.execute("SELECT * FROM nowhere")
    assert position(con) == 0
    assert counts(con) == {}


def test_a_snapshot_sees_one_state_while_the_writer_goes_on(con: Connection) -> None:
    events = some().events
    take(con, events[:3])
    with snapshot(con) as reader:
        assert position(reader) == 3
        take(con, events[3:])
        assert (position(reader), counts(reader)["log"]) == (3, 3)
    assert position(con) == 5


def test_it_carries_on_in_its_file(tmp_path: Any) -> None:
    events = some().events
    con = open_history(tmp_path / "history.duckdb")
    take(con, events[:3])
    con.close()
    con = open_history(tmp_path / "history.duckdb")
    assert position(con) == 3
    take(con, events)
    assert counts(con)["meetings"] == 3


GOOD = {
    "ce-id": "x1",
    "ce-type": "vn.nennep.event.meetings.MeetingHeld.v1",
    "ce-time": "2025-01-03T00:00:00Z",
}
HELD = event_subject("meetings", "MeetingHeld", "U", "C")


def meeting(**changes: Any) -> bytes:
    stream = Stream()
    stream.held("C", "m9", "2025-03-03")
    return orjson.dumps({**orjson.loads(stream.events[0].data), **changes})


@pytest.mark.parametrize(
    ("subject", "headers", "body", "reason"),
    [
        (HELD, GOOD, b"", "its data cannot be read as MeetingHeld"),
        (HELD, GOOD, b"not json", "its data cannot be read as MeetingHeld"),
        (HELD, GOOD, b"\xff\xfe", "its data cannot be read as MeetingHeld"),
        (HELD, GOOD, b"[1]", "its data is not a JSON object but a list"),
        (HELD, GOOD, b"{}", "cell: Field required; meeting: Field required"),
        (HELD, GOOD, meeting(status="imagined"), "status: Input should be 'scheduled'"),
        (HELD, GOOD, meeting(version="many"), "version: Input should be a valid integer"),
        (HELD, GOOD, meeting(version=2**40), "its data does not fit the history"),
        (HELD, GOOD, meeting(sheet={"held_on": "soon"}), "sheet.held_on: Input should be a valid date"),
        (HELD, GOOD, meeting(sheet=None), "its data has no place in the history: ValueError: held but without a sheet"),
        (HELD, GOOD | {"ce-type": "vn.nennep.event.meetings.MeetingHeld.v99"}, meeting(), "update evaluation"),
        (HELD, GOOD | {"ce-type": "vn.nennep.event.meetings.Sung.v1"}, meeting(), "nobody here knows the type"),
        (HELD, GOOD | {"ce-type": "junk"}, meeting(), "nobody here knows the type junk"),
        (HELD, {k: v for k, v in GOOD.items() if k != "ce-type"}, meeting(), "it has no ce-type"),
        (HELD, {k: v for k, v in GOOD.items() if k != "ce-id"}, meeting(), "it has no ce-id"),
        (HELD, {k: v for k, v in GOOD.items() if k != "ce-time"}, meeting(), "it has no ce-time"),
        (HELD, GOOD | {"ce-time": "yesterday"}, meeting(), "its ce-time 'yesterday' is not a moment"),
        (HELD, {}, meeting(), "it has no ce-id"),
        ("evt.registry.MeetingHeld.U.C", GOOD, meeting(), "is not a type that registry publishes"),
        ("evt", GOOD, meeting(), "is not a type that None publishes"),
        (
            "evt.evaluation.ScoreChanged.U.C",
            GOOD | {"ce-type": "vn.nennep.event.evaluation.ScoreChanged.v1"},
            b"{}",
            "basis",
        ),
        (HELD, GOOD | {"ce-id": "x\udcff", "ce-type": "\udcfe"}, meeting(), "nobody here knows the type ?"),
    ],
)
def test_an_event_that_cannot_be_read_stops_nothing_and_is_named(
    con: Connection, subject: str, headers: dict[str, str], body: bytes, reason: str
) -> None:
    stream = some()
    stream.foreign(subject, headers, body)
    stream.held("C", "m3", "2025-03-03")
    appended = take(con, stream.events)
    assert appended.position == 7
    assert counts(con) == {"log": 7, "meetings": 4, "cells": 2, "units": 1, "superseded": 1}
    [(at, problem)] = [row for row in problems(con) if row[1] is not None]
    assert at == 6
    assert problem is not None
    assert reason in problem


@pytest.mark.parametrize(
    "change",
    [
        {"version": "1"},
        {"on": "2025-03-03T00:00:00Z"},
        {"sheet": {**orjson.loads(meeting())["sheet"], "minutes": 95.0}},
    ],
)
def test_what_the_contract_reads_leniently_is_read(con: Connection, change: dict[str, Any]) -> None:
    stream = Stream()
    stream.foreign(HELD, GOOD, meeting(**change))
    take(con, stream.events)
    assert problems(con) == [(1, None)]
    assert con.sql("SELECT version, on_date::VARCHAR, minutes FROM meetings").fetchall() == [(1, "2025-03-03", 95)]


def test_one_bad_value_does_not_change_how_its_neighbours_are_read(con: Connection) -> None:
    stream = some()
    stream.foreign(HELD, GOOD, meeting(version=2**40))
    alone = open_history(":memory:")
    for event in stream.events:
        take(alone, [event])
    take(con, stream.events)
    for table in SCHEMAS:
        statement = f"SELECT to_json(t) FROM {table} t ORDER BY ALL"
        assert con.sql(statement).fetchall() == alone.sql(statement).fetchall()
