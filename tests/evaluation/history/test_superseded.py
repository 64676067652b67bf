"""The version in force under any dials, however the versions came and in whatever batches, is the last one known."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation.history.known import KNOWN
from services.evaluation.history.store import Connection, open_history
from services.evaluation.history.superseded import IN_FORCE, note_superseded

Row = tuple[int, datetime, str, int]
DAY = datetime(2025, 1, 1)


@pytest.fixture(scope="module")
def con() -> Connection:
    return open_history(":memory:")


_INSERT = """
INSERT INTO meetings BY NAME SELECT ? AS position, ? AS recorded_at, 'c' AS cell, ? AS meeting, ? AS version
"""


def fill(con: Connection, rows: list[Row], ends: list[int]) -> None:
    """Puts the rows in, in batches that end there."""
    con.execute("DELETE FROM meetings")
    con.execute("DELETE FROM superseded")
    before = 0
    for end in ends:
        con.executemany(_INSERT, rows[before:end])
        note_superseded(con, before)
        before = end


@st.composite
def streams(draw: st.DrawFn) -> list[Row]:
    """(position, recorded at, meeting, version) of meetings' events, recorded in any order, versions also twice."""
    each = st.tuples(st.integers(0, 5), st.sampled_from("ab"), st.integers(1, 4))
    return [
        (position, DAY + timedelta(days=day), meeting, version)
        for position, (day, meeting, version) in enumerate(draw(st.lists(each, min_size=1, max_size=9)), 1)
    ]


def in_force(rows: list[Row], known_at: datetime | None, upto: int | None) -> set[int]:
    """By the definition: of each meeting the greatest version (the last of equal ones) among the known."""
    best: dict[str, tuple[int, int]] = {}
    for position, recorded_at, meeting, version in rows:
        if (known_at is None or recorded_at <= known_at) and (upto is None or position <= upto):
            best[meeting] = max(best.get(meeting, (0, 0)), (version, position))
    return {position for _, position in best.values()}


@settings(max_examples=60, deadline=None)
@given(rows=streams(), cuts=st.sets(st.integers(1, 9)), data=st.data())
def test_what_is_in_force_is_the_last_version_known(
    con: Connection, rows: list[Row], cuts: set[int], data: st.DataObject
) -> None:
    fill(con, rows, sorted({cut for cut in cuts if cut < len(rows)} | {len(rows)}))
    for _ in range(4):
        known_at = data.draw(st.none() | st.integers(-1, 6).map(lambda day: DAY + timedelta(days=day)))
        upto = data.draw(st.none() | st.integers(0, 10))
        found = con.execute(
            f"SELECT position FROM meetings {IN_FORCE} WHERE {KNOWN}",
            {"known_at": known_at, "upto": upto},
        ).fetchall()
        assert {position for (position,) in found} == in_force(rows, known_at, upto)


def test_how_it_came_in_leaves_no_trace(con: Connection) -> None:
    days, versions = [3, 1, 2, 0, 3], [2, 1, 3, 1, 4]
    rows = [(n + 1, DAY + timedelta(days=days[n]), "a", versions[n]) for n in range(5)]
    noted = []
    for ends in ([1, 2, 3, 4, 5], [2, 4, 5], [5]):
        fill(con, rows, ends)
        noted.append(con.sql("SELECT * FROM superseded ORDER BY ALL").fetchall())
    assert noted[0] == noted[1] == noted[2]
    assert noted[0]
