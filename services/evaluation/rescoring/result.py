"""Re-scoring as asked: the facts through both lenses, year by year, and the tables that come of it.

The same question of the same history gives the same bytes: nothing here knows what time it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

import orjson
import polars as pl

from services.contracts.receipts import Problem, Refused
from services.contracts.rescoring import Comparison, Lens, RescoreOf, RunReceipt
from services.evaluation.history.criteria import Sets
from services.evaluation.history.facts import facts
from services.evaluation.history.known import Dials
from services.evaluation.history.living import living_months, told_until
from services.evaluation.history.store import Connection, position
from services.evaluation.history.tree import require_cell, require_unit, unit_names
from services.evaluation.rescoring import summary
from services.evaluation.rescoring.compare import MONTHS, Compared, Side, Wide, compare
from services.evaluation.rescoring.identity import FactsSeen
from services.evaluation.rescoring.judge import Judge
from services.evaluation.rescoring.known import judge_known
from services.evaluation.rescoring.pairs import IMPACTS, LINES
from services.evaluation.rescoring.period import month_end, years
from services.evaluation.rescoring.spans import QUOTAS, ROLLUPS, any_rollups, quotas, rolled, rollups, spans_over
from services.evaluation.rescoring.units import by_unit, unit_sums
from services.evaluation.running.months import of_the_month
from services.evaluation.scoring.digest import digest
from services.evaluation.scoring.score import ENGINE

Load = Callable[[date, date, Dials], pl.DataFrame]
"""The facts (`scoring.facts.FACTS`) of the months between two days, one regular meeting a cell and month, as these
dials let them be seen."""
Progress = Callable[[str, int, int], None]
"""Told the part that is being worked on, how many are done and how many there are. It may raise to stop the work."""
_Year = tuple[tuple[date, date], Compared, tuple[Side, Side]]


@dataclass(frozen=True)
class Result:
    """What a run found: its receipt and its tables (`contracts.rescoring.ResultOf`)."""

    receipt: RunReceipt
    tables: Mapping[str, pl.DataFrame]


class Rescoring:
    """A question that can be answered: its lenses resolved, its position pinned (default: the history's).

    Refuses what cannot be asked, with everything that is wrong. `load` gets the facts of the months' meetings (default:
    from the history), `wide` scores a side, `seen` identifies facts: whoever asks often may remember.
    """

    def __init__(
        self,
        con: Connection,
        asked: RescoreOf,
        shipped: Sets,
        load: Load | None = None,
        wide: Wide = Side.wide,
        seen: Callable[..., FactsSeen] = FactsSeen.of,
    ) -> None:
        end = position(con)
        pinned = end if asked.position is None else min(asked.position, end)
        self.question = asked.model_copy(update={"position": pinned})
        self.con, self.judges = con, self._resolved(con, shipped)
        self._load, self._wide, self._seen = load or reading(con, asked), wide, seen

    def _resolved(self, con: Connection, shipped: Sets) -> tuple[Judge, Judge]:
        """What judges before and after. Refuses with the problems of the whole question."""
        asked, wrong = self.question, list[Problem]()
        judges = list[Judge]()

        def tried(check: Callable[[], object]) -> object:
            try:
                return check()
            except Refused as refused:
                wrong.extend(refused.problems)
                return None

        if asked.cell:
            tried(partial(require_cell, con, asked.cell))
        if asked.unit:
            tried(partial(require_unit, con, asked.unit))
        for path, lens in (("before", asked.before), ("after", asked.after)):
            found = tried(partial(judge_known, con, lens, shipped, path=path, position=asked.position))
            if isinstance(found, Judge):
                judges.append(found)
        if wrong:
            raise Refused(*wrong)
        return judges[0], judges[1]

    @property
    def run(self) -> str:
        """The id of a run of this question: the same question of the same criteria and engine has the same one."""
        hashes = [(judge.hashes, judge.form_hashes(judge.definitions)) for judge in self.judges]
        said = orjson.dumps([ENGINE, self.question.model_dump(mode="json"), *hashes], option=orjson.OPT_SORT_KEYS)
        return f"r-{hashlib.sha256(said).hexdigest()[:16]}"

    def compare(self) -> Comparison:
        """Both lenses in numbers, without the lines of every month."""
        parts = list(self._parts(None, lines=False))
        months = _joined([part.months for _, part, _ in parts], MONTHS)
        impacts = _stacked([part for _, part, _ in parts])
        identified = self._seen([sides for _, _, sides in parts], shared=self._shared)
        return _comparison(self._receipt(months, identified, {}), months, impacts)

    def carry_out(self, progress: Progress | None = None) -> Result:
        """The whole result with its receipt."""
        parts, identified = list[Compared](), FactsSeen(shared=self._shared)
        sums = list[pl.DataFrame]()
        rolled_up = {"rollups": [pl.DataFrame(schema=ROLLUPS)], "quotas": [pl.DataFrame(schema=QUOTAS)]}
        for days, part, sides in self._parts(progress, lines=True):
            parts.append(part)
            identified.update(*sides)
            sums.append(unit_sums(part.months, sides[0].facts, sides[1].facts))
            for name, table in self._rolled_up(*days, sides).items():
                rolled_up[name].append(table)
        months = _joined([part.months for part in parts], MONTHS)
        tables = {
            "months": months,
            "headings": _joined([part.lines for part in parts], LINES),
            "impacts": summary.impacts(_stacked(parts)),
            "distribution": summary.distribution(months),
            "units": by_unit(sums, self._unit_names()),
            **{name: pl.concat(found) for name, found in rolled_up.items()},
        }
        return Result(self._receipt(months, identified, tables), tables)

    def _parts(self, progress: Progress | None, *, lines: bool) -> Iterator[_Year]:
        """The comparison of every year, with the facts it was made from."""
        spans = list(years(self.question.first, self.question.last))
        for done, (first, last) in enumerate(spans):
            if progress:
                progress(str(first.year), done, len(spans))
            sides = self._sides(first, last)
            yield (first, last), compare(*sides, lines=lines, wide=self._wide), sides
        if progress:
            progress("", len(spans), len(spans))

    def _sides(self, first: date, last: date) -> tuple[Side, Side]:
        before, after = (self._dials(lens) for lens in (self.question.before, self.question.after))
        old = self._load(first, last, before)
        new = old if before == after else self._load(first, last, after)
        return Side(self.judges[0], old), Side(self.judges[1], new)

    def _rolled_up(self, first: date, last: date, sides: tuple[Side, Side]) -> dict[str, pl.DataFrame]:
        """The quarters and the year between these days, and its quotas, by table; nothing where no set states any."""
        if not any_rollups(self.judges):
            return {}
        asked, made, living, gauges = self.question, list[pl.DataFrame](), list[pl.DataFrame](), list[pl.DataFrame]()
        for name, lens, side in zip(("before", "after"), (asked.before, asked.after), sides, strict=True):
            dials = self._dials(lens)
            over = spans_over(first, last, told_until(self.con, dials))
            living.append(
                living_months(self.con, first.replace(day=1), last, cell=asked.cell, unit=asked.unit, dials=dials)
            )
            made.append(rolled(side, living[-1], over))
            gauges.append(quotas(side, name, made[-1], living[-1]))
        return {"rollups": rollups(made[0], made[1], pl.concat(living)), "quotas": pl.concat(gauges)}

    def _unit_names(self) -> dict[str, str]:
        lens = self.question.after
        return unit_names(self.con, lens.tree_at or month_end(self.question.last), self._dials(lens))

    @property
    def _shared(self) -> bool:
        """Whether both lenses see the same facts."""
        return self._dials(self.question.before) == self._dials(self.question.after)

    def _dials(self, lens: Lens) -> Dials:
        return Dials(lens.known_at, lens.tree_at, self.question.position)

    def _receipt(self, months: pl.DataFrame, seen: FactsSeen, tables: Mapping[str, pl.DataFrame]) -> RunReceipt:
        return RunReceipt(
            run=self.run,
            engine=ENGINE,
            question=self.question,
            criteria_before=_judging(self.judges[0], months, "before"),
            criteria_after=_judging(self.judges[1], months, "after"),
            forms=self.judges[0].form_hashes(seen.forms) | self.judges[1].form_hashes(seen.forms),
            months=months.height,
            events=len(seen.events),
            facts_before=seen.before.hexdigest(),
            facts_after=seen.after.hexdigest(),
            tables={name: digest(table) for name, table in tables.items()},
            outcomes=summary.counts(months, pl.col("outcome")),
        )


def reading(con: Connection, asked: RescoreOf) -> Load:
    """Reads from the history what a question is about."""
    cells = [asked.cell] if asked.cell else None

    def load(first: date, last: date, dials: Dials) -> pl.DataFrame:
        return of_the_month(facts(con, cells=cells, first=first, last=last, unit=asked.unit, dials=dials))

    return load


def _judging(judge: Judge, months: pl.DataFrame, side: str) -> dict[str, str]:
    """The content hashes of the sets that judged any of the months."""
    used = set(months[f"{side}_set"].drop_nulls().unique())
    return {id_: hash_ for id_, hash_ in judge.hashes.items() if id_ in used}


def _joined(frames: list[pl.DataFrame], schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """The years' frames as one, by cell and month."""
    return pl.concat([pl.DataFrame(schema=schema), *frames]).sort("cell", "period", maintain_order=True)


def _stacked(parts: list[Compared]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=IMPACTS), *(part.impacts for part in parts)])


def _comparison(receipt: RunReceipt, months: pl.DataFrame, sums: pl.DataFrame) -> Comparison:
    return Comparison(
        months=months.height,
        before=summary.counts(months, summary.grade_of("before")),
        after=summary.counts(months, summary.grade_of("after")),
        transitions=summary.transitions(months),
        outcomes=receipt.outcomes,
        mean_before=summary.mean(months, "before"),
        mean_after=summary.mean(months, "after"),
        headings=summary.heading_impacts(summary.impacts(sums)),
        top=summary.top(months),
        criteria_before=receipt.criteria_before,
        criteria_after=receipt.criteria_after,
        engine=receipt.engine,
        position=receipt.question.position or 0,
        facts_digest=receipt.facts_after,
    )
