"""Re-scoring as questions: compare at once, runs with their progress and results."""

from __future__ import annotations

from datetime import date

import polars as pl
import pyarrow as pa

from services.chassis.rpc import Answerer
from services.contracts import rescoring as asked
from services.contracts.queries import Nothing
from services.evaluation.history.cache import FactsCache
from services.evaluation.history.criteria import Sets
from services.evaluation.history.facts import facts
from services.evaluation.history.known import Dials
from services.evaluation.history.runs import recorded_runs
from services.evaluation.history.store import Connection, snapshot
from services.evaluation.rescoring.result import Rescoring
from services.evaluation.runs.runner import Runner


def add_rescoring(answers: Answerer, con: Connection, shipped: Sets, runner: Runner) -> None:
    """Adds the queries of `contracts.rescoring` to the service's answers."""

    cache = FactsCache()

    def compare(question: asked.RescoreOf) -> asked.Comparison:
        with snapshot(con) as reader:
            return comparison(reader, question, shipped, cache)

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


def comparison(con: Connection, question: asked.RescoreOf, shipped: Sets, cache: FactsCache) -> asked.Comparison:
    """Both lenses in numbers; what was read for the question before is not read again."""
    cells = [question.cell] if question.cell else None

    def read(first: date, last: date, dials: Dials) -> pl.DataFrame:
        return facts(con, cells=cells, first=first, last=last, unit=question.unit, dials=dials)

    load = cache.loading(read, (question.cell, question.unit))
    return Rescoring(con, question, shipped, load).compare()
