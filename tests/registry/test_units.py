"""Units: what each report produces, what it refuses, when it stays quiet."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.contracts.registry import UnitKind
from tests.given import By, Scenario
from tests.registry.said import (
    CITY,
    TOWN,
    cell,
    dissolved,
    moved,
    unit,
    unit_dissolved,
    unit_moved,
    unit_renamed,
)


def test_a_root_establishes_itself(registry: Scenario) -> None:
    registry.when(CITY).then(
        ("UnitEstablished", {"unit": "CITY", "states.0.parent": None, "states.0.valid_from": "2019-01-01"})
    )


def test_nobody_else_establishes_a_root(registry: Scenario) -> None:
    registry.when(By("W1", CITY)).then_refused("parent")


def test_a_unit_is_established_by_one_above_it_or_by_itself(registry: Scenario) -> None:
    registry.given(CITY).when(unit("W1")).then(("UnitEstablished", {"states.0.parent": "CITY"}))
    registry.when(By("W2", unit("W2"))).then(("UnitEstablished", {"unit": "W2"}))
    registry.when(By("W2", unit("W3"))).then_refused("parent")


def test_an_unknown_parent_may_still_come(registry: Scenario) -> None:
    registry.when(unit("W1")).then_refused("parent", waiting=True)


@pytest.mark.parametrize("on", ["1929-12-31", "2026-06-20"])
def test_absurd_days_are_refused(registry: Scenario, on: str) -> None:
    registry.when(unit("CITY", None, on)).then_refused("valid_from")


def test_a_code_is_used_once_for_cells_and_units(registry: Scenario) -> None:
    registry.given(*TOWN, cell("C1"))
    registry.when(unit("W1", name="Another")).then_refused("unit")
    registry.when(unit("C1")).then_refused("unit")


def test_the_same_establishment_again_is_quiet(registry: Scenario) -> None:
    registry.given(CITY).when(CITY).then_nothing()


def test_all_problems_at_once(registry: Scenario) -> None:
    registry.given(*TOWN).when(By("W2", unit("W1", "W1", "1900-01-01", name="x"))).then_refused(
        "valid_from", "unit", "parent"
    )


def test_a_parent_must_live_then(registry: Scenario) -> None:
    registry.given(*TOWN, unit_dissolved("W2", "2022-01-01"), unit("W9", on="2021-01-01"))
    registry.when(unit("X", "W9", "2020-06-01")).then_refused("parent")
    registry.when(unit("X", "W2", "2023-01-01")).then_refused("parent")
    registry.when(unit("X", "W2", "2020-01-01")).then_refused("parent")  # it would be an orphan from 2022 on


def test_renamed(registry: Scenario) -> None:
    registry.given(*TOWN).when(unit_renamed("W1", "Phường Đoàn Kết", "2020-05-01")).then(
        ("UnitRenamed", {"states.0.name": "Phường Đoàn Kết", "states.0.kind": "ward"})
    )
    registry.when(unit_renamed("W1", "Phường Đoàn Kết", "2021-05-01")).then_nothing()
    registry.when(unit_renamed("NONE", "x", "2021-05-01")).then_refused("unit", waiting=True)
    registry.when(By("W2", unit_renamed("W1", "x", "2021-05-01"))).then_refused("unit")
    registry.when(unit_renamed("W1", "x", "2018-05-01")).then_refused("unit")


def test_moved_without_a_circle(registry: Scenario) -> None:
    registry.given(*TOWN, unit("G1", "W1", kind=UnitKind.GRASSROOTS))
    registry.when(unit_moved("G1", "W2", "2022-01-01")).then(("UnitReparented", {"states.0.parent": "W2"}))
    registry.when(unit_moved("G1", "W2", "2023-01-01")).then_nothing()
    registry.when(unit_moved("W2", "G1", "2022-06-01")).then_refused("parent")
    registry.when(unit_moved("W2", "W2", "2022-06-01")).then_refused("parent")
    registry.when(unit_moved("W2", "G1", "2020-01-01")).then_refused("parent")  # a circle from 2022 on
    registry.when(unit_moved("G1", "GONE", "2022-01-01")).then_refused("parent", waiting=True)


def test_a_move_dated_back_ends_at_the_next_move(registry: Scenario) -> None:
    registry.given(*TOWN, unit("W3"), unit("G1", "W1"), unit_moved("G1", "W2", "2022-01-01"))
    registry.given(unit_dissolved("W3", "2023-01-01"))
    registry.when(unit_moved("G1", "W3", "2021-01-01")).then(
        ("UnitReparented", {"states.0.parent": "W3", "states.1.parent": "W2"})
    )
    registry.when(unit_moved("G1", "W3", "2022-06-01")).then_refused("parent")


def test_dissolved_when_nothing_lives_below(registry: Scenario) -> None:
    registry.given(*TOWN, cell("C1", "W1"), moved("W2", "2021-01-01"))
    registry.when(unit_dissolved("W1", "2020-12-31")).then_refused("unit")
    registry.when(unit_dissolved("W1", "2021-01-01")).then(("UnitDissolved", {"states.0.dissolved": True}))
    registry.when(unit_dissolved("W1", "2021-01-01")).then_nothing()
    registry.when(unit_dissolved("W1", "2022-01-01")).then_refused("unit")
    registry.when(unit_renamed("W1", "x", "2021-01-01")).then_refused("unit")
    registry.given(dissolved("2024-01-01")).when(unit_dissolved("W2", "2023-12-31")).then_refused("unit")
    registry.when(unit_dissolved("W2", "2024-01-01")).then(("UnitDissolved", {"unit": "W2"}))


def test_not_dissolved_before_what_still_happened_to_it(registry: Scenario) -> None:
    registry.given(*TOWN, unit_renamed("W1", "New", "2022-01-01"))
    registry.when(unit_dissolved("W1", "2021-01-01")).then_refused("unit")


def test_who_was_above_on_that_day_may_still_speak_of_it(registry: Scenario) -> None:
    registry.given(*TOWN, unit("G1", "W1"), unit_moved("G1", "W2", "2022-01-01"))
    registry.when(By("W1", unit_renamed("G1", "Old name", "2021-01-01"))).then(("UnitRenamed", {"unit": "G1"}))
    registry.when(By("W2", unit_renamed("G1", "Older name", "2020-01-01"))).then(("UnitRenamed", {"unit": "G1"}))
    registry.when(By("W1", unit_renamed("G1", "New name", "2023-01-01"))).then_refused("unit")


def test_knowledge_time_never_goes_back(registry: Scenario) -> None:
    late, early = datetime(2025, 5, 2, tzinfo=UTC), datetime(2025, 5, 1, tzinfo=UTC)
    registry.given(CITY.model_copy()).given(By("CITY", unit("W1"), late))
    registry.when(By("CITY", unit_renamed("W1", "x", "2020-01-01"), early))
    assert registry.published[0].timestamp == late
