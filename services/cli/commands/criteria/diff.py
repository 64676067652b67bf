"""`nenep criteria diff`: what is different between two sets, item by item. Files need nothing running."""

from __future__ import annotations

from typing import Annotated

import typer

from services.cli.commands.criteria.known import one
from services.cli.output import AsFormat, Format, many, messages, print_json
from services.cli.place import DEFAULT_DATA, Data

Set = Annotated[str, typer.Argument(help="A criteria document's file, or a set's id.", show_default=False)]


def command(before: Set, after: Set, format_: AsFormat = Format.TABLE, data: Data = DEFAULT_DATA) -> None:
    """What is different between two criteria sets: maxima, bands, policies, thresholds, gates, roll-ups, words."""
    from services.evaluation.criteria.difference import differences  # large (Polars), and `up` needs none of it

    old, new = one(before, data), one(after, data)
    found = differences(old, new)
    if format_ is Format.JSON:
        print_json([{"where": each.where, "before": each.before, "after": each.after} for each in found])
        return
    for each in found:
        typer.echo(str(each))
    said = many(len(found), "difference") if found else "the same"
    messages().print(f"{before} ({old.hash[:12]}) and {after} ({new.hash[:12]}): {said}", markup=False)
