"""Carrying out the golden runs, and what their checked-in receipts say."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from services.cli.offline import history_of, read_file
from services.contracts.rescoring import Lens, RescoreOf
from services.demo import history
from services.evaluation.criteria.load import load_shipped
from services.evaluation.history.store import Connection
from services.evaluation.rescoring.result import Rescoring, Result
from services.evaluation.scoring.digest import digest

RUNS = Path(__file__).parent / "runs"
SEED, FIRST, LAST, UNTIL = 1, 2019, 2025, date(2026, 1, 31)
MEMORY = "512MB"
SETS = load_shipped()


@dataclass(frozen=True)
class Golden:
    """A run with what it came to: its receipt, and what identifies each month's rows."""

    path: Path
    name: str
    asked: Mapping[str, Any]
    receipt: Mapping[str, Any]
    months: Mapping[str, str]


def goldens() -> list[Golden]:
    """The checked-in runs, in the order of their file names."""
    found = []
    for path in sorted(RUNS.glob("*.yaml")):
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        found.append(Golden(path, said["name"], said["asked"], said.get("receipt") or {}, said.get("months") or {}))
    return found


@contextmanager
def demo_history() -> Iterator[Connection]:
    """The history of the demo's seven years, from its reports."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "demo.ndjson"
        with file.open("wb") as out:
            for event in history(SEED, FIRST, LAST, UNTIL):
                out.write(event.structured() + b"\n")
        read = read_file(file, None)
        with history_of(read, SETS, MEMORY) as con:
            assert not read.refused, read.refused[:5]
            yield con


def question(asked: Mapping[str, Any]) -> RescoreOf:
    """The question of a golden run. A draft is given as a known set and what is different in it."""
    return RescoreOf.model_validate({**asked, **{side: _lens(asked.get(side, {})) for side in ("before", "after")}})


def _lens(said: Mapping[str, Any]) -> Lens:
    rest = {name: value for name, value in said.items() if name not in ("draft_of", "changes")}
    if "draft_of" in said:
        document = SETS[said["draft_of"]].model_dump(mode="json", by_alias=True, exclude_none=True)
        rest["draft"] = document | said["changes"]
    return Lens.model_validate(rest)


def carry_out(con: Connection, golden: Golden) -> Result:
    """The run's result on this history."""
    return Rescoring(con, question(golden.asked), SETS).carry_out()


def receipt_of(result: Result) -> dict[str, Any]:
    """What is checked in of a receipt: all but its question, which stands beside it, and the id made of that."""
    said = result.receipt.model_dump(mode="json")
    return {name: value for name, value in said.items() if name not in ("question", "run")}


def months_of(result: Result) -> dict[str, str]:
    """What identifies each month's rows (the first 16 digits of a digest)."""
    months = result.tables["months"]
    parts = months.partition_by("period", as_dict=True, maintain_order=True)
    return {str(period): digest(rows.sort("cell"))[:16] for (period,), rows in sorted(parts.items())}


def impacted(golden: Golden, result: Result) -> list[str]:
    """The months whose rows are not those that are checked in."""
    now = months_of(result)
    return sorted(month for month in {*now, *golden.months} if now.get(month) != golden.months.get(month))


def differences(golden: Golden, result: Result) -> list[str]:
    """What of a receipt is not as checked in, in words."""
    now = receipt_of(result)
    return [
        f"{name}: {golden.receipt.get(name)} → {now[name]}" for name in now if golden.receipt.get(name) != now[name]
    ]


def write(golden: Golden, result: Result) -> None:
    """Checks the result in: the file says what it came to."""
    said = {
        "name": golden.name,
        "asked": dict(golden.asked),
        "receipt": receipt_of(result),
        "months": months_of(result),
    }
    text = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=118)
    golden.path.write_text(text, encoding="utf-8")
