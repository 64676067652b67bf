"""Files of generations, the pointer to the current one, and the seat."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from services.evaluation.generations import POINTER, Generation, Seat, begun, current, leftovers


def test_a_folder_begins_with_the_file_it_always_had(tmp_path: Path) -> None:
    assert current(tmp_path) == Generation(tmp_path, 0)
    assert current(tmp_path).path.name == "evaluation.duckdb"
    assert current(tmp_path).next.path.name == "evaluation-1.duckdb"


def test_neighbours_never_follow_under_one_name(tmp_path: Path) -> None:
    for number in range(5):
        one = Generation(tmp_path, number)
        assert one.consumer != one.next.consumer


def test_the_pointer_moves_and_tells_leftovers_from_what_was_begun(tmp_path: Path) -> None:
    for name in ("", "-1", "-2", "-10"):
        (tmp_path / f"evaluation{name}.duckdb").touch()
        (tmp_path / f"evaluation{name}.duckdb.wal").touch()
        (tmp_path / f"evaluation{name}.duckdb.tmp").mkdir()  # a process was killed while it sorted
        (tmp_path / f"evaluation{name}.duckdb.tmp" / "duckdb_temp_7_0_owner").touch()
    for other in ("evaluation.sqlite", "evaluation-2.duckdb-not", "evaluation-02.duckdb", "evaluation.lock"):
        (tmp_path / other).touch()
    Generation(tmp_path, 2).make_current()
    serving = current(tmp_path)
    assert serving.number == 2
    assert [one.number for one in leftovers(serving)] == [0, 1]
    assert [one.number for one in begun(serving)] == [10]
    for one in (*leftovers(serving), *begun(serving)):
        one.remove()
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {
        "evaluation-2.duckdb",
        "evaluation-2.duckdb.wal",
        "evaluation-2.duckdb.tmp",
        "evaluation.sqlite",
        "evaluation-2.duckdb-not",
        "evaluation-02.duckdb",
        "evaluation.lock",
        POINTER,
    }


def test_a_pointer_that_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / POINTER).write_text("../elsewhere\n")
    with pytest.raises(ValueError, match="remove the file"):
        current(tmp_path)


def test_one_process_has_the_seat_until_it_ends_however_it_ends(tmp_path: Path) -> None:
    code = (
        "import sys, time, pathlib; from services.evaluation.generations import Seat\n"
        "seat = Seat(pathlib.Path(sys.argv[1])); print(seat.take(), flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "True\n"
        seat = Seat(tmp_path)
        assert not seat.take()
        holder.kill()
        holder.wait()
        assert seat.take()
        assert seat.take()
        assert not Seat(tmp_path).take()
