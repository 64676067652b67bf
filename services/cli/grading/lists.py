"""Lists of grades as committees keep them: CSV (as spreadsheets write it) or one JSON object a line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from services.cli.failures import Exit, Failure
from services.cli.output import VIETNAMESE
from services.contracts.grades import CellGrade
from services.contracts.meetings import Grade

COLUMNS = tuple(CellGrade.model_fields)
GRADES = {word.lower(): code for code, word in VIETNAMESE.items()}
"""Grades by their Vietnamese words, which a list may use as well as the codes."""


def read_list(file: Path) -> list[CellGrade]:
    """The lines of a list. Raises Failure with everything that is wrong with it, line by line (exit 1)."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is not in UTF-8'}.") from None
    wrong: list[str] = []
    found = [one for number, given in _lines(text, wrong) if (one := _line(number, given, wrong)) is not None]
    if not found and not wrong:
        wrong.append("it names no cell")
    if wrong:
        raise Failure(f"{file} is not a list of grades; nothing was sent:\n  " + "\n  ".join(wrong), Exit.WRONG)
    return found


def _lines(text: str, wrong: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    if text.lstrip().startswith("{"):
        yield from _json_lines(text, wrong)
        return
    header = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if header.count(";") > header.count(",") else ",")
    names = [name.strip().lower() for name in rows.fieldnames or ()]
    rows.fieldnames = names
    if strange := [name for name in names if name not in COLUMNS]:
        wrong.append(f"line 1: {', '.join(strange)}: a list has the columns {', '.join(COLUMNS)}")
    if missing := [name for name in ("cell", "grade") if name not in names]:
        wrong.append(f"line 1: the columns {' and '.join(missing)} are missing")
    if wrong:
        return
    for row in rows:
        if None in row:
            wrong.append(f"line {rows.line_num}: more values than columns (is a decimal comma in quotes?)")
        else:
            yield rows.line_num, {name: value.strip() for name, value in row.items() if value and value.strip()}


def _json_lines(text: str, wrong: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
        except json.JSONDecodeError as error:
            wrong.append(f"line {number}: not JSON: {error}")
            continue
        if isinstance(given, dict):
            yield number, given
        else:
            wrong.append(f"line {number}: not a JSON object")


def _line(number: int, given: dict[str, Any], wrong: list[str]) -> CellGrade | None:
    if not given:
        return None
    if isinstance(points := given.get("points"), str):
        given = {**given, "points": points.replace(",", ".")}
    if isinstance(grade := given.get("grade"), str):
        given = {**given, "grade": grade_of(grade)}
    try:
        return CellGrade.model_validate(given)
    except ValidationError as invalid:
        for error in invalid.errors(include_url=False):
            where = ".".join(map(str, error["loc"]))
            said = "" if error["type"] == "missing" else f" {error['input']!r}:"
            wrong.append(f"line {number}: {where}:{said} {error['msg']}")
        return None


def grade_of(word: str) -> str:
    """The code of a grade that may be given in Vietnamese; anything else as it is."""
    code = GRADES.get(word.strip().lower(), word.strip())
    return code if code in set(Grade) else word
