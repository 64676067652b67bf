"""The intake on the real broker: what is pulled is settled and acknowledged, and nothing pulled is dropped."""

from __future__ import annotations

import asyncio

import pytest

from services.chassis.bus import Unavailable
from services.chassis.clock import now
from services.chassis.consumer import Consumer
from services.chassis.intake import Desk
from services.chassis.store import Store
from tests.chassis.test_intake import decide, message

pytestmark = pytest.mark.anyio
PATIENCE_S = 20


class Intake:
    def __init__(self, bus, store):
        self.desk = Desk(store, decide, now, patience=0)
        self.consumer = Consumer(bus, "registry", self.desk, lambda: None)

    async def __aenter__(self):
        self.task = asyncio.ensure_future(self.consumer.run())
        return self

    async def __aexit__(self, *_):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def has_settled(self, count):
        async with asyncio.timeout(PATIENCE_S):
            while self.desk.settled < count:  # noqa: ASYNC110
                await asyncio.sleep(0.005)


def report(number):
    data = {"unit": f"U{number}", "name": "One", "kind": "ward", "valid_from": "2025-01-01"}
    return message(number, id_=f"r{number}", data=data)


async def publish(ward, arrival):
    subject = arrival.subject.replace("U1", "TAN-PHONG")
    while True:
        try:
            return await ward.publish(subject, arrival.data, arrival.headers, timeout=PATIENCE_S)
        except Unavailable:  # perhaps stored, perhaps not: a publisher sends it again under its id
            await ward.wait_connected(PATIENCE_S)


async def test_reports_that_come_one_by_one_are_all_settled_at_once(nats_system, tmp_path):
    with Store("registry", tmp_path / "s.sqlite") as store:
        async with (
            await nats_system.bus("registry") as bus,
            Intake(bus, store) as intake,
            await nats_system.unit("TAN-PHONG") as ward,
        ):
            for number in range(1, 61):
                await publish(ward, report(number))
                await asyncio.sleep(number % 7 * 0.009)  # anywhere within a pull, also at its very end
            await intake.has_settled(60)


async def test_the_intake_goes_on_when_the_broker_was_killed_and_came_back(nats_system, tmp_path):
    with Store("registry", tmp_path / "s.sqlite") as store:
        async with (
            await nats_system.bus("registry") as bus,
            Intake(bus, store) as intake,
            await nats_system.unit("TAN-PHONG") as ward,
        ):
            for number in range(1, 4):
                await publish(ward, report(number))
                await intake.has_settled(number)
                nats_system.kill()
                nats_system.start()
            await publish(ward, report(4))
            await intake.has_settled(4)
