"""The supervisor with stand-in children: healing, order of stopping, bounded logs, no orphans."""

import asyncio
import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from deploy.embedded.lock import DataLock, Taken
from deploy.embedded.logs import BoundedLog
from deploy.embedded.ports import PortTaken, claim, free_ports, is_free
from deploy.embedded.rebuilder import health
from deploy.embedded.stack import Options, Stack, Trouble
from deploy.embedded.supervisor import Backoff, Launch, Spec, Supervisor

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
QUICK = Backoff(first=0.01, limit=0.05)


def spec(name: str, code: str, **more: object) -> Spec:
    return Spec(name, lambda: Launch([sys.executable, "-c", code], os.environ), **more)  # type: ignore[arg-type]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 (another process is watched: nothing sets an event)
            await asyncio.sleep(0.01)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.anyio
async def test_a_killed_child_is_started_again_and_said(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(tmp_path, said.append, backoff=QUICK)
    child = await supervisor.start(spec("sleeper", SLEEPER))
    first = child.pid
    assert first
    os.kill(first, signal.SIGKILL)
    await until(lambda: child.pid not in (None, first))
    await supervisor.stop_all()
    assert len(said) == 1
    assert said[0].startswith("sleeper ended by itself (killed by SIGKILL); starting it again in 0.01 s")
    assert child.restarts == 1


@pytest.mark.anyio
async def test_a_child_that_cannot_stay_up_is_retried_ever_more_slowly_but_bounded(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(tmp_path, said.append, backoff=QUICK)
    child = await supervisor.start(spec("failing", "raise SystemExit(7)"))
    await until(lambda: child.restarts >= 5)
    await supervisor.stop_all()
    waits = [line.split("again in ")[1].split(" s")[0] for line in said]
    assert waits[:5] == ["0.01", "0.02", "0.04", "0.05", "0.05"]
    assert "exit code 7" in said[0]


def test_the_back_off_never_overflows() -> None:
    assert Backoff().wait(1) == 0.2
    assert Backoff().wait(10_000) == 15.0


@pytest.mark.anyio
async def test_a_child_that_is_done_is_left_alone(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(tmp_path, said.append, backoff=QUICK)
    child = await supervisor.start(spec("loader", "print('loaded')", once=True))
    await until(lambda: child.done)
    await supervisor.stop_all()
    assert said == []
    assert (tmp_path / "loader.log").read_text() == "loaded\n"


@pytest.mark.anyio
async def test_children_stop_in_reverse_order_and_the_deaf_one_is_killed(tmp_path: Path) -> None:
    said: list[str] = []
    ended: list[str] = []
    supervisor = Supervisor(
        tmp_path,
        said.append,
        lambda: ended.extend(n for n, c in supervisor.children.items() if c.stopping and c.pid is None),
    )
    for name, code in (("broker", SLEEPER), ("service", DEAF)):
        await supervisor.start(spec(name, code, patience=0.3))
    pids = [child.pid for child in supervisor.children.values()]
    await until(lambda: (tmp_path / "service.log").stat().st_size > 0)
    await supervisor.stop_all()
    assert list(dict.fromkeys(ended)) == ["service", "broker"]
    assert said == ["service did not stop within 0.3 s; killing it"]
    assert all(pid and gone(pid) for pid in pids)


@pytest.mark.anyio
async def test_a_disk_that_is_full_keeps_nobody_from_being_started_again_nor_starts_one_twice(tmp_path: Path) -> None:
    said: list[str] = []
    started: list[int] = []

    def note() -> None:
        started.extend(c.pid for c in supervisor.children.values() if c.pid)
        raise OSError(errno.ENOSPC, "No space left on device")

    supervisor = Supervisor(tmp_path, said.append, note, backoff=QUICK)
    child = await supervisor.start(spec("sleeper", SLEEPER))
    first = child.pid
    assert first
    os.kill(first, signal.SIGKILL)
    await until(lambda: child.pid not in (None, first))
    await asyncio.sleep(0.2)  # another start would have come by now
    await supervisor.stop_all()
    assert len(set(started)) == 2
    assert all(gone(pid) for pid in started)
    assert [line for line in said if "No space left" in line]


@pytest.mark.anyio
async def test_one_that_cannot_even_be_launched_is_tried_again(tmp_path: Path) -> None:
    said: list[str] = []
    broken = ["", "registry.nk holds no nkey seed", "no nats-server found"]

    def launch() -> Launch:
        if why := broken.pop(0) if broken else "":
            raise RuntimeError(why)
        return Launch([sys.executable, "-c", SLEEPER], os.environ)

    supervisor = Supervisor(tmp_path, said.append, backoff=QUICK)
    child = await supervisor.start(Spec("broker", launch))
    first = child.pid
    assert first
    os.kill(first, signal.SIGKILL)
    await until(lambda: child.pid not in (None, first))
    await supervisor.stop_all()
    assert [why for line in said for why in ("nkey seed", "no nats-server") if why in line] == [
        "nkey seed",
        "no nats-server",
    ]


ORPHANAGE = f"""
import asyncio, pathlib, sys
from deploy.embedded.stack import Options, Stack, Trouble
from deploy.embedded.supervisor import *
async def main():
    supervisor = Supervisor(pathlib.Path(sys.argv[1]), print)
    child = await supervisor.start(Spec("child", lambda: Launch([sys.executable, "-c", {DEAF!r}], {{}})))
    print(child.pid, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's (elsewhere the next `up` cleans up)")
def test_a_killed_supervisor_leaves_no_orphan(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ORPHANAGE, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert not gone(pid)
        parent.kill()
    deadline = time.monotonic() + 20
    while not gone(pid):
        assert time.monotonic() < deadline, "the child outlived its supervisor"
        time.sleep(0.01)


def test_a_log_keeps_its_size(tmp_path: Path) -> None:
    log = BoundedLog(tmp_path / "a.log", limit=100)
    for number in range(50):
        log.write(b"line %02d\n" % number)
    log.close()
    files = sorted(tmp_path.iterdir())
    assert [f.name for f in files] == ["a.log", "a.log.1"]
    assert all(f.stat().st_size <= 100 for f in files)
    assert (tmp_path / "a.log").read_text().endswith("line 49\n")


def test_a_log_whose_folder_vanished_stops_nobody(tmp_path: Path) -> None:
    log = BoundedLog(tmp_path / "logs" / "a.log", limit=100)
    log.write(b"x" * 90)
    shutil.rmtree(tmp_path / "logs")
    for _ in range(3):
        log.write(b"x" * 90)
    log.write(b"back")
    log.close()
    assert (tmp_path / "logs" / "a.log").read_bytes().endswith(b"back")


def test_one_system_a_data_directory(tmp_path: Path) -> None:
    with DataLock(tmp_path), pytest.raises(Taken, match=f"already runs on .*pid {os.getpid()}"), DataLock(tmp_path):
        pass
    with DataLock(tmp_path):
        pass


def test_a_taken_port_says_what_to_do() -> None:
    (port,) = free_ports(1)
    assert is_free(port)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(PortTaken) as refusal:
            claim(port, "broker", "--nats-port", "NENEP_NATS_PORT")
    for part in (str(port), "--nats-port", "NENEP_NATS_PORT", "0 for any free one"):
        assert part in str(refusal.value)
    assert claim(0, "broker", "--nats-port", "NENEP_NATS_PORT") != port


@pytest.mark.parametrize("said", [b"", b"SSH-2.0\r\n\r\n", b"HTTP/1.1 500 No\r\n\r\nno", b"HTTP/1.1 200 OK\r\n\r\n7"])
def test_somebody_else_behind_a_health_port_is_no_answer(said: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:

        def answer() -> None:
            line, _ = other.accept()
            with line:
                line.recv(1000)
                line.sendall(said)

        thread = threading.Thread(target=answer)
        thread.start()
        assert health(other.getsockname()[1]) == {}
        thread.join()


@pytest.mark.anyio
async def test_what_takes_long_and_gets_on_is_waited_for_and_what_stands_still_is_not(tmp_path: Path) -> None:
    stack = Stack(Options(tmp_path, 0, 0), print)
    places = iter(range(12))
    place = 0

    def there() -> bool:
        nonlocal place
        time.sleep(0.05)
        place = next(places, 99)
        return place == 99

    await stack.supervisor.start(spec("evaluation", SLEEPER))
    await stack.until(there, "it is not there", ["evaluation"], 0.3, lambda: place)
    with pytest.raises(Trouble, match=r"it is not there after 0\.3 s"):
        await stack.until(lambda: False, "it is not there", ["evaluation"], 0.3, lambda: place)
    await stack.supervisor.stop_all()
