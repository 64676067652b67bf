"""Who may be proposed for which cell: whoever is assigned on that day, where a line that is for the cell sends them.

A committee's people go to cells below it; a sponsor to the hardest villages of the same city, commune or ward. Nobody
is proposed where they are assigned already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import polars as pl

from services.contracts.coverage import Proposal
from services.contracts.observers import Line, Standing
from services.contracts.registry import UnitKind
from services.evaluation.observing.lines import LOCAL, NO_LINE, NOBODY, STANDINGS, reason
from services.evaluation.observing.proposals import spread

NEAR = (UnitKind.CITY, UnitKind.COMMUNE, UnitKind.WARD)
ORDER = (Line.HARDEST, Line.GRASSROOTS, Line.VILLAGES, Line.SUBORDINATE)
"""Which line is taken where several are for a cell: the hardest villages need a sponsor every month."""


class Someone(NamedTuple):
    """An observer who could go: from whom, in what standing, with the units they belong to, and the event behind it."""

    observer: str
    standing: Standing
    by_unit: str
    belongs: frozenset[str]
    event: str


def pool(holding: pl.DataFrame, chains: Mapping[str, Sequence[str]]) -> list[Someone]:
    """Everybody who is assigned (`holding`), once for each standing and committee. `chains`: for each unit or cell that
    sends somebody itself and all units above it."""
    rows = holding.unique(["observer", "standing", "by_unit"], keep="first", maintain_order=True)
    found = [
        Someone(
            row["observer"],
            Standing(row["standing"]),
            row["by_unit"],
            frozenset(chains.get(row["by_unit"], ())),
            row["event"],
        )
        for row in rows.iter_rows(named=True)
    ]
    return sorted(found, key=lambda one: (one.observer, one.standing, one.by_unit))


def proposals(
    cells: Sequence[Mapping[str, Any]],
    holding: pl.DataFrame,
    people: Sequence[Someone],
    unit_kinds: Mapping[str, str],
    only: Line | None,
) -> Iterator[Proposal]:
    """For each cell (rows of facts, with `lines`) somebody, the load spread evenly; or why nobody."""
    there = set(holding.select("cell", "observer").iter_rows())
    loads = dict(holding.group_by("observer").len().iter_rows())
    reach = _reach(people, unit_kinds)
    options: dict[str, dict[str, tuple[Line, Someone]]] = {}
    for cell in cells:
        chosen: dict[str, tuple[Line, Someone]] = {}
        options[cell["cell"]] = chosen
        lines = [line for line in ORDER if line.value in cell["lines"] and only in (None, line)]
        for line, unit in product(lines, cell["units"]):
            for one in reach.get((line, unit), ()):
                if (cell["cell"], one.observer) not in there:
                    chosen.setdefault(one.observer, (line, one))
    given, carried = spread({cell: list(who) for cell, who in options.items()}, loads)
    for cell in cells:
        told = {name: cell[name] for name in ("cell", "cell_name", "unit", "unit_name", "lines")}
        events = [cell["cell_event"]]
        if (observer := given.get(cell["cell"])) is None:
            why = reason(*(NOBODY if cell["lines"] else NO_LINE))
            yield Proposal(**told, reason=why, events=tuple(events))
            continue
        line, one = options[cell["cell"]][observer]
        yield Proposal(
            **told,
            line=line,
            observer=observer,
            standing=one.standing,
            by_unit=one.by_unit,
            load=carried[observer],
            events=(one.event, *events),
        )


def _reach(people: Sequence[Someone], unit_kinds: Mapping[str, str]) -> dict[tuple[Line, str], list[Someone]]:
    """Who may go to the cells under a unit along a line."""
    found: dict[tuple[Line, str], list[Someone]] = {}
    for one in people:
        for line in (line for line in Line if one.standing in STANDINGS[line]):
            if line is Line.HARDEST:
                units = [unit for unit in sorted(one.belongs) if unit_kinds.get(unit) in NEAR]
            elif line is Line.SUBORDINATE and unit_kinds.get(one.by_unit) not in LOCAL:
                units = []
            else:
                units = [one.by_unit]
            for unit in units:
                found.setdefault((line, unit), []).append(one)
    return found
