"""Verification: what a rebuild says of a history that was tampered with, and the running service against the stream."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.chassis.asking import ask
from services.chassis.bus import Bus
from services.contracts.queries import Explain, Explanation, Glance, GlanceOf, Nothing, ScoresOf, ServiceStatus
from services.contracts.receipts import Refused
from services.evaluation import canonical
from services.evaluation.canonical import TABLES, digest, lines
from services.evaluation.criteria.load import load_shipped
from services.evaluation.history.store import Connection
from services.evaluation.running.running import Running, open_evaluation
from services.evaluation.verify import describe, differing, rebuild, verify
from tests.conftest import NatsSystem
from tests.evaluation.history.stream import Stream
from tests.evaluation.service import EvaluationProcess
from tests.system import until

SETS = load_shipped()


def year(cells: int = 2) -> Stream:
    """A year of regular meetings with an assessment each."""
    stream = Stream()
    stream.unit("U", None, "2019-01-01")
    for number in range(cells):
        stream.cell(f"C{number}", {"valid_from": "2019-01-01"}, recorded="2019-01-01")
    for month in range(1, 13):
        for number in range(cells):
            stream.held(f"C{number}", f"m{month}", f"2025-{month:02}-03", excused=["m-4f07c1"])
    return stream


@pytest.fixture(scope="module")
def fed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history to which the events came one by one."""
    file = tmp_path_factory.mktemp("fed") / "evaluation.duckdb"
    con = open_evaluation(file)
    runner = Running(con, SETS)
    for event in year().events:
        runner.apply([event])
    con.close()
    return file


@pytest.fixture
def running(fed: Path, tmp_path: Path) -> Iterator[Connection]:
    """A copy of it, to do with what one likes."""
    con = open_evaluation(shutil.copy(fed, tmp_path))
    yield con
    con.close()


@pytest.fixture(scope="module")
def rebuilt() -> Iterator[Connection]:
    """What a rebuild makes of the same events."""
    events = year().events
    con = rebuild([events[:20], events[20:]], ":memory:", SETS)
    yield con
    con.close()


def differences(running: Connection, rebuilt: Connection, table: str) -> list[str]:
    return describe(table, list(lines(running, table, 10_000)), list(lines(rebuilt, table, 10_000)))


def test_a_history_fed_event_by_event_equals_the_rebuilt_one(running: Connection, rebuilt: Connection) -> None:
    assert digest(running) == digest(rebuilt)
    assert digest(running).position == len(year().events)
    assert {one.table: one.rows for one in digest(running).tables}["scores"] == 24


def test_digests_at_an_earlier_position_are_those_of_the_history_then(running: Connection) -> None:
    then = rebuild([year().events[:15]], ":memory:", SETS)
    assert digest(running, 15) == digest(then)


def test_a_changed_value_is_named(running: Connection, rebuilt: Connection) -> None:
    running.execute("UPDATE meetings SET minutes = 7 WHERE position = 9")
    assert digest(running) != digest(rebuilt)
    assert differences(running, rebuilt, "meetings") == ["meetings position 9: minutes is 7 and should be 95"]


def test_a_lost_and_an_invented_row_are_named(running: Connection, rebuilt: Connection) -> None:
    running.execute("DELETE FROM log WHERE position = 5")
    running.execute("INSERT INTO log SELECT 99, * EXCLUDE (position) FROM log WHERE position = 6")
    assert differences(running, rebuilt, "log") == [
        "log position 5: the running one does not have it",
        "log position 99: the event stream does not say so",
    ]


def test_a_changed_score_is_named_though_the_history_is_right(running: Connection, rebuilt: Connection) -> None:
    running.execute("UPDATE outbox SET grade = 'good' WHERE cell = 'C1' AND period = '2025-03'")
    [difference] = differences(running, rebuilt, "scores")
    assert difference.startswith("scores cell C1, period 2025-03: grade is 'good' and should be ")


def test_the_blocks_that_differ_are_found() -> None:
    assert differing({"1": "a", "2": "b", "3": "c"}, {"1": "a", "2": "x", "4": "d"}) == ["2", "4", "3"]
    assert differing({"1": "a"}, {"1": "a"}) == []


def test_every_line_is_in_exactly_one_block(running: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    end = len(year().events)
    whole = {table: list(lines(running, table, end)) for table in TABLES}
    assert all(whole[table] for table in ("log", "meetings", "cells", "scores"))
    monkeypatch.setattr(canonical, "STRETCH", 4)
    assert {table: list(lines(running, table, end)) for table in TABLES} == whole
    assert {len(one.blocks) for one in digest(running).tables if one.table == "log"} == {7}


async def publish(bus: Bus, stream: Stream, start: int = 0) -> None:
    for event in stream.events[start:]:
        await bus.publish(event.subject, event.data, {k: v for k, v in event.headers.items() if k != "Nenep-Position"})


async def scored(asker: Bus, rows: int) -> None:
    """Awaits that the service has this many scores of 2025."""

    async def enough() -> bool:
        table = (await ask(asker, "evaluation", "scores", ScoresOf(year=2025))).table()
        return bool(table.num_rows == rows)

    await until(f"{rows} scores", enough)


async def status_of(asker: Bus) -> ServiceStatus:
    return (await ask(asker, "evaluation", "status", Nothing())).model(ServiceStatus)


def test_the_running_service_scores_publishes_answers_and_verifies(nats_system: NatsSystem, tmp_path: Path) -> None:
    async def story() -> None:
        admin, operator = await nats_system.bus("admin"), await nats_system.bus("operator")
        stream = year()
        with EvaluationProcess(nats_system, tmp_path / "data") as process:
            await publish(admin, stream)
            await until("the service answers", process.answers(operator))
            await scored(operator, 24)
            explanation = (await ask(operator, "evaluation", "explain", Explain(cell="C1", period="2025-04"))).model(
                Explanation
            )
            assert explanation.score.grade == "not_met"
            glance = (await ask(operator, "evaluation", "glance", GlanceOf(year=2025))).model(Glance)
            assert (glance.cells, glance.events) == (2, len(stream.events))
            with pytest.raises(Refused, match="no cell NOBODY"):
                await ask(operator, "evaluation", "explain", Explain(cell="NOBODY", period="2025-04"))

            async def all_out() -> bool:
                checks = {check.name: check for check in (await status_of(operator)).checks}
                return checks["outbox"].recorded == 24 and checks["evaluation"].recorded == 24

            await until("the scores are in the stream and came back", all_out)
            status = await status_of(operator)
            assert status.ready and status.lag == 0
            assert all(check.ok for check in status.checks), status.checks
            first = await verify(operator)
            assert first.holds and first.rows["scores"] == 24

        # what is derived may be deleted: the rebuilt one learns what was published and publishes nothing twice
        for file in (tmp_path / "data").glob("evaluation.duckdb*"):
            file.unlink()
        with EvaluationProcess(nats_system, tmp_path / "data") as process:
            await until("the service answers again", process.answers(operator))
            await scored(operator, 24)
            await until("it knows all that was published", all_out)
            stream.meeting("C1", "m12", "2025-12-03", "2026-01-10", status="withdrawn")
            await publish(admin, stream, len(stream.events) - 1)
            await scored(operator, 23)

            async def one_more_out() -> bool:
                checks = {check.name: check for check in (await status_of(operator)).checks}
                return checks["outbox"].recorded == 25 and checks["evaluation"].recorded == 25

            await until("the one change is in the stream and came back", one_more_out)
            assert all(check.ok for check in (await status_of(operator)).checks)
            second = await verify(operator)
            assert second.holds, second.differences
            assert second.position == 27 + 24 + 1 + 1
            assert second.rows["scores"] == 23
        await admin.close()
        await operator.close()

    asyncio.run(story())
