"""Cells: what each report produces, what it refuses, when it stays quiet."""

from __future__ import annotations

import pytest

from services.contracts.base import Contract
from services.contracts.registry import (
    CellKind,
    CellMerged,
    CellReclassified,
    CellSplit,
    CommitteeFormed,
    ConcurrentPost,
    HardshipDesignated,
    HardshipLifted,
    Members,
    NewCell,
    Secretary,
    SecretaryAppointed,
    SecretaryRelieved,
)
from tests.given import By, Scenario
from tests.registry.said import TOWN, cell, day, dissolved, members, moved, renamed, unit, unit_dissolved

ON = day("2022-01-01")
EVERY_CHANGE: list[tuple[Contract, str, dict[str, object]]] = [
    (renamed("Bản Mới", "2022-01-01"), "CellRenamed", {"states.0.name": "Bản Mới"}),
    (moved("W2", "2022-01-01"), "CellReparented", {"states.0.parent": "W2"}),
    (
        CellReclassified(cell="C1", kind=CellKind.RESIDENTIAL, valid_from=ON),
        "CellReclassified",
        {"states.0.kind": "residential"},
    ),
    (members(2, "2022-01-01"), "MembershipChanged", {"states.0.members.full": 2}),
    (
        SecretaryAppointed(cell="C1", concurrent_post=ConcurrentPost.VILLAGE_HEAD, valid_from=ON),
        "SecretaryAppointed",
        {"states.0.secretary": {"concurrent_post": "village_head", "on_upper_committee": False}},
    ),
    (CommitteeFormed(cell="C1", size=3, valid_from=ON), "CommitteeFormed", {"states.0.committee_size": 3}),
    (HardshipDesignated(cell="C1", valid_from=ON), "HardshipDesignated", {"states.0.hardship": True}),
    (dissolved("2022-01-01"), "CellDissolved", {"states.0.dissolved": True}),
]
CHANGES = [pytest.param(*each, id=each[1]) for each in EVERY_CHANGE]


def test_established(registry: Scenario) -> None:
    said = cell(full=9, committee_size=3, hardship=True, secretary=Secretary())
    registry.given(*TOWN).when(said).then(
        (
            "CellEstablished",
            {
                "cell": "C1",
                "states.0.valid_from": "2019-01-01",
                "states.0.parent": "W1",
                "states.0.committee_size": 3,
                "states.0.hardship": True,
                "states.0.dissolved": False,
            },
        )
    )
    registry.when(said).then_nothing()


def test_not_established(registry: Scenario) -> None:
    registry.given(*TOWN, cell("C1"))
    registry.when(cell("C1", full=20)).then_refused("cell")
    registry.when(cell("W2")).then_refused("cell")
    registry.when(cell("C2", full=2)).then_refused("members.full")
    registry.when(cell("C2", full=8, committee_size=3)).then_refused("committee_size")
    registry.when(cell("C2", "NONE")).then_refused("parent", waiting=True)
    registry.when(By("W2", cell("C2", "W1"))).then_refused("parent")
    registry.when(By("C2", cell("C2", "W1"))).then_refused("parent")
    registry.when(By("W2", cell("C1", "NONE", "1900-01-01", full=2, committee_size=3))).then_refused(
        "valid_from", "cell", "parent", "members.full", "committee_size"
    )


@pytest.mark.parametrize(("report", "kind", "facts"), CHANGES)
def test_changes(registry: Scenario, report: Contract, kind: str, facts: dict[str, object]) -> None:
    registry.given(*TOWN, cell()).when(report).then((kind, {"cell": "C1", "states.0.valid_from": "2022-01-01"} | facts))
    assert registry.published[0].cell == "C1"
    registry.when(report).then_nothing()


@pytest.mark.parametrize(("report", "kind", "facts"), CHANGES)
def test_changes_refused(registry: Scenario, report: Contract, kind: str, facts: dict[str, object]) -> None:
    registry.given(*TOWN).when(report).then_refused("cell", waiting=True)
    registry.given(cell(on="2023-01-01")).when(report).then_refused("cell")
    registry.given(cell("C2", full=12), dissolved("2021-01-01", "C2"))
    registry.when(report.model_copy(update={"cell": "C2"})).then_refused("cell")
    registry.given(cell("C3")).when(By("W2", report.model_copy(update={"cell": "C3"}))).then_refused("cell")


def test_what_ends_again(registry: Scenario) -> None:
    registry.given(*TOWN, cell(secretary=Secretary(), hardship=True))
    registry.when(SecretaryRelieved(cell="C1", valid_from=ON)).then(("SecretaryRelieved", {"states.0.secretary": None}))
    registry.when(SecretaryRelieved(cell="C1", valid_from=day("2023-01-01"))).then_nothing()
    registry.when(HardshipLifted(cell="C1", valid_from=ON)).then(("HardshipLifted", {"states.0.hardship": False}))
    registry.when(HardshipLifted(cell="C1", valid_from=day("2023-01-01"))).then_nothing()


def test_a_committee_takes_nine_full_members_on_that_day(registry: Scenario) -> None:
    registry.given(*TOWN, cell(full=9), members(8, "2022-01-01"))
    registry.when(CommitteeFormed(cell="C1", size=3, valid_from=ON)).then_refused("size")
    registry.when(CommitteeFormed(cell="C1", size=3, valid_from=day("2021-06-01"))).then(
        ("CommitteeFormed", {"states.0.committee_size": 3, "states.1.committee_size": 3})
    )
    registry.when(CommitteeFormed(cell="C1", size=0, valid_from=ON)).then(
        ("CommitteeFormed", {"states.0.committee_size": 0})
    )


def test_a_change_dated_back_keeps_what_was_said_of_later_days(registry: Scenario) -> None:
    registry.given(*TOWN, cell(), renamed("B", "2022-01-01"), members(20, "2023-01-01"))
    registry.when(renamed("A", "2021-01-01")).then(
        (
            "CellRenamed",
            {
                "states.0.name": "A",
                "states.0.members.full": 12,
                "states.1.name": "B",
                "states.2.name": "B",
                "states.2.members.full": 20,
            },
        )
    )


def test_what_was_said_in_vain_still_holds_against_the_past(registry: Scenario) -> None:
    registry.given(*TOWN, cell())
    registry.when(members(12, "2022-01-01")).then_nothing()
    registry.when(members(10, "2021-01-01")).then(
        ("MembershipChanged", {"states.0.members.full": 10, "states.1.members.full": 12})
    )


def test_the_last_word_on_a_day_holds(registry: Scenario) -> None:
    registry.given(*TOWN, cell(), members(10, "2022-01-01"), members(11, "2022-01-01"))
    registry.when(members(11, "2022-01-01")).then_nothing()
    registry.when(members(10, "2022-01-01")).then(("MembershipChanged", {"states.0.members.full": 10}))


def test_not_moved_under_what_does_not_live(registry: Scenario) -> None:
    registry.given(*TOWN, unit("W3"), unit_dissolved("W3", "2023-01-01"), cell())
    registry.when(moved("W3", "2023-01-01")).then_refused("parent")
    registry.when(moved("W3", "2022-01-01")).then_refused("parent")
    registry.when(moved("NONE", "2022-01-01")).then_refused("parent", waiting=True)
    registry.given(moved("W2", "2022-06-01")).when(moved("W3", "2022-01-01")).then(
        ("CellReparented", {"states.0.parent": "W3", "states.1.parent": "W2"})
    )


def test_dissolved_last_of_all(registry: Scenario) -> None:
    registry.given(*TOWN, cell(), cell("C2"), renamed("B", "2022-01-01"))
    registry.when(dissolved("2021-01-01")).then_refused("cell")
    registry.when(dissolved("2023-01-01", successors=("C1", "C9", "C2", "C2"))).then_refused(
        "successors.0", "successors.1", "successors.3"
    )
    registry.when(dissolved("2023-01-01", successors=("C9",))).then_refused("successors.0", waiting=True)
    registry.when(dissolved("2023-01-01", successors=("C2",))).then(("CellDissolved", {"states.0.successors": ["C2"]}))
    registry.when(renamed("B", "2023-01-01")).then_refused("cell")
    registry.when(renamed("Still B", "2022-06-01")).then(
        ("CellRenamed", {"states.0.dissolved": False, "states.1.dissolved": True, "states.1.name": "Still B"})
    )


def merged(*codes: str, full: int = 30) -> CellMerged:
    return CellMerged(cell="C1", merged=codes, members=Members(full=full), valid_from=ON)


def test_merged(registry: Scenario) -> None:
    registry.given(*TOWN, cell("C1"), cell("C2"), cell("C3"))
    registry.when(merged("C2", "C3")).then(
        ("CellMerged", {"cell": "C1", "states.0.members.full": 30}),
        ("CellDissolved", {"cell": "C2", "states.0.successors": ["C1"]}),
        ("CellDissolved", {"cell": "C3", "states.0.dissolved": True}),
    )
    registry.when(merged("C2", "C3")).then_nothing()


def test_a_merger_is_told_though_the_count_stays(registry: Scenario) -> None:
    registry.given(*TOWN, cell("C1", full=12), cell("C2")).when(merged("C2", full=12)).then(
        ("CellMerged", {"states.0.members.full": 12}), ("CellDissolved", {"cell": "C2"})
    )


def test_not_merged(registry: Scenario) -> None:
    registry.given(*TOWN, cell("C1"), cell("C2"), cell("C3"), renamed("x", "2023-01-01", "C3"))
    registry.when(merged("C1", "C2", "C2", "C3", "C9")).then_refused("merged.0", "merged.2", "merged.3", "merged.4")
    registry.when(merged("C9")).then_refused("merged.0", waiting=True)
    registry.when(By("W2", merged("C2"))).then_refused("cell", "merged.0")


def new(code: str, full: int = 5, **more: int) -> NewCell:
    return NewCell(cell=code, name=code, kind=CellKind.VILLAGE, members=Members(full=full), **more)


def split(*cells: NewCell) -> CellSplit:
    return CellSplit(cell="C1", members=Members(full=7), new=cells, valid_from=ON)


def test_split(registry: Scenario) -> None:
    registry.given(*TOWN, cell("C1")).when(split(new("C2"), new("C3"))).then(
        ("CellSplit", {"cell": "C1", "states.0.members.full": 7}),
        ("CellEstablished", {"cell": "C2", "states.0.parent": "W1", "states.0.valid_from": "2022-01-01"}),
        ("CellEstablished", {"cell": "C3", "states.0.members.full": 5}),
    )
    registry.when(split(new("C2"), new("C3"))).then_nothing()


def test_not_split(registry: Scenario) -> None:
    registry.given(*TOWN, cell("C1"))
    registry.when(split(new("C1"), new("W2"), new("C4", 2), new("C5", 8, committee_size=3), new("C4", 3))).then_refused(
        "new.0.cell", "new.1.cell", "new.2.members.full", "new.3.committee_size", "new.4.cell"
    )
    registry.when(By("W2", split(new("C2")))).then_refused("cell")
