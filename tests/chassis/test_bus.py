"""The connection: what is refused is said at once, and no absence of the broker ends it."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from nats.aio.msg import Msg

from deploy.nats.keys import ensure
from deploy.nats.server import free_port
from services.chassis.bus import PermissionDenied, TooLarge, Unavailable, connect
from services.contracts.bus import MAX_PAYLOAD_BYTES, MAX_REPORT_BYTES
from tests.chassis.flows import until
from tests.conftest import NatsSystem

pytestmark = pytest.mark.anyio
REPORT = "in.TAN-PHONG.registry.CellRenamed"


async def test_a_report_is_on_disk_when_publish_returns_and_a_second_copy_is_a_duplicate(
    nats_system: NatsSystem,
) -> None:
    async with await nats_system.unit("TAN-PHONG") as ward:
        first = await ward.publish(REPORT, b"{}", {"Nats-Msg-Id": "TAN-PHONG/1"})
        again = await ward.publish(REPORT, b"{}", {"Nats-Msg-Id": "TAN-PHONG/1"})
    assert (first.stream, first.position, first.duplicate) == ("IN", 1, False)
    assert (again.position, again.duplicate) == (1, True)


async def test_what_an_identity_may_not_do_is_said_by_name_and_the_connection_goes_on(nats_system: NatsSystem) -> None:
    async with await nats_system.unit("TAN-PHONG") as ward:
        with pytest.raises(PermissionDenied, match=r"unit-TAN-PHONG may not publish to in\.doan-ket"):
            await ward.publish("in.DOAN-KET.registry.CellRenamed", b"{}", timeout=60)
        with pytest.raises(PermissionDenied, match=r"subscribe to rcpt\.doan-ket"):
            await ward.subscribe("rcpt.DOAN-KET.>", _ignore)
        assert (await ward.publish(REPORT, b"{}")).position == 1
        assert ward.connections == 1


async def test_a_key_the_broker_does_not_know_and_a_missing_key_are_refused(
    nats_system: NatsSystem, tmp_path: Path
) -> None:
    with pytest.raises(PermissionDenied, match=r"unit-NOWHERE\.nk"):
        await nats_system.unit("NOWHERE")
    ensure(tmp_path / "other", ["operator"])
    with pytest.raises(PermissionDenied, match="does not know the key of 'operator'"):
        await connect(nats_system.url, "operator", tmp_path / "other")


async def test_it_closes_though_a_task_of_the_client_is_cancelled_while_it_waits_for_the_same_end(
    nats_system: NatsSystem,
) -> None:
    bus = await nats_system.unit("TAN-PHONG")
    waiting = asyncio.ensure_future(bus.nc._transport.wait_closed())
    await asyncio.sleep(0)
    waiting.cancel()
    await bus.close()
    assert bus.closed.is_set()


async def test_no_broker_is_said_with_what_to_do(nats_system: NatsSystem) -> None:
    with pytest.raises(Unavailable, match="nenep up"):
        await connect(f"nats://127.0.0.1:{free_port()}", "operator", nats_system.keys, patience_s=0.1)


async def test_an_oversized_message_is_refused_clearly_by_the_stream_and_by_the_broker(nats_system: NatsSystem) -> None:
    async with await nats_system.unit("TAN-PHONG") as ward:
        with pytest.raises(TooLarge, match="stream refuses"):
            await ward.publish(REPORT, b"x" * (MAX_REPORT_BYTES + 1))
        with pytest.raises(TooLarge, match=str(MAX_PAYLOAD_BYTES)):
            await ward.publish(REPORT, b"x" * MAX_PAYLOAD_BYTES, {"any": "header counts too"})
        assert (await ward.publish(REPORT, b"{}")).position == 1
        assert ward.connections == 1


async def test_a_question_that_nobody_answers_fails_at_once(nats_system: NatsSystem) -> None:
    async with await nats_system.bus("operator") as operator:
        with pytest.raises(Unavailable, match=r"Nobody answers on rpc\.registry\.tree"):
            await operator.request("rpc.registry.tree", timeout=60)


async def test_a_request_in_flight_fails_when_the_connection_breaks(nats_system: NatsSystem) -> None:
    async with await nats_system.bus("registry") as registry, await nats_system.bus("operator") as operator:
        asked = asyncio.Event()

        async def never_answer(_: Msg) -> None:
            asked.set()

        await registry.subscribe("rpc.registry.*", never_answer)
        asking = asyncio.ensure_future(operator.request("rpc.registry.tree", timeout=600))
        await asked.wait()
        nats_system.kill()
        with pytest.raises(Unavailable, match="broke"):
            await asking


async def test_it_outlives_the_brokers_absence_quietly_and_its_subscriptions_too(
    nats_system: NatsSystem, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    receipts: list[str] = []

    async def on_receipt(message: Msg) -> None:
        receipts.append(message.subject)

    async with await nats_system.unit("TAN-PHONG") as ward, await nats_system.bus("registry") as registry:
        await ward.subscribe("rcpt.TAN-PHONG.>", on_receipt)
        for absence in (1, 2):
            nats_system.kill()
            await until(lambda: not ward.connected)
            with pytest.raises(Unavailable, match="away"):
                await ward.publish(REPORT, b"{}", timeout=0.05)
            with pytest.raises(Unavailable, match="nothing was sent"):
                await ward.send(REPORT, b"{}")
            for _ in range(100):  # the loop turns while nobody is there
                await asyncio.sleep(0.01)
            waiting = asyncio.ensure_future(ward.publish(REPORT, b"{}", timeout=60))
            nats_system.start()
            assert (await waiting).position == absence
            await registry.publish(f"rcpt.TAN-PHONG.registry.{absence}", b"{}", timeout=60)
            await until(lambda expected=absence: len(receipts) == expected)
        assert ward.connections == 3
        assert not ward.closed.is_set()
    assert "Traceback" not in capfd.readouterr().err
    assert [record for record in caplog.records if record.levelno > logging.WARNING or record.exc_info] == []


async def test_an_identity_whose_key_was_withdrawn_is_told_so_and_comes_back_when_it_is_granted_again(
    nats_system: NatsSystem, tmp_path: Path
) -> None:
    async with await nats_system.unit("TAN-PHONG") as ward:
        key = nats_system.keys / "unit-TAN-PHONG.nk"
        key.rename(tmp_path / "withdrawn")
        nats_system.grant()
        await until(lambda: bool(ward.refused))
        with pytest.raises(PermissionDenied, match="does not know the key"):
            await ward.publish(REPORT, b"{}", timeout=0.05)
        (tmp_path / "withdrawn").rename(key)
        nats_system.grant()
        assert (await ward.publish(REPORT, b"{}", timeout=60)).position == 1


async def test_a_message_the_broker_cuts_the_line_for_costs_one_reconnection(nats_system: NatsSystem) -> None:
    async with await nats_system.unit("TAN-PHONG") as ward:
        await ward.nc._send_command(b"PUB x %d\r\n" % (MAX_PAYLOAD_BYTES + 1))
        await ward.nc._flush_pending()
        await until(lambda: ward.connections == 2)
        assert (await ward.publish(REPORT, b"{}")).position == 1


async def _ignore(_: Msg) -> None:
    return
