"""Lists of grades as committees keep them: CSV (as spreadsheets write it) or one JSON object a line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from services.cli.failures import Exit, Failure
from services.cli.output import VIETNAMESE
from services.contracts.base import Contract
from services.contracts.grades import CellGrade
from services.contracts.meetings import Grade

M = TypeVar("M", bound=Contract)
GRADES = {word.lower(): code for code, word in VIETNAMESE.items()}
"""Grades by their Vietnamese words, which a list may use as well as the codes."""


@dataclass(frozen=True)
class ListOf(Generic[M]):
    """What a list has in each line: the model, columns that must be there, those of numbers (a decimal comma will do),
    how a grade's word becomes its code, and what `about` such a list is."""

    model: type[M]
    required: tuple[str, ...]
    numbers: tuple[str, ...]
    grade_of: Callable[[str], str]
    about: str

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns there may be."""
        return tuple(self.model.model_fields)


def read_list(file: Path) -> list[CellGrade]:
    """The lines of a list of grades. Raises Failure with everything that is wrong with it, line by line (exit 1)."""
    return read_lines(file, ListOf(CellGrade, ("cell", "grade"), ("points",), grade_of, "grades"))


def read_lines(file: Path, kind: ListOf[M]) -> list[M]:
    """The lines of a list. Raises Failure with everything that is wrong with it, line by line (exit 1)."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is not in UTF-8'}.") from None
    wrong: list[str] = []
    lines = _lines(text, kind, wrong)
    found = [one for number, given in lines if (one := _line(number, given, kind, wrong)) is not None]
    if not found and not wrong:
        wrong.append(f"it names no {kind.required[0]}")
    if wrong:
        raise Failure(f"{file} is not a list of {kind.about}; nothing was sent:\n  " + "\n  ".join(wrong), Exit.WRONG)
    return found


def _lines(text: str, kind: ListOf[M], wrong: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    if text.lstrip().startswith("{"):
        yield from _json_lines(text, wrong)
        return
    header = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if header.count(";") > header.count(",") else ",")
    names = [name.strip().lower() for name in rows.fieldnames or ()]
    rows.fieldnames = names
    if strange := [name for name in names if name not in kind.columns]:
        wrong.append(f"line 1: {', '.join(strange)}: a list has the columns {', '.join(kind.columns)}")
    if missing := [name for name in kind.required if name not in names]:
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


def _line(number: int, given: dict[str, Any], kind: ListOf[M], wrong: list[str]) -> M | None:
    if not given:
        return None
    commas = {name: given[name].replace(",", ".") for name in kind.numbers if isinstance(given.get(name), str)}
    given = {**given, **commas}
    if isinstance(grade := given.get("grade"), str):
        given = {**given, "grade": kind.grade_of(grade)}
    try:
        return kind.model.model_validate(given)
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
