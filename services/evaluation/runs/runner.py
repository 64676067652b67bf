"""Carrying out runs: one at a time in a thread of its own, each with progress, each to be cancelled at any moment."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from services.contracts.receipts import Problem, Refused
from services.contracts.rescoring import RescoreOf, RunOf, RunProgress, RunReceipt, RunState
from services.evaluation.history.criteria import Sets
from services.evaluation.history.runs import recorded_run
from services.evaluation.history.store import Connection, snapshot
from services.evaluation.rescoring.result import Rescoring
from services.evaluation.runs.files import RunFiles

log = logging.getLogger(__name__)
MOST_WAITING, REMEMBERED = 20, 200
Record = Callable[[RunReceipt], object]
"""Records a run as an event; a run that was recorded before stays as it is."""


class Cancelled(Exception):
    """Somebody stopped the run."""


@dataclass
class _Job:
    asked: RescoreOf
    progress: RunProgress
    recorded: RunReceipt | None = None
    """What a repeated run must come to."""
    stop: threading.Event = field(default_factory=threading.Event)


class Runner:
    """The runs of one evaluation. All methods may be called from any thread.

    `shipped` are the sets that are known from the beginning.
    """

    def __init__(self, con: Connection, files: RunFiles, shipped: Sets, record: Record) -> None:
        self.con, self.files, self.shipped, self.record = con, files, shipped, record
        self._jobs: dict[str, _Job] = {}
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="rescore")

    def start(self, asked: RescoreOf) -> RunProgress:
        """Starts a run, or tells how it stands when the same one was asked for before. Refuses what cannot be asked."""
        with snapshot(self.con) as con:
            rescoring = Rescoring(con, asked, self.shipped)
        run, pinned = rescoring.run, rescoring.question
        with self._lock:
            job = self._jobs.get(run)
            if job and job.progress.state in (RunState.RUNNING, RunState.DONE):
                return job.progress
            if kept := self.files.receipt(run):
                return _done(kept)
            return self._submit(run, pinned)

    def repeat(self, asked: RunOf) -> RunProgress:
        """Carries out a recorded run again; it fails when it does not come to the same, saying what differs."""
        with snapshot(self.con) as con:
            recorded = recorded_run(con, asked.run)
        if recorded is None:
            raise Refused(_unknown(asked.run))
        with self._lock:
            job = self._jobs.get(asked.run)
            if job and job.progress.state is RunState.RUNNING:
                return job.progress
            return self._submit(asked.run, recorded.receipt.question, recorded.receipt)

    def progress(self, asked: RunOf) -> RunProgress:
        """How a run stands. Refuses one that is not known."""
        job = self._jobs.get(asked.run)
        if job is not None:
            return job.progress
        if kept := self.files.receipt(asked.run):
            return _done(kept)
        raise Refused(_unknown(asked.run))

    def cancel(self, asked: RunOf) -> RunProgress:
        """Stops a run; one that is done stays done."""
        job = self._jobs.get(asked.run)
        if job is None or job.progress.state is not RunState.RUNNING:
            return self.progress(asked)
        job.stop.set()
        return job.progress

    async def serve(self) -> None:
        """Until cancelled; then every run is stopped, so that none holds up the end of the process."""
        try:
            await asyncio.Event().wait()
        finally:
            for job in list(self._jobs.values()):
                job.stop.set()
            self._worker.shutdown(wait=False, cancel_futures=True)

    def _submit(self, run: str, asked: RescoreOf, recorded: RunReceipt | None = None) -> RunProgress:
        waiting = sum(job.progress.state is RunState.RUNNING for job in self._jobs.values())
        if waiting >= MOST_WAITING:
            problem = f"{waiting} runs are waiting already"
            raise Refused(Problem(path="", problem=problem, expected="wait until one is done, or cancel one"))
        job = _Job(asked, RunProgress(run=run, state=RunState.RUNNING, stage="waiting"), recorded)
        self._forget()
        self._jobs[run] = job
        self._worker.submit(self._carry_out, job)
        return job.progress

    def _carry_out(self, job: _Job) -> None:
        def told(stage: str, done: int, total: int) -> None:
            if job.stop.is_set():
                raise Cancelled
            job.progress = job.progress.model_copy(update={"stage": stage, "done": done, "total": total})

        run = job.progress.run
        try:
            told("reading", 0, 0)
            with snapshot(self.con) as con:
                result = Rescoring(con, job.asked, self.shipped).carry_out(told)
            if job.recorded and (differences := unequal(job.recorded, result.receipt)):
                problem = f"it did not come to the same again: {differences}"
                job.progress = RunProgress(run=run, state=RunState.FAILED, problem=problem)
                return
            self.files.keep(result)
            if job.recorded is None:
                self.record(result.receipt)
            job.progress = _done(result.receipt)
        except Cancelled:
            job.progress = RunProgress(run=run, state=RunState.CANCELLED)
        except Exception as error:
            log.exception("the run %s failed", run)
            job.progress = RunProgress(run=run, state=RunState.FAILED, problem=f"{type(error).__name__}: {error}")

    def _forget(self) -> None:
        """Only the latest runs that have ended are remembered; results stay in their files."""
        ended = [run for run, job in self._jobs.items() if job.progress.state is not RunState.RUNNING]
        for run in ended[:-REMEMBERED]:
            del self._jobs[run]


def unequal(recorded: RunReceipt, again: RunReceipt) -> str:
    """What of a run is not the same when it is repeated, in words; empty when all is."""
    then, now = recorded.model_dump(mode="json"), again.model_dump(mode="json")
    then |= {f"table {name}": digest for name, digest in then.pop("tables").items()}
    now |= {f"table {name}": digest for name, digest in now.pop("tables").items()}
    names = [name for name in dict.fromkeys([*then, *now]) if then.get(name) != now.get(name)]
    return "; ".join(f"{name}: {then.get(name)} then, {now.get(name)} now" for name in names)


def _unknown(run: str) -> Problem:
    problem = f"no run {run} is known here: it was never started, or was not done when evaluation stopped"
    return Problem(path="run", problem=problem, expected="ask for it again")


def _done(receipt: RunReceipt) -> RunProgress:
    return RunProgress(run=receipt.run, state=RunState.DONE, receipt=receipt)
