"""The tables of an answer about coverage, for people and as rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from services.cli.observing.words import word
from services.cli.output import table
from services.contracts.coverage import Coverage

_WHO = ("cell", "cell_name", "line", "observer", "standing", "by_unit", "since")
TABLES: Mapping[str, tuple[str, ...]] = {
    "lines": ("line", "cells", "assigned", "observed", "share"),
    "units": ("unit", "unit_name", "cells", "observed", "share"),
    "months": ("period", "cells", "observed", "share"),
    "by_cell": ("cell", "cell_name", "unit", "unit_name", "lines", "months", "observed_months", "last_visit"),
    "unvisited": ("cell", "cell_name", "unit", "unit_name", "last_visit"),
    "never_came": (*_WHO, "meetings"),
    "broken": (*_WHO, "broken_on", "reasons"),
    "unsponsored": ("period", "cell", "cell_name", "sponsors"),
    "proposals": ("cell", "cell_name", "unit", "line", "observer", "standing", "by_unit", "load", "reason"),
}
"""The columns that people see of each table; CSV has the events too."""
SHARES = ("lines", "units", "months")
"""What is shown whole; of the other tables how long they are, unless they are asked for."""
_HEADERS = {"lines": "its_lines", "months": "its_months"}
"""Columns that are called as a table is."""
_NUMBERS = ("cells", "assigned", "observed", "share", "months", "observed_months", "meetings", "load")


def show(found: Coverage, out: Console, lang: str, only: str | None, months: int) -> None:
    """Prints the shares, and how long the lists are; or one table whole."""
    if found.first is None:
        out.print(word("nothing", lang))
        return
    whole = found.whole
    counts = word("observed_of", lang).format(observed=whole.observed, cells=whole.cells)
    head = f"{word('coverage', lang)} {found.first} – {found.last}: {counts}, {_share(whole.share)}"
    until = word("told_until", lang).format(day=found.told_until)
    out.print(Text(head, style="bold").append(f" ({until})", style="not bold dim"))
    for name in SHARES if only is None else (only,):
        _print(found, name, out, lang, months)
    if only is None:
        for name in TABLES:
            if name not in (*SHARES, "by_cell"):
                count = len(getattr(found, name)) + found.left_out.get(name, 0)
                out.print(Text(f"{_title(name, lang, months)}: {count}  ").append(f"--table {name}", style="dim"))


def rows_of(found: Coverage, name: str) -> list[dict[str, Any]]:
    """A table's rows: codes, lists with a space between, reasons as their codes."""
    return [{key: _plain(value) for key, value in row.model_dump(mode="json").items()} for row in getattr(found, name)]


def columns_of(name: str) -> tuple[str, ...]:
    """The columns of CSV."""
    return (*TABLES[name], "events") if name not in SHARES else TABLES[name]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return value["code"]
    return " ".join(str(_plain(one)) for one in value) if isinstance(value, list) else value


def _print(found: Coverage, name: str, out: Console, lang: str, months: int) -> None:
    names = {column: word(_HEADERS.get(column, column), lang) for column in TABLES[name]}
    right = [said for column, said in names.items() if column in _NUMBERS]
    shown = table(_title(name, lang, months), list(names.values()), right=right)
    for row in getattr(found, name):
        shown.add_row(*(_said(column, value, lang) for column, value in _values(row, name)))
    out.print(shown)
    if more := found.left_out.get(name):
        out.print(Text(word("left_out", lang).format(count=more), style="yellow"))


def _values(row: Any, name: str) -> list[tuple[str, Any]]:
    return [(column, getattr(row, column)) for column in TABLES[name]]


def _said(column: str, value: Any, lang: str) -> str:
    if value is None:
        return "–"
    if column == "share":
        return _share(value)
    if isinstance(value, tuple):
        return "; ".join(_said(column, one, lang) for one in value)
    if hasattr(value, "words"):
        return str(value.words[lang])
    return word(str(value), lang) if column in ("line", "lines", "standing") else str(value)


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _title(name: str, lang: str, months: int) -> str:
    return word(name, lang).format(months=months)
