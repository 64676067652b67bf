"""`nenep criteria` on files, with nothing running."""

from __future__ import annotations

import json
from pathlib import Path

from services.evaluation.criteria.check import check
from services.evaluation.criteria.load import SHIPPED
from services.evaluation.criteria.source import parse
from tests.cli.living import cli

FAULTY = Path(__file__).parents[1] / "evaluation" / "criteria" / "faulty.yaml"


def test_check_names_every_problem_with_its_line() -> None:
    wanted = check(parse(FAULTY.read_text(encoding="utf-8")))
    done = cli("criteria", "check", FAULTY)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [str(one) for one in wanted]
    assert f"{len(wanted)} problems" in done.stderr
    found = json.loads(cli("criteria", "check", FAULTY, "--format", "json").stdout)
    assert found["complete"] is False
    assert [(one["line"], one["where"], one["problem"]) for one in found["problems"]] == [
        (one.line, one.where, one.problem) for one in wanted
    ]


def test_check_finds_nothing_wrong_with_a_shipped_set() -> None:
    done = cli("criteria", "check", SHIPPED / "an-phu-2025.yaml")
    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing is wrong" in done.stderr


def test_check_says_when_a_file_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"id: caf\xe9")
    for name in ("nowhere.yaml", "latin", "."):
        done = cli("criteria", "check", tmp_path / name)
        assert done.returncode == 2
        assert "cannot be read" in done.stderr
