"""`nenep criteria`: writing, checking, reading and comparing criteria sets."""

from __future__ import annotations

import typer

from services.cli.commands.criteria import amend, check, diff, list_, new, publish, show, withdraw

app = typer.Typer(
    help="Criteria sets: write (new), check, compare (diff), list, show, publish, amend and withdraw them.",
    no_args_is_help=True,
)
for _module in (new, check, list_, show, diff, publish, amend, withdraw):
    app.command(_module.__name__.rpartition(".")[2].rstrip("_"))(_module.command)
