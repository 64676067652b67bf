"""The tree on its own, and the registry's completeness against the catalogue."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.chassis.outbox import event_topics
from services.chassis.tree import Tree
from services.contracts.catalogue import REPORTS
from services.registry.decide import DECISIONS
from services.registry.projection import TOPICS

KNOWN = datetime(2025, 1, 1, tzinfo=UTC)
LATER = datetime(2025, 2, 1, tzinfo=UTC)
DAY, REFORM = date(2025, 6, 30), date(2025, 7, 1)


def unit(code: str, parent: str | None, since: str = "2019-01-01", dissolved: bool = False) -> dict[str, Any]:
    state = {"unit": code, "name": code, "kind": "ward", "parent": parent, "dissolved": dissolved, "valid_from": since}
    return {"unit": code, "states": [state]}


def cell(code: str, parent: str, since: str = "2019-01-01") -> dict[str, Any]:
    members = {"full": 9, "probationary": 0, "exempt": 0, "special_duty": 0}
    state = {"cell": code, "name": code, "kind": "village", "parent": parent, "members": members, "valid_from": since}
    return {"cell": code, "states": [{**state, "dissolved": False}]}


@pytest.fixture
def tree() -> Tree:
    found = Tree()
    for data in (unit("PROV", None), unit("CITY", "PROV"), unit("W1", "CITY"), cell("C1", "W1"), cell("C2", "CITY")):
        found.apply(data, KNOWN)
    for data in (cell("C1", "PROV", "2025-07-01"), unit("W1", "PROV", "2025-07-01")):
        found.apply(data, LATER)
    return found


def test_who_is_above_on_which_day(tree: Tree) -> None:
    assert tree.ancestors("C1", DAY) == ["W1", "CITY", "PROV"]
    assert tree.ancestors("C1", REFORM) == ["PROV"]
    assert tree.ancestors("PROV", DAY) == tree.ancestors("C9", DAY) == tree.ancestors("C1", date(2018, 1, 1)) == []
    assert tree.is_over("W1", "C1", DAY)
    assert tree.is_over("W1", "C1", REFORM, DAY)
    assert not tree.is_over("W1", "C1", REFORM)
    assert not tree.is_over("W1", "C2", DAY, REFORM)
    assert tree.is_over("W1", "W1")


def test_who_is_below_on_which_day(tree: Tree) -> None:
    assert tree.children("CITY", DAY) == ["C2", "W1"]
    assert tree.children("CITY", REFORM) == ["C2"]
    assert tree.children("PROV", REFORM) == ["C1", "CITY", "W1"]
    assert tree.children_from("W1", DAY) == ["C1"]
    assert tree.children_from("W1", REFORM) == []
    assert tree.children("NONE", DAY) == []


def test_the_tree_of_a_day_as_known_then(tree: Tree) -> None:
    assert {c.cell: c.parent for c in tree.at(REFORM).cells} == {"C1": "PROV", "C2": "CITY"}
    assert {c.cell: c.parent for c in tree.at(REFORM, KNOWN).cells} == {"C1": "W1", "C2": "CITY"}
    assert tree.at(REFORM, datetime(2024, 1, 1, tzinfo=UTC)).units == ()
    tree.apply(unit("CITY", "PROV", "2025-07-02", dissolved=True), LATER)
    assert [u.unit for u in tree.at(date(2025, 7, 2)).units] == ["PROV", "W1"]


def test_a_fork_leaves_the_tree_alone(tree: Tree) -> None:
    before = tree.at(REFORM)
    fork = tree.fork()
    fork.apply(cell("C2", "W1", "2025-07-01"), LATER)
    fork.apply(cell("C3", "W1"), LATER)
    assert fork.children("W1", REFORM) == ["C2", "C3"]
    assert tree.at(REFORM) == before
    assert tree.children("W1", REFORM) == []
    tree.become(fork)
    assert tree.children("W1", REFORM) == ["C2", "C3"]


def test_every_report_is_decided_on_and_every_event_has_its_topic() -> None:
    assert set(DECISIONS) == {said.model for said in REPORTS if said.service == "registry"}
    assert set(TOPICS) <= set(event_topics("registry"))
    assert {topic.split(".")[1] for topic in TOPICS} == {topic.split(".")[1] for topic in event_topics("registry")}
