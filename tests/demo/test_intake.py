"""Everything the demo says passes the services' own intakes: history, reform, live ward."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from services.chassis.outbox import events_outbox
from services.chassis.relay import Outgoing
from services.chassis.store import Store
from services.chassis.tail import Arrived
from services.chassis.tree import Tree
from services.contracts.cloudevents import CloudEvent
from services.demo import LiveWard, history
from services.evaluation.criteria.load import load_shipped
from services.evaluation.deciding import make_decide as decide_evaluation
from services.evaluation.history.store import Connection
from services.evaluation.publishing.shelf import Shelf
from services.evaluation.running.running import Running, open_evaluation
from services.meetings.decide import make_decide as decide_meeting
from services.registry.decide import make_decide as decide_registry
from services.registry.projection import Keeper
from tests.demo.conftest import SEED, kind_of, service_of, settle

SETS = load_shipped()
NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)


def refused(folder: Path, events: list[CloudEvent]) -> list[str]:
    """What the services do not accept: first the registry's reports arrive, then evaluation's, then those of meetings.

    So evaluation knows of no meeting when it decides.
    """
    tree = Tree()
    with Store("registry", folder / "registry.sqlite") as store:
        found = settle(
            store, decide_registry(tree), [e for e in events if service_of(e) == "registry"], Keeper(store, tree)
        )
        con = told(events_outbox(store).read(0, 100_000))
    with Store("evaluation", folder / "evaluation.sqlite") as store:
        grading = decide_evaluation(Shelf(SETS.values()), con)
        found += settle(store, grading, [e for e in events if service_of(e) == "evaluation"])
    con.close()
    with Store("meetings", folder / "meetings.sqlite") as store:
        return found + settle(store, decide_meeting(tree), [e for e in events if service_of(e) == "meetings"])


def told(events: Sequence[Outgoing]) -> Connection:
    """A history of these events."""
    con = open_evaluation(":memory:")
    arrived = [Arrived(n, one.subject, one.headers, one.body, NOON) for n, one in enumerate(events, 1)]
    Running(con, SETS).apply(arrived, put_off=True)
    return con


def test_the_year_of_the_reform_is_accepted(tmp_path: Path) -> None:
    year = list(history(SEED, 2025, 2025, date(2026, 1, 1)))
    assert "TreeReorganised" in map(kind_of, year)
    assert refused(tmp_path, year) == []


def test_so_is_a_year_after_it_with_what_the_live_ward_adds(tmp_path: Path) -> None:
    seed, since = 2, date(2026, 11, 20)
    ward = LiveWard(seed, 2026, since)
    live = [ward.report(NOON + n * timedelta(seconds=30)) for n in range(2000)]
    assert refused(tmp_path, [*history(seed, 2026, 2026, since), *(event for event in live if event)]) == []
