"""`nenep criteria`: writing, checking, reading and comparing criteria sets."""

from __future__ import annotations

import typer

from services.cli.commands.criteria import check, diff, list_, new, show

app = typer.Typer(
    help="Criteria sets: write one (new), check it, list and show those known, compare two (diff).",
    no_args_is_help=True,
)
for _module in (new, check, list_, show, diff):
    app.command(_module.__name__.rpartition(".")[2].rstrip("_"))(_module.command)
