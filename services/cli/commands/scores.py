"""`nenep scores`: the running scores of a year's months."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from services.cli.dials import IN_FORCE, Criteria, DecidedOn, KnownAt, TreeAt, lens
from services.cli.grading.words import word
from services.cli.language import Lang, Language
from services.cli.output import AsRows, RowFormat, console, grade, number, print_csv, print_json, say_if_empty, table
from services.cli.place import DEFAULT_DATA, Data, bus_at, locate, question, run
from services.cli.values import cell_code, unit_code
from services.contracts.queries import ScoresOf

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = (
    "cell",
    "period",
    "points",
    "lower",
    "upper",
    "grade",
    "set",
    "cell_name",
    "unit",
    "unit_name",
    "meeting",
    "held_on",
)
"""What JSON and CSV have, in this order; further columns may follow in later versions."""


def command(
    year: Annotated[int, typer.Option(help="The calendar year.", min=1930, max=2200)],
    month: Annotated[int | None, typer.Option(help="Only this month.", min=1, max=12)] = None,
    cell: Annotated[str | None, typer.Option(help="Only this cell.", callback=cell_code)] = None,
    unit: Annotated[str | None, typer.Option(help="Only this unit and all below it.", callback=unit_code)] = None,
    set_: Criteria = IN_FORCE,
    known_at: KnownAt = None,
    tree_at: TreeAt = None,
    decided_on: DecidedOn = None,
    lang: Lang = Language.EN,
    format_: AsRows = RowFormat.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """Scores by cell and month: points (with lower and upper bound), grade and the criteria set that judges.

    Points are empty where a set knows only pass and fail, and where they cannot be determined (then the bounds say
    between what they lie). The dials ask the same months under any criteria, as known at any moment, in any tree.
    """
    dials = ScoresOf(
        year=year,
        month=month,
        cell=cell,
        unit=unit,
        lens=lens(set_, known_at, tree_at, decided_on),
    )
    found = run(_ask(dials, data))
    rows = [_row(row) for row in found.to_pylist()]
    if format_ is RowFormat.JSON:
        print_json(rows)
    elif format_ is RowFormat.CSV:
        print_csv(COLUMNS, rows)
    else:
        _print_table(dials, rows, found.schema.metadata or {}, lang)


async def _ask(dials: ScoresOf, data: Data) -> pa.Table:
    async with bus_at(locate(data)) as bus:
        return (await question(bus, "evaluation", "scores", dials)).table()


def _row(row: dict[str, Any]) -> dict[str, Any]:
    row = {**row, "set": row["criteria"]}
    if isinstance(row["held_on"], date):
        row["held_on"] = row["held_on"].isoformat()
    return {name: row[name] for name in COLUMNS}


def _print_table(dials: ScoresOf, rows: list[dict[str, Any]], metadata: dict[bytes, bytes], lang: str) -> None:
    when = f"{dials.year}-{dials.month:02}" if dials.month else str(dials.year)
    names = {name: word(name, lang) for name in ("cell", "cell_name", "period", "points", "bounds", "grade", "set")}
    right = (names["points"], names["bounds"])
    shown = table(word("scores", lang, when=when, n=len(rows)), list(names.values()), right=right)
    for row in rows:
        unsure = row["lower"] != row["upper"]
        bounds = f"{number(row['lower'], lang)}–{number(row['upper'], lang)}" if unsure else ""
        told = (number(row["points"], lang), bounds, grade(row["grade"], lang), row["set"])
        shown.add_row(row["cell"], row["cell_name"] or "", row["period"], *told)
    out = console()
    out.print(shown)
    out.print(Text(_receipt(metadata), style="dim"))
    say_if_empty(rows, when)


def _receipt(metadata: dict[bytes, bytes]) -> str:
    """What identifies the numbers: same sets, engine, dials and facts, same bytes."""
    known = {key.decode(): value.decode() for key, value in metadata.items()}
    parts = [f"{name} {known[name]}" for name in ("engine", "events", "facts_digest") if name in known]
    if "criteria" in known:
        parts += [f"{set_} {hash_[:12]}" for set_, hash_ in json.loads(known["criteria"]).items()]
    return " · ".join(parts)
