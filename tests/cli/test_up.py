"""`nenep up`: side by side, stopped and started again, killed in parts and as a whole."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import psutil
import pytest

from deploy.embedded import progress
from deploy.embedded.demo import AHEAD
from services.chassis.clock import local_day, now
from tests.cli.living import Up, process, receipts, until
from tests.cli.test_commands import CELL, EXAMPLE, UNIT


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    """A running system of this test's own."""
    system = Up(tmp_path / "data").ready()
    yield system
    system.stop()


def cells(system: Up) -> list[str]:
    return [cell["cell"] for cell in system.json("tree", "--at", "2025-06-30")["cells"]]


def test_two_systems_run_side_by_side_and_one_carries_on_after_a_stop(up: Up, tmp_path: Path) -> None:
    other = Up(tmp_path / "other").ready()
    try:
        assert up.nenep("grant", UNIT).returncode == 0
        assert up.nenep("publish", EXAMPLE, "--as", UNIT).returncode == 0
        assert cells(up) == [CELL]
        assert cells(other) == [], "what one system hears, the other must not"
        assert {p.pid for p in up.system.processes.values()}.isdisjoint(p.pid for p in other.system.processes.values())
    finally:
        assert other.stop(signal.SIGTERM) == 0
    assert up.stop(signal.SIGINT) == 0
    assert up.processes() == []
    assert not (up.data / "system.json").exists()
    again = Up(up.data).ready()
    try:
        assert cells(again) == [CELL]
        done = again.nenep("publish", EXAMPLE, "--as", UNIT)
        assert [r["outcome"] for r in receipts(done)] == ["duplicate"] * 4
        until(lambda: again.json("scores", "--year", "2025"), "the score is there again")
    finally:
        assert again.stop() == 0


def test_killed_children_are_healed_and_a_killed_supervisor_leaves_nothing(up: Up) -> None:
    for name in ("meetings", "broker"):
        before = up.system.processes[name].pid
        os.kill(before, signal.SIGKILL)

        def healed(name: str = name, before: int = before) -> bool:
            now = up.system.processes.get(name)
            return now is not None and now.pid != before and now.restarts == 1

        until(healed, f"{name} runs again")
        assert f"{name} ended by itself (killed by SIGKILL)" in up.said.read_text()
    until(up.well, "all is well again")

    left = [process for process in up.processes() if process.pid != up.process.pid]
    assert len(left) >= 5
    up.process.kill()
    up.process.wait()
    psutil.wait_procs(left, timeout=20)
    assert up.processes() == []
    assert process("status", data=up.data).returncode == 4

    again = Up(up.data).ready()
    try:
        until(again.well, "all is well after the kill")
    finally:
        assert again.stop() == 0


def test_a_data_directory_in_use_is_refused(tmp_path: Path) -> None:
    up = Up(tmp_path / "data")
    try:
        until(lambda: "starting on" in up.said.read_text(), "it is about to start")
        done = process("up", "--nats-port", "0", "--dashboard-port", "0", data=up.data)
        assert done.returncode == 2
        assert f"pid {up.process.pid}" in done.stderr
        assert "--data" in done.stderr
        assert up.process.poll() is None
    finally:
        up.stop()


@pytest.mark.parametrize("option", ["--nats-port", "--dashboard-port"])
def test_a_taken_port_is_named_with_the_way_out(tmp_path: Path, option: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ports = {"--nats-port": "0", "--dashboard-port": "0"} | {option: str(port)}
        done = process("up", *(part for pair in ports.items() for part in pair), data=tmp_path / "data")
    assert done.returncode == 2
    for part in (str(port), option, f"{option} 0", "NENEP_"):
        assert part in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.timeout(300)
def test_the_demo_shows_the_current_year_first_and_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    today = local_day(now())
    options = ("--demo", "--seed", "7", "--years", f"{today.year - 1}-{today.year}")
    up = Up(tmp_path / "data", *options).ready()
    try:
        shown = {row["period"][:4] for row in up.json("scores", "--year", str(up_to(today)))}
        assert shown == {str(up_to(today))}
        told = until(lambda: (p := progress.read(up.data)) and p.earlier.done and p, "the year before streams in")
        assert told.registry.complete
        assert told.recent.complete
        assert told.rejected == 0
    finally:
        assert up.stop() == 0
    assert up.processes() == []

    stopped = progress.read(up.data)
    assert stopped

    again = Up(up.data, "--demo").ready()  # seed and years are the directory's own
    try:
        told = until(
            lambda: (p := progress.read(again.data)) and p.earlier.done > stopped.earlier.done and p, "it goes on"
        )
        assert (told.seed, told.rejected, told.until) == (7, 0, stopped.until)
        until(lambda: "synthetic" in again.said.read_text(), "it says so")
        assert "ended by itself" not in again.said.read_text()
        status = until(again.well, "all is well")
        checks = next(service["checks"] for service in status["services"] if service["service"] == "meetings")
        taken_in = next(check["recorded"] for check in checks if check["name"] == "intake")
        after = progress.read(again.data)
        assert after
        unanswered_at_the_stop = AHEAD + 1_000
        assert taken_in <= after.recent.done + after.earlier.done + after.live + 2 * unanswered_at_the_stop
    finally:
        assert again.stop() == 0
    mixed = process("up", "--demo", "--seed", "8", "--nats-port", "0", "--dashboard-port", "0", data=tmp_path / "data")
    assert mixed.returncode == 2
    assert "seed 7" in mixed.stderr


def up_to(today: date) -> int:
    """The year that the first page shows: the last one with a month's meetings behind it."""
    return (today - timedelta(days=35)).year


def test_the_demo_does_not_mix_with_real_reports(up: Up) -> None:
    assert up.nenep("grant", UNIT).returncode == 0
    assert up.nenep("publish", EXAMPLE, "--as", UNIT).returncode == 0
    assert up.stop() == 0
    done = process("up", "--demo", "--nats-port", "0", "--dashboard-port", "0", data=up.data)
    assert done.returncode == 1
    assert "another data directory" in done.stderr
    assert up.processes() == []


def test_a_directory_that_cannot_be_written_and_a_demo_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text("")
    for data, name, code in ((Path("/sys/kernel"), "/sys/kernel", 1), (tmp_path, "demo.json", 1)):
        done = process("up", "--demo", "--nats-port", "0", "--dashboard-port", "0", data=data)
        assert done.returncode == code
        assert name in done.stderr
        assert "Traceback" not in done.stderr
