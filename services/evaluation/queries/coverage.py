"""`rpc.evaluation.coverage`: which cells were observed and which not, and whether assignments keep to their lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

import polars as pl

from services.contracts import coverage as told
from services.contracts.observers import Line
from services.evaluation.history import observers as read
from services.evaluation.history.known import Dials
from services.evaluation.history.living import REGULAR_DAY, living_months, told_until
from services.evaluation.history.store import Connection, position
from services.evaluation.history.tree import require_unit, unit_names
from services.evaluation.observing import shares
from services.evaluation.observing.lines import lines_for
from services.evaluation.observing.proposing import pool, proposals
from services.evaluation.queries.keeping import broken_lines, never_came, unsponsored
from services.evaluation.rescoring.period import month_end
from services.evaluation.upward import line

T = TypeVar("T")
EMPTY = told.Share(cells=0, observed=0, share=None)


def coverage(con: Connection, question: told.CoverageOf) -> told.Coverage:
    """The answer to `CoverageOf`. Refuses an unknown unit."""
    if question.unit:
        require_unit(con, question.unit)
    dials = Dials(question.known_at, question.tree_at)
    until = told_until(con, dials)
    months = [month for month in _months(question) if until and month.replace(day=REGULAR_DAY) <= until]
    if until is None or not months:
        return _nothing(con, until)
    return Observed(con, question, dials, months[0], months[-1], until).answer()


def _months(question: told.CoverageOf) -> list[date]:
    asked = range(1, 13) if question.month is None else [question.month]
    return [date(question.year, month, 1) for month in asked]


def _nothing(con: Connection, until: date | None) -> told.Coverage:
    lists = ("months", "units", "lines", "by_cell", "unvisited", "never_came", "broken", "unsponsored", "proposals")
    nothing: dict[str, tuple[()]] = dict.fromkeys(lists, ())
    return told.Coverage.model_validate(
        {"first": None, "last": None, "told_until": until, "whole": EMPTY, "left_out": {}, "position": position(con)}
        | nothing
    )


@dataclass
class Observed:
    """What is known of the months from `first` to `last` (their first days), up to the day `until` which it is told."""

    con: Connection
    question: told.CoverageOf
    dials: Dials
    first: date
    last: date
    until: date

    @property
    def end(self) -> date:
        """The last day that is looked at."""
        return min(month_end(f"{self.last:%Y-%m}"), self.until)

    @cached_property
    def all_visits(self) -> pl.DataFrame:
        """All visits up to the end."""
        return read.visits_known(self.con, self.end, self.dials)

    @property
    def visits(self) -> pl.DataFrame:
        """Those along the line that is asked for."""
        line = self.question.line
        return self.all_visits if line is None else self.all_visits.filter(pl.col("line") == line.value)

    @cached_property
    def assigned(self) -> pl.DataFrame:
        """All assignments that began by the end."""
        return read.assignments_known(self.con, self.end, self.dials)

    @cached_property
    def living(self) -> pl.DataFrame:
        """The months in which the cells asked for lived, with the lines that are for them: those of the period, and as
        many before its last as a cell may go without a visit."""
        index = self.last.year * 12 + self.last.month - self.question.unvisited_months
        first = min(self.first, date(index // 12, index % 12 + 1, 1))
        found = living_months(self.con, first, self.last, cell=None, unit=self.question.unit, dials=self.dials)
        days = found.select("cell", pl.col("due").alias("day"))
        facts = read.facts_on(self.con, days, self.dials, placed=False)
        rows = shares.monthly(found, facts, self.visits, self.assigned)
        line = self.question.line
        return rows if line is None else rows.filter(pl.col(f"for_{line}"))

    @cached_property
    def met(self) -> pl.DataFrame:
        """The meetings that the cells held in the months looked at."""
        periods = self.living["period"].unique().sort().to_list()
        first = date.fromisoformat(f"{periods[0]}-01") if periods else self.first
        return read.met_known(self.con, first, self.end, self.dials)

    def answer(self) -> told.Coverage:
        """Everything asked for, each list up to the limit."""
        asked, months = self.question, self.living.filter(pl.col("day") >= self.first)
        own = self.assigned if asked.line is None else self.assigned.filter(pl.col("line") == asked.line.value)
        names = unit_names(self.con, self.dials.tree_at or self.end, self.dials)
        lines = tuple(Line) if asked.line is None else (asked.line,)
        left_out: dict[str, int] = {}

        def cut(name: str, found: Sequence[T]) -> tuple[T, ...]:
            if len(found) > asked.limit:
                left_out[name] = len(found) - asked.limit
            return tuple(found[: asked.limit])

        within = self._within(own)
        return told.Coverage(
            first=f"{self.first:%Y-%m}",
            last=f"{self.last:%Y-%m}",
            told_until=self.until,
            whole=shares.whole(months),
            months=shares.by_month(months),
            units=cut("units", shares.by_unit(months, names, asked.unit)),
            lines=shares.by_line(months, lines),
            by_cell=cut("by_cell", shares.by_cell(months, self.met)),
            unvisited=cut("unvisited", self._unvisited()),
            never_came=cut("never_came", never_came(within, self.all_visits)),
            broken=cut("broken", broken_lines(self.con, self.dials, within, self.first, self.end)),
            unsponsored=cut("unsponsored", unsponsored(self.con, self.dials, months, own, self.until)),
            proposals=self._proposals(months, left_out),
            left_out=left_out,
            position=position(self.con),
        )

    def _within(self, assigned: pl.DataFrame) -> pl.DataFrame:
        """The assignments that held in the period, in the unit's territory on the first such day (`day`), or on that
        whose tree is asked for."""
        held = assigned.filter(pl.col("until") > self.first).with_columns(
            pl.max_horizontal("since", pl.lit(self.first)).alias("day")
        )
        facts = read.facts_on(self.con, held.select("cell", "day").unique(), self.dials)
        found = held.join(facts.select("cell", "day", "cell_name", "units"), on=["cell", "day"], maintain_order="left")
        if self.question.unit is None:
            return found
        within = pl.col("units").list.contains(self.question.unit)
        if self.dials.tree_at is None:
            return found.filter(within)
        days = found.select("cell", pl.lit(self.dials.tree_at).alias("day")).unique()
        placed = read.facts_on(self.con, days, self.dials).filter(within)
        return found.join(placed, on="cell", how="semi", maintain_order="left")

    def _unvisited(self) -> list[told.Unvisited]:
        """The cells that lived in the whole time asked for and that nobody visited in it."""
        count = self.question.unvisited_months
        months = self.living["period"].unique().sort(descending=True).head(count)
        rows = self.living.filter(pl.col("period").is_in(months.implode()))
        without = rows.group_by("cell", maintain_order=True).agg(
            pl.len().alias("months"),
            pl.col("events").list.len().sum().alias("visits"),
            pl.col("cell_name", "unit", "unit_name").last(),
        )
        last = self.visits.group_by("cell").agg(pl.col("held_on", "event").last())
        since = date.fromisoformat(f"{months[-1]}-01") if len(months) else self.first
        missed = dict(self.met.filter(pl.col("held_on") >= since).group_by("cell").agg("event").iter_rows())
        found = without.filter(months=count, visits=0).join(last, on="cell", how="left", maintain_order="left")
        return [
            told.Unvisited(
                **{name: row[name] for name in ("cell", "cell_name", "unit", "unit_name")},
                last_visit=row["held_on"],
                events=(*([row["event"]] if row["event"] else []), *missed.get(row["cell"], ())),
            )
            for row in found.iter_rows(named=True)
        ]

    def _proposals(self, months: pl.DataFrame, left_out: dict[str, int]) -> tuple[told.Proposal, ...]:
        """Somebody for each cell that lives at the end and was not observed in the period."""
        seen = months.filter(pl.col("events").list.len() > 0)["cell"]
        open_ = months.filter(pl.col("period") == f"{self.last:%Y-%m}", ~pl.col("cell").is_in(seen.implode()))
        if open_.height > self.question.limit:
            left_out["proposals"] = open_.height - self.question.limit
        holding = self.assigned.filter(pl.col("since") <= self.end, pl.col("until") > self.end)
        asked = pl.concat([open_.head(self.question.limit)["cell"], holding["by_unit"].alias("cell")]).unique(
            maintain_order=True
        )
        facts = read.facts_on(self.con, asked.to_frame().with_columns(pl.lit(self.end).alias("day")), self.dials)
        cells = facts.with_columns(lines_for(facts)).join(open_.select("cell", "unit_name"), on="cell")
        chains = {row["cell"]: row["units"] for row in facts.iter_rows(named=True)}
        units = read.units_on(self.con, self.end, self.dials)
        parents = {unit: state["parent"] for unit, state in units.items()}
        chains |= {unit: list(line(unit, parents)) for unit in holding["by_unit"].unique() if unit in units}
        kinds = {unit: state["kind"] for unit, state in units.items()}
        rows = cells.sort("cell").to_dicts()
        return tuple(proposals(rows, holding, pool(holding, chains), kinds, self.question.line))
