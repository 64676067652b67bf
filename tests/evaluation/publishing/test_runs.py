"""A run is recorded once, whoever records it and however often, and can be read back from the history."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from services.chassis.outbox import events_outbox
from services.chassis.store import Store
from services.chassis.tail import Arrived
from services.contracts.cloudevents import attributes
from services.contracts.rescoring import Lens, RescoreOf, RunReceipt
from services.evaluation.canonical import lines
from services.evaluation.criteria.load import load_shipped
from services.evaluation.history.runs import recorded_run, recorded_runs
from services.evaluation.publishing.runs import record_run
from services.evaluation.running.running import Running, open_evaluation

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def receipt(number: int) -> RunReceipt:
    digest = f"{number:064x}"
    question = RescoreOf(after=Lens(set="hd-42-2025"), first="2025-01", last="2025-12", position=number)
    return RunReceipt(
        run=f"r-{number:016x}",
        engine="nenep-scoring/1",
        question=question,
        criteria_before={},
        criteria_after={"hd-42-2025": digest},
        months=12,
        events=40,
        facts_before=digest,
        facts_after=digest,
        tables={"months": digest},
        outcomes={"same": 12},
    )


def test_a_run_recorded_twice_is_one_event(tmp_path: Path) -> None:
    store = Store("evaluation", tmp_path / "evaluation.sqlite")
    first = record_run(store, receipt(1), AT)
    again = record_run(store, receipt(1), AT.replace(day=2))
    other = record_run(store, receipt(2), AT)
    assert first == again != other
    assert [out.id for out in events_outbox(store).read(0, 10)] == [first, other]


def test_many_threads_record_the_same_runs_and_each_is_there_once(tmp_path: Path) -> None:
    store = Store("evaluation", tmp_path / "evaluation.sqlite")
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda n: record_run(store, receipt(n % 5), AT), range(40)))
    assert len(set(ids)) == 5
    assert sorted(out.id for out in events_outbox(store).read(0, 100)) == sorted(set(ids))


def test_a_run_is_published_under_no_unit_and_read_back_from_the_history(tmp_path: Path) -> None:
    store = Store("evaluation", tmp_path / "evaluation.sqlite")
    ids = [record_run(store, receipt(n), AT.replace(day=n)) for n in (1, 2, 3)]
    out = events_outbox(store).read(0, 10)
    assert {one.subject for one in out} == {"evt.evaluation.RunMade._._"}
    said = attributes(out[0].headers)
    assert said["type"] == "vn.nennep.event.evaluation.RunMade.v1"
    assert not said.keys() & {"subject", "cause", "origin"}
    running = Running(open_evaluation(":memory:"), load_shipped())
    arrived = [Arrived(n, one.subject, one.headers, one.body, AT) for n, one in enumerate(out, 1)]
    assert running.apply(arrived).unreadable == 0
    found = recorded_runs(running.con, 2)
    assert [(line.event, line.recorded_at.day, line.receipt) for line in found] == [
        (ids[2], 3, receipt(3)),
        (ids[1], 2, receipt(2)),
    ]
    assert recorded_run(running.con, receipt(1).run) == recorded_runs(running.con)[-1]
    assert recorded_run(running.con, "r-ffffffffffffffff") is None
    size = len(receipt(3).model_dump_json())
    assert len(recorded_runs(running.con, size=2 * size)) == 2
    assert len(list(lines(running.con, "runs", 3))) == 3
