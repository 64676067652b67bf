"""Printing data: a table for people, JSON and CSV for programs. Data goes to stdout, all the rest to stderr."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.cli.language import PLACES, TERMS

WIDE = 200
"""Columns for a table that goes to a file or a pipe: nothing is cut off there."""

STYLES = {
    "good": "bold green",
    "fair": "cyan",
    "average": "yellow",
    "poor": "bold red",
    "met": "bold green",
    "not_met": "bold red",
}
VIETNAMESE = {grade: TERMS[grade][PLACES["vi"]] for grade in STYLES}


class Format(StrEnum):
    """How data is printed."""

    TABLE = "table"
    JSON = "json"


class RowFormat(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


AsFormat = Annotated[Format, typer.Option("--format", help="table for people, json for programs.")]
AsRows = Annotated[RowFormat, typer.Option("--format", help="table for people, json or csv for programs.")]


def console() -> Console:
    """Where people read data."""
    return Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)


def messages() -> Console:
    """Where people read what is not data."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """One JSON value, keys in the order given, dates in ISO form."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def print_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """A header and the rows, comma-separated; nothing for what is not known."""
    writer = csv.DictWriter(sys.stdout, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: "" if row.get(name) is None else row[name] for name in columns})


def table(title: str | None, columns: Sequence[str], *, right: Sequence[str] = ()) -> Table:
    """A table with these columns, those of numbers to the right."""
    found = Table(title=title, title_justify="left", header_style="bold")
    for name in columns:
        found.add_column(name, justify="right" if name in right else "left", overflow="fold")
    return found


def many(n: int, one: str) -> str:
    """A number of things: `1 unit`, `2 units`."""
    return f"{n} {one}" if n == 1 else f"{n} {one}s"


def say_if_empty(rows: Sequence[Any], when: str) -> None:
    """A table without rows is explained: nothing was reported, which is not that nothing happened."""
    if not rows:
        messages().print(Text(f"Nothing that is asked for is known of {when}."))


def grade(value: str | None, lang: str = "en") -> Text:
    """A grade in its colour; beside the English word the Vietnamese one, which is official."""
    if value is None:
        return Text("–", style="dim")
    said = TERMS[value][PLACES[lang]]
    return Text(f"{said} · {VIETNAMESE[value]}" if lang == "en" else said, style=STYLES[value])


def number(value: float | None, lang: str = "en") -> str:
    """Points without needless digits, with the decimal comma in Vietnamese; a dash for none."""
    if value is None:
        return "–"
    said = f"{value:.2f}".rstrip("0").rstrip(".")
    return said.replace(".", ",") if lang == "vi" else said
