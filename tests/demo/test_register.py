"""The demo's register adds up to the city's published figures, on every day of the seven years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.chassis.tree import Tree
from services.contracts.registry import CellKind, UnitKind
from services.demo.places import CITY, MEMBERS, PROVINCE, REFORM, WARD_A, WARD_B

FIRSTS = [date(year, month, 1) for year in range(2019, 2026) for month in range(1, 13)]
DAYS = [*FIRSTS, date(2018, 12, 1), REFORM - timedelta(days=1), date(2025, 12, 31)]


def test_the_registry_accepts_every_report(registered: tuple[Tree, list[str]]) -> None:
    assert registered[1] == []


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_it_adds_up_every_day(tree: Tree, day: date) -> None:
    now = tree.at(day)
    kinds = {unit.unit: unit.kind for unit in now.units}
    under_committee = [cell for cell in now.cells if kinds[cell.parent] is UnitKind.GRASSROOTS]
    assert (len(now.cells), len(under_committee)) == (171, 132)
    assert sum(cell.members.total for cell in now.cells) == MEMBERS == 3368
    hardest = [cell for cell in now.cells if cell.hardship]
    assert len(hardest) == 10
    assert {cell.kind for cell in hardest} == {CellKind.VILLAGE}
    assert all(cell.members.full >= 3 for cell in now.cells)


def test_the_reform_puts_the_wards_in_the_citys_place(tree: Tree) -> None:
    before = {unit.unit: unit for unit in tree.at(REFORM - timedelta(days=1)).units}
    after = {unit.unit: unit for unit in tree.at(REFORM).units}
    assert {unit for unit in before if before[unit].parent == PROVINCE} == {CITY}
    assert {unit for unit in after if after[unit].parent == PROVINCE} == {WARD_A, WARD_B}
    committees = {unit for unit in after if after[unit].kind is UnitKind.GRASSROOTS}
    assert {before[unit].parent for unit in committees} == {CITY}
    assert {after[unit].parent for unit in committees} == {WARD_A, WARD_B}
    cells = tree.at(REFORM).cells
    assert sum(cell.parent in (WARD_A, WARD_B) for cell in cells) == 39
    assert {cell.cell for cell in cells} == {cell.cell for cell in tree.at(REFORM - timedelta(days=1)).cells}


def test_it_has_what_leadership_looks_for(tree: Tree) -> None:
    cells = tree.at(date(2025, 12, 31)).cells
    assert {cell.kind for cell in cells} == set(CellKind)
    assert any(cell.members.full >= 9 and cell.committee_size == 0 for cell in cells), "the alert of domain.md §4"
    assert any(cell.committee_size >= 3 for cell in cells)
    assert any(cell.secretary and cell.secretary.concurrent_post != "none" for cell in cells)
    assert any(cell.secretary is None for cell in cells)
    assert any(cell.secretary and cell.secretary.on_upper_committee for cell in cells)
    assert any(cell.members.total >= 30 for cell in cells) and any(cell.members.exempt for cell in cells)
    assert any(cell.dissolved for cell in (tree.at(date(2021, 4, 1)).cells)) is False
    assert len({cell.cell for day in FIRSTS for cell in tree.at(day).cells}) == 173, "two mergers, two splits"
