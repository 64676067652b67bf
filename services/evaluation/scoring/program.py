"""A set compiled for one form: the expressions that turn facts into scores and into lines. Built once, run often."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from services.contracts.evaluation import ItemStatus
from services.evaluation.criteria.format import Cap, CriteriaSet, Gate, Scale, Veto
from services.evaluation.criteria.items import Item
from services.evaluation.scoring.exact import divided
from services.evaluation.scoring.facts import KEY
from services.evaluation.scoring.grades import LOWER_APART, UPPER_APART, Cols, capped, grade, limit_applies, totals
from services.evaluation.scoring.marks import Carried, Component, carried, plain, summed, with_marks
from services.evaluation.scoring.measures import MEASURES, column, with_measures
from services.evaluation.scoring.rules import Outcome, condition, points

EAGER = pl.QueryOptFlags.none()
"""The expressions are already minimal; looking for improvements costs more than it saves on a batch of twenty."""
CACHED = 64


@dataclass(frozen=True)
class Program:
    """What a set makes of meetings whose marks (if any) were given on one form.

    `plain` are the items whose points are but one mark, and that mark: scores only need their sum.
    """

    criteria: CriteriaSet
    measures: tuple[str, ...]
    carried: dict[str, Carried]
    outcomes: dict[str, Outcome]
    plain: dict[str, Component]
    grade_columns: tuple[pl.Expr, ...]

    @cached_property
    def lines(self) -> tuple[list[pl.Expr], ...]:
        """The columns of each line, made when lines are first asked for: a score needs none of them."""
        criteria = self.criteria
        return (
            *(_item_line(item) for item in criteria.items),
            *(_limit_line(criteria, limit) for limit in criteria.limits),
        )

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The facts that are read."""
        used = [name for measure in self.measures for name in MEASURES[measure].fields]
        marks = ("marks_items", "marks") if any(one.codes for one in self.carried.values()) else ()
        return tuple(dict.fromkeys([*KEY, "kind", "held_on", *marks, *used]))

    @cached_property
    def _each(self) -> _Items:
        """Every item, as scores show it."""
        return _Items.of(self, self.outcomes, lines=False)

    @cached_property
    def _each_with_lines(self) -> _Items:
        """Every item, with what only lines tell."""
        return _Items.of(self, self.outcomes, lines=True)

    @cached_property
    def _not_plain(self) -> _Items:
        """The items that are more than their marks."""
        return _Items.of(
            self, {code: one for code, one in self.outcomes.items() if code not in self.plain}, lines=False
        )

    @cached_property
    def _totals(self) -> tuple[pl.Expr, ...]:
        return _totals(self.criteria, ())

    @cached_property
    def _totals_apart(self) -> tuple[pl.Expr, ...]:
        return _totals(self.criteria, self.plain)

    def _worked_out(self, facts: pl.DataFrame, items: _Items) -> pl.LazyFrame:
        frame = with_measures(with_marks(facts.select(self.fields), items.codes).lazy(), list(self.measures))
        return frame.with_columns(items.columns)

    def scores(self, facts: pl.DataFrame) -> pl.DataFrame:
        """One row per meeting (columns: `score.SCORES`), in the order of the facts."""
        frame = self._worked_out(facts, self._not_plain)
        if self.plain:
            lower, upper = summed(facts, list(self.plain.values()))
            frame = frame.with_columns(lower.alias(LOWER_APART), upper.alias(UPPER_APART))
        frame = frame.with_columns(self._totals_apart)
        return frame.select(*KEY, "kind", "held_on", *self.grade_columns).collect(optimizations=EAGER)

    def wide(self, facts: pl.DataFrame) -> pl.DataFrame:
        """The scores with every item beside them: its bounds (`lo:4.5`, `hi:4.5`, hundredths) or whether it is met
        (`met:1.1`; a condition that does not apply counts as met)."""
        frame = self._worked_out(facts, self._each).with_columns(self._totals)
        if self.criteria.scale is Scale.POINTS:
            kept = [pl.col(f"{bound}:{item.code}") for item in self.criteria.items for bound in ("lo", "hi")]
        else:
            every_item = [Cols(item) for item in self.criteria.items]
            kept = [(one.met | ~one.applies).alias(f"met:{one.item.code}") for one in every_item]
        return frame.select(*KEY, "kind", "held_on", *self.grade_columns, *kept).collect(optimizations=EAGER)

    def items(self, facts: pl.DataFrame) -> pl.DataFrame:
        """One row per meeting and item or limit (columns: `score.ITEMS`), item by item in the order of the set."""
        wide = self._worked_out(facts, self._each_with_lines).collect(optimizations=EAGER)
        return pl.concat(pl.collect_all([wide.lazy().select(*KEY, *line) for line in self.lines], optimizations=EAGER))


@dataclass(frozen=True)
class _Items:
    """What becomes of some items: the codes of the form whose marks they need, and their columns."""

    codes: tuple[str, ...]
    columns: tuple[pl.Expr, ...]

    @classmethod
    def of(cls, program: Program, outcomes: dict[str, Outcome], *, lines: bool) -> _Items:
        """Those of these items."""
        codes = [code for item in outcomes if item in program.carried for code in program.carried[item].codes]
        return cls(tuple(dict.fromkeys(codes)), tuple(_columns(outcomes, lines=lines)))


def _columns(outcomes: dict[str, Outcome], *, lines: bool) -> Iterator[pl.Expr]:
    for code, outcome in outcomes.items():
        kept = {"lo": outcome.lower, "hi": outcome.upper, "met": outcome.met, "applies": outcome.applies}
        if outcome.applied is not None:
            kept["alo"], kept["ahi"] = outcome.applied
        if lines:
            kept["band"] = outcome.band
            kept["note"] = pl.coalesce(
                [pl.when(when).then(pl.lit(note.value)) for when, note in outcome.notes] + [pl.lit(None, pl.String)]
            )
        yield from (made.alias(f"{name}:{code}") for name, made in kept.items() if made is not None)


def _build(criteria: CriteriaSet, form: CriteriaSet | None, named: str | None) -> Program:
    takes = {
        item.code: carried(item, criteria, form, named)
        for item in criteria.items
        if item.judged is not None or (item.yes_no is not None and item.yes_no.otherwise_judged)
    }
    rule = points if criteria.scale is Scale.POINTS else condition
    outcomes = {item.code: rule(item, criteria.policy_of(item), takes.get(item.code)) for item in criteria.items}
    used = [
        *(name for item in criteria.items for name in item.measures()),
        *(name for one in takes.values() for name in one.measures),
        *(limit.when.measure for limit in criteria.limits if not isinstance(limit, Gate)),
    ]
    return Program(
        criteria=criteria,
        measures=tuple(dict.fromkeys(used)),
        carried=takes,
        outcomes=outcomes,
        plain=_plain(criteria, takes),
        grade_columns=_graded(criteria),
    )


def _plain(criteria: CriteriaSet, takes: dict[str, Carried]) -> dict[str, Component]:
    """The items that are but a mark, and that nothing looks at but the total."""
    if criteria.scale is Scale.PASS_FAIL:
        return {}
    named = {code for gate in criteria.gates for code in gate.full_marks}
    found = {item.code: plain(item, takes.get(item.code)) for item in criteria.items if item.code not in named}
    return {code: mark for code, mark in found.items() if mark is not None}


def _totals(criteria: CriteriaSet, apart: Collection[str]) -> tuple[pl.Expr, ...]:
    if criteria.scale is Scale.PASS_FAIL:
        return tuple(pl.lit(None, pl.Float64).alias(name) for name in ("lower", "upper", "reachable"))
    low, high, reachable = totals(criteria, apart)
    lower, upper = capped(criteria, low)[0], capped(criteria, high)[1]
    return lower.alias("lower"), upper.alias("upper"), reachable.alias("reachable")


def _graded(criteria: CriteriaSet) -> tuple[pl.Expr, ...]:
    lower, upper = pl.col("lower"), pl.col("upper")
    return (
        pl.lit(criteria.id).alias("criteria"),
        pl.lit(criteria.hash).alias("criteria_hash"),
        pl.when(lower == upper).then(lower).alias("points"),
        lower,
        upper,
        grade(criteria, lower, upper).alias("grade"),
        pl.col("reachable"),
    )


def _line(item: str, made: dict[str, pl.Expr], measure: str | None) -> list[pl.Expr]:
    """The columns of an item's or limit's line after the key; what is not in `made` is null."""
    value = pl.lit(None, pl.Float64) if measure is None else pl.col(column(measure)).cast(pl.Float64)
    empty = {name: pl.lit(None, pl.Float64) for name in ("points", "lower", "upper")}
    words = {"rule": pl.lit(None, pl.String), "note": pl.lit(None, pl.String)}
    whole = {**empty, "met": pl.lit(None, pl.Boolean), **words, **made}
    order = ("points", "lower", "upper", "status", "met")
    return [
        pl.lit(item).alias("item"),
        *(whole[name].alias(name) for name in order),
        pl.lit(measure, pl.String).alias("measure"),
        value.alias("value"),
        *(whole[name].alias(name) for name in ("rule", "note")),
    ]


def _status(applies: pl.Expr, known: pl.Expr) -> pl.Expr:
    idle, scored, open_ = ItemStatus.NOT_APPLICABLE, ItemStatus.SCORED, ItemStatus.NOT_DETERMINABLE
    return (
        pl.when(~applies.fill_null(True))
        .then(pl.lit(idle.value))
        .when(known)
        .then(pl.lit(scored.value))
        .otherwise(pl.lit(open_.value))
    )


def _item_line(item: Item) -> list[pl.Expr]:
    cols = Cols(item)
    made = {"note": pl.col(f"note:{item.code}")}
    if item.max is None:
        made |= {"met": cols.met, "status": _status(cols.applies, cols.met.is_not_null())}
    else:
        lower, upper = divided(cols.lower, 100), divided(cols.upper, 100)
        made |= {"points": pl.when(cols.lower == cols.upper).then(lower), "lower": lower, "upper": upper}
        made |= {"status": _status(cols.applies, cols.lower == cols.upper)}
        if item.yes_no is not None:
            made["met"] = cols.met
        if item.bands is not None:
            made["rule"] = pl.col(f"band:{item.code}")
    return _line(item.code, made, next(iter(item.measures()), None))


def _limit_line(criteria: CriteriaSet, limit: Gate | Cap | Veto) -> list[pl.Expr]:
    """`met` says that the limit leaves the meeting alone."""
    applies = limit_applies(criteria, limit)
    made = {"met": ~applies, "status": _status(pl.lit(True), applies.is_not_null())}
    return _line(limit.code, made, None if isinstance(limit, Gate) else limit.when.measure)


_programs: OrderedDict[tuple[str, str | None, str | None], Program] = OrderedDict()


def program(criteria: CriteriaSet, form: CriteriaSet | None, named: str | None) -> Program:
    """The compiled set for marks on `form` (its definition, None when unknown) as `named` by the assessments.

    The last `CACHED` are kept. Safe from several threads: at worst one is built twice.
    """
    key = (criteria.hash, form.hash if form else None, named)
    found = _programs.pop(key, None) or _build(criteria, form, named)
    _programs[key] = found
    while len(_programs) > CACHED:
        _programs.popitem(last=False)
    return found
