"""A whole system started by `nenep up` in a folder of its own, and the command line beside it."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy.embedded import system
from services.cli import main

NENEP = [sys.executable, "-c", "from services.cli import main; main()"]
PATIENCE_S = 90.0


def environment() -> dict[str, str]:
    """This process's environment without what would lead the command line to another system."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NENEP_")}
    return clean | {"COLUMNS": "200", "NENEP_PATIENCE": "1"}


def until(condition: Callable[[], Any], what: str) -> Any:
    """Waits for a condition to give something true, and returns that."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        assert time.monotonic() < deadline, f"still not: {what}"
        time.sleep(0.05)
    return found


def process(*arguments: str | Path, data: Path | None = None, given: str = "") -> subprocess.CompletedProcess[str]:
    """Runs `nenep` to its end in a process of its own."""
    command = [*NENEP, *_line(arguments, data)]
    return subprocess.run(
        command, input=given, capture_output=True, text=True, env=environment(), timeout=PATIENCE_S, check=False
    )


def cli(*arguments: str | Path, data: Path | None = None, given: str = "") -> subprocess.CompletedProcess[str]:
    """The same in this process, which is many times quicker: in a thread, where no event loop runs yet."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    line, code = _line(arguments, data), [1]
    with tempfile.TemporaryFile("w+") as stdin, pytest.MonkeyPatch.context() as patch:
        stdin.write(given)
        stdin.seek(0)
        for name in set(os.environ) - set(environment()):
            patch.delenv(name)
        for name, value in environment().items():
            patch.setenv(name, value)
        for name, instead in {"argv": ["nenep", *line], "stdin": stdin, "stdout": out, "stderr": err}.items():
            patch.setattr(sys, name, instead)
        thread = threading.Thread(target=_run, args=(code,), name="nenep")
        thread.start()
        thread.join()
    said, told = (stream.buffer.getvalue().decode() for stream in (out, err))  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(["nenep", *line], code[0], said, told)


def _line(arguments: Sequence[str | Path], data: Path | None) -> list[str]:
    return [*map(str, arguments), *([] if data is None else ["--data", str(data)])]


def _run(code: list[int]) -> None:
    """As the interpreter ends a program: what is not caught is a traceback and exit code 1."""
    try:
        main()
        code[0] = 0
    except SystemExit as end:
        code[0] = end.code if isinstance(end.code, int) else 0
    except BaseException:
        traceback.print_exc()


class Up:
    """A running `nenep up`."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data = data
        self.said = data.with_name(data.name + ".said")
        command = [*NENEP, "up", "--data", str(data), "--nats-port", "0", "--dashboard-port", "0", *options]
        with self.said.open("w") as said:
            self.process = subprocess.Popen(
                command, stdout=said, stderr=said, env=environment(), start_new_session=True
            )

    def ready(self) -> Up:
        """Waits until everything is."""

        def look() -> bool:
            assert self.process.poll() is None, f"`nenep up` ended: {self.said.read_text()}"
            found = system.running(self.data)
            return found is not None and found.ready

        until(look, "the system is ready")
        return self

    @property
    def system(self) -> system.System:
        """What `system.json` says."""
        found = system.running(self.data)
        assert found, f"no system runs: {self.said.read_text()}"
        return found

    def nenep(self, *arguments: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
        """A command on this system."""
        return cli(*arguments, data=self.data, given=given)

    def json(self, *arguments: str | Path, exits: int = 0) -> Any:
        """A command's data."""
        done = self.nenep(*arguments, "--format", "json")
        assert done.returncode == exits, done.stderr + done.stdout
        return json.loads(done.stdout)

    def well(self) -> dict[str, Any] | None:
        """What `nenep status` says, when all is well."""
        done = self.nenep("status", "--format", "json")
        return dict(json.loads(done.stdout)) if done.returncode == 0 else None

    def publish(self, lines: Sequence[str], unit: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Publishes these lines from standard input."""
        return self.nenep("publish", "-", "--as", unit, *options, given="\n".join(lines) + "\n")

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Asks it to stop and returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)

    def log(self, process: str) -> str:
        """The log of one of its processes."""
        return (self.data / "logs" / f"{process}.log").read_text(errors="replace")

    def processes(self) -> list[psutil.Process]:
        """Every living process that has to do with this data directory, the supervisor's included."""
        found = []
        for process in psutil.process_iter():
            try:
                mine = str(self.data) in " ".join(process.cmdline()) or process.environ().get("NENEP_DATA") == str(
                    self.data
                )
                if mine and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.Error:
                continue
        return found


def receipts(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """What `nenep publish` printed."""
    return [json.loads(line) for line in done.stdout.splitlines()]
