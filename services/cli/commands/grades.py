"""`nenep grades`: each month's official grade beside what the cell says itself and what the criteria give."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli.dials import IN_FORCE, Criteria, DecidedOn, KnownAt, TreeAt, lens
from services.cli.grading.words import word
from services.cli.language import Lang, Language
from services.cli.output import AsRows, RowFormat, console, grade, number, print_csv, print_json, say_if_empty, table
from services.cli.place import DEFAULT_DATA, Data, bus_at, locate, question, run
from services.cli.values import cell_code, unit_code
from services.contracts.queries import GradesOf

if TYPE_CHECKING:
    import pyarrow as pa

KEY = ("cell", "period", "cell_name", "unit", "unit_name")
COLUMNS = (
    *KEY,
    "meeting",
    "held_on",
    "set",
    "computed_grade",
    "computed_points",
    "computed_lower",
    "computed_upper",
    "self_grade",
    "self_points",
    "observer_grade",
    "observer_points",
    "visits",
    "status",
    "official_grade",
    "official_points",
)
"""What JSON (with `decisions`) and CSV have, in this order; further columns may follow in later versions."""
DECISION = (
    "version",
    "status",
    "grade",
    "points",
    "number",
    "decided_on",
    "decided_by",
    "list",
    "reason",
    "note",
    "event",
    "replaces",
    "recorded_at",
)


def command(
    year: Annotated[int, typer.Option(help="The calendar year.", min=1930, max=2200)],
    month: Annotated[int | None, typer.Option(help="Only this month.", min=1, max=12)] = None,
    unit: Annotated[str | None, typer.Option(help="Only this unit and all below it.", callback=unit_code)] = None,
    cell: Annotated[str | None, typer.Option(help="Only this cell.", callback=cell_code)] = None,
    history: Annotated[bool, typer.Option("--history", help="Every decision, a line each.")] = False,
    set_: Criteria = IN_FORCE,
    known_at: KnownAt = None,
    tree_at: TreeAt = None,
    decided_on: DecidedOn = None,
    lang: Lang = Language.EN,
    format_: AsRows = RowFormat.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """Grades by cell and month: official, the cell's own, and what the criteria give; with --history the decisions."""
    asked = GradesOf(year=year, month=month, unit=unit, cell=cell, lens=lens(set_, known_at, tree_at, decided_on))
    rows = [_row(row) for row in run(_ask(asked, data)).to_pylist()]
    if format_ is RowFormat.JSON:
        print_json(_decisions(rows) if history else rows)
    elif format_ is RowFormat.CSV:
        if history:
            print_csv((*KEY[:2], *DECISION), _decisions(rows))
        else:
            print_csv(COLUMNS, rows)
    elif history:
        _print_history(rows, lang)
    else:
        _print_months(asked, rows, lang)


async def _ask(asked: GradesOf, data: Data) -> pa.Table:
    async with bus_at(locate(data)) as bus:
        return (await question(bus, "evaluation", "grades", asked)).table()


def _row(row: dict[str, Any]) -> dict[str, Any]:
    said = [{**{name: row[name] for name in KEY[:2]}, **_plain(one)} for one in row["decisions"] or ()]
    return {**_plain({**row, "set": row["criteria"]}, COLUMNS), "decisions": said}


def _plain(row: dict[str, Any], columns: Iterable[str] = DECISION) -> dict[str, Any]:
    return {name: v.isoformat() if isinstance(v := row[name], date | datetime) else v for name in columns}


def _decisions(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for row in rows for one in row["decisions"]]


def _print_months(asked: GradesOf, rows: list[dict[str, Any]], lang: str) -> None:
    when = f"{asked.year}-{asked.month:02}" if asked.month else str(asked.year)
    decided = sum(row["official_grade"] is not None for row in rows)
    names = ("cell", "cell_name", "period", "official", "points", "by", "self", "", "observer", "", "criteria", "")
    title = word("grades", lang, when=when, decided=decided, n=len(rows))
    shown = table(title, [word(name, lang) for name in names], right=(word("points", lang), ""))
    for row in rows:
        shown.add_row(
            row["cell"],
            row["cell_name"] or "",
            row["period"],
            word("cancelled", lang) if row["status"] == "cancelled" else grade(row["official_grade"], lang),
            number(row["official_points"], lang),
            _by(row["decisions"][-1]) if row["decisions"] else "",
            grade(row["self_grade"], lang),
            number(row["self_points"], lang),
            grade(row["observer_grade"], lang),
            number(row["observer_points"], lang),
            grade(row["computed_grade"], lang),
            _bounds(row, lang),
        )
    console().print(shown)
    say_if_empty(rows, when)


def _by(decision: dict[str, Any]) -> str:
    numbered = f", {decision['number']}" if decision["number"] else ""
    return f"{decision['decided_by']} {decision['decided_on']}{numbered}"


def _bounds(row: dict[str, Any], lang: str) -> str:
    if row["computed_lower"] != row["computed_upper"]:
        return f"{number(row['computed_lower'], lang)}–{number(row['computed_upper'], lang)}"
    return number(row["computed_points"], lang)


def _print_history(rows: Iterable[dict[str, Any]], lang: str) -> None:
    said = _decisions(rows)
    names = ("cell", "period", "status", "grade", "points", "number", "decided_on", "by", "reason", "event")
    title = word("decisions", lang, n=len(said))
    shown = table(title, [word(name, lang) for name in names], right=(word("points", lang),))
    for one in said:
        shown.add_row(
            one["cell"],
            one["period"],
            word(one["status"], lang),
            grade(one["grade"], lang),
            number(one["points"], lang),
            one["number"] or "",
            one["decided_on"],
            one["decided_by"],
            one["reason"] or one["note"] or "",
            one["event"],
        )
    console().print(shown)
