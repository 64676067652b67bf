"""The commands on a running system: the first event's whole way, receipts, scores, explanations, health."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from services.chassis.clock import LOCAL
from services.cli.app import application
from services.cli.commands.status import health
from services.cli.failures import Exit
from services.evaluation.criteria.load import SHIPPED, load_shipped, loads
from tests.cli.living import NENEP, PATIENCE_S, Up, cli, environment, process, receipts, until
from tests.documents.opened import icalendar, pages, workbook

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "first-event.ndjson"
UNIT, CELL = "DEMOUNIT", "DEMOCELL"
COLUMNS = ["cell", "period", "points", "lower", "upper", "grade", "set"]
UNKNOWN_CELL = json.dumps(
    {
        "specversion": "1.0",
        "id": "no-such-cell",
        "source": "urn:example:demounit",
        "type": "vn.nennep.report.registry.CellRenamed.v1",
        "data": {"cell": "NOPE", "name": "Chi bộ", "valid_from": "2025-01-01"},
    }
)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A system with the example's unit granted and its reports published."""
    system = Up(tmp_path_factory.mktemp("commands") / "data").ready()
    try:
        assert process("grant", UNIT, data=system.data).returncode == 0
        first = process("publish", EXAMPLE, "--as", UNIT, data=system.data)
        assert first.returncode == 0, first.stderr
        assert [r["outcome"] for r in receipts(first)] == ["accepted"] * 4
        explained = process("explain", "--cell", CELL, "--period", "2025-11", data=system.data)
        assert (explained.returncode, CELL in explained.stdout) == (0, True), "at once, as the README has it"
        until(system.well, "all is well")
        yield system
    finally:
        system.stop()


def test_the_same_file_again_is_all_duplicates(up: Up) -> None:
    again = up.nenep("publish", EXAMPLE, "--as", UNIT)
    assert again.returncode == 0
    assert [r["outcome"] for r in receipts(again)] == ["duplicate"] * 4
    assert all(r["events"] for r in receipts(again)), "a duplicate names the events of the first"


def test_alerts_that_stand_with_their_reasons_and_deadlines(up: Up) -> None:
    """The example's cell met in November 2025 and never again, so it stands in arrears whatever day it is."""
    asked = ("alerts", "--cell", CELL, "--rule", "no_regular_meeting")
    rows = until(lambda: up.json(*asked), "alerts are raised")
    assert {row["reason"] for row in rows} <= {"not_held", "month_without"}
    assert all(row["basis"] == "HD 42-HD/BTCTW; NENEP_GRACE_DAYS=5" and row["unit"] == UNIT for row in rows)
    assert [row["colour"] for row in rows].count("red") >= 2
    as_csv = list(csv.DictReader(io.StringIO(up.nenep(*asked, "--format", "csv").stdout)))
    assert [row["alert"] for row in as_csv] == [row["alert"] for row in rows]
    assert "No regular meeting" in up.nenep(*asked[:3], "--colour", "red").stdout
    none = up.nenep("alerts", "--cell", CELL, "--rule", "quota_exceeded")
    assert "No alert that is asked for stands." in none.stdout
    assert "Last looked for: " in none.stdout
    assert "Chưa sinh hoạt thường kỳ" in up.nenep(*asked[:3], "--lang", "vi").stdout
    assert none.stderr == ""
    assert up.nenep("alerts", "--cell", "NOPE").returncode == 2
    assert up.nenep("alerts", "--period", "2026-13").returncode == 2


def test_bad_lines_among_good_ones(up: Up) -> None:
    good = EXAMPLE.read_text().splitlines()
    lines = [good[0], "{", UNKNOWN_CELL, "", good[1], json.dumps({"type": "vn.nennep.report.registry.Nothing.v1"})]
    done = up.publish(lines, UNIT)
    assert done.returncode == 3
    assert [(r["id"], r["outcome"]) for r in receipts(done)] == [
        ("demounit-1", "duplicate"),
        ("line-2", "rejected"),
        ("no-such-cell", "rejected"),
        ("demounit-2", "duplicate"),
        ("line-6", "rejected"),
    ]
    assert "Rejected: 3 of 5 lines" in done.stderr
    [one] = [one for one in up.json("rejected", "--unit", UNIT) if one["id"] == "no-such-cell"]
    assert one["problems"][0]["path"] == "data.cell"
    shown = up.nenep("rejected").stdout
    assert "no-such-cell" in shown
    assert one["problems"][0]["problem"] in shown
    assert up.json("rejected", "--unit", "NOBODY") == []
    today = datetime.now(LOCAL).date()
    assert len(up.json("rejected", "--unit", UNIT, "--since", f"{today - timedelta(days=1)}")) >= 1
    assert up.json("rejected", "--unit", UNIT, "--since", f"{today + timedelta(days=1)}") == []


def test_a_unit_without_a_key_is_told_how_to_get_one(up: Up) -> None:
    done = up.publish([UNKNOWN_CELL], "STRANGER")
    assert done.returncode == 2
    assert "nenep grant STRANGER" in done.stderr
    assert done.stdout == ""


def test_a_service_that_does_not_answer_ends_in_a_time_out(up: Up) -> None:
    registry = up.system.processes["registry"].pid
    os.kill(registry, signal.SIGSTOP)
    try:
        done = up.publish([UNKNOWN_CELL], UNIT, "--patience", "1")
    finally:
        os.kill(registry, signal.SIGCONT)
    assert done.returncode == 5
    assert "no-such-cell" in done.stderr
    assert "stored by the broker" in done.stderr


def test_receipts_come_while_standard_input_stays_open_and_ctrl_c_ends_it(up: Up) -> None:
    command = [*NENEP, "publish", "-", "--as", UNIT, "--data", str(up.data)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
    ) as publisher:
        assert publisher.stdin
        assert publisher.stdout
        publisher.stdin.write(EXAMPLE.read_text().splitlines()[0] + "\n")
        publisher.stdin.flush()
        assert json.loads(publisher.stdout.readline())["id"] == "demounit-1"
        publisher.send_signal(signal.SIGINT)
        assert publisher.wait(PATIENCE_S) == 130


def test_scores_in_every_format(up: Up) -> None:
    (row,) = up.json("scores", "--year", "2025", "--month", "11", "--cell", CELL)
    assert list(row)[:7] == COLUMNS
    assert (row["cell"], row["period"], row["grade"], row["set"]) == (CELL, "2025-11", "good", "hd-42-2025")
    assert row["lower"] == row["points"] == row["upper"] == 96
    as_csv = up.nenep("scores", "--year", "2025", "--unit", UNIT, "--format", "csv")
    (csv_row,) = csv.DictReader(io.StringIO(as_csv.stdout))
    assert list(csv_row) == list(row)
    assert csv_row["points"] == "96.0"
    table = up.nenep("scores", "--year", "2025").stdout
    assert CELL in table
    assert "good · Tốt" in table
    assert up.json("scores", "--year", "2019") == []


def test_json_is_the_same_each_time(up: Up) -> None:
    for question in (("scores", "--year", "2025"), ("explain", "--cell", CELL, "--period", "2025-11"), ("tree",)):
        first, second = (up.nenep(*question, "--format", "json").stdout for _ in range(2))
        assert first == second


def test_explain_names_points_rule_fact_and_events(up: Up) -> None:
    found = up.json("explain", "--cell", CELL, "--period", "2025-11")
    assert found["score"]["points"] == 96
    assert sum(item["points"] for item in found["items"]) == 96
    assert len(found["events"]) >= 2
    table = up.nenep("explain", "--cell", CELL, "--period", "2025-11").stdout
    for part in ("HD 42-HD/BTCTW", "attendance.rate", found["events"][0], "good · Tốt", "Chi bộ bản Mẫu"):
        assert part in table
    told = up.nenep("explain", "--cell", CELL, "--period", "2025-11", "--item", "2", "--lang", "vi").stdout
    for part in ("họp ngày 03/11/2025", "Tỷ lệ đảng viên dự ≥ 90", "Có mặt", "Tổng điểm", " Tốt "):
        assert part in told, "rule and facts as the dashboard says them"
    assert "attendance" not in told


def test_explain_of_what_is_not_there(up: Up) -> None:
    done = up.nenep("explain", "--cell", "NOPE", "--period", "2025-11")
    assert done.returncode == 2
    assert "NOPE" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("explain", "--cell", CELL, "--period", "2025-13"),
        ("explain", "--cell", "small letters", "--period", "2025-11"),
        ("explain", "--cell", CELL, "--period", "2025-11", "--lang", "fr"),
        ("up", "--years", "2025"),
        ("scores", "--year", "last"),
        ("tree", "--at", "31/12/2025"),
        ("publish", "/nowhere/at/all.ndjson", "--as", UNIT),
        ("grant", "no such"),
    ],
)
def test_impossible_arguments_are_refused_in_words(up: Up, arguments: tuple[str, ...]) -> None:
    done = up.nenep(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_tree_of_a_date(up: Up) -> None:
    found = up.json("tree", "--at", "2025-06-30")
    assert [unit["unit"] for unit in found["units"]] == [UNIT]
    assert [cell["cell"] for cell in found["cells"]] == [CELL]
    assert up.json("tree", "--at", "2024-12-31")["cells"] == []
    drawing = up.nenep("tree", "--at", "2025-06-30").stdout
    assert "1 unit, 1 cell, 24 members" in drawing


def test_a_process_that_has_just_begun_is_not_called_broken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/health"
        assert health(url, 2, "meetings") == "began 2 s ago and is not ready yet: ask again in some seconds"
        assert "logs/meetings.log" in health(url, 100, "meetings")


def test_status_names_every_process_and_check(up: Up) -> None:
    found = up.json("status")
    assert found["ok"] is True
    assert found["problems"] == []
    assert {p["name"] for p in found["processes"]} == {
        "up",
        "broker",
        "registry",
        "meetings",
        "evaluation",
        "dashboard",
    }
    services = {service["service"]: service for service in found["services"]}
    assert set(services) == {"registry", "meetings", "evaluation"}
    assert all(check["ok"] for service in services.values() for check in service["checks"])
    assert "all is well" in up.nenep("status").stdout


def test_verify_holds(up: Up) -> None:
    found = up.json("verify")
    assert found["holds"] is True
    assert found["differences"] == []
    assert found["rows"]["scores"] == 1
    assert "equal, byte for byte" in up.nenep("verify").stdout


def test_the_sets_that_a_system_knows_are_listed_and_shown(up: Up) -> None:
    listed = up.json("criteria", "list")
    assert {row["id"]: row["hash"] for row in listed} == {id_: one.hash for id_, one in load_shipped().items()}
    shown = up.nenep("criteria", "show", "an-phu-2025", "--format", "yaml")
    assert loads(shown.stdout) == load_shipped()["an-phu-2025"]
    assert "No system runs" not in shown.stderr
    assert up.nenep("criteria", "diff", "hd-42-2025", SHIPPED / "hd-42-2025.yaml").stdout == ""
    unknown = up.nenep("criteria", "show", "hd-43-2025")
    assert unknown.returncode == 2
    assert "hd-42-2025" in unknown.stderr


def test_provision_again_changes_nothing(up: Up) -> None:
    done = up.nenep("provision")
    assert done.returncode == 0
    assert "nothing to do" in done.stderr


def test_granting_again_keeps_the_key(up: Up) -> None:
    key = up.data / "keys" / f"unit-{UNIT}.nk"
    before = key.read_bytes()
    (again,) = up.json("grant", UNIT)
    assert again == {"unit": UNIT, "key": str(key)}
    assert key.read_bytes() == before
    assert key.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("command", [("status",), ("scores", "--year", "2025"), ("verify",), ("grant", "X")])
def test_without_a_system_every_command_says_how_to_start_one(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = process(*command, data=tmp_path)
    assert done.returncode == 4
    assert "nenep up --data" in done.stderr


def test_the_exit_codes_are_documented() -> None:
    page = (EXAMPLE.parents[1] / "cli.md").read_text()
    listed = {
        int(line.split("|")[1]): line for line in page.splitlines() if line.startswith("| ") and line[2].isdigit()
    }
    assert set(listed) == {int(code) for code in Exit}
    shown = cli("--help").stdout
    assert all(f"{int(code)} " in shown for code in Exit)


def test_every_command_is_documented() -> None:
    page = (EXAMPLE.parents[1] / "cli.md").read_text()
    headings = [line.split("`")[1].split()[1:] for line in page.splitlines() if line.startswith("## `nenep ")]
    groups = {one.name: one.typer_instance for one in application().registered_groups}
    documented = {tuple(words[:2] if words[0] in groups else words[:1]) for words in headings}
    parts = {*named(application()), *((group, *name) for group, sub in groups.items() for name in named(sub))}
    assert documented == parts


def test_every_option_is_documented_and_every_documented_one_is_there() -> None:
    whole: Any = get_command(application())
    sections = (EXAMPLE.parents[1] / "cli.md").read_text(encoding="utf-8").split("\n## ")[1:]
    before: set[str] = set()
    for section in sections:
        head = section.splitlines()[0]
        if not (line := re.search(r"`nenep ([^`]*)`", head)):
            continue
        first, *rest = line[1].split()
        command = whole.commands[first]
        command = getattr(command, "commands", {}).get(rest[0] if rest else "", command)
        there = {one for param in command.params for one in param.opts if one.startswith("--")} - {"--help", "--data"}
        if "[dials]" in head:
            head += "--set --known-at --tree-at --decided-on"
        options = set(re.findall(r"--[a-z][a-z-]+", head))
        said = options | (before if re.search("as above|same options", head) else set())
        assert there - said <= set(re.findall(r"--[a-z][a-z-]+", section)), line[1]
        assert options <= there, line[1]
        before = said


def named(of: typer.Typer) -> set[tuple[str, ...]]:
    """The commands of an application."""
    return {(one.name,) for one in of.registered_commands}


# -- re-scoring -------------------------------------------------------------------------------------------------------


RESCORE = ("rescore", "--set", "an-phu-2025", "--from", "2025", "--cell", CELL)


def test_a_run_is_recorded_with_its_receipt_and_comes_to_the_same_again(up: Up) -> None:
    first = up.json(*RESCORE)
    run = first["receipt"]["run"]
    assert first["moves"][0]["heading"] == "4.2 → 4.2–4.8"
    until(lambda: run in [line["receipt"]["run"] for line in up.json("runs")["runs"]], "it is recorded")
    assert up.json("rescore", "--repeat", run) == first
    assert up.nenep("verify").returncode == 0


def test_an_exported_history_comes_to_the_same_with_nothing_running(up: Up, tmp_path: Path) -> None:
    assert up.nenep("export", "--out", tmp_path / "all.ndjson").returncode == 0
    there = up.json(*RESCORE)
    here = cli(*RESCORE, "--events", tmp_path / "all.ndjson", "--format", "json", data=tmp_path / "nothing")
    assert here.returncode == 0, here.stderr
    found = json.loads(here.stdout)
    assert {name: table for name, table in found.items() if name != "receipt"} == {
        name: table for name, table in there.items() if name != "receipt"
    }
    for name in ("engine", "facts_before", "facts_after", "tables", "outcomes", "criteria_after"):
        assert found["receipt"][name] == there["receipt"][name]


def test_a_run_that_nobody_made_cannot_be_repeated_or_cancelled(up: Up) -> None:
    for command in (("rescore", "--repeat", "garbage"), ("runs", "--cancel", "garbage")):
        wrong = up.nenep(*command)
        assert (wrong.returncode, "is no run" in wrong.stderr) == (Exit.USAGE, True)
    gone = up.nenep("runs", "--cancel", "r-0123456789abcdef")
    assert (gone.returncode, "is known here" in gone.stderr) == (Exit.USAGE, True)
    done = up.nenep("rescore", "--repeat", "r-0123456789abcdef")
    assert done.returncode == Exit.USAGE
    assert "no run r-0123456789abcdef is known here" in done.stderr


def test_the_dials_ask_scores_and_explanations_too(up: Up) -> None:
    [row] = up.json("scores", "--year", "2025", "--cell", CELL, "--set", "an-phu-2025")
    assert (row["set"], row["points"]) == ("an-phu-2025", 91)
    assert up.json("scores", "--year", "2025", "--cell", CELL, "--known-at", "2020-01-01") == []
    shown = up.nenep("explain", "--cell", CELL, "--period", "2025-11", "--set", "an-phu-2025", "--item", "4.5")
    explained = up.json("explain", "--cell", CELL, "--period", "2025-11", "--set", "an-phu-2025", "--item", "4.5")
    [line] = explained["items"]
    assert line["events"]["speakers"][0] in shown.stdout
    none = up.nenep("explain", "--cell", CELL, "--period", "2025-11", "--item", "99")
    assert (none.returncode, "has no item 99" in none.stderr) == (Exit.USAGE, True)


# -- observers --------------------------------------------------------------------------------------------------------


def observers() -> list[str]:
    """An observer assigned to the example's cell and come to its meeting, and one who never came, off the line."""
    about = {"cell": CELL, "valid_from": "2025-11-01", "observer": "o-4f07c1"}
    marks = {"criteria": "an-phu-2025", "marks": {"7": 24.0}, "total": 85.0, "grade": "fair"}
    visit = {"cell": CELL, "visit": "v1", "meeting": "2025-11", "observer": "o-4f07c1", "on": "2025-11-03"}
    said = [
        ("ObserverAssigned", {**about, "assignment": "a1", "standing": "party_body_staff", "line": "villages"}),
        (
            "ObserverAssigned",
            {**about, "assignment": "a2", "standing": "sponsor", "line": "hardest", "observer": "o-4f07c2"},
        ),
        ("MeetingVisited", {**visit, "assignment": "a1", "assessment": marks, "agrees": False, "guidance": "Ý kiến"}),
    ]
    return [
        json.dumps(
            {
                "specversion": "1.0",
                "id": f"observers-{number}",
                "source": "urn:example:demounit",
                "type": f"vn.nennep.report.meetings.{kind}.v1",
                "subject": CELL,
                "data": data,
            }
        )
        for number, (kind, data) in enumerate(said)
    ]


def test_coverage_in_every_format(up: Up) -> None:
    done = up.publish(observers(), UNIT)
    assert [r["outcome"] for r in receipts(done)] == ["accepted"] * 3, done.stdout
    question = ("coverage", "--year", "2025")
    found = until(lambda: (answer := up.json(*question))["whole"]["observed"] and answer, "the visit counts")
    assert found["whole"] == {"cells": 1, "observed": 1, "share": 1.0}
    [broken], [never] = found["broken"], found["never_came"]
    assert (broken["assignment"], broken["reasons"][0]["code"], len(broken["events"])) == ("a2", "not_hardest", 2)
    assert (never["assignment"], never["meetings"]) == ("a2", 1)
    assert up.json(*question, "--month", "1", "--known-at", "2025-12-01")["first"] is None
    as_csv = up.nenep(*question, "--format", "csv", "--table", "never_came")
    (row,) = csv.DictReader(io.StringIO(as_csv.stdout))
    assert (row["cell"], row["line"], row["events"]) == (CELL, "hardest", " ".join(never["events"]))
    (row,) = csv.DictReader(io.StringIO(up.nenep(*question, "--format", "csv").stdout))
    assert (row["lines"], row["observed_months"]) == ("grassroots villages", "1")
    table = up.nenep(*question).stdout
    assert "1 of 1 cells observed, 100.0%" in table and "Assigned off their line: 1" in table
    assert "không phải bản khó khăn nhất" in up.nenep(*question, "--table", "broken", "--lang", "vi").stdout
    assert up.nenep(*question, "--unit", "NOPE").returncode == 2
    explained = up.nenep("explain", "--cell", CELL, "--period", "2025-11").stdout
    assert "Marks side by side" in explained and "o-4f07c1" in explained


def test_the_gap_in_every_format(up: Up) -> None:
    up.publish(observers(), UNIT)
    question = ("gap", "--year", "2025", "--month", "11")
    found = until(lambda: (answer := up.json(*question))["visits"] and answer, "the visit is compared")
    [cell] = found["cells"]
    assert (cell["cell"], cell["gap"]["mean"], cell["items"], cell["inflated"]) == (CELL, 3.0, {"7": 3.0}, 1)
    assert len(cell["events"]) == 2
    (row,) = csv.DictReader(io.StringIO(up.nenep(*question, "--format", "csv", "--table", "observers").stdout))
    assert (row["observer"], row["gap_mean"], row["beyond_mean"]) == ("o-4f07c1", "3.0", "-3.0")
    table = up.nenep(*question, "--lang", "vi").stdout
    assert "so sánh 1 lần dự" in table and "Kết quả thực hiện nghị quyết kỳ trước" in table


# -- a year's work ----------------------------------------------------------------------------------------------------


def years_work() -> list[str]:
    """Orientations, a plan that is approved, a choice of one model cell and its meeting, by the example's unit."""
    plan = {"cell": CELL, "year": 2025, "plan": "p1"}
    entries = [
        {"quarter": 4, "theme": "Giữ gìn vệ sinh đường bản", "orientation": "CD-01"},
        {"month": 12, "theme": "Khác"},
    ]
    themes = [{"code": "CD-01", "title": "Vệ sinh môi trường"}]
    said = [
        ("OrientationsPublished", {"document": "d1", "year": 2025, "themes": themes, "on": "2025-01-06"}),
        ("PlanSubmitted", {**plan, "on": "2025-01-10", "entries": entries}),
        ("PlanApproved", {**plan, "on": "2025-01-20", "number": "5-KL"}),
        ("ModelCellsChosen", {"year": 2025, "cells": [CELL], "on": "2025-01-15"}),
        ("ModelMeetingHeld", {"cell": CELL, "meeting": "mm1", "on": "2025-10-20", "attended": {UNIT: 4}}),
    ]
    return [
        json.dumps(
            {
                "specversion": "1.0",
                "id": f"year-{number}",
                "source": "urn:example:demounit",
                "type": f"vn.nennep.report.meetings.{kind}.v1",
                "subject": CELL,
                "data": data,
            }
        )
        for number, (kind, data) in enumerate(said)
    ]


def test_thematic_work_and_model_meetings_in_every_format(up: Up) -> None:
    done = up.publish(years_work(), UNIT)
    assert [r["outcome"] for r in receipts(done)] == ["accepted"] * 5, done.stdout
    question = ("themes", "--year", "2025")
    held = until(lambda: up.json("models", "--year", "2025")["units"][0]["attended_by"], "the model meeting counts")
    assert held == 1
    found = up.json(*question)
    last = found["lines"][-1]
    assert (last["cell"], last["quarter"], last["plan_state"], last["decided_by"]) == (CELL, 4, "approved", UNIT)
    assert [(one["theme"], one["oriented_by"]) for one in last["planned"]] == [
        ("Giữ gìn vệ sinh đường bản", UNIT),
        ("Khác", None),
    ]
    assert len(last["events"]) == 3
    [unit] = found["units"]
    assert (unit["cells"], unit["plans"], unit["planned"], unit["oriented"]) == (1, {"approved": 1}, 2, 1)
    rows = list(csv.DictReader(io.StringIO(up.nenep(*question, "--quarter", "4", "--format", "csv").stdout)))
    assert [(row["cell"], row["number"], row["orientations"]) for row in rows] == [(CELL, "5-KL", "CD-01; ")]
    assert rows[0]["events"].split()[:3] == last["events"]
    as_units = up.nenep(*question, "--format", "csv", "--table", "units").stdout
    (row,) = csv.DictReader(io.StringIO(as_units))
    assert (row["plans_approved"], row["plans_missing"], row["quarters_due"]) == ("1", "0", "0")
    assert "approved 1" in up.nenep(*question).stdout
    assert "đã duyệt" in up.nenep(*question, "--table", "lines", "--lang", "vi").stdout
    assert up.nenep(*question, "--unit", "NOPE").returncode == 2
    (row,) = csv.DictReader(io.StringIO(up.nenep("models", "--year", "2025", "--format", "csv").stdout))
    assert (row["cell"], row["chosen"], row["guests"], row["attended"]) == (CELL, "True", "4", f"{UNIT}:4")
    assert f"{CELL} (2025-10-20, 4 khách)" in up.nenep("models", "--year", "2025", "--lang", "vi").stdout
    assert up.json("models", "--year", "2025", "--known-at", "2025-12-01T00:00:00")["units"] == []


# -- papers -----------------------------------------------------------------------------------------------------------


def test_papers_are_written_in_every_format_and_the_observers_calendar(up: Up, tmp_path: Path) -> None:
    up.publish(observers(), UNIT)
    month = ("report", "month", "--unit", UNIT, "--period", "2025-11")
    [row] = until(lambda: [one for one in up.json(*month) if one["visits"]], "the visit is known")
    assert (row["cell"], row["basis"], row["grade"], row["held_on"]) == (CELL, "self", "good", "2025-11-03")
    assert row["note"].startswith("Chi bộ tự chấm; theo tiêu chí: Tốt (96); Trừ điểm: 4.2 ")
    head = tmp_path / "head.toml"
    head.write_text('body = "ĐẢNG ỦY MẪU"\nsigner = "BÍ THƯ"\n', encoding="utf-8")
    out = tmp_path / "month.pdf"
    drawn = (*month, "--format", "pdf", "--letterhead", head, "--on", "2025-12-05", "--number", "5-BC")
    assert up.nenep(*drawn, "--out", out).returncode == 0
    [page] = pages(out.read_bytes())
    for said in ("ĐẢNG ỦY MẪU", "Số 5-BC", "ngày 05 tháng 12 năm 2025", "03/11/2025", "BÍ THƯ"):
        assert said in page
    xlsx = tmp_path / "half.xlsx"
    assert up.nenep("report", "half-year", "--unit", UNIT, "--half", "2025-2", "--out", xlsx).returncode == 0
    assert workbook(xlsx.read_bytes()).find("6 tháng cuối năm 2025")
    as_csv = up.nenep("report", "year", "--unit", UNIT, "--year", "2025", "--format", "csv")
    (year,) = csv.DictReader(io.StringIO(as_csv.stdout))
    assert (year["cell"], year["held"], year["good"], year["visits"]) == (CELL, "1", "1", "1")
    ics = up.nenep("report", "calendar", "--observer", "o-4f07c1", "--year", "2025", "--lang", "en").stdout
    [_, event] = icalendar(ics.encode()).parts
    assert event.properties["SUMMARY"].endswith("(attended)")
    empty = up.nenep("report", "month", "--unit", UNIT, "--period", "2031-01", "--out", out)
    assert (empty.returncode, "Nothing is told of DEMOUNIT in 2031-01" in empty.stderr) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("month", "--unit", UNIT, "--period", "2025-11"), "needs --out FILE"),
        (("month", "--unit", UNIT, "--period", "2025-13", "--format", "json"), "is no month"),
        (("half-year", "--unit", UNIT, "--half", "2025-3", "--format", "json"), "is no half-year"),
        (("year", "--unit", "NOPE", "--year", "2025", "--format", "json"), "no unit NOPE"),
        (("calendar", "--observer", "Nguyen", "--year", "2025"), "never a name"),
        (("calendar", "--observer", "o-0000", "--year", "2025"), "nobody is known"),
        (("year", "--unit", UNIT, "--year", "2025", "--out", "x", "--letterhead", "/nowhere.toml"), "cannot be read"),
    ],
)
def test_papers_that_cannot_be_made_say_why(up: Up, arguments: tuple[str, ...], said: str) -> None:
    done = up.nenep("report", *arguments)
    assert (done.returncode, said in done.stderr, done.stdout) == (2, True, ""), done.stderr
