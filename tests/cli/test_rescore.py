"""`nenep rescore` from a file, with nothing running: every format, the same bytes, and errors that say what to do."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import signal
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import typer
from nats.aio.msg import Msg
from rich.console import Console

from services.chassis.clock import LOCAL
from services.cli.app import COMMANDS, GROUPS
from services.cli.failures import Exit
from services.cli.rescoring.answered import from_file
from services.cli.rescoring.printed import show
from services.cli.rescoring.report import Report
from services.cli.rescoring.worded import lens_words
from services.cli.values import moment
from services.contracts.queries import ANSWERED
from services.contracts.rescoring import Lens, RescoreOf, RunProgress, RunState
from services.evaluation.criteria.load import load_shipped
from services.evaluation.publishing.shelf import document_of
from tests.cli.living import NENEP, cli, environment, process
from tests.conftest import NatsSystem

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "first-event.ndjson"
ASKED = ("rescore", "--set", "an-phu-2025", "--from", "2025", "--events", str(EXAMPLE), "--as", "DEMOUNIT")


def rescore(*more: str | Path) -> subprocess.CompletedProcess[str]:
    return cli(*ASKED, *more)


def report(*more: str) -> Any:
    done = rescore("--format", "json", *more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_json_has_the_receipt_the_distribution_the_moves_and_what_moved_them() -> None:
    found = report()
    assert found["receipt"]["criteria_after"].keys() == {"an-phu-2025"}
    assert found["summary"]["grades"] == {"before": {"good": 1}, "after": {"good": 1}}
    [move] = found["moves"]
    assert (move["cell"], move["period"], move["before_points"], move["after_points"]) == (
        "DEMOCELL",
        "2025-11",
        96,
        91,
    )
    assert (move["heading"], move["heading_change"]) == ("4.2 → 4.2–4.8", -5)
    assert found["undetermined"] == []


def test_the_table_names_the_cell_and_what_moved_it() -> None:
    done = rescore()
    assert done.returncode == 0, done.stderr
    for said in ("DEMOCELL", "4.2 → 4.2–4.8", "Conduct", "nenep-scoring/"):
        assert said in done.stdout
    assert "Khung" not in done.stdout


@pytest.mark.parametrize(
    ("lang", "foreign"), [("vi", "before after item month moved good none"), ("bn", "before moved")]
)
def test_the_table_is_whole_in_every_language(lang: str, foreign: str) -> None:
    done = rescore("--lang", lang)
    words = {*re.findall(r"[a-zA-Z]+", done.stdout.lower())}
    assert not words & {*foreign.split()}
    assert {"vi": "trước ↓ sau →", "bn": "আগে ↓ পরে →"}[lang] in done.stdout


def test_known_at_alone_stands_beside_what_is_known_now() -> None:
    asked = ("rescore", "--from", "2025", "--events", str(EXAMPLE), "--as", "DEMOUNIT", "--format", "json")
    for dial, value in (("known_at", "2025-01-01"), ("tree_at", "2025-01-01")):
        done = cli(*asked, f"--{dial.replace('_', '-')}", value)
        question = json.loads(done.stdout)["receipt"]["question"]
        assert question["before"] == dict.fromkeys(question["before"])
        assert question["after"][dial].startswith(value)
    both = cli(*asked, "--known-at", "2025-01-01", "--against-known-at", "2024-01-01")
    question = json.loads(both.stdout)["receipt"]["question"]
    assert [question[side]["known_at"][:4] for side in ("before", "after")] == ["2024", "2025"]
    assert "Both sides are the same" in cli(*asked).stderr


def test_a_day_known_at_is_the_whole_of_it() -> None:
    assert moment("2025-07-01") == datetime(2025, 7, 1, 23, 59, 59, 999999, LOCAL)
    assert moment("2025-07-01T08:00") == datetime(2025, 7, 1, 8, tzinfo=LOCAL)
    for nowhere in ("9999-12-31", "0001-01-01T00:00", "soon"):
        with pytest.raises(typer.BadParameter, match="is no moment"):
            moment(nowhere)
    known = Lens(known_at=moment("2025-07-01"))
    assert lens_words(known) == "the set in force, as known at the end of 2025-07-01"
    assert lens_words(Lens(set="a", known_at=moment("2025-07-01T08:00"))) == "a, as known at 2025-07-01 08:00"


def test_months_of_which_nothing_is_known_are_said_to_be_so() -> None:
    assert "there is nothing to judge" in rescore("--from", "1999").stdout


def test_quarters_and_years_have_the_grades_that_a_draft_gives_them() -> None:
    draft = document_of(load_shipped()["an-phu-2025"])
    title = {"vi": "Xuất sắc", "en": "Excellent", "bn": "চমৎকার"}
    grades = [{"grade": "excellent", "title": title, "all": [{"grade": "good", "every": True}]}, {"grade": "poor"}]
    worth = {"without_meeting": "left_out", "not_determinable": "left_out"}
    rolled = {"code": "R1", "title": title, "reference": "x", "span": "year", "method": "counted", "grades": grades}
    asked = RescoreOf(after=Lens(draft=draft | {"rollups": [rolled | worth]}), first="2025-01", last="2025-12")
    found, refused = from_file(EXAMPLE, "DEMOUNIT", asked, "256MB")
    assert refused == []
    seen = [{"span": "2025", "before_set": None, "before_grade": None, "after_set": "an-phu-2025", "after_grade": one}
            for one in ("poor", "excellent", "poor", None)]  # fmt: skip
    out = io.StringIO()
    show(Report(found.receipt, {**found.tables, "rollups": pl.DataFrame(seen)}), Console(file=out, width=200), "vi")
    assert "Xuất sắc 1 · Kém 2 · không xác định 1" in out.getvalue()


def test_csv_has_a_header_and_the_moves() -> None:
    [row] = csv.DictReader(io.StringIO(rescore("--format", "csv").stdout))
    assert (row["cell"], row["outcome"], row["change"]) == ("DEMOCELL", "same", "-5.0")
    rows = list(csv.DictReader(io.StringIO(rescore("--format", "csv", "--table", "impacts").stdout)))
    assert rows[0]["heading"] == "4.2 → 4.2–4.8"


def test_parquet_holds_what_json_says(tmp_path: Path) -> None:
    assert rescore("--format", "parquet", "--out", tmp_path / "run").returncode == 0
    moves = pl.read_parquet(tmp_path / "run" / "moves.parquet")
    assert moves["cell"].to_list() == ["DEMOCELL"]
    receipt = json.loads((tmp_path / "run" / "receipt.json").read_text())
    assert receipt == report()["receipt"]


def test_a_workbook_has_a_sheet_for_each_table_in_the_language_asked_for(tmp_path: Path) -> None:
    assert rescore("--format", "xlsx", "--out", tmp_path / "run.xlsx", "--lang", "vi").returncode == 0
    with zipfile.ZipFile(tmp_path / "run.xlsx") as book:
        sheets = book.read("xl/workbook.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    for name in ("Tổng hợp", "Những tháng thay đổi", "Mục nào làm thay đổi", "Phân bố", "Biên nhận"):
        assert f'name="{name}"' in sheets
    assert "Chi bộ bản Mẫu" in strings
    assert "Tốt" in strings


@pytest.mark.parametrize("format_", ["json", "csv", "xlsx", "table"])
def test_the_same_question_gives_the_same_bytes(format_: str, tmp_path: Path) -> None:
    """In another process too, where sets have another order."""
    files = [tmp_path / name for name in ("one", "other")]
    for file, run in zip(files, (cli, process), strict=True):
        assert run(*ASKED, "--format", format_, "--out", file).returncode == 0
    assert files[0].read_bytes() == files[1].read_bytes() != b""


def test_a_draft_is_a_file_and_a_bad_one_is_answered_with_all_its_faults(tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    text = (Path("services") / "evaluation" / "criteria" / "sets" / "an-phu-2025.yaml").read_text()
    draft.write_text(text.replace("not_applicable: drop", "not_applicable: full"))
    found = report("--set", str(draft), "--against", "an-phu-2025")
    assert (found["moves"][0]["heading"], found["moves"][0]["change"]) == ("4.3", 5)
    draft.write_text(text.replace("total: 100", "total: 90").replace("measure: targets.share", "measure: target.share"))
    done = rescore("--set", draft)
    assert done.returncode == Exit.WRONG
    assert "the maxima of the items add up to 100" in done.stderr
    assert "there is no measure target.share; the nearest is targets.share" in done.stderr


def test_lines_that_cannot_be_taken_in_are_named_and_the_rest_counts(tmp_path: Path) -> None:
    file = tmp_path / "events.ndjson"
    lines = EXAMPLE.read_text().splitlines()
    unknown = (
        lines[1]
        .replace('"demounit-2"', '"x-1"')
        .replace("DEMOCELL", "OTHER")
        .replace('"parent":"DEMOUNIT"', '"parent":"NOPE"')
    )
    file.write_text("\n".join([*lines, "not json", unknown]))
    done = cli("rescore", "--set", "an-phu-2025", "--from", "2025", "--events", file, "--as", "DEMOUNIT")
    assert done.returncode == 0
    assert "line 5: not JSON" in done.stderr
    assert "line 6: data.parent" in done.stderr
    assert "DEMOCELL" in done.stdout


@pytest.mark.parametrize(
    ("more", "code", "why"),
    [
        (["--format", "xlsx"], 2, "--out FILE.xlsx"),
        (["--lang", "fr"], 2, "is not one of 'en', 'vi', 'bn'"),
        (["--table", "movs"], 2, "one of moves"),
        (["--from", "2025-13"], 2, "neither a year nor a month"),
        (["--to", "2024"], 2, "before it begins in 2025-01"),
        (["--set", "nothing.yaml"], 2, "is no set's id, and as a file it cannot be read"),
        (["--set", "hd-43-2025", "--cell", "NOPE"], 2, "no cell NOPE is known here"),
        (["--set", "hd-43-2025", "--cell", "NOPE"], 2, "no set hd-43-2025 is known"),
        (["--events", "missing.ndjson"], 2, "missing.ndjson cannot be read"),
        (["--events", "README.md"], 2, "README.md holds no event that can be taken in"),
        (["--memory", "lots"], 2, "'lots' is no amount of memory: like 256MB"),
        (["--memory", "1MB"], 2, "does not fit into 1MB: give it more with --memory"),
        (["--repeat", "r-0123456789abcdef"], 2, "leave out --from and all other dials"),
        (["--set", "hd-43-2025"], 2, "one of an-phu-2025, hd-12-2018, hd-42-2025; perhaps hd-42-2025"),
    ],
)
def test_what_is_impossible_is_answered_with_what_to_do(more: list[str], code: int, why: str) -> None:
    done = rescore(*more)
    assert done.returncode == code
    assert why in " ".join(done.stderr.replace("│", " ").split())


LOADS = """
import os, sys
from services.cli.app import COMMANDS, GROUPS, application
for name in (*COMMANDS, *GROUPS):
    if not os.fork():
        application([name])
        print(name, *sorted({heavy} & {{*sys.modules}}), flush=True)
        os._exit(0)
    os.wait()
application()
print("all", *sorted({heavy} & {{*sys.modules}}))
"""


def test_every_command_loads_by_itself_and_quickly() -> None:
    """`nenep up` lives as long as the system: it must not carry what only re-scoring needs."""
    code = LOADS.format(heavy={"polars", "duckdb", "pyarrow", "numpy", "xlsxwriter", "streamlit"})
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment())
    assert done.stdout.splitlines() == [*COMMANDS, *GROUPS, "all"], done.stderr


def test_ctrl_c_cancels_the_run(nats_system: NatsSystem) -> None:
    async def interrupted() -> tuple[int, bytes, list[str]]:
        asked = asyncio.Queue[str]()
        heard = list[str]()

        async def answer(message: Msg) -> None:
            """As an evaluation whose run takes for ever."""
            told = RunProgress(run="r-0123456789abcdef", state=RunState.RUNNING, stage="2025", done=1, total=2)
            await bus.send(message.reply, told.model_dump_json().encode(), {"status": ANSWERED})
            asked.put_nowait(message.subject.rpartition(".")[2])

        async with await nats_system.bus("evaluation") as bus:
            await bus.subscribe("rpc.evaluation.*", answer)
            place = {"NENEP_NATS_URL": nats_system.url, "NENEP_KEYS": str(nats_system.keys)}
            command = [*NENEP, "rescore", "--set", "an-phu-2025", "--from", "2025"]
            process = await asyncio.create_subprocess_exec(*command, env=environment() | place, stderr=subprocess.PIPE)
            while "run" not in heard:
                heard.append(await asyncio.wait_for(asked.get(), 60))
            process.send_signal(signal.SIGINT)
            _, said = await asyncio.wait_for(process.communicate(), 60)
            while not asked.empty():
                heard.append(asked.get_nowait())
            return process.returncode or 0, said, heard

    code, said, heard = asyncio.run(interrupted())
    assert (code, heard[0], heard[-1]) == (Exit.INTERRUPTED, "rescore", "cancel")
    assert b"Traceback" not in said
