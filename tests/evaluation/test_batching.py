"""Batching never matters: any split and repetition gives the same bytes, and so does a kill at any moment."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from services.chassis.tail import Arrived
from services.contracts.evaluation import ScoreChanged
from services.evaluation.canonical import TABLES, lines
from services.evaluation.criteria.load import load_shipped
from services.evaluation.history.known import Dials
from services.evaluation.history.store import Connection, position
from services.evaluation.running.outbox import ScoreOutbox
from services.evaluation.running.running import Running, open_evaluation
from tests.evaluation.history.stream import Stream, moment
from tests.evaluation.publishing.said import document
from tests.evaluation.territory import rescored, running_scores

SETS = load_shipped()

_refs = st.lists(st.sampled_from(["m-4f07c1", "m-4f07c2", "m-4f07c3"]), unique=True, max_size=2)
_days = st.tuples(st.sampled_from([2024, 2025]), st.integers(1, 12), st.integers(1, 28)).map(lambda d: str(date(*d)))
_recorded = st.sampled_from([f"{year}-{month:02}-28" for year in (2024, 2025, 2026) for month in (1, 5, 9)])
_forms = st.sampled_from([None, "own-1", "own-2", "hd-42-2025"])
_held = st.fixed_dictionaries(
    {
        "act": st.just("held"),
        "recorded": _recorded,
        "form": _forms,
        "cell": st.sampled_from(["C", "D"]),
        "meeting": st.sampled_from([f"m{number}" for number in range(6)]),
        "on": _days,
        "excused": _refs,
        "minutes": st.sampled_from([30, 95, 130]),
        "kind": st.sampled_from(["regular", "combined", "thematic"]),
    }
)
_gone = st.fixed_dictionaries(
    {
        "act": st.sampled_from(["withdrawn", "scheduled", "cancelled"]),
        "recorded": _recorded,
        "cell": st.sampled_from(["C", "D"]),
        "meeting": st.sampled_from([f"m{number}" for number in range(6)]),
        "on": _days,
    }
)
_registry = st.fixed_dictionaries(
    {
        "act": st.just("cell"),
        "recorded": _recorded,
        "cell": st.sampled_from(["C", "D"]),
        "valid_from": _days,
        "committee_size": st.sampled_from([0, 3]),
        "parent": st.sampled_from(["U", "AN-PHU"]),
    }
)
_unit = st.fixed_dictionaries(
    {
        "act": st.just("unit"),
        "recorded": _recorded,
        "code": st.sampled_from(["U", "AN-PHU"]),
        "parent": st.sampled_from([None, "TOP", "AN-PHU"]),
        "since": _days,
    }
)
_criteria = st.fixed_dictionaries(
    {
        "act": st.sampled_from(["CriteriaPublished", "CriteriaAmended", "CriteriaAmended", "CriteriaWithdrawn"]),
        "recorded": _recorded,
        "id_": st.sampled_from(["own-1", "own-2", "hd-42-2025"]),
        "since": _days,
        "to": st.sampled_from([None, "2025-12-31", "2026-06-30"]),
        "units": st.sampled_from([None, ["U"], ["TOP"], ["AN-PHU"]]),
        "anchor": st.sampled_from([None, "decision"]),
        "minutes": st.sampled_from([60, 100]),
        "judged": st.booleans(),
    }
)
_grade = st.fixed_dictionaries(
    {
        "act": st.just("grade"),
        "recorded": _recorded,
        "cell": st.sampled_from(["C", "D"]),
        "period": st.sampled_from(["2025-01", "2025-02"]),
        "status": st.sampled_from(["decided", "cancelled", "reclassified"]),
    }
)
_observer = st.fixed_dictionaries(
    {
        "act": st.sampled_from(["assigned", "visited"]),
        "recorded": _recorded,
        "cell": st.sampled_from(["C", "D"]),
        "meeting": st.sampled_from(["m0", "m1"]),
        "on": _days,
    }
)
_year = st.fixed_dictionaries(
    {
        "act": st.sampled_from(["oriented", "planned", "chosen", "demonstrated", "classified"]),
        "recorded": _recorded,
        "cell": st.sampled_from(["C", "D"]),
        "on": _days,
    }
)
_noise = st.fixed_dictionaries({"act": st.just("noise"), "body": st.binary(max_size=8)})
histories = st.lists(
    st.one_of(_held, _held, _held, _gone, _registry, _unit, _criteria, _criteria, _grade, _observer, _year, _noise),
    min_size=1,
    max_size=18,
)


def told(acts: Sequence[dict[str, Any]]) -> Stream:
    stream = Stream()
    stream.unit("U", None, "2019-01-01")
    stream.cell("C", {"valid_from": "2019-01-01"}, recorded="2024-01-01")
    for given_act in acts:
        act = dict(given_act)
        kind, recorded = act.pop("act"), act.pop("recorded", "2026-01-01")
        if kind == "cell":
            stream.cell(act.pop("cell"), act, recorded=recorded)
        elif kind == "unit":
            stream.unit(act["code"], act["parent"], act["since"], recorded)
        elif kind == "grade":
            stream.grade(recorded=recorded, **act)
        elif kind == "assigned":
            stream.assigned(act["cell"], "a1", act["on"], recorded)
        elif kind == "visited":
            marks = {"criteria": "own-1", "marks": {"1": 3.5}, "total": 3.5}
            stream.visited(act["cell"], "v1", act["meeting"], act["on"], recorded, assessment=marks)
        elif kind == "oriented":
            stream.oriented("U", 2025, recorded, kinds=["village"])
        elif kind == "planned":
            stream.planned(act["cell"], "p1", recorded, {"quarter": 1, "theme": "A", "orientation": "CD-01"})
        elif kind == "chosen":
            stream.chosen("U", 2025, recorded, act["cell"])
        elif kind == "classified":
            stream.classified(act["cell"], 2025, recorded, "decided", common=25, results=50, grade="good")
        elif kind == "demonstrated":
            stream.demonstrated(act["cell"], "m1", act["on"], recorded)
        elif kind == "noise":
            stream.foreign("evt.meetings.MeetingHeld.U.C", {"ce-type": "junk"}, act["body"])
        elif kind == "held":
            combined, form = act["kind"] != "regular", act.pop("form")
            sheet = {"minutes": act.pop("minutes"), "thematic_part": combined}
            if form:
                act["assessment"] = {"criteria": form, "marks": {"1": 4}, "vote": {"for": 20, "of": 20}}
            stream.held(act.pop("cell"), act.pop("meeting"), act.pop("on"), recorded, sheet=sheet, **act)
        elif kind.startswith("Criteria"):
            to = act.pop("to")
            stream.criteria(document(to=to if to and to > act["since"] else None, **act), recorded, kind=kind)
        else:
            stream.meeting(act["cell"], act["meeting"], act["on"], recorded, status=kind)
    return stream


def everything(con: Connection) -> dict[str, list[str]]:
    return {table: list(lines(con, table, 1_000)) for table in TABLES}


def at_once(stream: Stream) -> dict[str, list[str]]:
    running = Running(open_evaluation(":memory:"), SETS)
    running.apply(stream.events)
    return everything(running.con)


@settings(max_examples=14, deadline=None)
@given(histories, st.lists(st.tuples(st.integers(1, 5), st.integers(0, 4), st.booleans()), min_size=1, max_size=6))
def test_any_split_and_repetition_gives_the_same_bytes(
    acts: list[dict[str, Any]], cuts: list[tuple[int, int, bool]]
) -> None:
    """Each cut: how many new events, how many old ones again before them, whether scoring is put off."""
    stream = told(acts)
    running = Running(open_evaluation(":memory:"), SETS)
    at = 0
    for size, again, put_off in itertools.cycle(cuts):
        running.apply(stream.events[max(0, at - again) : at + size], put_off=put_off)
        at += size
        if at >= len(stream.events):
            break
    running.settle()
    assert everything(running.con) == at_once(stream)
    changes = [ScoreChanged.model_validate_json(out.body) for out in ScoreOutbox(running.con).read(0, 1_000)]
    latest: dict[tuple[str, str], Any] = {}
    for change in changes:
        assert change.previous == latest.get((change.cell, change.period))
        assert change.score != change.previous
        latest[change.cell, change.period] = change.score
    scores = [orjson.loads(line) for line in everything(running.con)["scores"]]
    assert {(row["cell"], row["period"]) for row in scores} == {key for key, score in latest.items() if score}


@settings(max_examples=8, deadline=None)
@given(histories)
def test_after_each_event_the_running_scores_are_the_full_rescore_as_of_that_event(acts: list[dict[str, Any]]) -> None:
    """Events of meetings, cells, units and criteria: late, dated back, corrected, withdrawn."""
    stream = told(acts)
    running = Running(open_evaluation(":memory:"), SETS)
    kept = []
    for event in stream.events:
        running.apply([event])
        kept.append(running_scores(running.con))
    for at, scores in enumerate(kept, 1):
        assert scores.rows() == rescored(running.con, Dials(position=at)).rows()


@settings(max_examples=7, deadline=None)
@given(histories, _recorded)
def test_what_was_known_at_a_moment_is_what_running_on_nothing_else_gives(acts: list[dict[str, Any]], day: str) -> None:
    whole, known = [Running(open_evaluation(":memory:"), SETS) for _ in range(2)]
    events = told(acts).events
    whole.apply(events)
    [(read,)] = whole.con.sql(
        f"SELECT list(position) FROM log WHERE recorded_at <= '{day}' AND problem IS NULL"
    ).fetchall()
    known.apply([event for event in events if event.position in (read or ())], accept_gap=True)
    assert running_scores(known.con).rows() == rescored(whole.con, Dials(known_at=moment(day))).rows()


WRITER = """
import sys
from tests.evaluation.test_batching import SETS, endless
from services.evaluation.running.running import Running, open_evaluation
from services.evaluation.history.store import position
running = Running(open_evaluation(sys.argv[1]), SETS)
events = endless(400)
print("open", flush=True)
at = position(running.con)
while at < len(events):
    at = running.apply(events[at : at + int(sys.argv[2])]).position
    print("batch", flush=True)
"""


def endless(count: int) -> list[Arrived]:
    """A long stream of meetings of twenty cells."""
    stream = Stream()
    stream.unit("U", None, "2019-01-01")
    for number in range(count - 1):
        month = number // 20 % 12 + 1
        stream.held(f"C{number % 20:02}", f"m{number // 20}", f"{2019 + number // 240}-{month:02}-03")
    return stream.events


def test_killed_at_any_moment_rows_position_and_scores_agree(tmp_path: Path) -> None:
    file, chance = tmp_path / "evaluation.duckdb", random.Random(42)
    whole = Running(open_evaluation(":memory:"), SETS)
    events = endless(400)
    for _ in range(6):
        size = chance.randrange(3, 12)
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(file), str(size)], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        for _line in range(chance.randrange(1, 5)):
            assert writer.stdout.readline() in (b"open\n", b"batch\n")
        time.sleep(chance.uniform(0, 0.1))  # the moment of the kill is what is random here
        os.kill(writer.pid, signal.SIGKILL)
        writer.communicate()
        con = open_evaluation(file)
        at = position(con)
        assert con.sql("SELECT count(*), max(position), count(DISTINCT position) FROM log").fetchall() == [
            (at, at or None, at)
        ]
        whole.apply(events[:at])
        assert everything(con) == {table: list(lines(whole.con, table, at)) for table in TABLES}
        con.close()
    assert position(whole.con) > 0
