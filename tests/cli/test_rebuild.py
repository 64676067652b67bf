"""`nenep rebuild` on a running system: under questions and reports, cancelled and gone on with, killed in parts."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from deploy.embedded import rebuild
from deploy.embedded.rebuild import Phase, Rebuild, Request, Wish
from deploy.embedded.rebuilder import EVALUATION, NEXT
from deploy.nats.keys import unit_identity
from services.chassis.asking import ask
from services.chassis.bus import Bus, connect
from services.contracts.bus import EVENTS
from services.contracts.queries import GlanceOf
from services.evaluation.generations import begun, current
from services.evaluation.snapshots import sha256
from tests.cli.living import Up, cli, until
from tests.load import ROOT, founding, meetings, structured
from tests.ward import everything

pytestmark = pytest.mark.timeout(300)
CELLS, YEAR = 20, 2025


def told(folder: Path) -> Up:
    """A running system that knows a year of some cells."""
    up = Up(folder / "data").ready()
    assert up.nenep("grant", ROOT).returncode == 0
    reports = [*founding(CELLS), *meetings(CELLS, date(YEAR, 1, 1), 12)]
    done = up.publish([structured(one) for one in reports], ROOT)
    assert done.returncode == 0, done.stderr
    return up


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    system = told(tmp_path_factory.mktemp("rebuild"))
    yield system
    system.stop()


@contextmanager
def busy(up: Up) -> Iterator[Counter[str]]:
    """Inside, the first page's question is asked without a pause, and every one must be answered; and meetings of the
    year before are reported. Counts the answers and the reports."""
    counted, stop = Counter[str](), threading.Event()

    async def ask_on() -> None:
        async with await connect(up.system.nats_url, "operator", up.data / "keys") as bus:
            while not stop.is_set():
                await ask(bus, "evaluation", "glance", GlanceOf(year=YEAR), timeout=30)
                counted["answered"] += 1

    async def report_on() -> None:
        async with await connect(up.system.nats_url, unit_identity(ROOT), up.data / "keys") as bus:
            for one in meetings(CELLS, date(YEAR - 1, 1, 1), 12):
                if stop.is_set():
                    return
                await bus.publish(one.subject, one.body, one.headers)
                counted["reported"] += 1
                await asyncio.sleep(0.1)

    async def both() -> None:
        await asyncio.gather(ask_on(), report_on())

    failure: list[BaseException] = []

    def work() -> None:
        try:
            asyncio.run(both())
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield counted
    finally:
        stop.set()
        thread.join(60)
    if failure:
        raise failure[0]


def published(up: Up) -> Counter[str]:
    """How often each score change is in the stream."""

    async def read() -> Counter[str]:
        bus: Bus
        async with await connect(up.system.nats_url, "admin", up.data / "keys") as bus:
            events = await everything(bus, EVENTS)
        return Counter(one.headers["ce-id"] for one in events if one.subject.startswith("evt.evaluation.ScoreChanged"))

    return asyncio.run(read())


def whole(up: Up) -> None:
    """All is well, history and scores are what the stream says, and no change was said twice."""
    until(up.well, "all is well")
    assert up.json("verify")["holds"] is True
    counted = published(up)
    assert counted
    assert set(counted.values()) == {1}


def stands(up: Up, *phases: Phase) -> Rebuild:
    """The rebuild as it stands, once it is in one of these phases."""

    def look() -> Rebuild | None:
        found = rebuild.read(up.data)
        return found if found and found.phase in phases else None

    found: Rebuild = until(look, f"the rebuild is {phases}")
    return found


def test_cancelled_it_keeps_what_was_built_and_discarded_it_does_not(up: Up) -> None:
    assert up.nenep("rebuild", "--status").stdout.startswith("there was no rebuild")
    rebuild.write(up.data, rebuild.REQUEST, Request(wish=Wish.BEGIN))
    new = until(lambda: up.system.processes.get(NEXT), "the new one is started")
    os.kill(new.pid, signal.SIGSTOP)  # a year is built in no time: held here it is still building when it is cancelled
    stands(up, Phase.BUILDING)
    shown = up.json("status")
    assert shown["rebuild"]["phase"] == "building"
    done = up.nenep("rebuild", "--cancel")
    assert (done.returncode, "cancelled" in done.stdout) == (0, True), done.stderr
    assert NEXT not in up.system.processes
    assert current(up.data).number == 0
    assert up.json("rebuild", "--status")["phase"] == "cancelled"
    assert up.nenep("rebuild", "--discard").returncode == 0
    assert begun(current(up.data)) == []


def test_a_new_history_takes_over_and_no_question_stays_unanswered(up: Up) -> None:
    old = up.system.processes[EVALUATION].pid
    with busy(up) as counted:
        done = up.nenep("rebuild")
        assert done.returncode == 0, done.stderr
        before = Counter(counted)
        until(lambda: counted["answered"] > before["answered"] + 20, "the new one answers")
        until(lambda: counted["reported"] > before["reported"], "reports go on")
    assert before["reported"] > 0
    assert "done: the new history has taken over" in done.stdout
    assert "building: " in done.stderr
    generation = current(up.data).number
    assert NEXT not in up.system.processes
    new = up.system.processes[EVALUATION].pid
    assert new != old
    os.kill(new, signal.SIGKILL)
    until(lambda: (it := up.system.processes.get(EVALUATION)) and it.pid != new, "it is started again")
    whole(up)
    assert [path.name for path in up.data.glob("*.duckdb")] == [f"evaluation-{generation}.duckdb"]

    again = up.json("rebuild")
    assert (again["phase"], again["generation"]) == ("done", generation + 1)


def test_a_snapshot_is_copied_out_and_a_rebuild_begins_from_it(up: Up, tmp_path: Path) -> None:
    out = tmp_path / "snapshot"
    made = up.json("snapshot", "--out", out)
    assert 0 < made["scored"] <= made["position"]
    assert {path.name for path in out.iterdir()} == {"manifest.json", *(f"{p['table']}.parquet" for p in made["parts"])}
    assert up.nenep("snapshot", "--out", out).returncode == 2
    done = up.nenep("rebuild", "--from-snapshot", out)
    assert done.returncode == 0, done.stderr
    generation = current(up.data).number
    assert f"begun from the snapshot {out} at event {made['position']}" in up.log(NEXT)
    whole(up)

    for name in ("log", "outbox"):
        (out / f"{name}.parquet").write_bytes(b"")
    refused = up.nenep("rebuild", "--from-snapshot", out)
    assert refused.returncode == 2
    assert "log.parquet has 0 bytes" in refused.stderr
    assert "outbox.parquet has 0 bytes" in refused.stderr
    assert current(up.data).number == generation


def test_a_new_one_that_cannot_live_is_given_up_and_the_old_one_goes_on_serving(up: Up, tmp_path: Path) -> None:
    """What kills it here is a snapshot with a file that somebody exchanged, the checksum with it."""
    out, generation = tmp_path / "snapshot", current(up.data).number
    old = up.system.processes[EVALUATION].pid
    made = up.json("snapshot", "--out", out)
    pq.write_table(pq.read_table(out / "cells.parquet").slice(1), out / "cells.parquet")
    part = next(part for part in made["parts"] if part["table"] == "cells")
    manifest = (out / "manifest.json").read_text().replace(part["sha256"], sha256(out / "cells.parquet"))
    size = (out / "cells.parquet").stat().st_size
    (out / "manifest.json").write_text(manifest.replace(f'"bytes": {part["bytes"]}', f'"bytes": {size}'))
    done = up.nenep("rebuild", "--from-snapshot", out)
    assert (done.returncode, "failed: the new evaluation ended 3 times" in done.stdout) == (1, True), done.stderr
    assert "what it holds of cells is not what its digest says" in up.log(NEXT)
    assert NEXT not in up.system.processes
    assert (current(up.data).number, up.system.processes[EVALUATION].pid) == (generation, old)
    assert up.nenep("rebuild", "--discard").returncode == 0


def test_whatever_is_killed_the_rebuild_goes_on(tmp_path: Path) -> None:
    up = told(tmp_path)
    rebuild.write(up.data, rebuild.REQUEST, Request(wish=Wish.BEGIN))
    stands(up, Phase.BUILDING)
    for victim in (NEXT, "broker", EVALUATION):
        if process := up.system.processes.get(victim):
            os.kill(process.pid, signal.SIGKILL)
    if up.system.processes.get(NEXT):
        up.process.kill()
        up.process.wait()
        until(lambda: up.processes() == [], "nothing is left of it")
        up = Up(up.data).ready()
    try:
        assert stands(up, Phase.DONE).generation == 1
        assert current(up.data).number == 1
        whole(up)
    finally:
        up.stop()


def test_without_a_system_it_says_so(tmp_path: Path) -> None:
    done = cli("rebuild", data=tmp_path / "nowhere")
    assert (done.returncode, "nenep up" in done.stderr) == (4, True)
    assert cli("rebuild", "--cancel", "--status", data=tmp_path).returncode == 2
