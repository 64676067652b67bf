"""Provisioning: what is missing is made, what exists is widened, and nothing is ever made smaller or lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from services.chassis.bus import ApiError, PermissionDenied, Unavailable
from services.chassis.provision import LEAST_BYTES, provision, stream_config, widened
from services.contracts.bus import DURABLES, STREAMS
from tests.conftest import ROOM, NatsSystem

anyio = pytest.mark.anyio
EVENTS = next(stream for stream in STREAMS if stream.name == "EVT")


def test_a_change_only_ever_widens() -> None:
    had = {
        "name": "EVT",
        "subjects": ["evt.>", "old.>"],
        "max_bytes": 100,
        "max_age": 0,
        "max_msg_size": 10,
        "duplicate_window": 5,
        "num_replicas": 3,
        "allow_atomic": True,
        "metadata": {"kept": "yes"},
    }
    wanted = {
        "name": "EVT",
        "subjects": ["evt.>", "new.>"],
        "max_bytes": 50,
        "max_age": 7,
        "max_msg_size": -1,
        "duplicate_window": 9,
        "num_replicas": 1,
        "allow_atomic": False,
        "allow_direct": True,
    }
    assert widened(had, wanted) == {
        **had,
        "subjects": ["evt.>", "old.>", "new.>"],
        "max_msg_size": -1,
        "duplicate_window": 9,
        "allow_direct": True,
    }
    assert widened(had, had) == had


def test_the_streams_share_the_room_there_is_and_never_take_more_than_they_want() -> None:
    small = [stream_config(stream, room=10 * 2**30)["max_bytes"] for stream in STREAMS]
    assert sum(small) <= 10 * 2**30
    assert [stream_config(stream, room=2**50)["max_bytes"] for stream in STREAMS] == [s.max_bytes for s in STREAMS]
    assert stream_config(EVENTS, room=1)["max_bytes"] == LEAST_BYTES


@anyio
async def test_it_makes_all_streams_and_durables_once(bare_nats: NatsSystem) -> None:
    made = await bare_nats.provision()
    assert len(made) == len(STREAMS) + len(DURABLES)
    assert await bare_nats.provision() == []
    bare_nats.kill()
    bare_nats.start()
    assert await bare_nats.provision() == []
    async with await bare_nats.bus("admin") as admin:
        for stream in STREAMS:
            config = (await admin.api(f"STREAM.INFO.{stream.name}"))["config"]
            assert (config["subjects"], config["discard"], config["max_msg_size"]) == (
                list(stream.subjects),
                "new",
                stream.max_msg_size,
            )
            assert (config["deny_delete"], config["deny_purge"], config["allow_direct"]) == (True, True, True)
            assert config.get("allow_atomic", False) == stream.allow_atomic
        for durable in DURABLES:
            config = (await admin.api(f"CONSUMER.INFO.{durable.stream}.{durable.name}"))["config"]
            assert (config["filter_subject"], config["ack_policy"], config["max_deliver"]) == (
                durable.filter_subject,
                "explicit",
                -1,
            )


@anyio
async def test_changed_contracts_are_taken_over_with_what_is_stored(nats_system: NatsSystem) -> None:
    wider = replace(EVENTS, subjects=(*EVENTS.subjects, "more.>"), duplicate_window_s=EVENTS.duplicate_window_s + 1)
    durable = replace(DURABLES[0], max_ack_pending=DURABLES[0].max_ack_pending + 1)
    async with await nats_system.bus("admin") as admin:
        await admin.publish("evt.registry.CellRenamed.LAI-CHAU.C1", b"kept")
        changes = await provision(admin, room=ROOM, streams=[wider], durables=[durable])
        assert [change.split(":")[0] for change in changes] == [
            "stream EVT changed",
            f"consumer IN/{durable.name} changed",
        ]
        assert await provision(admin, room=ROOM // 2, streams=[EVENTS], durables=[]) == []
        info = await admin.api("STREAM.INFO.EVT")
        assert (info["config"]["subjects"], info["state"]["messages"]) == (["evt.>", "more.>"], 1)


@anyio
async def test_nothing_stored_can_be_deleted_purged_or_pushed_out_by_a_full_stream(bare_nats: NatsSystem) -> None:
    tiny = replace(EVENTS, max_bytes=LEAST_BYTES)
    async with await bare_nats.bus("admin") as admin:
        await provision(admin, streams=[tiny], durables=[])
        first = await admin.publish("evt.registry.CellRenamed.LAI-CHAU.C1", b"first")
        for refused in ("STREAM.PURGE.EVT", "STREAM.MSG.DELETE.EVT"):
            with pytest.raises(ApiError):
                await admin.api(refused, {"seq": first.position} if "DELETE" in refused else None)
        with pytest.raises(ApiError, match="maximum bytes exceeded"):
            while True:
                await admin.publish("evt.registry.CellRenamed.LAI-CHAU.C2", b"x" * 8_000_000)
        assert (await admin.request("$JS.API.DIRECT.GET.EVT.evt.registry.CellRenamed.LAI-CHAU.C1")).data == b"first"


@anyio
async def test_it_waits_until_the_broker_has_recovered_and_says_when_it_does_not(bare_nats: NatsSystem) -> None:
    async with await bare_nats.bus("admin") as admin:
        with pytest.raises(Unavailable, match="not ready"):
            await provision(admin, monitor="http://127.0.0.1:1", patience_s=0)
        bare_nats.kill()
        provisioning = asyncio.ensure_future(provision(admin, monitor=bare_nats.monitor, room=ROOM))
        bare_nats.start()
        assert len(await provisioning) == len(STREAMS) + len(DURABLES)


@anyio
async def test_nobody_but_admin_may_provision(bare_nats: NatsSystem) -> None:
    async with await bare_nats.bus("registry") as registry:
        with pytest.raises(PermissionDenied):
            await provision(registry)
