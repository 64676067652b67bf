"""`nenep criteria show`: a criteria set as a form that people read, or as a document."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from services.cli.commands.criteria.known import one
from services.cli.language import Lang, Language
from services.cli.output import console, print_json
from services.cli.place import DEFAULT_DATA, Data


class SetFormat(StrEnum):
    """How a set is printed."""

    TABLE = "table"
    YAML = "yaml"
    JSON = "json"


def command(
    set_: Annotated[str, typer.Argument(metavar="SET", help="A set's id, or a file.", show_default=False)],
    lang: Lang = Language.EN,
    format_: Annotated[
        SetFormat, typer.Option("--format", help="table for people; yaml, the document; json for programs.")
    ] = SetFormat.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """A criteria set: its items with their rules, grades, limits, roll-ups, quotas and notes."""
    from services.cli.commands.criteria.form import show  # large (Polars), and `up` needs none of it
    from services.evaluation.criteria.write import as_yaml, document

    criteria = one(set_, data)
    if format_ is SetFormat.YAML:
        typer.echo(as_yaml(document(criteria)), nl=False)
    elif format_ is SetFormat.JSON:
        print_json(document(criteria))
    else:
        show(criteria, lang, console())
