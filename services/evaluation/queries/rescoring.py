"""Re-scoring as questions: compare at once, runs with their progress and results."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pyarrow as pa

from services.chassis.rpc import Answerer
from services.contracts import rescoring as asked
from services.contracts.queries import Nothing
from services.evaluation.history.cache import FactsCache
from services.evaluation.history.criteria import Sets
from services.evaluation.history.runs import recorded_runs
from services.evaluation.history.store import Connection, snapshot
from services.evaluation.history.stretches import AT_ONCE
from services.evaluation.rescoring.remembered import Remembered
from services.evaluation.rescoring.result import Rescoring, reading
from services.evaluation.runs.files import fitting
from services.evaluation.runs.runner import Runner


def add_rescoring(answers: Answerer, con: Connection, shipped: Sets, runner: Runner) -> None:
    """Adds the queries of `contracts.rescoring` to the service's answers."""
    cache, remembered = FactsCache(), Remembered()

    def compare(question: asked.RescoreOf) -> asked.Comparison:
        with snapshot(con) as reader:
            return comparison(reader, question, shipped, cache, remembered, runner.at_once)

    def page_of(table: Callable[[Rescoring], pl.DataFrame]) -> Callable[[asked.PageOf], pa.Table]:
        def answer(question: asked.PageOf) -> pa.Table:
            with snapshot(con) as reader:
                whole = table(rescoring_of(reader, question.question, shipped, cache, remembered, runner.at_once))
            return paged(fitting(whole.slice(question.offset, question.limit)), whole.height)

        return answer

    def runs(_: Nothing) -> asked.Runs:
        under_way = runner.under_way()  # first: what ends meanwhile is in both rather than in neither
        with snapshot(con) as reader:
            return asked.Runs(runs=recorded_runs(reader), under_way=under_way)

    def result(question: asked.ResultOf) -> pa.Table:
        return paged(*runner.files.page(question))

    answers.add("compare", asked.RescoreOf, compare)
    answers.add("moves", asked.PageOf, page_of(Rescoring.moves))
    answers.add("units", asked.PageOf, page_of(Rescoring.units))
    answers.add("rescore", asked.RescoreOf, runner.start)
    answers.add("run", asked.RunOf, runner.progress)
    answers.add("cancel", asked.RunOf, runner.cancel)
    answers.add("repeat", asked.RunOf, runner.repeat)
    answers.add("runs", Nothing, runs)
    answers.add("result", asked.ResultOf, result)


def comparison(
    con: Connection,
    question: asked.RescoreOf,
    shipped: Sets,
    cache: FactsCache,
    remembered: Remembered,
    at_once: int = AT_ONCE,
) -> asked.Comparison:
    """Both lenses in numbers; what was read and scored for the question before is not read and scored again."""
    return rescoring_of(con, question, shipped, cache, remembered, at_once).compare()


def rescoring_of(
    con: Connection,
    question: asked.RescoreOf,
    shipped: Sets,
    cache: FactsCache,
    remembered: Remembered,
    at_once: int,
) -> Rescoring:
    """The question, with what was read and scored for the one before."""
    load = cache.loading(reading(con, question), (question.cell, question.unit))
    return Rescoring(con, question, shipped, load, remembered.wide, at_once)


def paged(page: pl.DataFrame, rows: int) -> pa.Table:
    """A page of a table as it is answered; the whole has so many rows."""
    return page.to_arrow(compat_level=pl.CompatLevel.oldest()).replace_schema_metadata({"rows": str(rows)})
