"""`nenep tree`: units and cells as they stood on a date."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer
from rich.text import Text
from rich.tree import Tree as Drawing

from services.cli.output import AsFormat, Format, console, many, print_json
from services.cli.place import DEFAULT_DATA, Data, bus_at, locate, question, run
from services.cli.values import day, moment
from services.contracts.queries import Tree, TreeAt


def command(
    at: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="The date, YYYY-MM-DD (default: today).")
    ] = None,
    known_at: Annotated[
        datetime | None,
        typer.Option(
            parser=moment,
            metavar="MOMENT",
            help="As it was known then; a date takes in all of its day (Vietnam's time when no zone is given).",
        ),
    ] = None,
    format_: AsFormat = Format.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """The tree of units and cells on any date, as known at any moment."""
    asked = TreeAt(at=at, known_at=known_at)
    found = run(_ask(asked, data))
    if format_ is Format.JSON:
        print_json(found.model_dump(mode="json"))
    else:
        console().print(draw(found))


async def _ask(asked: TreeAt, data: Data) -> Tree:
    async with bus_at(locate(data)) as bus:
        return (await question(bus, "registry", "tree", asked)).model(Tree)


def draw(tree: Tree) -> Drawing:
    """The tree as a drawing; a node whose upper unit is not there hangs at the root."""
    members = sum(cell.members.total for cell in tree.cells)
    counts = (many(len(tree.units), "unit"), many(len(tree.cells), "cell"), many(members, "member"))
    title = f"{tree.at}: {', '.join(counts)}"
    root = Drawing(Text(title, style="bold"), guide_style="dim")
    codes = {unit.unit for unit in tree.units}
    below: dict[str | None, list[tuple[str, str | None, Text]]] = {}
    for unit in tree.units:
        label = Text.assemble((unit.unit, "bold cyan"), f" {unit.name} ", (unit.kind.value, "dim"))
        below.setdefault(unit.parent if unit.parent in codes else None, []).append((unit.unit, unit.unit, label))
    for cell in tree.cells:
        marks = f"{cell.kind.value}, {many(cell.members.total, 'member')}" + (", hardship" if cell.hardship else "")
        label = Text.assemble((cell.cell, "green"), f" {cell.name} ", (marks, "dim"))
        below.setdefault(cell.parent if cell.parent in codes else None, []).append((cell.cell, None, label))
    todo: list[tuple[Drawing, str | None]] = [(root, None)]
    while todo:
        branch, unit_code = todo.pop()
        for _, code, label in sorted(below.get(unit_code, []), key=lambda node: node[0]):
            twig = branch.add(label)
            if code is not None:
                todo.append((twig, code))
    return root
