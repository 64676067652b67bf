"""A report as files for programs and for offices. The same report gives the same bytes, whatever the day."""

from __future__ import annotations

import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from services.cli.rescoring.labels import SHEETS, word
from services.cli.rescoring.report import Report

NO_DAY = datetime(1980, 1, 1)
MOST_ROWS = 1_000_000
"""A sheet of a workbook holds 1,048,576 rows; what is more goes on in the next."""
WORDED = ("outcome", "grade", "before_grade", "after_grade", "official_grade", "status", "side")
"""Columns whose values have words in every language."""


def as_json(report: Report) -> bytes:
    """Everything as one JSON object."""
    found = {
        "receipt": report.receipt.model_dump(mode="json"),
        "summary": {
            "months": report.months.height,
            "same": report.unmoved,
            "mean_points": report.means,
            "grades": report.distribution,
            "transitions": report.transitions,
        },
        **{name: _rows(table) for name, table in tables(report).items()},
    }
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def as_csv(report: Report, name: str) -> bytes:
    """One table, comma-separated, with a header; nothing for what is not known."""
    found = tables(report).get(name)
    return b"" if found is None else found.write_csv().encode()


def tables(report: Report) -> dict[str, pl.DataFrame]:
    """The tables of a report by name: `moves` and `undetermined`, then those of the result."""
    found = {"moves": report.moves, "undetermined": report.undetermined}
    return (
        found | {name: table for name, table in report.tables.items() if name != "months"} | {"months": report.months}
    )


def write_parquet(report: Report, folder: Path) -> None:
    """Every table as a file of the folder, and the receipt."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables(report).items():
        table.write_parquet(folder / f"{name}.parquet")
    (folder / "receipt.json").write_text(report.receipt.model_dump_json(indent=1) + "\n", encoding="utf-8")


def as_xlsx(report: Report, lang: str) -> bytes:
    """A workbook: a summary, then a sheet for each table that has rows, headers and grades in this language."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": NO_DAY, "title": f"Nền Nếp {report.receipt.run}"})
    bold = book.add_format({"bold": True})
    _summary(book.add_worksheet(word("summary", lang)), report, lang, bold)
    for name in SHEETS:
        table = tables(report).get(name, pl.DataFrame())
        for number, rows in enumerate(table.iter_slices(MOST_ROWS), 1):
            if rows.height:
                _sheet(book.add_worksheet(word(name, lang) + (f" {number}" if number > 1 else "")), rows, lang, bold)
    _receipt(book.add_worksheet(word("receipt", lang)), report, bold)
    book.close()
    return out.getvalue()


def _summary(sheet: Any, report: Report, lang: str, bold: Any) -> None:
    grades = list(dict.fromkeys([*report.distribution["before"], *report.distribution["after"]]))
    rows: list[list[Any]] = [["", word("before", lang), word("after", lang)]]
    rows += [
        [word(grade, lang), *(report.distribution[s].get(grade, 0) for s in ("before", "after"))] for grade in grades
    ]
    rows += [[word("mean", lang), *(report.means[side] for side in ("before", "after"))], []]
    after = list(report.distribution["after"])
    rows.append([f"{word('before', lang)} \\ {word('after', lang)}", *(word(grade, lang) for grade in after)])
    rows += [
        [word(old, lang), *(report.transitions.get(old, {}).get(new, 0) for new in after)]
        for old in report.distribution["before"]
    ]
    rows += [[], *([word(outcome, lang), count] for outcome, count in report.receipt.outcomes.items())]
    for at, row in enumerate(rows):
        for place, value in enumerate(row):
            sheet.write(at, place, value, bold if at == 0 or place == 0 else None)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 8, 16)


def _sheet(sheet: Any, table: pl.DataFrame, lang: str, bold: Any) -> None:
    for place, name in enumerate(table.columns):
        sheet.write(0, place, word(name, lang), bold)
        values = [word(v, lang) if v is not None and name in WORDED else v for v in _plain(table[name])]
        sheet.write_column(1, place, ["" if value is None else value for value in values])
        sheet.set_column(place, place, 30 if name.endswith("_name") else 14)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, table.height, table.width - 1)


def _receipt(sheet: Any, report: Report, bold: Any) -> None:
    for at, (name, value) in enumerate(report.receipt.model_dump(mode="json").items()):
        sheet.write(at, 0, name, bold)
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
        sheet.write_string(at, 1, text[:32_000])
    sheet.set_column(0, 1, 30)


def _plain(values: pl.Series) -> list[Any]:
    return values.cast(pl.String).to_list() if values.dtype == pl.Date else values.to_list()


def _rows(table: pl.DataFrame) -> list[dict[str, Any]]:
    dates = [name for name, kind in table.schema.items() if kind == pl.Date]
    return table.with_columns(pl.col(dates).cast(pl.String)).to_dicts() if dates else table.to_dicts()
