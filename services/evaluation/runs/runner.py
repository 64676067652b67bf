"""Carrying out runs: one at a time in a thread of its own, each with progress, each to be cancelled at any moment."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from services.contracts.receipts import Problem, Refused
from services.contracts.rescoring import RescoreOf, RunOf, RunProgress, RunReceipt, RunState, RunUnderWay
from services.evaluation.history.criteria import Sets
from services.evaluation.history.runs import recorded_run
from services.evaluation.history.store import Connection, snapshot
from services.evaluation.history.stretches import AT_ONCE
from services.evaluation.rescoring.result import Rescoring
from services.evaluation.runs.files import RunFiles
from services.evaluation.runs.wishes import Wish, Wishes, waiting

log = logging.getLogger(__name__)
MOST_WAITING, REMEMBERED = 20, 200
MOST_BEGUN = 10
"""So often a run is begun that ends the process (for want of memory, say) before it is given up. Somebody who kills
evaluation while runs are under way does not come to that many."""
LOOK_S = 0.5
Record = Callable[[RunReceipt], object]
"""Records a run as an event; a run that was recorded before stays as it is."""


class Cancelled(Exception):
    """Nobody waits for the run any more."""


class Overtaxing(Exception):
    """Evaluation does not survive the run."""


class Stopping(Exception):
    """The process ends; who serves next carries the run out."""


@dataclass
class _Job:
    asked: RescoreOf
    progress: RunProgress
    recorded: RunReceipt | None = None
    """What a repeated run must come to."""


class Runner:
    """The runs of one evaluation. All methods may be called from any thread.

    What is asked for is a wish in a file first (`wishes`). The evaluation that leads carries wishes out, whoever was
    asked, so a run outlives the process that began it. `shipped` are the sets that are known from the beginning;
    about so many meetings are looked `at_once`.
    """

    def __init__(self, con: Connection, files: RunFiles, shipped: Sets, record: Record, at_once: int = AT_ONCE) -> None:
        self.con, self.files, self.shipped, self.record, self.at_once = con, files, shipped, record, at_once
        self.wishes = Wishes(files.folder / "wished")
        self.leads = False
        self._jobs: dict[str, _Job] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="rescore")

    def start(self, asked: RescoreOf) -> RunProgress:
        """Starts a run, or tells how it stands when the same one was asked for before. Refuses what cannot be asked."""
        with snapshot(self.con) as con:
            rescoring = Rescoring(con, asked, self.shipped)
        run, wish = rescoring.run, Wish(question=rescoring.question)
        with self._lock:
            if told := self._at_it(run, wish):
                return told
            if kept := self.files.receipt(run):
                return _done(kept)
            return self._wish(run, wish)

    def repeat(self, asked: RunOf) -> RunProgress:
        """Carries out a recorded run again; it fails when it does not come to the same, saying what differs."""
        with snapshot(self.con) as con:
            recorded = recorded_run(con, asked.run)
        if recorded is None:
            raise Refused(_unknown(asked.run))
        wish = Wish(question=recorded.receipt.question, again=True)
        with self._lock:
            return self._at_it(asked.run, wish) or self._wish(asked.run, wish)

    def progress(self, asked: RunOf) -> RunProgress:
        """How a run stands. Refuses one that is not known."""
        if asked.run in self.wishes:
            return self._stands(asked.run)
        if job := self._jobs.get(asked.run):
            return job.progress
        if kept := self.files.receipt(asked.run):
            return _done(kept)
        raise Refused(_unknown(asked.run))

    def cancel(self, asked: RunOf) -> RunProgress:
        """Stops a run; one that is done stays done."""
        told = self.progress(asked)
        if told.state is RunState.RUNNING:
            self.wishes.drop(asked.run)
        return told

    def under_way(self) -> tuple[RunUnderWay, ...]:
        """The runs that are wished for and not yet done, whoever asked for them, the oldest first."""
        wished = ((run, self.wishes.find(run)) for run in self.wishes.runs())
        return tuple(RunUnderWay(question=wish.question, progress=self._stands(run)) for run, wish in wished if wish)

    def lead(self) -> None:
        """From now on carries out what is wished for, beginning with what others left."""
        self.leads = True
        with self._lock:
            for run in self.wishes.runs():
                job = self._jobs.get(run)
                at_it = job is not None and job.progress.state is RunState.RUNNING
                if not at_it and (wish := self.wishes.find(run)):
                    self._submit(run, wish)

    async def serve(self, leading: asyncio.Event) -> None:
        """Carries runs out from when it leads until cancelled; then none holds up the end of the process."""
        try:
            await leading.wait()
            while True:
                await asyncio.to_thread(self.lead)
                await asyncio.sleep(LOOK_S)  # for what an evaluation beside this one was asked
        finally:
            self._stop.set()
            self._worker.shutdown(wait=False, cancel_futures=True)

    def _stands(self, run: str) -> RunProgress:
        """How a run that is wished for stands, here or (as far as word was left) at an evaluation beside this one."""
        job = self._jobs.get(run)
        return job.progress if job and job.progress.state is RunState.RUNNING else self.wishes.progress(run)

    def _at_it(self, run: str, wish: Wish) -> RunProgress | None:
        """How a run stands that is waiting or being carried out here; a cancelled one is wished for anew."""
        job = self._jobs.get(run)
        if job is None or job.progress.state is not RunState.RUNNING:
            return None
        if run not in self.wishes:
            self.wishes.add(run, wish)
        return job.progress

    def _wish(self, run: str, wish: Wish) -> RunProgress:
        wished = self.wishes.runs()
        if len(wished) >= MOST_WAITING and run not in wished:
            problem = f"{len(wished)} runs are waiting already"
            raise Refused(Problem(path="", problem=problem, expected="wait until one is done, or cancel one"))
        self.wishes.add(run, wish)
        self._jobs.pop(run, None)
        return self._submit(run, wish) if self.leads else waiting(run)

    def _submit(self, run: str, wish: Wish) -> RunProgress:
        recorded = None
        if wish.again:
            with snapshot(self.con) as con:
                known = recorded_run(con, run)
            recorded = known.receipt if known else None
        job = _Job(wish.question, waiting(run), recorded)
        self._forget()
        self._jobs[run] = job
        self._worker.submit(self._carry_out, job)
        return job.progress

    def _carry_out(self, job: _Job) -> None:
        run = job.progress.run

        def told(stage: str, done: int, total: int) -> None:
            if self._stop.is_set():
                raise Stopping
            if run not in self.wishes:
                raise Cancelled
            job.progress = job.progress.model_copy(update={"stage": stage, "done": done, "total": total})
            self.wishes.tell(job.progress)

        try:
            ended = self._carried_out(job, told)
        except Stopping:
            self.wishes.leave(run)
            return
        except Cancelled:
            with self._lock:
                if run not in self.wishes:  # else it was wished for again meanwhile
                    self.wishes.drop(run)
                job.progress = RunProgress(run=run, state=RunState.CANCELLED)
            return
        except Exception as error:
            log.exception("the run %s failed", run)
            ended = RunProgress(run=run, state=RunState.FAILED, problem=f"{type(error).__name__}: {error}")
        self.wishes.drop(run)  # first: a wish beside a run that has ended is a new one
        job.progress = ended

    def _carried_out(self, job: _Job, told: Callable[[str, int, int], None]) -> RunProgress:
        told("reading", 0, 0)
        if (before := self.wishes.begin(job.progress.run)) >= MOST_BEGUN:
            raise Overtaxing(f"evaluation ended without a word {before} times while it was at it")
        with self.files.begin() as begun:
            with snapshot(self.con) as con:
                receipt = Rescoring(con, job.asked, self.shipped, at_once=self.at_once).write(begun, told)
            if job.recorded and (differences := unequal(job.recorded, receipt)):
                problem = f"it did not come to the same again: {differences}"
                return RunProgress(run=job.progress.run, state=RunState.FAILED, problem=problem)
            self.files.keep(begun, receipt)
        if job.recorded is None:
            self.record(receipt)
        return _done(receipt)

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
    problem = f"no run {run} is known here: it was never started, or failed before evaluation stopped"
    return Problem(path="run", problem=problem, expected="ask for it again")


def _done(receipt: RunReceipt) -> RunProgress:
    return RunProgress(run=receipt.run, state=RunState.DONE, receipt=receipt)
