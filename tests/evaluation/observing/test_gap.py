"""Cells' own marks against observers': by item, cell, unit and observer, and both against the facts."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest

from services.contracts.gap import Gap, GapOf
from services.contracts.receipts import Refused
from services.evaluation.queries.gap import gap
from tests.evaluation.history.stream import Stream, moment
from tests.evaluation.observing.test_coverage import city
from tests.evaluation.observing.told import history
from tests.evaluation.territory import SETS

FACTS = {"1.1": 5.0, "2.1": 4.0, "7": 27.0}
"""What set E makes of the sheet of `stream.held` (95 minutes, all present, 17 of 20 targets)."""


def marks(
    total: float | None = None, grade: str | None = None, form: str = "an-phu-2025", **own: float
) -> dict[str, Any]:
    """Marks on set E's form: those of the facts, and 4.2 judged 10, unless said otherwise (`i7` is item 7)."""
    given = {**FACTS, "4.2": 10.0} | {item.removeprefix("i").replace("_", "."): mark for item, mark in own.items()}
    return {"criteria": form, "marks": given, "total": total, "grade": grade}


@pytest.fixture
def stream() -> Stream:
    return city()


def asked(stream: Stream, **question: Any) -> Gap:
    return gap(history(stream), GapOf.model_validate({"year": 2025, **question}), SETS)


def visit(
    stream: Stream, cell: str, month: int, own: dict[str, Any] | None, theirs: dict[str, Any] | None, **more: Any
) -> None:
    """A meeting with the cell's marks, and a visit to it with the observer's."""
    on = f"2025-{month:02}-03"
    stream.held(cell, f"m{month}", on, assessment=own)
    stream.visited(cell, f"v{month}", f"m{month}", on, assessment=theirs, **more)


def test_the_gap_by_item_and_over_all_and_what_is_beyond_the_facts(stream: Stream) -> None:
    visit(stream, "C", 1, marks(i7=30, i4_2=9), marks(i7=24, i4_2=10))
    found = asked(stream)
    assert (found.visits, found.apart, found.mean) == (1, 0, 5.0)
    [one] = found.by_visit
    assert (one.items, one.gap) == ({"1.1": 0.0, "2.1": 0.0, "7": 6.0, "4.2": -1.0}, 5.0)
    assert (one.own_beyond, one.observer_beyond, one.inflated) == (3.0, -3.0, True)
    assert one.events == (stream.events[-1].headers["ce-id"], stream.events[-2].headers["ce-id"])
    items = {item.item: (item.own, item.observer, item.facts, item.gap) for item in found.items}
    assert items["7"] == (30.0, 24.0, 27.0, 6.0)
    assert items["4.2"] == (9.0, 10.0, None, -1.0), "people judge it"
    assert [item.item for item in found.items] == ["1.1", "2.1", "4.2", "7"], "in the order of the form"
    assert set(found.items[0].title) == {"vi", "en", "bn"}
    [cell] = found.cells
    assert (cell.cell, cell.visits, cell.inflated, cell.gap.mean, cell.events) == ("C", 1, 1, 5.0, one.events)
    assert (cell.gap.low, cell.gap.stands_out) == (None, False)


@pytest.mark.parametrize(
    ("own", "theirs", "inflated"),
    [
        (marks(i4_2=10), marks(i4_2=5), True),
        (marks(i4_2=10), marks(i4_2=5.01), False),
        (marks(grade="good", i4_2=10), marks(grade="fair", i4_2=9), True),
        (marks(grade="fair", i4_2=10), marks(grade="good", i4_2=9), False),
        (marks(grade="good"), marks(grade="met"), False),
        (marks(grade="good"), marks(), False),
    ],
)
def test_five_points_more_or_a_better_grade_is_inflated(
    stream: Stream, own: dict[str, Any], theirs: dict[str, Any], inflated: bool
) -> None:
    visit(stream, "C", 1, own, theirs)
    assert [one.inflated for one in asked(stream).by_visit] == [inflated]


def test_what_cannot_be_compared_is_counted_apart(stream: Stream) -> None:
    visit(stream, "C", 1, None, marks())
    visit(stream, "C", 2, marks(), None)
    visit(stream, "C", 3, marks(), marks(form="hd-42-2025"))
    visit(stream, "C", 4, marks(form="gone"), marks(form="gone", i7=20))
    found = asked(stream)
    assert (found.visits, found.apart, found.mean) == (1, 3, 7.0)
    assert found.by_visit[0].own_beyond is None, "nobody here knows the form"
    assert found.cells[0].beyond is None


def test_a_cell_that_flatters_itself_stands_out_and_a_lenient_observer_by_the_facts(stream: Stream) -> None:
    for number in range(8):
        stream.cell(f"N{number}", {"valid_from": "2019-01-01", "parent": "G"}, recorded="2019-01-01")
        for month in (1, 2, 3):
            judged = 10 - (number + month) % 3 / 2
            visit(stream, f"N{number}", month, marks(i4_2=judged), marks(), observer=f"o-10{number % 4}")
    for month in (1, 2, 3, 4):
        visit(stream, "C", month, marks(i7=35 - month % 2), marks(), observer="o-101")
        visit(stream, "E", month, marks(i7=36), marks(i7=36 - month % 2), observer="o-666")
        visit(stream, "D", month, marks(i7=34), marks(i7=34 + month % 2), observer="o-666")
    found = asked(stream)
    assert found.cells[0].cell == "C" and found.cells[0].gap.stands_out
    assert not any(cell.gap.stands_out for cell in found.cells[1:]), "of E and D the observer says the same"
    assert {cell.cell for cell in found.cells if cell.beyond and cell.beyond.stands_out} == {"C", "D", "E"}
    lenient = found.observers[0]
    assert (lenient.observer, lenient.visits, lenient.gap.count) == ("o-666", 8, 2), "a cell counts once"
    assert lenient.beyond is not None and lenient.beyond.stands_out
    assert not any(one.beyond and one.beyond.stands_out for one in found.observers[1:])
    assert {"cells", "cells beyond", "units grassroots", "units city", "observers"} <= set(found.spreads)


def test_a_month_a_unit_a_moment_a_tree(stream: Stream) -> None:
    visit(stream, "C", 1, marks(i7=30), marks())
    visit(stream, "D", 2, marks(i7=30), marks(), recorded="2025-02-20")
    assert [one.cell for one in asked(stream, month=1).by_visit] == ["C"]
    assert [one.unit for one in asked(stream, unit="G").units] == ["G"]
    assert [one.unit for one in asked(stream).units] == ["CITY", "G"]
    assert asked(stream, known_at=moment("2025-02-10")).visits == 1
    stream.cell("C", {"valid_from": "2025-06-01", "parent": "CITY"}, recorded="2025-06-01")
    assert [one.unit for one in asked(stream, tree_at=date(2025, 6, 1)).units] == ["CITY"]
    assert asked(stream, limit=1).left_out == {"cells": 1, "units": 1, "by_visit": 1}
    stream.unit("WARD", "CITY", "2026-01-01", kind="ward")
    stream.cell("C", {"valid_from": "2026-01-01", "parent": "WARD"}, recorded="2026-01-01")
    later = asked(stream, tree_at=date(2026, 1, 1))
    assert {one.unit: one.unit_name for one in later.units} == {"CITY": "Thành ủy", "WARD": "Đảng ủy WARD"}
    assert {name for name in later.spreads if name.startswith("units")} >= {"units city", "units ward"}
    with pytest.raises(Refused, match="no unit X"):
        asked(stream, unit="X")


def test_of_nothing_there_is_nothing(stream: Stream) -> None:
    found = asked(stream)
    assert (found.visits, found.mean, found.items, found.cells, found.spreads) == (0, None, (), (), {})


def test_how_it_came_in_makes_no_difference(stream: Stream) -> None:
    for month in (1, 2, 3):
        visit(stream, "C", month, marks(i7=30 + month), marks())
        visit(stream, "E", month, marks(i7=28), marks(i7=29), observer="o-002")
    found = asked(stream)
    order = Random(1).sample(stream.events, len(stream.events))
    stream.events = [event._replace(position=n) for n, event in enumerate([*order, *order], 1)]
    assert asked(stream).model_copy(update={"position": found.position}) == found
