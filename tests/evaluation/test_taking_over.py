"""A new history is built beside the running one and takes over: on the real broker, with real processes."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import orjson
import pytest

from services.chassis.asking import ask
from services.chassis.bus import Bus, BusError, Unavailable
from services.chassis.relay import POSITION
from services.chassis.tail import Arrived
from services.contracts.base import Contract
from services.contracts.bus import EVENTS
from services.contracts.queries import GlanceOf, HistoryDigest, Nothing, ScoresOf
from services.evaluation.generations import current
from services.evaluation.running import settle
from services.evaluation.verify import verify
from tests.conftest import NatsSystem
from tests.evaluation.history.stream import Stream
from tests.evaluation.other_engine import otherwise
from tests.evaluation.service import EvaluationProcess
from tests.evaluation.test_following import publish, status
from tests.system import until
from tests.ward import everything

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]
CELLS, PAUSE_S, ASK_S = 20, 0.15, 0.3
OTHER = "tests.evaluation.other_engine"
QUESTIONS: tuple[tuple[str, Contract], ...] = (
    ("scores", ScoresOf(year=2020)),
    ("glance", GlanceOf(year=2020)),
    ("digest", Nothing()),
    ("status", Nothing()),
)


class Asking:
    """Somebody who never stops asking. Every question that is not answered is an error."""

    def __init__(self, bus: Bus) -> None:
        self.bus, self.answered = bus, Counter[str]()

    async def ask(self, query: str, question: Contract) -> None:
        while True:
            await ask(self.bus, "evaluation", query, question, timeout=30)
            self.answered[query] += 1
            await asyncio.sleep(ASK_S)

    async def more(self, answers: int) -> None:
        """Returns when so many more answers of each kind have come."""
        wanted = {query: self.answered[query] + answers for query, _ in QUESTIONS}

        async def came() -> bool:
            return all(self.answered[query] >= number for query, number in wanted.items())

        await until(f"{answers} more answers", came)


@asynccontextmanager
async def asking(bus: Bus) -> AsyncIterator[Asking]:
    """Inside, all kinds of questions are asked, again and again."""
    asker = Asking(bus)
    async with asyncio.TaskGroup() as tasks:
        going = [tasks.create_task(asker.ask(query, question)) for query, question in QUESTIONS]
        await asker.more(1)
        yield asker
        for task in going:
            task.cancel()


class Telling:
    """Cells' regular meetings, month by month, published one by one as their services would, until it is to stop."""

    def __init__(self, bus: Bus) -> None:
        self.bus, self.stream, self.told = bus, Stream(), 0
        self.stream.unit("U", None, "2019-01-01")
        for number in range(CELLS):
            self.stream.cell(f"C{number}", {"valid_from": "2019-01-01"}, recorded="2019-01-01")
        self._story = product(range(2019, 2026), range(1, 13), range(CELLS))
        self._going, self._ended = True, asyncio.Event()

    @property
    def meetings(self) -> int:
        """How many meetings were published."""
        return self.told - CELLS - 1

    async def tell(self, events: int) -> None:
        """Publishes the next so many events."""
        for _ in range(events):
            if self.told == len(self.stream.events):
                year, month, number = next(self._story)
                self.stream.held(f"C{number}", f"m{year}-{month}", f"{year}-{month:02}-03")
            try:
                await publish(self.bus, self.stream, self.told, self.told + 1)
            except Unavailable:  # the broker was killed: it knows by the message's id whether it has it
                await self.bus.wait_connected()
                await publish(self.bus, self.stream, self.told, self.told + 1)
            self.told += 1

    async def go_on(self) -> None:
        """Publishes until it is told to stop."""
        while self._going:
            await self.tell(1)
            await asyncio.sleep(PAUSE_S)
        self._ended.set()

    async def more(self, events: int) -> None:
        """Returns when so many more were published."""
        wanted = self.told + events

        async def published() -> bool:
            return self.told >= wanted

        await until(f"{events} more events", published)

    async def stop(self) -> None:
        """Returns when the last one is published."""
        self._going = False
        await self._ended.wait()


@asynccontextmanager
async def telling(bus: Bus, begun: int) -> AsyncIterator[Telling]:
    """Publishes so many events, and inside goes on until it is stopped."""
    teller = Telling(bus)
    await teller.tell(begun)
    async with asyncio.TaskGroup() as tasks:
        going = tasks.create_task(teller.go_on())
        yield teller
        going.cancel()


def changes(events: Iterable[Arrived]) -> list[Arrived]:
    """The published changes of scores, checked: each place once, in order, no id twice."""
    found = [event for event in events if event.subject.startswith("evt.evaluation.ScoreChanged.")]
    places = [int(event.headers[POSITION]) for event in found]
    assert places == list(range(1, len(found) + 1)), "a change is missing, doubled or out of order"
    assert len({event.headers["ce-id"] for event in found}) == len(found)
    return found


async def settled(admin: Bus, operator: Bus) -> None:
    """Returns when history and scores are those of the whole stream, and every change is out and back again."""

    async def quiet() -> bool:
        try:
            found, _ = await status(operator)
            scored = (await ask(operator, "evaluation", "digest", Nothing(), timeout=10)).model(HistoryDigest).position
        except BusError:
            return False
        end = (await admin.api(f"STREAM.INFO.{EVENTS}"))["state"]["last_seq"]
        return found.ready and all(check.ok for check in found.checks) and bool(scored == end)

    await until("everything is scored and published", quiet)


async def right(admin: Bus, operator: Bus, told: int, *, engine: str) -> None:
    """Checks that everything told is scored, that the other engine said all Marches anew, and nothing is said twice."""
    await settled(admin, operator)
    said: dict[tuple[str, str], list[Any]] = {}
    for change in changes(await everything(admin, EVENTS)):
        data = orjson.loads(change.data)
        said.setdefault((data["cell"], data["period"]), []).append(data)
    assert len(said) == told
    assert any(period.endswith("-03") for _, period in said)
    for (_, period), found in said.items():
        assert [data["previous"] for data in found] == [None, *(data["score"] for data in found[:-1])]
        if engine == OTHER and period.endswith("-03"):
            assert len(found) <= 2
            assert found[-1]["score"]["upper"] == 0.5
        else:
            assert len(found) == 1
    with pytest.MonkeyPatch.context() as patch:
        if engine == OTHER:
            patch.setattr(settle, "month_scores", otherwise(settle.month_scores))
        assert (await verify(operator)).holds


@pytest.mark.parametrize("engine", ["services.evaluation", OTHER])
async def test_no_question_stays_unanswered_and_nothing_is_said_twice_while_one_takes_over(
    nats_system: NatsSystem, tmp_path: Path, engine: str
) -> None:
    data = tmp_path / "data"
    async with await nats_system.bus("admin") as admin, await nats_system.bus("operator") as operator:
        with EvaluationProcess(nats_system, data) as old:
            await old.says(ready=True, serves=True, publishes=True)
            async with telling(admin, 80) as teller, asking(operator) as asker:
                with EvaluationProcess(nats_system, data, engine, generation=1) as new:
                    await new.says(ready=True, serves=False, publishes=False)
                    await asker.more(3)
                    await teller.more(10)
                    assert (await new.health())["serves"] is False
                    assert old.stop() == 0
                    await new.says(ready=True, serves=True, publishes=True)
                    assert current(data).number == 1
                    await asker.more(3)
                    await teller.more(10)
                    await teller.stop()
                    await right(admin, operator, teller.meetings, engine=engine)
        assert [path.name for path in data.glob("*.duckdb")] == ["evaluation-1.duckdb"]


async def test_killed_at_any_moment_the_old_or_the_new_history_goes_on_whole(
    nats_system: NatsSystem, tmp_path: Path
) -> None:
    """Every process dies by `kill -9`, the new one also while it builds, both without anybody who looks after them."""
    data, dice = tmp_path / "data", Random(1)
    async with (
        await nats_system.bus("admin") as admin,
        await nats_system.bus("operator") as operator,
        telling(admin, 80) as teller,
    ):
        for engine in ("services.evaluation", OTHER):
            with EvaluationProcess(nats_system, data, engine) as old:
                await old.says(ready=True, serves=True, publishes=True)
                generation = current(data).number + 1
                for _ in range(2):
                    with EvaluationProcess(nats_system, data, OTHER, generation=generation):
                        await asyncio.sleep(dice.uniform(0.5, 3))  # the random moment
                nats_system.kill()
                nats_system.start()
                with EvaluationProcess(nats_system, data, OTHER, generation=generation) as new:
                    await new.says(ready=True, serves=False, generation=generation)
                    await teller.more(10)
                    old.kill()
                    await asyncio.sleep(dice.uniform(0, 0.3))  # the random moment
        with EvaluationProcess(nats_system, data, OTHER) as last:
            await last.says(ready=True, serves=True, publishes=True)
            await teller.more(10)
            await teller.stop()
            await right(admin, operator, teller.meetings, engine=OTHER)


async def test_killed_between_pointing_to_itself_and_publishing_it_goes_on_as_the_one_that_serves(
    nats_system: NatsSystem, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    async with (
        await nats_system.bus("admin") as admin,
        await nats_system.bus("operator") as operator,
        telling(admin, 80) as teller,
    ):
        with EvaluationProcess(nats_system, data) as old:
            await old.says(ready=True, publishes=True)
            with EvaluationProcess(nats_system, data, OTHER, generation=1) as new:
                await new.says(ready=True, serves=False)
        current(data).next.make_current()
        with EvaluationProcess(nats_system, data, OTHER) as new:
            await new.says(ready=True, serves=True, publishes=True, generation=1)
            await teller.stop()
            await right(admin, operator, teller.meetings, engine=OTHER)
    assert [path.name for path in data.glob("*.duckdb")] == ["evaluation-1.duckdb"]


async def test_a_second_one_waits_until_the_first_has_ended(nats_system: NatsSystem, tmp_path: Path) -> None:
    async with await nats_system.bus("operator") as operator:
        with EvaluationProcess(nats_system, tmp_path) as first:
            await until("the first is ready", first.answers(operator))
            with EvaluationProcess(nats_system, tmp_path) as second:

                async def waits() -> bool:
                    return "waiting until it ends" in second.said.read_text()

                await until("the second waits", waits)
                first.kill()
                await second.says(ready=True, serves=True, publishes=True)


async def test_a_history_of_another_format_is_built_anew_by_itself(nats_system: NatsSystem, tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with (
        await nats_system.bus("admin") as admin,
        await nats_system.bus("operator") as operator,
        telling(admin, 80) as teller,
    ):
        with EvaluationProcess(nats_system, data) as first:
            await first.says(ready=True, publishes=True)
        con = duckdb.connect(str(current(data).path))
        con.execute("UPDATE formats SET format = '0-abc'")
        con.execute("ALTER TABLE meetings DROP COLUMN minutes")
        con.close()
        with EvaluationProcess(nats_system, data) as again:
            await again.says(ready=True, serves=True, publishes=True, generation=1)
            await teller.stop()
            await right(admin, operator, teller.meetings, engine="services.evaluation")
    assert [path.name for path in data.glob("*.duckdb")] == ["evaluation-1.duckdb"]
