"""The reform as one command: all of it happens, or none."""

from __future__ import annotations

from services.contracts.registry import Move, NewUnit, TreeReorganised, UnitKind
from tests.given import By, Scenario
from tests.registry.said import cell, day, unit, unit_renamed

REFORM = day("2025-07-01")
PROVINCE = unit("PROV", None, kind=UnitKind.PROVINCE)
BEFORE = (
    PROVINCE,
    unit("CITY", "PROV", kind=UnitKind.CITY),
    unit("W1"),
    unit("W2"),
    cell("C1", "W1"),
    cell("C2", "W1"),
    cell("C3", "W2"),
    cell("C4", "CITY"),
)


def ward(code: str, parent: str | None = "PROV") -> NewUnit:
    return NewUnit(unit=code, name=code, kind=UnitKind.WARD, parent=parent)


def reform(**said: object) -> TreeReorganised:
    return TreeReorganised.model_validate({"valid_from": REFORM, "reference": "NQ 60-NQ/TW", **said})


def by_province(**said: object) -> By:
    return By("PROV", reform(**said))


def prepared(registry: Scenario) -> Scenario:
    return registry.given(*(By("PROV", report) for report in BEFORE))


def test_the_reform(registry: Scenario) -> None:
    whole = by_province(
        establish=[ward("G1", "N1"), ward("N1")],
        moves=[Move(children_of="CITY", to="N1"), Move(cell="C1", to="G1"), Move(unit="W2", to="G1")],
        dissolve=["CITY"],
    )
    prepared(registry).when(whole).then(
        ("UnitEstablished", {"unit": "N1"}),
        ("UnitEstablished", {"unit": "G1", "states.0.parent": "N1"}),
        ("CellReparented", {"cell": "C4", "states.0.parent": "N1"}),
        ("UnitReparented", {"unit": "W1", "states.0.parent": "N1"}),
        ("UnitReparented", {"unit": "W2", "states.0.parent": "N1"}),
        ("CellReparented", {"cell": "C1", "states.0.parent": "G1"}),
        ("UnitReparented", {"unit": "W2", "states.0.parent": "G1"}),
        ("UnitDissolved", {"unit": "CITY", "states.0.valid_from": "2025-07-01"}),
    )
    registry.when(whole).then_nothing()


def test_all_or_nothing_with_all_problems(registry: Scenario) -> None:
    prepared(registry).when(
        by_province(
            establish=[ward("N1"), ward("W1"), ward("N2", "NONE")],
            moves=[
                Move(cell="C9", to="N1"),
                Move(cell="C1", to="NONE"),
                Move(unit="CITY", to="W2"),
                Move(children_of="NONE", to="N1"),
            ],
            dissolve=["CITY", "NONE"],
        )
    ).then_refused(
        "establish.1.unit",
        "establish.2.parent",
        "moves.0.cell",
        "moves.1.to",
        "moves.2.to",
        "moves.3.children_of",
        "dissolve.0",
        "dissolve.1",
    )
    registry.when(By("PROV", unit("N1", "PROV"))).then(("UnitEstablished", {"unit": "N1"}))


def test_nothing_to_do_is_refused(registry: Scenario) -> None:
    prepared(registry).when(by_province()).then_refused("")


def test_only_one_above_may(registry: Scenario) -> None:
    prepared(registry).when(By("W1", reform(moves=[Move(cell="C3", to="W1"), Move(cell="C1", to="W2")]))).then_refused(
        "moves.0.cell"
    )


def test_what_is_there_already_stays_quiet(registry: Scenario) -> None:
    prepared(registry).when(
        by_province(moves=[Move(children_of="W1", to="W1"), Move(cell="C3", to="W2")])
    ).then_nothing()


def test_the_new_parent_stays_where_it_is(registry: Scenario) -> None:
    prepared(registry).when(by_province(moves=[Move(children_of="CITY", to="W1")])).then(
        ("CellReparented", {"cell": "C4"}), ("UnitReparented", {"unit": "W2", "states.0.parent": "W1"})
    )


def test_units_that_are_each_others_parents(registry: Scenario) -> None:
    prepared(registry).when(by_province(establish=[ward("A", "B"), ward("B", "A")])).then_refused(
        "establish.0.parent", "establish.1.parent"
    )


def test_a_past_and_a_coming_tree(registry: Scenario) -> None:
    prepared(registry).given(by_province(moves=[Move(unit="W1", to="PROV")]))
    registry.given(By("PROV", unit_renamed("W1", "After", "2025-08-01")))
    tree = registry.watcher.tree
    before, after = tree.at(day("2025-06-30")), tree.at(day("2025-08-01"))
    assert {u.unit: u.parent for u in before.units} == {"PROV": None, "CITY": "PROV", "W1": "CITY", "W2": "CITY"}
    assert {u.unit: u.parent for u in after.units} == {"PROV": None, "CITY": "PROV", "W1": "PROV", "W2": "CITY"}
    assert [u.name for u in after.units if u.unit == "W1"] == ["After"]
    assert [c.cell for c in before.cells] == ["C1", "C2", "C3", "C4"]
