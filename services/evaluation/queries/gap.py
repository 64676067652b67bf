"""`rpc.evaluation.gap`: cells' own marks against observers', by item, cell, unit and observer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import polars as pl

from services.contracts import gap as told
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.history.criteria import Sets, sets_known
from services.evaluation.history.facts import fact_batches
from services.evaluation.history.known import Dials
from services.evaluation.history.observers import units_on, visits_known
from services.evaluation.history.store import Connection, position
from services.evaluation.history.tree import require_unit
from services.evaluation.observing.gaps import Groups, Pair, by_item, estimates, sides
from services.evaluation.queries.answers import days
from services.evaluation.scoring.facts import FACTS, marks_of
from services.evaluation.scoring.facts import KEY as FACT_KEY
from services.evaluation.scoring.notes import Note
from services.evaluation.scoring.score import score

T = TypeVar("T")
NOT_BY_FACTS = [
    note.value for note in (Note.MARK_INSTEAD, Note.APPLIES_NOT_FULL, Note.APPLIES_NOT_DROP, Note.APPLIES_NOT_RESCALE)
]
"""Notes of lines whose points no fact of the meeting earned."""
Forms = Mapping[str, CriteriaSet]


def gap(con: Connection, question: told.GapOf, shipped: Sets) -> told.Gap:
    """The answer to `GapOf`. Refuses an unknown unit."""
    if question.unit:
        require_unit(con, question.unit)
    dials = Dials(question.known_at, question.tree_at)
    first, last = days(question.year, question.month)
    visits = visits_known(con, last, dials).filter(pl.col("held_on") >= first)
    used = _visited(fact_batches(con, first=first, last=last, unit=question.unit, dials=dials), visits)
    forms = sets_known(con, shipped, dials).forms
    own = {(row["cell"], row["meeting"]): row for row in used.iter_rows(named=True)}
    there = [row for row in visits.iter_rows(named=True) if (row["cell"], row["meeting"]) in own]
    decided = _decided(used, forms)
    pairs = [_pair(row, own[row["cell"], row["meeting"]], decided) for row in there if _comparable(row, own)]
    left_out: dict[str, int] = {}
    estimated = _Estimated()

    def cut(name: str, found: Sequence[T]) -> tuple[T, ...]:
        if len(found) > question.limit:
            left_out[name] = len(found) - question.limit
        return tuple(found[: question.limit])

    units = units_on(con, dials.tree_at or last, dials)
    return told.Gap(
        visits=len(pairs),
        apart=len(there) - len(pairs),
        mean=round(sum(pair.gap for pair in pairs) / len(pairs), 4) if pairs else None,
        items=by_item(pairs, {id_: _titles(form) for id_, form in forms.items()}),
        cells=cut("cells", _cells(pairs, estimated)),
        units=cut("units", _units(pairs, units, question.unit, estimated)),
        observers=cut("observers", _observers(pairs, estimated)),
        by_visit=cut("by_visit", [pair.line for pair in pairs]),
        spreads=estimated.spreads,
        left_out=left_out,
        position=position(con),
    )


def _visited(held: Iterable[pl.DataFrame], visits: pl.DataFrame) -> pl.DataFrame:
    """The facts of the meetings that were visited, by cell, period and meeting."""
    those = visits.select("cell", "meeting").unique()
    found = (batch.join(those, on=["cell", "meeting"], how="semi") for batch in held)
    return pl.concat([pl.DataFrame(schema=FACTS), *found]).sort(FACT_KEY)


def _titles(form: CriteriaSet) -> dict[str, dict[str, str]]:
    return {item.code: item.title.model_dump() for item in form.items}


def _comparable(row: dict[str, object], own: Mapping[tuple[object, object], Mapping[str, object]]) -> bool:
    form = own[row["cell"], row["meeting"]]["marks_criteria"]
    return form is not None and row["marks_criteria"] == form


def _decided(used: pl.DataFrame, forms: Forms) -> dict[tuple[str, str], dict[str, float]]:
    """For each meeting with marks what the rules of their form make of its facts, of the items that these decide."""
    found: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for (form,), part in used.drop_nulls("marks_criteria").group_by("marks_criteria", maintain_order=True):
        if form in forms:
            lines = score(part, forms[str(form)], forms).items
            by_rule = [item.code for item in forms[str(form)].items if item.bands or item.share or item.yes_no]
            by_fact = pl.col("item").is_in(by_rule) & ~pl.col("note").is_in(NOT_BY_FACTS).fill_null(False)
            for row in lines.filter(by_fact, pl.col("points").is_not_null()).iter_rows(named=True):
                found[row["cell"], row["meeting"]][row["item"]] = row["points"]
    return found


def _pair(row: dict[str, object], own: dict[str, object], decided: Mapping[tuple[str, str], dict[str, float]]) -> Pair:
    return Pair(
        about=own,
        visit=str(row["visit"]),
        observer=str(row["observer"]),
        criteria=str(row["marks_criteria"]),
        own=marks_of(own),
        theirs=marks_of(row),
        facts=decided.get((str(row["cell"]), str(row["meeting"])), {}),
        own_grade=own["self_grade"],  # type: ignore[arg-type]
        grade=row["grade"],  # type: ignore[arg-type]
        events=tuple(str(event) for event in (row["event"], own["event"]) if event),
    )


def _grouped(pairs: Sequence[Pair], names: Callable[[Pair], Iterator[str]]) -> Groups:
    found: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        for name in names(pair):
            found[name].append(pair)
    return dict(sorted(found.items()))


class _Estimated:
    """Estimates of groups, and what they rest on by the name of their kind."""

    def __init__(self) -> None:
        self.spreads: dict[str, told.Spread] = {}

    def sides(
        self, name: str, groups: Groups, cluster: Callable[[Pair], str], beyond: Callable[[Pair], float | None]
    ) -> dict[str, dict[str, Any]]:
        """For each group what `contracts.gap.Sides` has."""
        gaps = self._estimates(name, groups, cluster, lambda pair: pair.gap)
        over = self._estimates(f"{name} beyond", groups, cluster, beyond)
        return {one: sides(pairs, gaps[one], over.get(one)) for one, pairs in groups.items()}

    def _estimates(
        self, name: str, groups: Groups, cluster: Callable[[Pair], str], value: Callable[[Pair], float | None]
    ) -> dict[str, told.Estimate]:
        found, spread = estimates(groups, cluster, value)
        if spread is not None:
            self.spreads[name] = spread
        return found


def _visit(pair: Pair) -> str:
    return f"{pair.about['cell']} {pair.visit}"


def _cell(pair: Pair) -> str:
    return str(pair.about["cell"])


def _cells(pairs: Sequence[Pair], estimated: _Estimated) -> list[told.CellGap]:
    groups = _grouped(pairs, lambda pair: iter((_cell(pair),)))
    found = estimated.sides("cells", groups, _visit, lambda pair: pair.own_beyond)
    known = ("cell", "cell_name", "unit", "unit_name")
    cells = [
        told.CellGap(**{name: groups[cell][-1].about[name] for name in known}, **said) for cell, said in found.items()
    ]
    return sorted(cells, key=lambda one: (-one.gap.shrunken, one.cell))


def _units(
    pairs: Sequence[Pair], units: Mapping[str, Mapping[str, Any]], within: str | None, estimated: _Estimated
) -> list[told.UnitGap]:
    """Units of one kind are estimated among one another: a ward's committees are not compared with the ward."""

    def above(pair: Pair) -> Iterator[str]:
        those = pair.about["units"] or ()
        yield from those[: those.index(within) + 1] if within in those else those

    by_kind: dict[str, dict[str, Sequence[Pair]]] = defaultdict(dict)
    for unit, those in _grouped(pairs, above).items():
        by_kind[units[unit]["kind"] if unit in units else ""][unit] = those
    found = [
        told.UnitGap(unit=unit, unit_name=units.get(unit, {}).get("name"), **said)
        for kind, groups in sorted(by_kind.items())
        for unit, said in estimated.sides(f"units {kind}".strip(), groups, _cell, lambda p: p.own_beyond).items()
    ]
    return sorted(found, key=lambda one: (-one.gap.shrunken, one.unit))


def _observers(pairs: Sequence[Pair], estimated: _Estimated) -> list[told.ObserverGap]:
    groups = _grouped(pairs, lambda pair: iter((pair.observer,)))
    found = estimated.sides("observers", groups, _cell, lambda pair: pair.observer_beyond)
    observers = [told.ObserverGap(observer=observer, **said) for observer, said in found.items()]
    return sorted(observers, key=lambda one: (-(one.beyond.shrunken if one.beyond else 0), one.observer))
