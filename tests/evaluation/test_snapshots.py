"""Snapshots: what they hold, what is refused, and that a replica from one is the one that the stream makes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from services.chassis.asking import ask
from services.chassis.bus import Bus
from services.contracts.bus import EVENTS
from services.contracts.queries import HistoryDigest, Nothing
from services.contracts.receipts import Refused
from services.contracts.snapshots import FOLDER, MANIFEST, Manifest, SnapshotOf
from services.evaluation import snapshots
from services.evaluation.canonical import digest
from services.evaluation.criteria.load import load_shipped
from services.evaluation.history.store import Connection, position, snapshot, transaction
from services.evaluation.running.draft import mute
from services.evaluation.running.running import Running, open_evaluation
from services.evaluation.snapshots import Snapshots, Unusable, check, export, load
from services.evaluation.verify import verify
from tests.conftest import NatsSystem
from tests.evaluation.history.stream import Stream
from tests.evaluation.service import EvaluationProcess
from tests.evaluation.test_following import months, publish, reaches, status
from tests.evaluation.test_verify import year
from tests.system import until

SETS = load_shipped()
OTHER_SETS = SETS | {"hd-42-2025": SETS["hd-42-2025"].with_policy("full")}


def evaluated(stream: Stream, upto: int | None = None) -> Connection:
    con = open_evaluation(":memory:")
    Running(con, SETS).apply(stream.events[:upto])
    return con


def exported(con: Connection, folder: Path) -> Manifest:
    with snapshot(con) as reader:
        return export(reader, folder)


def test_one_that_begins_from_a_snapshot_and_catches_up_equals_one_that_had_everything(tmp_path: Path) -> None:
    stream = year(3)
    stream.assigned("C1", "a1", "2025-01-01")
    marks = {"criteria": "an-phu-2025", "marks": {"7": 24.5}, "total": 84, "grade": "fair"}
    stream.visited("C1", "v1", "m3", "2025-03-03", assignment="a1", assessment=marks)
    upto = len(stream.events)
    stream.held("C1", "m3", "2025-03-03", "2025-04-01", sheet={"minutes": 10})
    made = exported(evaluated(stream, upto), tmp_path / "s")
    assert (made.position, made.scored) == (upto, upto)
    assert {part.table for part in made.parts if part.rows} > {"assignments", "visits"}
    con = open_evaluation(":memory:")
    load(con, tmp_path / "s")
    assert digest(con) == digest(evaluated(stream, upto))
    running = Running(con, SETS)
    assert running.settle() == 0
    running.apply(stream.events)
    assert digest(con) == digest(evaluated(stream))


def test_under_other_rules_what_differs_is_settled_anew(tmp_path: Path) -> None:
    exported(evaluated(year()), tmp_path / "s")
    con = open_evaluation(":memory:")
    load(con, tmp_path / "s")
    assert Running(con, OTHER_SETS).settle() > 0
    whole = open_evaluation(":memory:")
    Running(whole, OTHER_SETS).apply(year().events)
    assert digest(con) == digest(whole)


@pytest.mark.parametrize("rows", [7, 100_000])
def test_the_same_state_gives_the_same_bytes(tmp_path: Path, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "ROWS", rows)
    other, folder = open_evaluation(tmp_path / "h.duckdb", threads=1), tmp_path / "one"
    exported(evaluated(year()), folder)
    load(other, folder)
    exported(other, tmp_path / "other")
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted([MANIFEST, *(f"{name}.parquet" for name in snapshots.tables())])
    for name in names:
        assert (folder / name).read_bytes() == (tmp_path / "other" / name).read_bytes(), name


def _truncated(folder: Path) -> None:
    path = folder / "meetings.parquet"
    path.write_bytes(path.read_bytes()[:-10])


def _flipped(folder: Path) -> None:
    path = folder / "log.parquet"
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)


def _missing(folder: Path) -> None:
    (folder / "cells.parquet").unlink()


def _foreign(folder: Path) -> None:
    _rewrite(folder, lambda manifest: manifest["formats"].update(history="0-abc"))


def _forged(folder: Path) -> None:
    """A file that is not what the history's own digests say, though its checksum was made to fit."""
    path = folder / "units.parquet"
    exported(evaluated(Stream()), folder.with_name("empty"))
    body = (folder.with_name("empty") / "units.parquet").read_bytes()
    path.write_bytes(body)

    def fit(manifest: dict[str, object]) -> None:
        for part in manifest["parts"]:  # type: ignore[attr-defined]
            if part["table"] == "units":
                part.update(bytes=len(body), sha256=hashlib.sha256(body).hexdigest())

    _rewrite(folder, fit)


def _shifted(folder: Path) -> None:
    """As if events were still to come that it has already: they would be in the history twice."""
    _rewrite(folder, lambda manifest: manifest.update(position=manifest["position"] - 2))  # type: ignore[operator]


def _rewrite(folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    change(manifest)
    (folder / MANIFEST).write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_truncated, "meetings.parquet has "),
        (_flipped, "log.parquet is not what was written"),
        (_missing, "cells.parquet cannot be read"),
        (_foreign, "its history is of format 0-abc"),
        (_forged, "what it holds of units is not what its digest says"),
        (_shifted, "it ends at event "),
        (lambda folder: (folder / MANIFEST).unlink(), "it has no manifest.json"),
        (lambda folder: (folder / MANIFEST).write_text("{"), "manifest.json cannot be read"),
    ],
)
def test_what_is_not_whole_is_refused_and_nothing_of_it_stays(
    tmp_path: Path, damage: Callable[[Path], object], said: str
) -> None:
    exported(evaluated(year()), tmp_path / "s")
    damage(tmp_path / "s")
    con = open_evaluation(":memory:")
    with pytest.raises(Unusable) as refusal:
        load(con, tmp_path / "s")
    assert [problem for problem in refusal.value.problems if said in problem]
    assert position(con) == 0
    assert con.execute("SELECT count(*) FROM log").fetchall() == [(0,)]


def test_all_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    exported(evaluated(year()), tmp_path / "s")
    for damage in (_truncated, _flipped, _missing, _foreign):
        damage(tmp_path / "s")
    with pytest.raises(Unusable) as refusal:
        check(tmp_path / "s")
    assert len(refusal.value.problems) == 4


def test_only_the_newest_is_kept_and_a_draft_is_nobodys_snapshot(tmp_path: Path) -> None:
    con = evaluated(year())
    maker = Snapshots(con, tmp_path)
    for name in ("one", "two"):
        maker.make(SnapshotOf(name=name))
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == ["two"]
    with transaction(con):
        mute(con)
    with pytest.raises(Refused, match="taking over"):
        maker.make(SnapshotOf(name="three"))


@pytest.mark.parametrize("name", ["", "..", "a/b", "/tmp/x", "A", "a" * 41, "x\n"])
def test_a_name_is_no_path(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        SnapshotOf(name=name)


async def _digest(asker: Bus) -> HistoryDigest:
    return (await ask(asker, "evaluation", "digest", Nothing(), timeout=30)).model(HistoryDigest)


@pytest.mark.anyio
@pytest.mark.parametrize("beside", [False, True])
async def test_a_replica_from_a_snapshot_equals_the_one_built_from_the_stream(
    nats_system: NatsSystem, tmp_path: Path, beside: bool
) -> None:
    stream, data = months(40), tmp_path / "data"
    async with await nats_system.bus("admin") as admin, await nats_system.bus("operator") as operator:
        await publish(admin, stream, 0, 32)
        with EvaluationProcess(nats_system, data):
            await reaches(operator, 30, 30)
            await ask(operator, "evaluation", "snapshot", SnapshotOf(name="s"), timeout=30)
            folder = (data / FOLDER / "s").rename(tmp_path / "s")
            await publish(admin, stream, 32)
            await reaches(operator, 40, 40)
            built = await _digest(operator)
            if beside:
                with EvaluationProcess(nats_system, data, generation=1, snapshot=folder) as new:
                    await new.says(ready=True, began_at=check(folder).position)
        with EvaluationProcess(
            nats_system, data if beside else tmp_path / "fresh", snapshot=folder, generation=1
        ) as new:
            await new.says(ready=True, serves=True, publishes=True, generation=1)

            async def equal() -> bool:
                return await _digest(operator) == built

            await until("it holds what the other one held", equal)
            found, checks = await status(operator)
            assert checks["outbox"].recorded == 40
            assert all(check.ok for check in found.checks)
            assert (await verify(operator)).holds


@pytest.mark.anyio
async def test_a_snapshot_of_another_system_is_noticed(nats_system: NatsSystem, tmp_path: Path) -> None:
    con = evaluated(year())
    con.execute("UPDATE log SET event = 'elsewhere-' || event")
    exported(con, tmp_path / "s")
    async with await nats_system.bus("admin") as admin:
        await publish(admin, months(40))
        end = (await admin.api(f"STREAM.INFO.{EVENTS}"))["state"]["last_seq"]
        assert end > check(tmp_path / "s").position
        with EvaluationProcess(nats_system, tmp_path / "data", snapshot=tmp_path / "s") as process:

            async def noticed() -> bool:
                return "another system's" in str((await process.health()).get("detail"))

            await until("it says that the history is another system's", noticed)
