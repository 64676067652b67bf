"""The compose file for one server: every process gets its own key only, and the broker takes the configuration."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.nats.keys import IDENTITIES, BadKey
from deploy.nats.server import executable
from deploy.single import __main__ as single
from services.contracts.bus import DURABLES, SERVICES, STREAMS
from tests.conftest import NatsSystem

FOLDER = Path(single.__file__).parent


@pytest.fixture
def containers() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())["services"]
    return found


def test_every_process_sees_its_own_key_and_store_only(containers: dict[str, Any]) -> None:
    for name in (*SERVICES, "dashboard"):
        keys = [volume for volume in containers[name]["volumes"] if "/keys" in volume]
        assert keys == [f"./data/keys/{name}.nk:/keys/{name}.nk:ro"]
    for name in SERVICES:
        assert f"./data/stores/{name}:/store" in containers[name]["volumes"]
        assert containers[name]["command"] == ["python", "-m", f"services.{name}"]
    assert containers["broker"]["volumes"] == ["./data/nats:/data/nats"]
    assert containers["broker"]["image"].startswith("nats:2.15")


def test_what_is_prepared_is_what_the_containers_mount_and_the_broker_reads(
    tmp_path: Path, containers: dict[str, Any]
) -> None:
    single.prepare(tmp_path, ["LAI-CHAU"])
    single.prepare(tmp_path, ["AN-PHU"])
    assert {path.stem for path in (tmp_path / "keys").iterdir()} == {*IDENTITIES, "unit-LAI-CHAU", "unit-AN-PHU"}
    mounted = [volume.split(":")[0] for name in containers for volume in containers[name]["volumes"]]
    assert [path for path in mounted if not (tmp_path / path.removeprefix("./data").lstrip("/")).exists()] == []
    config = tmp_path / "nats" / "nats-server.conf"
    checked = subprocess.run([executable(), "-t", "-c", str(config)], capture_output=True, text=True, check=False)
    assert (checked.returncode, "0.0.0.0:4222" in config.read_text()) == (0, True), checked.stderr
    with pytest.raises(BadKey):
        single.prepare(tmp_path, ["*"])
    single.prepare(tmp_path, [])


def test_the_streams_are_made_within_the_disk_there_is(bare_nats: NatsSystem) -> None:
    made = asyncio.run(single.make_streams(bare_nats.data, bare_nats.url, bare_nats.monitor))
    assert len(made) == len(STREAMS) + len(DURABLES)
    assert asyncio.run(single.make_streams(bare_nats.data, bare_nats.url, bare_nats.monitor)) == []
