"""Bitemporality: late and back-dated changes make the same tree, and the past stays as it was known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.chassis.intake import Work
from services.chassis.reading import Report
from services.chassis.store import Store
from services.chassis.tree import Tree
from services.contracts import registry as reports
from services.contracts.base import Contract
from services.contracts.receipts import Refused
from services.registry.decide import make_decide
from services.registry.events import CellEvent, Noted, UnitEvent
from services.registry.nodes import Cell
from services.registry.projection import Keeper
from tests.given import Scenario
from tests.registry.said import TOWN, cell, day, dissolved, members, moved, renamed, unit, unit_dissolved, unit_moved

DAYS = st.integers(1, 12).map(lambda n: date(2020, n, 1))
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("name"), DAYS, st.sampled_from(["A", "B", "Chi bộ C1"])),
        st.tuples(st.just("members"), DAYS, st.sampled_from([9, 12, 15])),
        st.tuples(st.just("parent"), DAYS, st.sampled_from(["W1", "W2"])),
    ),
    max_size=12,
)
FIRST = datetime(2025, 1, 1, tzinfo=UTC)


def report_of(field: str, on: date, value: Any) -> Contract:
    text = on.isoformat()
    makers: dict[str, Any] = {"name": renamed, "members": members, "parent": moved}
    found: Contract = makers[field](value, text)
    return found


class Registry:
    """A registry of its own for one example; reports come one minute after another."""

    def __init__(self) -> None:
        self.tree, self.store = Tree(), Store("registry", ":memory:")
        self.keeper = Keeper(self.store, self.tree)
        self.decide = make_decide(self.tree)
        self.said = 0

    def take(self, *batch: Contract, unit: str = "CITY") -> list[Refused]:
        """Settles the reports as one batch; returns the refusals."""
        work, refusals = Work(self.store), []
        for data in batch:
            self.said += 1
            at = FIRST + timedelta(minutes=self.said)
            try:
                self.decide(work, Report("registry", unit, f"r{self.said}", "", data, at, at, "urn:test", self.said))
            except Refused as refused:
                assert not work.dirty
                refusals.append(refused)
            self.keeper.decided(work.collect())
        self.store.append(work.events)
        return refusals


@settings(max_examples=60, deadline=None)
@given(CHANGES)
def test_changes_in_any_order_fold_as_if_sorted_by_day_and_arrival(changes: list[tuple[str, date, Any]]) -> None:
    registry = Registry()
    assert not registry.take(*TOWN, cell(), *(report_of(*change) for change in changes))
    for month in range(1, 13):
        on = date(2020, month, 15)
        believed = {"name": "Chi bộ C1", "members": 12, "parent": "W1"}
        for field, since, value in sorted(changes, key=lambda change: change[1]):  # a stable sort keeps the arrival
            if since <= on:
                believed[field] = value
        state = registry.tree.cell("C1", on)
        assert state is not None
        found = {"name": state["name"], "members": state["members"]["full"], "parent": state["parent"]}
        assert found == believed


@settings(max_examples=40, deadline=None)
@given(CHANGES, st.data())
def test_what_was_known_then_can_be_asked_for_ever(changes: list[tuple[str, date, Any]], data: st.DataObject) -> None:
    registry = Registry()
    registry.take(*TOWN, cell())
    seen = {}
    for change in changes:
        registry.take(report_of(*change))
        on = data.draw(DAYS)
        seen[FIRST + timedelta(minutes=registry.said), on] = registry.tree.at(on)
    for (known_at, on), tree in seen.items():
        assert registry.tree.at(on, known_at) == tree


REPORTS = st.one_of(
    st.builds(cell, st.sampled_from(["C1", "C2", "C3"]), st.sampled_from(["W1", "W2", "G1"]), DAYS.map(str)),
    st.builds(unit, st.sampled_from(["G1", "G2", "W1"]), st.sampled_from(["CITY", "W1", "G1", "G2"]), DAYS.map(str)),
    st.builds(
        unit_moved, st.sampled_from(["W1", "G1", "G2"]), st.sampled_from(["CITY", "W2", "G1", "G2"]), DAYS.map(str)
    ),
    st.builds(unit_dissolved, st.sampled_from(["W1", "G1", "G2"]), DAYS.map(str)),
    st.builds(moved, st.sampled_from(["W1", "W2", "G1"]), DAYS.map(str), st.sampled_from(["C1", "C2", "C3"])),
    st.builds(dissolved, DAYS.map(str), st.sampled_from(["C1", "C2", "C3"])),
    st.builds(
        lambda on, code, other: reports.CellMerged(
            cell=code, merged=(other,), members=reports.Members(full=20), valid_from=on
        ),
        DAYS,
        st.sampled_from(["C1", "C2"]),
        st.sampled_from(["C2", "C3"]),
    ),
    st.builds(
        lambda on, of, to, end: reports.TreeReorganised(
            valid_from=on, moves=(reports.Move(children_of=of, to=to),), dissolve=end
        ),
        DAYS,
        st.sampled_from(["W1", "G1"]),
        st.sampled_from(["W2", "G1"]),
        st.sampled_from([(), ("W1",)]),
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(REPORTS, max_size=25))
def test_no_reports_ever_break_the_tree(said: list[Contract]) -> None:
    registry = Registry()
    registry.take(*TOWN, unit("G1", "W1"), unit("G2", "G1", "2020-03-01"))
    registry.take(*said)
    tree = registry.tree
    for month in range(1, 13):
        on = date(2020, month, 15)
        living = tree.at(on)
        units = {each.unit for each in living.units}
        parents = {u.unit: u.parent for u in living.units} | {c.cell: c.parent for c in living.cells}
        for code, parent in parents.items():
            assert parent is None or parent in units, f"{code} is an orphan on {on}"
            assert code == "CITY" or tree.ancestors(code, on)[-1] == "CITY", f"{code} goes round in a circle on {on}"
    # from its own store the registry finds the same tree
    again = Tree()
    Keeper(registry.store, again).fold()
    assert again.at(date(2021, 1, 1)) == tree.at(date(2021, 1, 1))


def test_what_was_undone_is_forgotten(registry: Scenario) -> None:
    registry.given(*TOWN)
    work = Work(registry.store)
    at = datetime(2025, 6, 1, tzinfo=UTC)
    registry.decide(work, Report("registry", "CITY", "x", "CellEstablished", cell(), at, at, "urn:test", 1))
    registry.watcher.decided(work.collect())
    assert registry.watcher.tree.cell("C1", day("2020-01-01"))
    registry.watcher.undone()
    assert registry.watcher.tree.cell("C1", day("2020-01-01")) is None
    assert registry.watcher.tree.unit("W1", day("2020-01-01"))
    registry.when(cell()).then(("CellEstablished", {"cell": "C1"}))


def test_events_come_back_from_the_store_as_they_were(registry: Scenario) -> None:
    registry.given(*TOWN, cell(), members(12, "2020-01-01"), members(10, "2019-06-01"), renamed("B", "2019-03-01"))
    stored = list(registry.store.events.get(Cell.id_of("C1")))
    assert [type(event).__name__ for event in stored] == [
        "CellEstablished",
        "Noted",
        "MembershipChanged",
        "CellRenamed",
    ]
    assert all(isinstance(event, CellEvent | UnitEvent | Noted) for event in stored)
    found = registry.store.find(Cell, Cell.id_of("C1"))
    assert found is not None
    assert found.version == 4
    assert [s["members"]["full"] for s in found.timeline.since("2019-01-01")] == [12, 12, 10, 12]
