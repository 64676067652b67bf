"""The demo's year's end: proposed, appraised and decided by whom it may be, in its order; never refused."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.chassis.outbox import events_outbox
from services.chassis.store import Store
from services.chassis.tree import Tree
from services.contracts.classification import YearOf
from services.contracts.cloudevents import CloudEvent
from services.demo import period_of, timeline
from services.demo.places import COMMITTEES, PROVINCE, WARD_A, WARD_B
from services.demo.reports import Draft, sealed
from services.evaluation.deciding import make_decide
from services.evaluation.publishing.shelf import Shelf
from services.evaluation.queries.year import year
from services.evaluation.running.running import Running
from services.evaluation.yearend.load import load_shipped_rules
from services.registry.decide import make_decide as decide_registry
from services.registry.projection import Keeper
from tests.demo.conftest import SEED, kind_of, service_of, settle
from tests.demo.test_intake import NOON, SETS, Arrived, told


def drafts() -> list[Draft]:
    """Everything but meetings that is told from December 2024 to March 2026."""
    whole = timeline.timeline(SEED, 2025, date.max)
    return list(takewhile(lambda draft: draft.at.date() < date(2026, 4, 1), whole))


@pytest.fixture(scope="module")
def story() -> list[CloudEvent]:
    return [sealed(SEED, draft) for draft in drafts()]


@pytest.fixture(scope="module")
def ends(story: list[CloudEvent]) -> list[CloudEvent]:
    return [event for event in story if kind_of(event).startswith("Year")]


def test_without_its_year_s_end_the_story_is_the_same(
    story: list[CloudEvent], ends: list[CloudEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "classified", lambda *_: ())
    assert [sealed(SEED, draft) for draft in drafts()] == [event for event in story if event not in ends]
    assert {period_of(event) for event in ends} == {"2025-12"}


def test_all_of_it_is_accepted_and_all_but_the_root_is_decided(
    story: list[CloudEvent], ends: list[CloudEvent], tmp_path: Path
) -> None:
    tree = Tree()
    with Store("registry", tmp_path / "registry.sqlite") as store:
        registry = [event for event in story if service_of(event) == "registry"]
        assert settle(store, decide_registry(tree), registry, Keeper(store, tree)) == []
        con = told(events_outbox(store).read(0, 100_000))
    with Store("evaluation", tmp_path / "evaluation.sqlite") as store:
        assert settle(store, make_decide(Shelf(SETS.values()), con), ends) == []
        own = events_outbox(store).read(0, 10_000)
    before = con.execute("SELECT max(position) FROM log").fetchall()[0][0]
    arrived = [Arrived(before + n, one.subject, one.headers, one.body, NOON) for n, one in enumerate(own, 1)]
    Running(con, SETS).apply(arrived, put_off=True)
    found = year(con, YearOf(year=2025), SETS, load_shipped_rules())
    rows = {row["subject"]: row for row in found.to_pylist()}
    assert {row["decided"] is not None for subject, row in rows.items() if subject != PROVINCE} == {True}
    assert len(rows) == 171 + len(COMMITTEES) + 3
    assert {rows[unit]["status"] for unit in (WARD_A, WARD_B)} == {"decided"}
    assert Counter(row["status"] for row in rows.values())["reclassified"] == 1
    grades = Counter(row["decided"]["grade"] for row in rows.values() if row["decided"])
    assert set(grades) >= {"excellent", "good", "completed"} and grades["good"] > grades["excellent"] > 10
    quotas: list[dict[str, Any]] = orjson.loads(found.schema.metadata[b"quotas"])
    assert {one["undetermined"] for one in quotas if one["among"] != PROVINCE} == {0}
    assert 0 < sum(one["over"] for one in quotas) < 6, "some lists break the quota"
    con.close()
