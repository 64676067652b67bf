"""`nenep report`: papers to be signed, and an observer's calendar."""

from __future__ import annotations

import typer

from services.cli.commands.report import calendar, half_year, month, year

app = typer.Typer(
    help="Papers ready to sign (month, half-year, year) as XLSX or PDF, and an observer's calendar.",
    no_args_is_help=True,
)
app.command("month")(month.command)
app.command("half-year")(half_year.command)
app.command("year")(year.command)
app.command("calendar")(calendar.command)
