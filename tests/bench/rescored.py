"""One measurement in a process of its own, for its memory: `python -m tests.bench.rescored WAY HISTORY MEMORY TIMES`.

Prints JSON: rows, seconds (the best), peak (bytes of the whole process), digest (of what was found).
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import polars as pl

from services.contracts.rescoring import Lens, RescoreOf
from services.evaluation.criteria.load import load_shipped
from services.evaluation.history.cache import FactsCache
from services.evaluation.history.facts import fact_batches
from services.evaluation.history.store import Connection
from services.evaluation.queries.rescoring import comparison
from services.evaluation.rescoring.judge import Judge
from services.evaluation.rescoring.remembered import Remembered
from services.evaluation.rescoring.result import Rescoring
from services.evaluation.running.running import open_evaluation
from services.evaluation.runs.files import RunFiles
from services.evaluation.scoring.digest import digest
from tests.bench.by_sql import COLUMNS, STATEMENT
from tests.bench.nation import FORM

SETS = load_shipped()
JUDGE = Judge(SETS, SETS[FORM])


def batches(con: Connection) -> Iterator[pl.DataFrame]:
    """The scores of everything, batch by batch."""
    for batch in fact_batches(con, wanted=JUDGE.needed):
        yield JUDGE.in_any_order(batch)


def engine(con: Connection) -> pl.DataFrame:
    """Every score, as scoring makes it, in no order."""
    return pl.concat(scores.select(COLUMNS) for scores in batches(con))


def statement(con: Connection) -> pl.DataFrame:
    """Every score, as one hand-written statement makes it."""
    found: pl.DataFrame = con.sql(STATEMENT).pl()
    return found


def distribution(con: Connection) -> pl.DataFrame:
    """How many meetings have which grade; no score is kept, so memory does not grow with the meetings."""
    grades: Counter[str] = Counter()
    for scores in batches(con):
        grades.update(dict(scores["grade"].fill_null("open").value_counts().iter_rows()))
    return counted(grades, "grade")


def run(con: Connection) -> pl.DataFrame:
    """A whole run of re-scoring, from the question to every table of its result in files: months by outcome."""
    [(first,)] = con.execute("SELECT strftime(min(held_on), '%Y-01') FROM meetings").fetchall()
    question = RescoreOf(after=Lens(set=FORM), first=first, last="2025-12")
    with TemporaryDirectory() as folder, RunFiles(Path(folder)).begin() as begun:
        receipt = Rescoring(con, question, SETS).write(begun)
    return counted(receipt.outcomes, "outcome")


def counted(found: Mapping[str, int], what: str) -> pl.DataFrame:
    """Counts as a frame."""
    return pl.DataFrame(sorted(found.items()), schema={what: pl.String, "meetings": pl.Int64}, orient="row")


def what_if(con: Connection) -> Callable[[], pl.DataFrame]:
    """A draft as the dashboard tries it: compared with what is in force, its facts read before."""
    draft = SETS[FORM].model_dump(mode="json", by_alias=True, exclude_none=True)
    question = RescoreOf(after=Lens(draft=draft), first="2025-01", last="2025-12")
    cache, remembered = FactsCache(), Remembered()

    def compared() -> pl.DataFrame:
        return counted(comparison(con, question, SETS, cache, remembered).after, "grade")

    compared()
    return compared


WAYS: dict[str, Callable[[Connection], pl.DataFrame]] = {
    "engine": engine,
    "statement": statement,
    "distribution": distribution,
    "run": run,
}


def most_memory() -> int:
    """The most bytes that this process ever had. `getrusage` has those of the process that started it, too."""
    said = Path("/proc/self/status").read_text(encoding="utf-8")
    [peak] = [line.split()[1] for line in said.splitlines() if line.startswith("VmHWM:")]
    return int(peak) * 1024


def main(way: str, path: Path, memory: str, times: int) -> None:
    """Measures one way over one history."""
    con = open_evaluation(path, memory)
    again = what_if(con) if way == "what-if" else lambda: WAYS[way](con)
    taken, found = [], pl.DataFrame()
    for _ in range(times):
        found = found.clear()  # one result at a time is in memory
        began = time.perf_counter()
        found = again()
        taken.append(time.perf_counter() - began)
    peak = most_memory()
    if way in ("engine", "statement"):
        found = found.sort("cell", "period", "meeting")  # what was found is compared, not in which order
    said = digest(found) if found.width > 2 else hashlib.sha256(found.write_ndjson().encode()).hexdigest()
    rows = found.height if found.width > 2 else found["meetings"].sum()
    print(orjson.dumps({"rows": rows, "seconds": min(taken), "peak": peak, "digest": said}).decode())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
