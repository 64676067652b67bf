"""Who may do what: the configuration's text, and the real broker asked about every identity and every subject."""

from __future__ import annotations

import asyncio
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from nats.aio.msg import Msg

from deploy.nats.accounts import Site, render, rights
from deploy.nats.keys import IDENTITIES, BadKey, ensure, public_keys
from deploy.nats.server import NatsServer
from services.chassis.bus import Bus, PermissionDenied, Unavailable
from tests.chassis.flows import stream_end
from tests.conftest import NatsSystem

anyio = pytest.mark.anyio
UNIT = "unit-TAN-PHONG"
INTAKE_RIGHTS = {
    "$JS.API.CONSUMER.MSG.NEXT.IN.{0}",
    "$JS.API.CONSUMER.INFO.IN.{0}",
    "$JS.ACK.IN.{0}.1.1.1.1.0",
    "rcpt.TAN-PHONG.{0}.id-1",
    "$JS.API.DIRECT.GET.RCPT.rcpt.*.{0}.*",
    "evt.{0}.Kind.TAN-PHONG._",
    "$JS.API.DIRECT.GET.EVT.evt.{0}.>",
    "_INBOX_dashboard.x",
    "_INBOX_operator.x",
}
RECEIPTS_OF_REGISTRY = {f"$JS.API.DIRECT.GET.RCPT.rcpt.{unit}.registry.id-1" for unit in ("TAN-PHONG", "DOAN-KET")}
INFO = {f"$JS.API.STREAM.INFO.{stream}" for stream in ("IN", "RCPT", "EVT")}
QUERIES = {f"rpc.{service}.tree" for service in ("registry", "meetings", "evaluation")}


def follow(identity: str, subject: str) -> set[str]:
    """What following the events stream takes."""
    api = "$JS.API.CONSUMER"
    return {f"{api}.CREATE.EVT.{identity}.{subject}"} | {
        f"{api}.{verb}.EVT.{identity}" for verb in ("DELETE", "INFO", "MSG.NEXT")
    }


PUBLISH = {
    "registry": {subject.format("registry") for subject in INTAKE_RIGHTS} | INFO | RECEIPTS_OF_REGISTRY,
    "meetings": {subject.format("meetings") for subject in INTAKE_RIGHTS} | INFO | follow("meetings", "evt.registry.>"),
    "evaluation": {subject.format("evaluation") for subject in INTAKE_RIGHTS} | INFO | follow("evaluation", "evt.>"),
    "dashboard": QUERIES,
    "operator": QUERIES
    | INFO
    | follow("operator", "evt.>")
    | {f"$JS.API.CONSUMER.INFO.IN.{service}" for service in ("registry", "meetings", "evaluation")},
    UNIT: {
        "in.TAN-PHONG.registry.CellRenamed",
        "in.TAN-PHONG.meetings.MeetingHeld",
        "in.TAN-PHONG.evaluation.CriteriaPublished",
        "$JS.API.DIRECT.GET.RCPT.rcpt.TAN-PHONG.registry.id-1",
    },
}
NOBODY = {
    "in.DOAN-KET.registry.CellRenamed",
    "in.TAN-PHONG.unknown.ScoreChanged",
    "evt.unknown.Kind.TAN-PHONG._",
    "rcpt.TAN-PHONG.unknown.id-1",
    "_INBOX_admin.x",
    "_INBOX_unit-DOAN-KET.x",
    "$SYS.REQ.USER.INFO",
    "$JS.API.INFO",
    "$JS.API.DIRECT.GET.EVT",
    "$JS.API.DIRECT.GET.RCPT",
    "$JS.API.DIRECT.GET.RCPT.rcpt.DOAN-KET.meetings.id-1.more",
    "$JS.API.STREAM.NAMES",
    "$JS.API.STREAM.CREATE.NEW",
    "$JS.API.STREAM.MSG.GET.EVT",
    "$JS.API.CONSUMER.CREATE.EVT.dashboard.evt.>",
    "$JS.API.CONSUMER.DURABLE.CREATE.EVT.mine",
    *(f"$JS.API.STREAM.{verb}.EVT" for verb in ("UPDATE", "DELETE", "PURGE", "SNAPSHOT", "MSG.DELETE")),
    *(f"$JS.API.CONSUMER.DELETE.IN.{durable}" for durable in ("registry", "meetings", "evaluation")),
}
SUBSCRIBE = {
    "registry": {"_INBOX_registry.x", "rpc.registry.*"},
    "meetings": {"_INBOX_meetings.x", "rpc.meetings.*"},
    "evaluation": {"_INBOX_evaluation.x", "rpc.evaluation.*"},
    "dashboard": {"_INBOX_dashboard.x", "evt.>"},
    "operator": {"_INBOX_operator.x", "evt.>"},
    UNIT: {f"_INBOX_{UNIT}.x", "rcpt.TAN-PHONG.>"},
}
NOBODY_SUBSCRIBES = {">", "in.>", "rcpt.>", "rcpt.DOAN-KET.>", "rpc.>", "_INBOX_admin.x", "_INBOX.x", "$JS.>", "$SYS.>"}


def test_the_same_keys_and_site_give_the_same_text_with_every_key_once() -> None:
    keys = {identity: f"U{number}" for number, identity in enumerate([*IDENTITIES, UNIT])}
    site = Site(4222, 8222, Path("/data"))
    text = render(keys, site)
    assert text == render(dict(reversed(keys.items())), site)
    assert all(text.count(f"nkey: {key} ") == 1 or text.count(f"nkey: {key},") == 1 for key in keys.values())
    assert "sync_interval: always" in text


@pytest.mark.parametrize("identity", ["stranger", "unit-*", "unit->", "unit-A.B", "unit-", 'unit-A"'])
def test_nobody_else_gets_rights_least_of_all_a_wildcard(identity: str) -> None:
    with pytest.raises(BadKey):
        rights(identity)
    with pytest.raises(BadKey):
        render({identity: "UX"}, Site(4222, 8222, Path("/data")))


def test_seeds_are_kept_readable_by_their_owner_only_and_never_made_twice(tmp_path: Path) -> None:
    first = ensure(tmp_path / "keys", ["admin", UNIT])
    assert ensure(tmp_path / "keys", ["admin", UNIT]) == first == public_keys(tmp_path / "keys")
    assert first["admin"] != first[UNIT]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()} == {0o600}
    (tmp_path / "keys" / "admin.nk").write_text("not a seed")
    with pytest.raises(BadKey, match=r"admin\.nk"):
        public_keys(tmp_path / "keys")


def test_units_that_are_granted_at_once_are_all_in_the_configuration(tmp_path: Path) -> None:
    units = [f"U{number}" for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda unit: NatsServer(tmp_path, 4222, 8222).grant(unit), units))
    text = (tmp_path / "nats" / "nats-server.conf").read_text()
    assert [unit for unit in units if f'"unit-{unit}" {{' not in text] == []


@anyio
@pytest.mark.parametrize("identity", list(PUBLISH))
async def test_an_identity_publishes_and_subscribes_where_it_may_and_nowhere_else(
    nats_system: NatsSystem, identity: str
) -> None:
    subjects = sorted(NOBODY.union(*PUBLISH.values()))
    async with await nats_system.bus(identity) as bus:
        allowed = await asyncio.gather(*(_may_publish(bus, subject) for subject in subjects))
        assert {subject for subject, may in zip(subjects, allowed, strict=True) if may} == PUBLISH[identity]
        heard = sorted(NOBODY_SUBSCRIBES.union(*SUBSCRIBE.values()))
        assert {subject for subject in heard if await _may_subscribe(bus, subject)} == SUBSCRIBE[identity]


@anyio
async def test_naming_anothers_subject_as_the_reply_stores_nothing_and_reaches_nobody(nats_system: NatsSystem) -> None:
    heard: list[str] = []

    async def hear(message: Msg) -> None:
        heard.append(message.subject)

    async with (
        await nats_system.unit("TAN-PHONG") as ward,
        await nats_system.unit("DOAN-KET") as other,
        await nats_system.bus("operator") as operator,
    ):
        for own in ("rcpt.DOAN-KET.>", "_INBOX_unit-DOAN-KET.x"):
            await other.subscribe(own, hear)
        replies = (
            "evt.registry.CellRenamed.LAI-CHAU.C1",
            "in.DOAN-KET.registry.CellRenamed",
            "rcpt.DOAN-KET.registry.id-1",
            "_INBOX_unit-DOAN-KET.x",
            "$JS.API.STREAM.DELETE.EVT",
        )
        for reply in replies:
            await ward.send("in.TAN-PHONG.registry.CellRenamed", b"{}", reply=reply)
            await ward.send("$JS.API.DIRECT.GET.RCPT.rcpt.TAN-PHONG.registry.id-1", b"", reply=reply)
        # whatever the broker had to deliver, it delivered before it answers these
        await ward.publish("in.TAN-PHONG.registry.CellRenamed", b"{}")
        await other.nc.flush()
        assert await stream_end(operator, "IN") == len(replies) + 1
        assert (await stream_end(operator, "EVT"), await stream_end(operator, "RCPT"), heard) == (0, 0, [])


@anyio
async def test_a_unit_hears_and_may_ask_again_for_its_own_receipts_only(nats_system: NatsSystem) -> None:
    heard: list[str] = []
    both = asyncio.Event()

    async def hear(message: Msg) -> None:
        heard.append(message.subject)
        if message.subject.endswith("id-2"):
            both.set()

    async with await nats_system.unit("TAN-PHONG") as ward, await nats_system.bus("registry") as registry:
        await ward.subscribe("rcpt.TAN-PHONG.>", hear)
        for subject in ("rcpt.TAN-PHONG.registry.id-1", "rcpt.DOAN-KET.registry.id-1", "rcpt.TAN-PHONG.registry.id-2"):
            await registry.publish(subject, b"accepted")
        await both.wait()
        assert heard == ["rcpt.TAN-PHONG.registry.id-1", "rcpt.TAN-PHONG.registry.id-2"]
        found = await ward.request("$JS.API.DIRECT.GET.RCPT.rcpt.TAN-PHONG.registry.id-1")
        assert (found.data, (found.headers or {})["Nats-Subject"]) == (b"accepted", "rcpt.TAN-PHONG.registry.id-1")
        sneaky = await ward.request(
            "$JS.API.DIRECT.GET.RCPT.rcpt.TAN-PHONG.registry.id-1", b'{"last_by_subj": "rcpt.DOAN-KET.registry.id-1"}'
        )
        assert (sneaky.data, (sneaky.headers or {})["Status"]) == (b"", "408")


@anyio
async def test_granting_a_unit_lets_it_in_and_disturbs_nobody(nats_system: NatsSystem) -> None:
    heard = asyncio.Event()

    async def hear(_: Msg) -> None:
        heard.set()

    async with await nats_system.unit("TAN-PHONG") as ward, await nats_system.bus("registry") as registry:
        await ward.subscribe("rcpt.TAN-PHONG.>", hear)
        nats_system.grant("NAM-LOONG")
        async with await nats_system.unit("NAM-LOONG") as new:
            assert (await new.publish("in.NAM-LOONG.registry.CellRenamed", b"{}")).position == 1
        assert (await ward.publish("in.TAN-PHONG.registry.CellRenamed", b"{}")).position == 2
        await registry.publish("rcpt.TAN-PHONG.registry.id-1", b"{}")
        await heard.wait()
        assert (ward.connections, registry.connections) == (1, 1)


async def _may_publish(bus: Bus, subject: str) -> bool:
    try:
        await bus.request(subject, b"", timeout=0.5)
    except PermissionDenied:
        return False
    except Unavailable:
        return True  # sent, and nobody had to answer
    return True


async def _may_subscribe(bus: Bus, subject: str) -> bool:
    async def ignore(_: Msg) -> None:
        return

    try:
        await (await bus.subscribe(subject, ignore)).unsubscribe()
    except PermissionDenied:
        return False
    return True
