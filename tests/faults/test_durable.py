"""The durable consumer disappears under its service."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from services.chassis.provision import provision
from services.contracts.bus import DURABLES, INTAKE
from tests.faults.flow import flowing
from tests.system import until

pytestmark = pytest.mark.anyio


async def test_a_deleted_durable_is_said_and_heals_when_provisioned(tmp_path: Path) -> None:
    service = "meetings"
    async with flowing(tmp_path) as flow:
        system, process = flow.system, flow.system.processes[service]
        await flow.more(100)
        await flow.admin.api(f"CONSUMER.DELETE.{INTAKE}.{service}")

        async def said() -> bool:
            status, body = await process.health()
            return status == 503 and "durable" in body.get("detail", "")

        await until(f"{service} says in its health that its durable is gone", said)
        durables = [replace(durable, ack_wait_s=2) for durable in DURABLES]
        await provision(flow.admin, monitor=system.server.monitor, durables=durables)
        await flow.more(100)
        await flow.balanced()
