"""Criteria reports on the real bus: receipts, events, changed scores, what was known before, and verification."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from nats.aio.msg import Msg

from services.chassis.asking import ask
from services.chassis.bus import Bus
from services.contracts.bus import EVENTS, RECEIPTS
from services.contracts.criteria import CriteriaKnownSets, CriteriaOf, CriteriaRecorded
from services.contracts.evaluation import ScoreChanged
from services.contracts.queries import ScoresOf
from services.contracts.receipts import Receipt
from services.contracts.rescoring import Lens
from services.evaluation.verify import verify
from tests.evaluation.publishing.said import document
from tests.evaluation.territory import rows
from tests.load import ROOT, Ready, founding, held, months, report
from tests.system import System, until
from tests.ward import Ward, everything

pytestmark = pytest.mark.anyio
WARD, CELLS = "TAN-PHONG", ("C0001", "C0002")
BEFORE, AFTER = ("2026-01", "2026-02", "2026-03"), ("2026-04", "2026-05")


def history() -> Iterator[Ready]:
    """A city with a ward and two cells, and their meetings from January to May 2026."""
    yield from founding(2)
    ward = {"unit": WARD, "name": "Phường Tân Phong", "kind": "ward", "parent": ROOT, "valid_from": "2019-01-01"}
    yield report(ROOT, "registry", "UnitEstablished", f"u-{WARD}", ward)
    for n, day in enumerate(months(date(2026, 1, 1), 5)):
        for cell in CELLS:
            yield held(cell, day, n)


def published(id_: str, unit: str, whole: dict[str, Any], **more: Any) -> Ready:
    return report(unit, "evaluation", "CriteriaPublished", id_, {"document": whole, **more})


class Desk:
    """A unit's connection: reports out, receipts in."""

    def __init__(self, ward: Ward) -> None:
        self.ward, self.receipts = ward, dict[str, Receipt]()
        ward.tell(lambda id_, said: self.receipts.__setitem__(id_, Receipt.model_validate(said)))

    async def tells(self, *reports: Ready) -> list[Receipt]:
        """The receipts of these reports."""
        for one in reports:
            self.receipts.pop(one.id, None)
        await self.ward.publish(reports)

        async def answered() -> bool:
            return all(one.id in self.receipts for one in reports)

        await until("the receipts are there", answered)
        return [self.receipts[one.id] for one in reports]


async def judged(operator: Bus, **lens: Any) -> dict[tuple[str, str], str]:
    """Which set judges each cell's month."""
    table = (await ask(operator, "evaluation", "scores", ScoresOf(year=2026, lens=Lens(**lens)))).table()
    return {(row["cell"], row["period"]): row["criteria"] for row in rows(table)}


async def test_a_set_published_on_the_bus_judges_from_its_day_on_and_everybody_hears(tmp_path: Path) -> None:
    async with (
        System(tmp_path, [ROOT, WARD], settings={"patience": "1"}) as system,
        await system.unit(ROOT) as city_bus,
        await system.unit(WARD) as ward_bus,
        await system.bus("operator") as operator,
        await system.bus("admin") as admin,
    ):
        city, ward = Desk(await Ward(city_bus).open()), Desk(await Ward(ward_bus).open())
        await city.tells(*history())

        async def all_scored() -> bool:
            return len(await judged(operator)) == len(CELLS) * 5

        await until("everything is scored", all_scored)
        heard: list[ScoreChanged] = []

        async def hear(message: Msg) -> None:
            heard.append(ScoreChanged.model_validate_json(message.data))

        await operator.subscribe("evt.evaluation.ScoreChanged.>", hear)
        before = datetime.now(UTC)

        # refused: it competes; the ward may not publish for all; nobody knows the unit
        [competing] = await city.tells(published("p-1", ROOT, document(since="2026-04-01")))
        [not_entitled] = await ward.tells(published("p-1", WARD, document(since="2026-04-01")))
        [unknown] = await city.tells(published("p-2", ROOT, document(since="2026-04-01", units=["NOWHERE"])))
        assert [problem.path for problem in competing.problems] == ["data.document.effective"]
        assert "data.document.applies_to" in {problem.path for problem in not_entitled.problems}
        assert [problem.problem for problem in unknown.problems] == ["no unit NOWHERE is known"]

        # an amendment in mid-year: the old set ends, the new one begins, in one commit
        ends = {"hd-42-2025": "2026-03-31"}
        new = published("p-3", ROOT, document(since="2026-04-01"), ends=ends, reason="better so")
        [accepted] = await city.tells(new)
        assert (accepted.outcome, len(accepted.events)) == ("accepted", 2)

        async def judged_anew() -> bool:
            return set((await judged(operator)).values()) == {"hd-42-2025", "own-1"}

        await until("the new set judges", judged_anew)
        assert await judged(operator) == {
            (cell, period): "own-1" if period in AFTER else "hd-42-2025"
            for cell in CELLS
            for period in (*BEFORE, *AFTER)
        }
        assert set((await judged(operator, known_at=before)).values()) == {"hd-42-2025"}

        async def all_heard() -> bool:
            return {(one.cell, one.period) for one in heard if one.score and one.score.criteria == "own-1"} == {
                (cell, period) for cell in CELLS for period in AFTER
            }

        await until("everybody heard of every changed score", all_heard)

        # the same again is a duplicate that names the same events, and they are in the stream
        stored = {one.headers["ce-id"]: one for one in await everything(admin, EVENTS)}
        told = [CriteriaRecorded.model_validate_json(stored[event].data) for event in accepted.events]
        assert [(one.set, one.version, one.reason) for one in told] == [
            ("hd-42-2025", 1, "better so"),
            ("own-1", 1, "better so"),
        ]
        assert stored[accepted.events[1]].subject == f"evt.evaluation.CriteriaPublished.{ROOT}._"
        assert stored[accepted.events[1]].headers["ce-subject"] == "own-1"
        await city.ward.publish([new._replace(headers={k: v for k, v in new.headers.items() if k != "Nats-Msg-Id"})])

        async def again() -> bool:
            said = [orjson.loads(one.data) for one in await everything(admin, RECEIPTS)]
            return [one["events"] for one in said if one["outcome"] == "duplicate"] == [list(accepted.events)]

        await until("the second one is answered as a duplicate", again)
        known = (await ask(operator, "evaluation", "criteria", CriteriaOf(set="own-1"))).model(CriteriaKnownSets)
        assert (known.sets[0].origin, known.sets[0].unit, known.sets[0].event) == (
            "published",
            ROOT,
            accepted.events[1],
        )

        async def contiguous() -> bool:
            status = await system.status(operator, "evaluation")
            return status.lag == 0 and all(check.ok for check in status.checks)

        await until("everything that arrived was recorded and went out", contiguous)
        verified = await verify(operator)
        assert verified.holds, verified.differences
        assert verified.rows["criteria"] == 2
