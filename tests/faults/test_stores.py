"""A store that cannot be written for a while: reports wait in the stream, are settled later, and none is lost."""

from __future__ import annotations

import resource
import sqlite3
from pathlib import Path

import psutil
import pytest

from services.contracts.bus import INTAKE
from tests.faults.flow import Flow, flowing
from tests.system import until

pytestmark = pytest.mark.anyio
TROUBLE = "could not be settled"


async def troubled(flow: Flow, service: str) -> None:
    """Returns when the service's log says that its store failed it, and reports wait."""

    async def said() -> bool:
        info = await flow.admin.api(f"CONSUMER.INFO.{INTAKE}.{service}")
        waiting = info["num_pending"] + info["num_ack_pending"]
        return bool(waiting) and TROUBLE in flow.system.processes[service].log.read_text()

    await until(f"{service} says that a batch {TROUBLE}", said)


async def test_a_locked_store(tmp_path: Path) -> None:
    async with flowing(tmp_path) as flow:
        await flow.more(100)
        other = sqlite3.connect(flow.system.data / "stores" / "meetings.sqlite", isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            await troubled(flow, "meetings")
            other.execute("ROLLBACK")
        finally:
            other.close()
        await flow.more(100)
        await flow.balanced()
        assert not any(process.deaths for process in flow.system.processes.values())


async def test_a_full_disk(tmp_path: Path) -> None:
    """No file of the service's process may grow any more, which its store cannot tell from a full disk."""
    service = "registry"
    async with flowing(tmp_path) as flow:
        await flow.more(100)
        process = psutil.Process(flow.system.processes[service].pid)
        largest = max(file.stat().st_size for file in (flow.system.data / "stores").glob(f"{service}.*"))
        process.rlimit(psutil.RLIMIT_FSIZE, (largest + 8192, resource.RLIM_INFINITY))
        await troubled(flow, service)
        process.rlimit(psutil.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await flow.more(100)
        await flow.balanced()
        assert not any(process.deaths for process in flow.system.processes.values())


async def test_a_full_disk_under_the_history(tmp_path: Path) -> None:
    """Evaluation cannot write: it may end and be started again, but what it says afterwards is whole."""
    async with flowing(tmp_path) as flow:
        await flow.more(100)
        evaluation = flow.system.processes["evaluation"]
        pid = evaluation.pid
        process = psutil.Process(pid)
        largest = max(file.stat().st_size for file in (flow.system.data / "stores").glob("evaluation.*"))
        process.rlimit(psutil.RLIMIT_FSIZE, (largest + 8192, resource.RLIM_INFINITY))

        async def noticed() -> bool:
            return evaluation.pid != pid or (await evaluation.health())[0] == 503

        await until("evaluation ended or says that it is not ready", noticed)
        if evaluation.pid == pid:
            process.rlimit(psutil.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await flow.more(100)
        await flow.balanced()
