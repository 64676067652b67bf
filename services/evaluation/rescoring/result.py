"""Re-scoring as asked: the facts through both lenses, year by year, and the tables that come of it.

A large territory's year is looked at in stretches of its cells, so that its facts need not be in memory at once. The
same question of the same history gives the same bytes, whatever the stretches: nothing here knows what time it is.
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
from services.evaluation.history.store import Connection, position
from services.evaluation.history.stretches import AT_ONCE, EVERY_CELL, Stretch, stretches
from services.evaluation.history.tree import require_cell, require_unit, unit_names
from services.evaluation.rescoring import official, summary
from services.evaluation.rescoring.compare import MONTHS, Compared, Side, Wide, compare, differs
from services.evaluation.rescoring.identity import FactsSeen
from services.evaluation.rescoring.judge import Judge
from services.evaluation.rescoring.known import judge_known
from services.evaluation.rescoring.pairs import IMPACTS, LINES
from services.evaluation.rescoring.period import month_end, years
from services.evaluation.rescoring.rolled import RolledUp
from services.evaluation.rescoring.units import by_unit, unit_sums
from services.evaluation.running.months import of_the_month
from services.evaluation.scoring.digest import digest
from services.evaluation.scoring.score import ENGINE

Load = Callable[[date, date, Stretch, Dials], pl.DataFrame]
"""The facts (`scoring.facts.FACTS`) of a stretch of cells in the months between two days, one regular meeting a cell
and month, as these dials let them be seen."""
Progress = Callable[[str, int, int], None]
"""Told the part that is being worked on, how many are done and how many there are. It may raise to stop the work."""


@dataclass(frozen=True)
class _Part:
    """A stretch of cells in a year, or what was asked of it."""

    first: date
    last: date
    within: Stretch
    sides: tuple[Side, Side]
    compared: Compared


@dataclass(frozen=True)
class Result:
    """What a run found: its receipt and its tables (`contracts.rescoring.ResultOf`)."""

    receipt: RunReceipt
    tables: Mapping[str, pl.DataFrame]


class Rescoring:
    """A question that can be answered: its lenses resolved, its position pinned (default: the history's).

    Refuses what cannot be asked, with everything that is wrong. `load` gets the facts of the months' meetings (default:
    from the history), `wide` scores a side, `seen` identifies facts: whoever asks often may remember. About so many
    meetings are looked `at_once`.
    """

    def __init__(
        self,
        con: Connection,
        asked: RescoreOf,
        shipped: Sets,
        load: Load | None = None,
        wide: Wide = Side.wide,
        seen: Callable[..., FactsSeen] = FactsSeen.of,
        at_once: int = AT_ONCE,
    ) -> None:
        end = position(con)
        pinned = end if asked.position is None else min(asked.position, end)
        self.question = asked.model_copy(update={"position": pinned})
        self.con, self.judges = con, self._resolved(con, shipped)
        self._load, self._wide, self._seen, self._at_once = load or reading(con, asked), wide, seen, at_once

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
        months = _joined([part.compared.months for part in parts], MONTHS)
        impacts = _stacked([part.compared for part in parts])
        identified = self._seen([part.sides for part in parts], shared=self._shared)
        decided = self._official(months).get("official")
        return _comparison(self._receipt(months, identified, {}), months, impacts, decided)

    def moves(self) -> pl.DataFrame:
        """All months that are not the same, those that matter most first (columns: see `PageOf`)."""
        months = _joined([part.compared.months for part in self._parts(None, lines=False)], MONTHS)
        return summary.with_official(summary.moves(months), self._official(months).get("official"))

    def units(self) -> pl.DataFrame:
        """Every unit with all cells below it, in each side's tree (columns: see `PageOf`)."""
        parts = self._parts(None, lines=False)
        sums = [unit_sums(part.compared.months, *(side.facts for side in part.sides)) for part in parts]
        return by_unit(sums, self._unit_names())

    def carry_out(self, progress: Progress | None = None) -> Result:
        """The whole result with its receipt."""
        asked, dials = self.question, [self._dials(lens) for lens in self._lenses]
        found, identified, sums = list[Compared](), FactsSeen(shared=self._shared), list[pl.DataFrame]()
        rolled_up = RolledUp(self.con, self.judges, dials, cell=asked.cell, unit=asked.unit)
        for part in self._parts(progress, lines=True):
            found.append(part.compared)
            identified.update(*part.sides)
            sums.append(unit_sums(part.compared.months, *(side.facts for side in part.sides)))
            rolled_up.take(part.first, part.last, part.within, part.sides)
        months = _joined([one.months for one in found], MONTHS)
        tables = {
            "months": months,
            "headings": _joined([one.lines for one in found], LINES),
            "impacts": summary.impacts(_stacked(found)),
            "distribution": summary.distribution(months),
            "units": by_unit(sums, self._unit_names()),
            **rolled_up.tables(),
            **self._official(months),
        }
        return Result(self._receipt(months, identified, tables), tables)

    def _parts(self, progress: Progress | None, *, lines: bool) -> Iterator[_Part]:
        """The comparison of every year, stretch by stretch, with the facts it was made from."""
        planned = [
            (first, last, within)
            for first, last in years(self.question.first, self.question.last)
            for within in self._stretches(first, last)
        ]
        for done, (first, last, within) in enumerate(planned):
            if progress:
                progress(str(first.year), done, len(planned))
            sides = self._sides(first, last, within)
            yield _Part(first, last, within, sides, compare(*sides, lines=lines, wide=self._wide))
        if progress:
            progress("", len(planned), len(planned))

    def _stretches(self, first: date, last: date) -> list[Stretch]:
        return [EVERY_CELL] if self.question.cell else stretches(self.con, first, last, self._at_once)

    def _sides(self, first: date, last: date, within: Stretch) -> tuple[Side, Side]:
        before, after = (self._dials(lens) for lens in self._lenses)
        old = self._load(first, last, within, before)
        new = old if before == after else self._load(first, last, within, after)
        return Side(self.judges[0], old), Side(self.judges[1], new)

    @property
    def _lenses(self) -> tuple[Lens, Lens]:
        return self.question.before, self.question.after

    def _official(self, months: pl.DataFrame) -> dict[str, pl.DataFrame]:
        """The table of what was officially decided, where anything was."""
        if not months.height:
            return {}
        found = official.decided(self.con, months, self._dials(self.question.after))
        return {"official": found} if found.height else {}

    def _unit_names(self) -> dict[str, str]:
        lens = self.question.after
        return unit_names(self.con, lens.tree_at or month_end(self.question.last), self._dials(lens))

    @property
    def _shared(self) -> bool:
        """Whether both lenses see the same facts."""
        before, after = self._lenses
        return self._dials(before) == self._dials(after)

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

    def load(first: date, last: date, within: Stretch, dials: Dials) -> pl.DataFrame:
        found = facts(con, cells=cells, first=first, last=last, unit=asked.unit, within=within, dials=dials)
        return of_the_month(found)

    return load


def _judging(judge: Judge, months: pl.DataFrame, side: str) -> dict[str, str]:
    """The content hashes of the sets that judged any of the months."""
    used = set(months[f"{side}_set"].drop_nulls().unique())
    return {id_: hash_ for id_, hash_ in judge.hashes.items() if id_ in used}


def _joined(frames: list[pl.DataFrame], schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """The parts' frames as one, by cell and month. Parts of one year are so already; sorting would double them."""
    whole = pl.concat([pl.DataFrame(schema=schema), *frames])
    years = whole["period"].str.head(4).n_unique()
    return whole if years < 2 else whole.sort("cell", "period", maintain_order=True)


def _stacked(parts: list[Compared]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=IMPACTS), *(part.impacts for part in parts)])


def _comparison(
    receipt: RunReceipt, months: pl.DataFrame, sums: pl.DataFrame, decided: pl.DataFrame | None
) -> Comparison:
    return Comparison(
        months=months.height,
        before=summary.counts(months, summary.grade_of("before")),
        after=summary.counts(months, summary.grade_of("after")),
        transitions=summary.transitions(months),
        outcomes=receipt.outcomes,
        mean_before=summary.mean(months, "before"),
        mean_after=summary.mean(months, "after"),
        headings=summary.heading_impacts(summary.impacts(sums)),
        moved=int(months.select(differs().sum()).item()),
        top=summary.top(months, decided),
        criteria_before=receipt.criteria_before,
        criteria_after=receipt.criteria_after,
        engine=receipt.engine,
        position=receipt.question.position or 0,
        facts_digest=receipt.facts_after,
        official={} if decided is None else official.against(decided),
    )
