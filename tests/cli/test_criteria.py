"""`nenep criteria` on files, with nothing running."""

from __future__ import annotations

import json
import re
from pathlib import Path

from services.cli.commands.criteria.documents import document
from services.evaluation.criteria.check import check
from services.evaluation.criteria.difference import differences
from services.evaluation.criteria.load import SHIPPED, load, load_shipped, loads
from services.evaluation.criteria.source import parse
from services.evaluation.criteria.template import copy_of
from tests.cli.living import cli
from tests.evaluation.scoring.test_cases import EXAMPLE

FAULTY = Path(__file__).parents[1] / "evaluation" / "criteria" / "faulty.yaml"


def test_check_names_every_problem_with_its_line() -> None:
    wanted = check(parse(FAULTY.read_text(encoding="utf-8")))
    done = cli("criteria", "check", FAULTY)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [str(one) for one in wanted]
    assert f"problems: {len(wanted)}" in done.stderr
    found = json.loads(cli("criteria", "check", FAULTY, "--format", "json").stdout)
    assert found["complete"] is False
    assert [(one["line"], one["where"], one["problem"]) for one in found["problems"]] == [
        (one.line, one.where, one.problem) for one in wanted
    ]


def test_check_says_the_same_problems_in_vietnamese() -> None:
    done = cli("criteria", "check", FAULTY, "--lang", "vi")
    lines, wanted = done.stdout.splitlines(), check(parse(FAULTY.read_text(encoding="utf-8")))
    assert [line.split(":")[0] for line in lines] == [f"dòng {one.line}" for one in wanted]
    assert any("còn thiếu" in line for line in lines), "in the dashboard's words"
    assert "không có gì sai" in cli("criteria", "check", SHIPPED / "hd-42-2025.yaml", "--lang", "vi").stderr


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


def test_a_new_document_is_complete_but_for_what_must_be_filled_in(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    assert cli("criteria", "new", "--out", file).returncode == 0
    problems = [one.problem for one in check(parse(file.read_text(encoding="utf-8")))]
    assert {problem.split(":")[0] for problem in problems} == {"is empty"}
    filled = fill(file.read_text(encoding="utf-8"))
    assert check(parse(filled)) == []
    assert loads(filled).id == "x"
    kept = cli("criteria", "new", "--out", file)
    assert kept.returncode == 2
    assert "exists already" in kept.stderr


def fill(text: str) -> str:
    """The document with every empty value filled in."""
    text = re.sub(r"(?m)^( *(?:issued|from):) *(#.*)?$", r"\1 2026-01-01", text).replace(
        "{from: ,", "{from: 2026-01-01,"
    )
    text = re.sub(r"(?m)^( *(?:id|number|issuer|reference):) *(#.*)?$", r"\1 x", text)
    return text.replace("{vi: , en: , bn: }", "{vi: x, en: x, bn: x}")


def test_a_copy_wants_its_own_number_and_dates_and_keeps_all_the_rest() -> None:
    text = cli("criteria", "new", "--from", "an-phu-2025").stdout
    assert [one.where for one in check(parse(text))] == ["id", "number", "issued", "effective, from"]
    copy = loads(fill(text))
    changed = {one.where for one in differences(load_shipped()["an-phu-2025"], copy)}
    assert changed == {"id", "number", "issued", "effective, from"}


def test_numbers_that_name_weights_are_sent_as_names(tmp_path: Path) -> None:
    """A clerk writes `values: {1: 1, 2: 1.5, …}`: to YAML these names are numbers, JSON has none such."""
    text = EXAMPLE.read_text(encoding="utf-8")
    given, per_quarter = (
        re.search(r"(?m)^ *weights: .*$", text),
        "    weights: {per: quarter, values: {1: 1, 2: 1, 3: 1, 4: 2}}",
    )
    assert given is not None
    (tmp_path / "set.yaml").write_text(text.replace(given[0], per_quarter), encoding="utf-8")
    made = document(tmp_path / "set.yaml")
    [weights] = [rollup["weights"] for rollup in made["rollups"] if "weights" in rollup]
    assert weights["values"] == {"1": 1, "2": 1, "3": 1, "4": 2}


def test_a_copy_of_a_set_with_a_long_number_can_be_read() -> None:
    long = load_shipped()["an-phu-2025"].model_copy(update={"number": "Quy định " * 30})
    assert [one.where for one in check(parse(copy_of(long)))] == ["id", "number", "issued", "effective, from"]


def test_show_prints_a_form_and_a_document_that_reads_back() -> None:
    form = cli("criteria", "show", EXAMPLE).stdout
    criteria = load(EXAMPLE)
    for part in (*criteria.items, *criteria.limits, *criteria.rollups, *criteria.quotas):
        assert part.title.en in form
    assert all(note in form for note in (*criteria.notes, "Closed so that they earn 6"))
    assert criteria.title.bn in cli("criteria", "show", EXAMPLE, "--lang", "bn").stdout
    assert loads(cli("criteria", "show", EXAMPLE, "--format", "yaml").stdout) == criteria
    assert loads(cli("criteria", "show", EXAMPLE, "--format", "json").stdout).hash == criteria.hash


def test_without_a_system_the_shipped_sets_are_listed_and_shown(tmp_path: Path) -> None:
    listed = cli("criteria", "list", "--format", "json", data=tmp_path)
    assert listed.returncode == 0
    assert "ship with the program" in listed.stderr
    assert {row["id"]: row["hash"] for row in json.loads(listed.stdout)} == {
        id_: criteria.hash for id_, criteria in load_shipped().items()
    }
    assert cli("criteria", "list", data=tmp_path).stdout.count("shipped") == len(load_shipped())
    shown = cli("criteria", "show", "hd-12-2018", "--format", "yaml", data=tmp_path)
    assert loads(shown.stdout) == load_shipped()["hd-12-2018"]
    unknown = cli("criteria", "show", "hd-12", data=tmp_path)
    assert unknown.returncode == 2
    assert "hd-12-2018" in unknown.stderr
    assert cli("criteria", "show", "hd-12.yaml", data=tmp_path).returncode == 2


def test_diff_says_what_is_different_item_by_item(tmp_path: Path) -> None:
    text = (SHIPPED / "an-phu-2025.yaml").read_text(encoding="utf-8")
    draft = tmp_path / "draft.yaml"
    draft.write_text(
        text.replace("{measure: attendance.excused_run, at_most: 3}", "{measure: attendance.excused_run, at_most: 2}")
        .replace("{grade: good, at_least: 90}", "{grade: good, at_least: 85}")
        .replace("{grade: fair, at_least: 70, below: 90}", "{grade: fair, at_least: 70, below: 85}"),
        encoding="utf-8",
    )
    done = cli("criteria", "diff", SHIPPED / "an-phu-2025.yaml", draft)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "grades good, at_least: 90 → 85",
        "grades fair, below: 90 → 85",
        "items 2.2, rule: attendance.excused_run at most 3 meetings: 1 points, otherwise 0 → "
        "attendance.excused_run at most 2 meetings: 1 points, otherwise 0",
    ]
    found = json.loads(cli("criteria", "diff", draft, draft, "--format", "json").stdout)
    assert found == []
    broken = cli("criteria", "diff", draft, FAULTY)
    assert broken.returncode == 1
    assert "cannot be used" in broken.stderr
