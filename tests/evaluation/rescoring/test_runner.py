"""Runs: one at a time, seen at every moment, stopped at any, kept when done, the same when repeated."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from services.contracts.receipts import Refused
from services.contracts.rescoring import Lens, RescoreOf, ResultOf, RunOf, RunProgress, RunReceipt, RunState
from services.evaluation.history.store import Connection, another
from services.evaluation.rescoring.result import Rescoring
from services.evaluation.rescoring.tables import Keep
from services.evaluation.runs.files import RunFiles
from services.evaluation.runs.runner import MOST_BEGUN, MOST_WAITING, Runner
from services.evaluation.runs.wishes import Wishes
from tests.evaluation.scoring.sheets import SETS, E
from tests.evaluation.territory import running, territory

AT = datetime(2026, 1, 1)
ASKED = RescoreOf(after=Lens(set=E.id), first="2025-01", last="2025-12")


WRITE = Rescoring.write


class Desk:
    """A runner whose runs may be held up between two years, and what it recorded."""

    def __init__(self, con: Connection, folder: Path, monkeypatch: pytest.MonkeyPatch, *, leads: bool = True) -> None:
        self.recorded: list[RunReceipt] = []
        self.may_go, self.began = threading.Event(), threading.Event()
        self.may_go.set()
        self.con = con
        self.runner = Runner(con, RunFiles(folder), SETS, self.record)
        if leads:
            self.runner.lead()
        write: Callable[..., Any] = WRITE

        def held_up(rescoring: Rescoring, keep: Keep, progress: Callable[[str, int, int], None]) -> Any:
            self.began.set()
            assert self.may_go.wait(60)
            return write(rescoring, keep, progress)

        monkeypatch.setattr(Rescoring, "write", held_up)

    def record(self, receipt: RunReceipt) -> None:
        """As if the event of the run had come back over the stream."""
        self.recorded.append(receipt)
        row = (100, "e100", AT, receipt.run, receipt.model_dump_json())
        another(self.con).execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?)", row)

    def ended(self, run: str) -> RunProgress:
        """How the run ended."""
        deadline = time.monotonic() + 60
        while (told := self.runner.progress(RunOf(run=run))).state is RunState.RUNNING:
            assert time.monotonic() < deadline, "the run does not end"
            time.sleep(0.01)
        return told


@pytest.fixture
def con() -> Connection:
    stream = territory()
    stream.held("C", "m1", "2025-01-03")
    stream.held("D", "m2", "2025-02-03")
    return running(stream)


@pytest.fixture
def desk(con: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(con, tmp_path / "runs", monkeypatch)


def test_a_run_is_carried_out_recorded_and_kept(desk: Desk) -> None:
    begun = desk.runner.start(ASKED)
    assert begun.state is RunState.RUNNING
    told = desk.ended(begun.run)
    assert told.state is RunState.DONE
    assert told.receipt is not None
    assert desk.recorded == [told.receipt]
    page, rows = desk.runner.files.page(ResultOf(run=begun.run, table="months", offset=1, limit=1))
    assert (page["cell"].to_list(), rows) == (["D"], 2)


def test_the_same_question_is_the_same_run_and_is_not_carried_out_twice(desk: Desk) -> None:
    run = desk.runner.start(ASKED).run
    first = desk.ended(run)
    assert desk.runner.start(ASKED) == first
    assert len(desk.recorded) == 1


def test_results_outlive_the_process(desk: Desk, con: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    done = desk.ended(desk.runner.start(ASKED).run)
    left = desk.runner.files.folder / ".left-by-a-killed-process"
    left.mkdir()
    os.utime(left, (0, 0))
    later = Desk(con, desk.runner.files.folder, monkeypatch)
    assert later.runner.progress(RunOf(run=done.run)).receipt == done.receipt
    assert later.runner.start(ASKED).state is RunState.DONE
    assert {path.name for path in later.runner.files.folder.iterdir()} == {done.run, "wished"}


def test_a_run_that_is_cancelled_records_and_keeps_nothing(desk: Desk) -> None:
    desk.may_go.clear()
    run = desk.runner.start(ASKED).run
    assert desk.began.wait(60)
    desk.runner.cancel(RunOf(run=run))
    desk.may_go.set()
    assert desk.ended(run).state is RunState.CANCELLED
    assert desk.recorded == []
    with pytest.raises(Refused, match="is not kept here"):
        desk.runner.files.page(ResultOf(run=run, table="months"))
    assert desk.ended(desk.runner.start(ASKED).run).state is RunState.DONE


def test_a_run_that_waits_for_another_can_be_cancelled_too(desk: Desk) -> None:
    desk.may_go.clear()
    first, second = (desk.runner.start(ASKED.model_copy(update={"cell": cell})).run for cell in ("C", "D"))
    desk.runner.cancel(RunOf(run=second))
    desk.may_go.set()
    assert (desk.ended(first).state, desk.ended(second).state) == (RunState.DONE, RunState.CANCELLED)


def test_a_run_that_was_cancelled_and_asked_for_again_is_carried_out(desk: Desk) -> None:
    desk.may_go.clear()
    first, second = (ASKED.model_copy(update={"cell": cell}) for cell in ("C", "D"))
    desk.runner.start(first)
    run = desk.runner.start(second).run
    desk.runner.cancel(RunOf(run=run))
    assert desk.runner.start(second).state is RunState.RUNNING
    desk.may_go.set()
    assert desk.ended(run).state is RunState.DONE


def test_a_run_whose_result_is_not_kept_any_more_is_carried_out_again(desk: Desk) -> None:
    run = desk.ended(desk.runner.start(ASKED).run).run
    (desk.runner.files.folder / run / "receipt.json").write_text('{"of": "another version"}')
    assert desk.runner.start(ASKED).state is RunState.RUNNING
    assert desk.ended(run).state is RunState.DONE
    assert desk.runner.files.receipt(run) is not None


def test_a_run_that_fails_says_why(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(Rescoring, "write", fail)
    told = desk.ended(desk.runner.start(ASKED).run)
    assert (told.state, told.problem) == (RunState.FAILED, "OSError: no space left on device")


def test_too_many_waiting_runs_are_refused(desk: Desk) -> None:
    desk.may_go.clear()
    asked = [ASKED.model_copy(update={"first": f"{2000 + month}-01"}) for month in range(MOST_WAITING)]
    runs = [desk.runner.start(one).run for one in asked]
    with pytest.raises(Refused, match="runs are waiting already"):
        desk.runner.start(ASKED)
    for run in runs:
        desk.runner.cancel(RunOf(run=run))
    desk.may_go.set()
    assert {desk.ended(run).state for run in runs} == {RunState.CANCELLED}


def test_a_service_that_stops_waits_for_no_run_and_the_next_one_carries_them_out(
    desk: Desk, con: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.may_go.clear()
    first, second = (desk.runner.start(ASKED.model_copy(update={"cell": cell})).run for cell in ("C", "D"))
    assert desk.began.wait(60)

    async def stop() -> None:
        leading = asyncio.Event()
        serving = asyncio.ensure_future(desk.runner.serve(leading))
        await asyncio.sleep(0)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)

    asyncio.run(stop())
    next_one = Desk(con, desk.runner.files.folder, monkeypatch)
    desk.may_go.set()
    assert [next_one.ended(run).state for run in (first, second)] == [RunState.DONE, RunState.DONE]
    assert desk.recorded == []
    assert [receipt.run for receipt in next_one.recorded] == [first, second]
    assert next_one.runner.wishes.runs() == []


def test_one_that_does_not_lead_leaves_the_run_to_the_one_that_does(
    desk: Desk, con: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = Desk(con, desk.runner.files.folder, monkeypatch, leads=False)
    asked = RunOf(run=beside.runner.start(ASKED).run)
    assert (beside.runner.progress(asked).stage, desk.runner.progress(asked).stage) == ("waiting", "waiting")
    desk.runner.lead()
    assert desk.ended(asked.run).state is RunState.DONE
    assert beside.runner.progress(asked).state is RunState.DONE


def test_a_run_that_failed_is_carried_out_when_another_is_asked_for_it_again(
    desk: Desk, con: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(Rescoring, "write", fail)
    asked = RunOf(run=desk.runner.start(ASKED).run)
    assert desk.ended(asked.run).state is RunState.FAILED
    beside = Desk(con, desk.runner.files.folder, monkeypatch, leads=False)
    beside.runner.start(ASKED)
    assert desk.runner.progress(asked).stage == "waiting"
    desk.runner.lead()
    assert desk.ended(asked.run).state is RunState.DONE


def test_a_run_can_be_cancelled_through_another(desk: Desk, con: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.may_go.clear()
    asked = RunOf(run=desk.runner.start(ASKED).run)
    assert desk.began.wait(60)
    waiting = desk.may_go
    beside = Desk(con, desk.runner.files.folder, monkeypatch, leads=False)
    beside.runner.cancel(asked)
    waiting.set()
    assert desk.ended(asked.run).state is RunState.CANCELLED


def test_whoever_is_asked_says_how_far_a_run_is(desk: Desk, con: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    beside = Desk(con, desk.runner.files.folder, monkeypatch, leads=False)
    reached, may_end = threading.Event(), threading.Event()

    def half(rescoring: Rescoring, keep: Keep, progress: Callable[[str, int, int], None]) -> Any:
        progress("2025", 1, 2)
        reached.set()
        assert may_end.wait(60)
        return WRITE(rescoring, keep, progress)

    monkeypatch.setattr(Rescoring, "write", half)
    asked = RunOf(run=desk.runner.start(ASKED).run)
    waiting = RunOf(run=desk.runner.start(ASKED.model_copy(update={"cell": "C"})).run)
    assert reached.wait(60)
    told = [one.runner.progress(asked) for one in (desk, beside)]
    assert [(one.stage, one.done, one.total) for one in told] == [("2025", 1, 2)] * 2
    [first, second] = beside.runner.under_way()
    assert (first.progress, first.question.after) == (told[0], ASKED.after)
    assert (second.progress.run, second.progress.stage) == (waiting.run, "waiting")
    may_end.set()
    assert [desk.ended(one.run).state for one in (asked, waiting)] == [RunState.DONE] * 2
    assert (beside.runner.under_way(), list(desk.runner.wishes.folder.iterdir())) == ((), [])


def test_what_a_killed_process_left_of_its_wishes_is_removed(desk: Desk) -> None:
    folder = desk.runner.wishes.folder
    draft, young, told = (folder / name for name in (".r-1.json.123", ".r-2.json.124", "r-3.told"))
    for left in (draft, young, told):
        left.write_text("{")
    os.utime(draft, (0, 0))
    Wishes(folder)
    assert list(folder.iterdir()) == [young]


def test_a_run_that_evaluation_does_not_survive_is_given_up(
    desk: Desk, con: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = Desk(con, desk.runner.files.folder, monkeypatch, leads=False)
    run = waits.runner.start(ASKED).run
    for _ in range(MOST_BEGUN):  # as if killed right after it began
        waits.runner.wishes.begin(run)
    desk.runner.lead()
    ended = desk.ended(run)
    assert (ended.state, ended.problem) == (
        RunState.FAILED,
        "Overtaxing: evaluation ended without a word 10 times while it was at it",
    )
    assert list(desk.runner.wishes.folder.iterdir()) == []
    assert desk.ended(desk.runner.start(ASKED).run).state is RunState.DONE


def test_a_wish_that_cannot_be_read_is_dropped(desk: Desk) -> None:
    path = desk.runner.wishes.folder / "r-0123456789abcdef.json"
    path.write_text('{"question": {"first": "202')
    desk.runner.lead()
    assert not path.exists()


def test_what_nobody_started_is_refused(desk: Desk) -> None:
    for ask in (desk.runner.progress, desk.runner.cancel, desk.runner.repeat):
        with pytest.raises(Refused, match="no run r-0123456789abcdef is known here"):
            ask(RunOf(run="r-0123456789abcdef"))


def test_a_run_repeated_is_the_same(desk: Desk) -> None:
    run = desk.runner.start(ASKED).run
    first = desk.ended(run)
    again = desk.runner.repeat(RunOf(run=run))
    assert again.state is RunState.RUNNING
    assert desk.ended(run).receipt == first.receipt
    assert len(desk.recorded) == 1


def test_a_run_that_is_not_the_same_when_repeated_says_what_differs(desk: Desk) -> None:
    run = desk.runner.start(ASKED).run
    receipt = desk.ended(run).receipt
    assert receipt is not None
    changed = {"facts_after": "0" * 64, "tables": receipt.tables | {"months": "1" * 64}, "engine": "nenep-scoring/0"}
    desk.con.execute("DELETE FROM runs")
    desk.record(receipt.model_copy(update=changed))
    desk.runner.repeat(RunOf(run=run))
    told = desk.ended(run)
    assert told.state is RunState.FAILED
    assert told.problem is not None
    for name in ("engine: nenep-scoring/0", "facts_after", "table months"):
        assert name in told.problem
    assert "facts_before" not in told.problem


def test_pages_fit_into_an_answer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    run = desk.runner.start(ASKED).run
    desk.ended(run)
    wide = pl.DataFrame({"cell": ["x" * 1000] * 20_000})
    wide.write_parquet(desk.runner.files.folder / run / "months-00000.parquet")
    page, rows = desk.runner.files.page(ResultOf(run=run, table="months", limit=20_000))
    assert 0 < page.height < 20_000 == rows
    with pytest.raises(Refused, match="no table month"):
        desk.runner.files.page(ResultOf(run=run, table="month"))
