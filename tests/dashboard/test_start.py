"""`python -m dashboard`: what it needs from its environment, and how it says so."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path
from threading import Semaphore
from typing import Any

import pytest

from dashboard.hub import hub as hub_module
from services.chassis.bus import Bus, connect
from services.chassis.settings import Settings


@pytest.mark.parametrize("port", ["web", "70000"])
def test_an_impossible_port_is_a_clear_message(port: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "dashboard"],
        env={**os.environ, "NENEP_DASHBOARD_PORT": port},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 1
    assert f"NENEP_DASHBOARD_PORT={port!r}: give a port from 1 to 65535" in run.stderr


def test_a_missing_key_is_said_once_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = Semaphore(0)

    async def counted(*where: Any) -> Bus:
        tries.release()
        return await connect(*where)

    monkeypatch.setattr(hub_module, "connect", counted)
    with caplog.at_level(logging.WARNING, "dashboard.hub.hub"):
        hub = hub_module.Hub(Settings(nats_url="nats://127.0.0.1:9", keys=tmp_path)).start()
        assert all(tries.acquire(timeout=30) for _ in range(3))
        hub.close()
    assert [record.getMessage().count("dashboard.nk") for record in caplog.records] == [1]
    assert not hub.picture.link.connected
