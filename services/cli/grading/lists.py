"""Lists of grades as committees keep them: CSV (as spreadsheets write it) or one JSON object a line."""

from __future__ import annotations

import codecs
import csv
import io
import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import ValidationError

from services.cli.failures import Exit, Failure
from services.cli.output import VIETNAMESE
from services.contracts.base import Contract
from services.contracts.grades import CellGrade
from services.contracts.meetings import Grade

M = TypeVar("M", bound=Contract)
DELIMITERS = ";\t,"
SAVE_AS = "save it as “CSV UTF-8”"
GRADES = {word.lower(): code for code, word in VIETNAMESE.items()}
"""Grades by their Vietnamese words, which a list may use as well as the codes."""


@dataclass(frozen=True)
class ListOf(Generic[M]):
    """What a list has in each line: the model, columns that must be there, those of numbers (a decimal comma will do),
    how a grade's word becomes its code, what `about` such a list is, and the `words` there are for grades."""

    model: type[M]
    required: tuple[str, ...]
    numbers: tuple[str, ...]
    grade_of: Callable[[str], str]
    about: str
    words: tuple[str, ...] = tuple(VIETNAMESE.values())

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns there may be."""
        return tuple(self.model.model_fields)


class Listed(NamedTuple, Generic[M]):
    """The lines of a list, and for each how it is named to people: `line 2 (C1)`."""

    lines: list[M]
    names: list[str]


def read_list(file: Path) -> Listed[CellGrade]:
    """The lines of a list of grades. Raises Failure with everything that is wrong with it, line by line (exit 1)."""
    return read_lines(file, ListOf(CellGrade, ("cell", "grade"), ("points",), grade_of, "grades"))


def read_lines(file: Path, kind: ListOf[M]) -> Listed[M]:
    """The lines of a list. Raises Failure with everything that is wrong with it, line by line (exit 1)."""
    wrong: list[str] = []
    found: Listed[M] = Listed([], [])
    for number, given in _lines(_text(file), kind, wrong):
        if (one := _line(number, given, kind, wrong)) is not None:
            found.lines.append(one)
            found.names.append(f"line {number} ({getattr(one, kind.required[0])})")
    if not found.lines and not wrong:
        wrong.append(f"it names no {kind.required[0]}")
    if wrong:
        raise Failure(f"{file} is not a list of {kind.about}; nothing was sent:\n  " + "\n  ".join(wrong), Exit.WRONG)
    return found


def _text(file: Path) -> str:
    """What is written in it, letters with their marks in one. Spreadsheets also write UTF-16 (“Unicode text”)."""
    try:
        said = file.read_bytes()
        wide = said.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return unicodedata.normalize("NFC", said.decode("utf-16" if wide else "utf-8").lstrip("\ufeff"))
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Failure(f"{file} cannot be read: it is not in UTF-8; {SAVE_AS}.") from None


def _lines(text: str, kind: ListOf[M], wrong: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    if text.lstrip().startswith("{"):
        yield from _json_lines(text, wrong)
        return
    skipped = int(text.startswith("sep="))  # a line by which a spreadsheet says what stands between values
    header = "".join(text.splitlines()[skipped : skipped + 1])
    between = max(DELIMITERS, key=header.count)
    try:
        table = csv.reader(io.StringIO(text, newline=""), delimiter=between)
        rows = [(table.line_num, [value.strip() for value in row]) for row in table][skipped:]
    except csv.Error as error:
        wrong.append(f"it is no CSV: {error}")
        return
    names = [name.lower() for name in rows[0][1]] if rows else []
    first = f"line {1 + skipped}"
    if strange := [name for name in names if name not in kind.columns]:
        wrong.append(f"{first}: {', '.join(strange)}: a list has the columns {', '.join(kind.columns)}")
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        wrong.append(f"{first}: {', '.join(doubled)}: each column once")
    if missing := [name for name in kind.required if name not in names]:
        wrong.append(f"{first}: the columns {' and '.join(missing)} are missing")
    for number, row in rows[1:] if not wrong else ():
        if len(row) > len(names):
            wrong.append(f"line {number}: more values than columns{DECIMAL}")
        elif between == "," and any(_cut(names, row, column) for column in kind.numbers):
            wrong.append(f"line {number}: {','.join(row)}: a number is followed by digits alone{DECIMAL}")
        else:
            yield number, {name: value for name, value in zip(names, row, strict=False) if value}


DECIMAL = " (is a decimal comma in quotes?)"


def _cut(names: list[str], row: list[str], column: str) -> bool:
    """Whether a number may have been cut in two at its decimal comma: what follows is of digits and no number."""
    at = names.index(column) + 1 if column in names else len(row)
    return at < len(row) and row[at].isdecimal() and bool(row[at - 1]) and names[at] in ("note", "meeting", "veto")


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
            more = f"; in words {', '.join(kind.words)}" if error["type"] == "enum" and where == "grade" else ""
            wrong.append(f"line {number}: {where}:{said} {error['msg']}{more}")
        return None


def grade_of(word: str) -> str:
    """The code of a grade that may be given in Vietnamese; anything else as it is."""
    said = unicodedata.normalize("NFC", word).strip()
    code = GRADES.get(said.lower(), said)
    return code if code in set(Grade) else word
