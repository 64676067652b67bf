"""Alerts of a real evaluation on the real broker: raised, published, delivered, whatever is killed."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from services.chassis.clock import local_day, now
from services.contracts.bus import EVENTS
from tests.conftest import NatsSystem
from tests.evaluation.alerts.house import OFF, becomes
from tests.evaluation.alerts.looking import regular
from tests.evaluation.alerts.post import Posted, receiver
from tests.evaluation.service import EvaluationProcess
from tests.evaluation.territory import territory
from tests.ward import everything

pytestmark = pytest.mark.anyio


async def test_killed_while_it_raises_and_delivers_no_alert_is_lost_or_raised_twice(
    nats_system: NatsSystem, tmp_path: Path
) -> None:
    """C and D did not meet last month nor the month before; after the kill C reports that it did."""
    stream, last = territory(), local_day(now()).replace(day=1) - timedelta(days=1)
    with receiver() as taking:
        settings = {"alerts_off": ",".join(OFF), "webhook_url": taking.url, "webhook_secret": "s"}
        async with await nats_system.bus("admin") as admin:
            for event in stream.events:
                await admin.publish(event.subject, event.data, event.headers, timeout=30)
            with EvaluationProcess(nats_system, tmp_path / "data", **settings):
                await becomes("one is delivered", lambda: len(taking.taken) > 0)
            regular(stream, "C", f"{last:%Y-%m}")
            again = stream.events[-1]
            await admin.publish(again.subject, again.data, again.headers, timeout=30)
            with EvaluationProcess(nats_system, tmp_path / "data", **settings):
                await becomes("the cleared one is delivered", lambda: cleared(taking.taken) == 1)
                events = await everything(admin, EVENTS)
                told = [one for one in events if one.subject.startswith("evt.evaluation.Alert")]
                await becomes("so are those of the same look", lambda: len(delivered(taking.taken)) >= len(told))
    versions = defaultdict(list)
    for one in told:
        data = orjson.loads(one.data)
        versions[data["cell"], data["period"]].append((data["version"], data["status"]))
    assert versions.pop(("C", f"{last:%Y-%m}")) == [(1, "raised"), (2, "resolved")]
    assert len(versions) >= 3, "D last month, both the month before"
    assert all(said == [(1, "raised"), (2, "changed")][: len(said)] for said in versions.values()), versions
    ids = [one.headers["ce-id"] for one in told]
    assert delivered(taking.taken)[: len(ids)] == ids


def delivered(taken: list[Posted]) -> list[str]:
    """The ids of the events that came, each once."""
    return list(dict.fromkeys(one.headers["webhook-id"] for one in taken))


def cleared(taken: list[Posted]) -> int:
    return sum(orjson.loads(one.body)["data"]["status"] == "resolved" for one in taken)
