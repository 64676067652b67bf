"""Re-scoring as questions: compare at once, runs with their progress and results."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from services.chassis.rpc import Answerer
from services.contracts import rescoring as asked
from services.contracts.queries import Nothing
from services.evaluation.history.cache import FactsCache
from services.evaluation.history.criteria import Sets
from services.evaluation.history.runs import recorded_runs
from services.evaluation.history.store import Connection, snapshot
from services.evaluation.rescoring.remembered import Remembered
from services.evaluation.rescoring.result import Rescoring, reading
from services.evaluation.runs.runner import Runner


def add_rescoring(answers: Answerer, con: Connection, shipped: Sets, runner: Runner) -> None:
    """Adds the queries of `contracts.rescoring` to the service's answers."""

    cache, remembered = FactsCache(), Remembered()

    def compare(question: asked.RescoreOf) -> asked.Comparison:
        with snapshot(con) as reader:
            return comparison(reader, question, shipped, cache, remembered)

    def runs(_: Nothing) -> asked.Runs:
        with snapshot(con) as reader:
            return asked.Runs(runs=recorded_runs(reader))

    def result(question: asked.ResultOf) -> pa.Table:
        page, rows = runner.files.page(question)
        found = page.to_arrow(compat_level=pl.CompatLevel.oldest())
        return found.replace_schema_metadata({"rows": str(rows)})

    answers.add("compare", asked.RescoreOf, compare)
    answers.add("rescore", asked.RescoreOf, runner.start)
    answers.add("run", asked.RunOf, runner.progress)
    answers.add("cancel", asked.RunOf, runner.cancel)
    answers.add("repeat", asked.RunOf, runner.repeat)
    answers.add("runs", Nothing, runs)
    answers.add("result", asked.ResultOf, result)


def comparison(
    con: Connection, question: asked.RescoreOf, shipped: Sets, cache: FactsCache, remembered: Remembered
) -> asked.Comparison:
    """Both lenses in numbers; what was read and scored for the question before is not read and scored again."""
    load = cache.loading(reading(con, question), (question.cell, question.unit))
    return Rescoring(con, question, shipped, load, remembered.wide, remembered.seen).compare()
