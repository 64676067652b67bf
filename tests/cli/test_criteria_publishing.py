"""`nenep decide` and `grades`, `nenep year`, `nenep criteria publish`, `amend` and `withdraw` on a running system."""

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


def test_grades_are_decided_re_classified_and_cancelled(up: Up, tmp_path: Path) -> None:
    def official(status: str) -> list[dict[str, Any]]:
        return [row for row in up.json("grades", "--year", "2025", "--month", "11") if row["status"] == status]

    month = ("--as", UNIT, "--period", MONTH)
    listed = tmp_path / "list.csv"
    listed.write_text("Cell;Grade;Points;Note\nNOPE;Khá;;\nDEMOCELL;Đạt;91,5;x\n", encoding="utf-8-sig")
    tried = up.nenep("decide", *month, "--list", listed, "--dry-run")
    assert tried.returncode == 1
    for problem in ("line 2 (NOPE): cell: no cell NOPE is known", "line 3 (DEMOCELL): grade: met is no grade"):
        assert problem in tried.stderr
    listed.write_text("cell,colour\n", encoding="utf-8")
    unmet = up.nenep("decide", "--as", UNIT, "--period", "2025-12", "--cell", CELL, "--grade", "fair", "--dry-run")
    assert (unmet.returncode, f"no regular meeting of {CELL} in 2025-12 is known" in unmet.stderr) == (0, True)
    done = up.nenep("decide", *month, "--list", listed)
    assert (done.returncode, "nothing was sent" in done.stderr, "colour" in done.stderr) == (1, True, True)

    own = ("--cell", CELL, "--grade", "Khá", "--points", "88.5")
    decided = up.json("decide", *month, *own)
    assert (decided["outcome"], len(decided["events"])) == ("accepted", 1)
    until(lambda: official("decided"), "the history has it")
    computed = up.nenep("decide", *month, "--as-computed")
    assert (computed.returncode, "left out: DEMOCELL: decided already (fair)" in computed.stderr) == (2, True)
    again = up.nenep("decide", *month, *own[:2], "--grade", "good")
    assert again.returncode == 3
    assert "`nenep decide --reclassify` with the number of its decision" in again.stderr
    assert up.nenep("decide", *month, "--cell", CELL, "--cancel", "--reason", "A test").returncode == 2
    lost = up.nenep("decide", *month, "--list", listed, "--points", "90", "--reason", "A test")
    assert lost.returncode == 2 and "--points belongs to" in lost.stderr and "--reason is that of" in lost.stderr
    numbered = ("--cell", CELL, "--number", "8-QĐ/DU", "--reason", "A test")
    assert up.nenep("decide", *month, *numbered, "--reclassify", "--grade", "good").returncode == 0
    [row] = until(lambda: official("reclassified"), "the history has that too")
    assert (row["cell"], row["official_grade"], row["set"]) == (CELL, "good", "hd-42-2025")
    assert [(one["status"], one["grade"], one["points"]) for one in row["decisions"]] == [
        ("decided", "fair", 88.5),
        ("reclassified", "good", None),
    ]
    explained = up.nenep("explain", "--cell", CELL, "--period", MONTH).stdout
    assert "Official grade: good · Tốt" in explained
    assert f"re-classified by {UNIT} on " in explained
    assert "Grades 2025-11 (1 of 1 decided)" in up.nenep("grades", "--year", "2025", "--month", "11").stdout
    history = up.nenep("grades", "--year", "2025", "--history", "--format", "csv").stdout.splitlines()
    assert [line.split(",")[3] for line in history] == ["status", "decided", "reclassified"]


def test_a_year_is_proposed_appraised_decided_cancelled_and_decided_anew(up: Up, tmp_path: Path) -> None:
    year = ("--as", UNIT, "--year", "2025")
    listed = tmp_path / "year.csv"
    listed.write_text("Subject;Common;Results;Grade\nNOPE;20;40;Khá\nDEMOCELL;27;x;good\n", encoding="utf-8-sig")
    faulty = up.nenep("year", "propose", *year, "--list", listed)
    assert faulty.returncode == 1
    for problem in ("line 2: grade: 'Khá'", "line 3: results: 'x'", "nothing was sent"):
        assert problem in faulty.stderr
    listed.write_text("Subject;Common;Results;Grade\nDEMOCELL;27;65,5;Hoàn thành xuất sắc nhiệm vụ\n", encoding="utf-8")
    on = ("--on", "2025-12-20")
    tried = up.nenep("year", "propose", *year, *on, "--list", listed, "--dry-run")
    assert (tried.returncode, "excellent · Hoàn thành xuất sắc" in tried.stdout) == (0, True)
    assert up.nenep("year", "decide", *year, "--as-appraised").returncode == 2, "nothing is appraised"
    assert "1 classification of 2025 proposed." in up.nenep("year", "propose", *year, *on, "--list", listed).stdout

    def stands(status: str) -> Any:
        rows = up.json("year", "--year", "2025")["subjects"]
        return [row for row in rows if row["subject"] == CELL and row["status"] == status]

    until(lambda: stands("proposed"), "the proposal is in the history")
    good = ("--subject", CELL, "--common", "25", "--results", "50", "--grade", "Hoàn thành tốt")
    high = up.nenep("year", "appraise", *year, *on, *good[:-1], "excellent")
    assert (high.returncode, "75 points earn good at best" in high.stderr) == (3, True)
    assert up.nenep("year", "appraise", *year, *on, *good).returncode == 0
    until(lambda: stands("appraised"), "the appraisal is in the history")
    decided = up.json("year", "decide", *year, "--as-appraised", "--number", "1-QĐ")
    assert (decided["outcome"], len(decided["events"])) == ("accepted", 1)
    numbered = ("--subject", CELL, "--reason", "A test", "--number")
    tried = up.json("year", "cancel", *year, *numbered, "2-QĐ", "--dry-run")
    assert [(one["status"], one["decided"]) for one in tried["events"]] == [("cancelled", None)]
    assert up.nenep("year", "cancel", *year, *numbered, "2-QĐ").returncode == 0
    twice = up.nenep("year", "cancel", *year, *numbered[:2], "--reason", "Again", "--number", "5-QĐ", "--dry-run")
    assert (twice.returncode, "need not be cancelled again" in twice.stderr) == (1, True)
    again = up.nenep("year", "decide", *year, *good)
    assert (again.returncode, "has no number" in again.stderr) == (3, True)
    assert up.nenep("year", "decide", *year, *good, "--number", "3-QĐ").returncode == 0
    points = ("--common", "20", "--results", "40", "--grade", "completed")
    tried = up.nenep("year", "reclassify", *year, *numbered, "4-QĐ", *points, "--dry-run")
    assert (tried.returncode, "reclassified" in tried.stdout, "completed" in tried.stdout) == (0, True, True)
    assert up.nenep("year", "reclassify", *year, *numbered, "4-QĐ", *points).returncode == 0
    unused = up.nenep("year", "propose", *year, "--list", listed, "--grade", "good")
    assert (unused.returncode, "--grade: of one --subject only" in unused.stderr) == (2, True)
    [row] = until(lambda: stands("reclassified"), "the decisions are in the history")
    assert [event["number"] for event in row["events"]] == [None, None, "1-QĐ", "2-QĐ", "3-QĐ", "4-QĐ"]
    assert [row[stage]["total"] for stage in ("proposed", "appraised", "decided")] == [92.5, 75, 60]
    table = up.nenep("year", "--year", "2025", "--unit", UNIT).stdout
    assert "completed · Hoàn thành 60 (DEMOUNIT" in table and "366-QĐ/TW (qd-366-2025)" in table
    told = up.nenep("year", "--year", "2025", "--unit", UNIT, "--lang", "vi").stdout
    assert (
        "đã quyết định" in told
        and "│ Hoàn thành 60 (DEMOUNIT" in told
        and "completed" not in told.split("366-QĐ/TW")[0]
    )
    ahead = up.nenep("year", "--year", "2199", "--unit", UNIT)
    assert (ahead.returncode, ahead.stderr) == (0, "The year 2199 has not begun: nothing is due yet.\n")
    lines = up.nenep("year", "--year", "2025", "--format", "csv").stdout.splitlines()
    assert lines[0].startswith("subject,level,name") and f"{CELL},cell," in lines[1]
    said = up.nenep("year", "--year", "2025", "--history", "--format", "csv").stdout.splitlines()
    assert [line.split(",")[3] for line in said] == [
        "status",
        *("proposed", "appraised", "decided", "cancelled", "decided", "reclassified"),
    ]
    assert row["events"][3]["event"] in up.nenep("year", "--year", "2025", "--history").stdout
    assert up.nenep("year").returncode == 2


def test_a_set_is_published_amended_and_withdrawn_and_each_shows_in_the_score(up: Up, tmp_path: Path) -> None:
    first = written(tmp_path, since="2025-11-01", minutes=1)
    competing = up.nenep("criteria", "publish", first, "--as", UNIT)
    assert competing.returncode == 3
    assert "document.effective: hd-42-2025 and own-1: both are in force" in competing.stderr

    ends = ("--ends", "hd-42-2025=2025-10-31", "--reason", "a better one")
    tried = up.nenep("criteria", "publish", first, "--as", UNIT, "--dry-run")
    assert (tried.returncode, "both are in force" in tried.stderr) == (1, True)
    tried = up.nenep("criteria", "publish", first, "--as", UNIT, *ends, "--dry-run")
    assert (tried.returncode, "own-1 version 1, published" in tried.stdout) == (0, True)
    assert "own-1" not in up.nenep("criteria", "list").stdout, "trying records nothing"
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
    silent = up.nenep("criteria", "withdraw", "No Set", "--as", UNIT, "--reason", "")
    assert (silent.returncode, silent.stderr.strip()) == (
        2,
        "nenep: set: 'No Set' cannot be used here; reason: is empty: give one",
    )
