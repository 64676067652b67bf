"""Re-scoring as asked: the facts through both lenses, year by year, and the tables that come of it.

A large territory's year is looked at in stretches of its cells, and what comes of one is kept before the next, so that
neither facts nor results need be in memory at once. The same question of the same history gives the same bytes,
whatever the stretches: nothing here knows what time it is.
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
from services.evaluation.rescoring.compare import Compared, Side, Wide, compare, differs
from services.evaluation.rescoring.identity import FactsSeen
from services.evaluation.rescoring.judge import Judge
from services.evaluation.rescoring.known import judge_known
from services.evaluation.rescoring.numbers import Numbers
from services.evaluation.rescoring.period import month_end, years
from services.evaluation.rescoring.rolled import RolledUp
from services.evaluation.rescoring.tables import Identified, InMemory, Keep, by_cell
from services.evaluation.rescoring.tally import Tally
from services.evaluation.rescoring.units import SUMS, added, by_unit, unit_sums
from services.evaluation.running.months import of_the_month
from services.evaluation.scoring.score import ENGINE

Load = Callable[[date, date, Stretch, Dials], pl.DataFrame]
"""The facts (`scoring.facts.FACTS`) of a stretch of cells in the months between two days, one regular meeting a cell
and month, as these dials let them be seen."""
Progress = Callable[[str, int, int], None]
"""Told the part that is being worked on, how many are done and how many there are. It may raise to stop the work."""


@dataclass(frozen=True)
class _Part:
    """A stretch of cells (in which `place` of all) in a year, or what was asked of it."""

    first: date
    last: date
    place: int
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
    from the history), `wide` scores a side: whoever asks often may remember. About so many meetings are looked at
    `at_once`.
    """

    def __init__(
        self,
        con: Connection,
        asked: RescoreOf,
        shipped: Sets,
        load: Load | None = None,
        wide: Wide = Side.wide,
        at_once: int = AT_ONCE,
    ) -> None:
        end = position(con)
        pinned = end if asked.position is None else min(asked.position, end)
        self.question = asked.model_copy(update={"position": pinned})
        self.con, self.judges = con, self._resolved(con, shipped)
        self._load, self._wide, self._at_once = load or reading(con, asked), wide, at_once

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
        numbers = Numbers()
        for part in self._parts(_nobody, lines=False):
            numbers.take(part.compared, self._official(part.compared.months, part.within))
            del part  # before the next one is made
        return numbers.comparison(self.judges, self.question.position or 0)

    def moves(self) -> pl.DataFrame:
        """All months that are not the same, those that matter most first (columns: see `PageOf`)."""
        months = pl.concat(part.compared.months.filter(differs()) for part in self._parts(_nobody, lines=False))
        return summary.with_official(summary.moves(months), self._official(months, EVERY_CELL))

    def units(self) -> pl.DataFrame:
        """Every unit with all cells below it, in each side's tree (columns: see `PageOf`)."""
        sums = pl.DataFrame(schema=SUMS)
        for part in self._parts(_nobody, lines=False):
            sums = added(sums, unit_sums(part.compared.months, *(side.facts for side in part.sides)))
        return by_unit(sums, self._unit_names())

    def carry_out(self, progress: Progress | None = None) -> Result:
        """The whole result with its receipt, in memory."""
        kept = InMemory()
        receipt = self.write(kept, progress)
        return Result(receipt, kept.tables)

    def write(self, keep: Keep, progress: Progress | None = None) -> RunReceipt:
        """Keeps the tables of the whole result, and gives its receipt: in memory is what one part takes."""
        asked, tables, tally = self.question, Identified(keep), Tally()
        identified, units = FactsSeen(shared=self._shared), pl.DataFrame(schema=SUMS)
        dials = [self._dials(lens) for lens in self._lenses]
        rolled_up = RolledUp(self.con, self.judges, dials, cell=asked.cell, unit=asked.unit)
        told = progress or _nobody
        with by_cell(tables, several_years=asked.first[:4] != asked.last[:4]) as rows:
            for part in self._parts(told, lines=True):
                months = part.compared.months
                tally.take(part.compared)
                identified.update(*part.sides)
                units = added(units, unit_sums(months, *(side.facts for side in part.sides)))
                rows.add("months", part.place, months)
                rows.add("headings", part.place, part.compared.lines)
                if (found := self._official(months, part.within)) is not None:
                    rows.add("official", part.place, found)
                tables.add("rollups", rolled_up.taken(part.first, part.last, part.within, part.sides))
                del part, months, found  # before the next ones are made
            for _ in rows.finish():
                told("", 1, 1)
        tables.add("impacts", tally.impacts)
        tables.add("distribution", tally.distribution)
        tables.add("units", by_unit(units, self._unit_names()))
        tables.add("quotas", rolled_up.quotas())
        return self._receipt(tally, identified, tables.digests)

    def _parts(self, told: Progress, *, lines: bool) -> Iterator[_Part]:
        """The comparison of every year, stretch by stretch, with the facts it was made from."""
        within = list(enumerate(self._stretches()))
        planned = [(*year, *one) for year in years(self.question.first, self.question.last) for one in within]
        for done, (first, last, place, stretch) in enumerate(planned):
            told(str(first.year), done, len(planned))
            yield self._part(first, last, place, stretch, lines=lines)
        told("", len(planned), len(planned))

    def _part(self, first: date, last: date, place: int, within: Stretch, *, lines: bool) -> _Part:
        sides = self._sides(first, last, within)
        return _Part(first, last, place, within, sides, compare(*sides, lines=lines, wide=self._wide))

    def _stretches(self) -> list[Stretch]:
        """The cells in stretches that are the same in all years."""
        if self.question.cell:
            return [EVERY_CELL]
        first, last = date.fromisoformat(f"{self.question.first}-01"), month_end(self.question.last)
        return stretches(self.con, first, last, self._at_once)

    def _sides(self, first: date, last: date, within: Stretch) -> tuple[Side, Side]:
        before, after = (self._dials(lens) for lens in self._lenses)
        old = self._load(first, last, within, before)
        new = old if before == after else self._load(first, last, within, after)
        return Side(self.judges[0], old), Side(self.judges[1], new)

    @property
    def _lenses(self) -> tuple[Lens, Lens]:
        return self.question.before, self.question.after

    def _official(self, months: pl.DataFrame, within: Stretch) -> pl.DataFrame | None:
        """What was officially decided of these months of a stretch, where anything was."""
        if not months.height:
            return None
        found = official.decided(self.con, months, self._dials(self.question.after), within)
        return found if found.height else None

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

    def _receipt(self, tally: Tally, seen: FactsSeen, tables: Mapping[str, str]) -> RunReceipt:
        return RunReceipt(
            run=self.run,
            engine=ENGINE,
            question=self.question,
            criteria_before=tally.judging(self.judges[0], "before"),
            criteria_after=tally.judging(self.judges[1], "after"),
            forms=self.judges[0].form_hashes(seen.forms) | self.judges[1].form_hashes(seen.forms),
            months=tally.months,
            events=seen.events,
            facts_before=seen.before.hexdigest(),
            facts_after=seen.after.hexdigest(),
            tables=tables,
            outcomes=tally.outcomes,
        )


def _nobody(*_: object) -> None:
    """Nobody is told."""


def reading(con: Connection, asked: RescoreOf) -> Load:
    """Reads from the history what a question is about."""
    cells = [asked.cell] if asked.cell else None

    def load(first: date, last: date, within: Stretch, dials: Dials) -> pl.DataFrame:
        found = facts(con, cells=cells, first=first, last=last, unit=asked.unit, within=within, dials=dials)
        return of_the_month(found)

    return load
