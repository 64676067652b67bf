"""`<data>/system.json`: what the other commands need to know of the running system."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict

FILE = "system.json"


class Running(BaseModel):
    """One process: `created` (the kernel's start time, seconds) tells it from a later one with the same pid."""

    model_config = ConfigDict(frozen=True)

    pid: int
    created: float
    health_port: int | None = None
    restarts: int = 0

    def process(self) -> psutil.Process | None:
        """The living process this stands for, or None when it is gone."""
        try:
            process = psutil.Process(self.pid)
            if abs(process.create_time() - self.created) < 1 and process.status() != psutil.STATUS_ZOMBIE:
                return process
        except psutil.Error:
            return None
        return None


def created(pid: int) -> float:
    """When the process started, by the kernel; 0 when it is gone already."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return 0.0


class System(BaseModel):
    """A running system: addresses and processes. `supervisor` is `nenep up` itself."""

    model_config = ConfigDict(frozen=True)

    data: Path
    started_at: datetime
    supervisor: Running
    nats_url: str
    nats_port: int
    monitor_port: int
    dashboard_url: str | None = None
    dashboard_port: int | None = None
    demo: bool = False
    ready: bool = False
    """Whether every process has been seen ready and, with the demo, the first data is there."""
    processes: dict[str, Running] = {}

    def write(self) -> None:
        """Replace the file in one step: a reader sees the old one or the new one."""
        path = self.data / FILE
        new = path.with_suffix(".json.new")
        new.touch(0o600)
        new.write_text(self.model_dump_json(indent=2) + "\n")
        new.replace(path)


def read(data: Path) -> System | None:
    """What the last `nenep up` on this directory wrote, living or not; None when there is nothing readable."""
    try:
        return System.model_validate_json((data / FILE).read_bytes())
    except (OSError, ValueError):
        return None


def running(data: Path) -> System | None:
    """The system that runs on this directory now, or None."""
    system = read(data)
    return system if system and system.supervisor.process() else None


def forget(data: Path) -> None:
    """The system has stopped: nobody shall look for it."""
    (data / FILE).unlink(missing_ok=True)


def end_leftovers(data: Path, patience: float = 10.0) -> list[str]:
    """End what a killed supervisor left behind (the caller holds the lock), and name it.

    Mostly it is already on its way out, see `process.py`; a store or a port must be free before it is used again.
    """
    system = read(data)
    if system is None:
        return []
    left = {
        name: process for name, it in system.processes.items() if (process := it.process()) and it.pid != os.getpid()
    }
    for process in left.values():
        process.terminate()
    _, stubborn = psutil.wait_procs(list(left.values()), timeout=patience)
    for process in stubborn:
        process.kill()
    psutil.wait_procs(stubborn, timeout=patience)
    return list(left)
