"""`nenep criteria publish`, `amend` and `withdraw` on a running system."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.living import Up, until
from tests.evaluation.publishing.said import document

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "first-event.ndjson"
pytestmark = pytest.mark.timeout(300)  # a dozen commands, each a process of its own
UNIT, CELL, MONTH = "DEMOUNIT", "DEMOCELL", "2025-11"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A system with the example's unit, a root, and its cell's one meeting, judged by the central set of 2025."""
    system = Up(tmp_path_factory.mktemp("criteria") / "data").ready()
    try:
        assert system.nenep("grant", UNIT, "STRANGER").returncode == 0
        assert system.nenep("publish", EXAMPLE, "--as", UNIT).returncode == 0
        until(lambda: judge(system) == "hd-42-2025", "the meeting is scored")
        yield system
    finally:
        system.stop()


def judge(up: Up) -> str | None:
    """Which set judges the meeting."""
    rows = up.json("scores", "--year", "2025", "--month", "11")
    return rows[0]["set"] if rows else None


def written(folder: Path, *args: Any, **how: Any) -> Path:
    """A document as a file."""
    file = folder / "set.yaml"
    file.write_text(yaml.safe_dump(document(*args, **how), allow_unicode=True), encoding="utf-8")
    return file


def test_a_set_is_published_amended_and_withdrawn_and_each_shows_in_the_score(up: Up, tmp_path: Path) -> None:
    first = written(tmp_path, since="2025-11-01", minutes=1)
    competing = up.nenep("criteria", "publish", first, "--as", UNIT)
    assert competing.returncode == 3
    assert "document.effective: hd-42-2025 and own-1: both are in force" in competing.stderr

    ends = ("--ends", "hd-42-2025=2025-10-31", "--reason", "a better one")
    done = up.nenep("criteria", "publish", first, "--as", UNIT, *ends)
    assert done.returncode == 0, done.stderr
    assert "own-1 is published, in force from 2025-11-01 on." in done.stdout
    assert done.stdout.count("  event ") == 2
    until(lambda: judge(up) == "own-1", "the new set judges")
    before = up.json("explain", "--cell", CELL, "--period", MONTH)["score"]

    again = up.nenep("criteria", "publish", first, "--as", UNIT, *ends)
    assert (again.returncode, "counts once" in again.stdout) == (0, True)

    longer = written(tmp_path, since="2025-11-01", minutes=999)
    amended = up.json("criteria", "amend", longer, "--as", UNIT, "--reason", "too easy")
    assert (amended["outcome"], len(amended["events"])) == ("accepted", 1)
    until(
        lambda: up.json("explain", "--cell", CELL, "--period", MONTH)["score"]["points"] == before["points"] - 60,
        "the amended set judges",
    )
    assert up.nenep("criteria", "withdraw", "own-1", "--as", UNIT, "--reason", "a mistake").returncode == 0
    until(lambda: judge(up) is None, "nothing judges the meeting any more")
    assert up.json("verify")["holds"]


def test_a_document_with_faults_is_not_sent(up: Up, tmp_path: Path) -> None:
    faulty = written(tmp_path, "other", total=90)
    done = up.nenep("criteria", "publish", faulty, "--as", UNIT)
    assert done.returncode == 1
    assert "nothing was sent" in done.stderr
    assert "total: is 90, but the maxima of the items add up to 100" in done.stderr
    assert done.stdout == ""


def test_who_is_not_entitled_is_told_so(up: Up, tmp_path: Path) -> None:
    own = written(tmp_path, "other", units=[UNIT])
    done = up.nenep("criteria", "publish", own, "--as", "STRANGER", "--patience", "60")
    assert done.returncode == 3
    assert "no unit STRANGER is known yet" in done.stderr
    unknown = up.nenep("criteria", "withdraw", "nobody", "--as", UNIT, "--reason", "a test")
    assert (unknown.returncode, "no set nobody is known" in unknown.stderr) == (3, True)
    assert up.nenep("criteria", "withdraw", "own-1", "--as", "NOKEY", "--reason", "a test").returncode == 2
