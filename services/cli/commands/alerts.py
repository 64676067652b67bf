"""`nenep alerts`: what leadership is warned of, gravest first."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.text import Text

from services.chassis.clock import LOCAL
from services.cli.alert_words import RULES, why
from services.cli.dials import KnownAt
from services.cli.output import AsRows, RowFormat, console, messages, print_csv, print_json, table
from services.cli.place import DEFAULT_DATA, Data, bus_at, locate, question, run
from services.cli.values import cell_code, span, unit_code
from services.contracts.alerts import AlertLine, Alerts, AlertsOf, Colour, Rule

STYLES = {Colour.RED: "bold red", Colour.ORANGE: "dark_orange", Colour.YELLOW: "yellow"}
COLUMNS = (
    "alert",
    "colour",
    "rule",
    "cell",
    "cell_name",
    "unit",
    "unit_name",
    "meeting",
    "observer",
    "period",
    "due",
    "since",
    "status",
    "repeated",
    "reason",
    "why",
    "basis",
    "set",
    "item",
    "raised_at",
    "event",
)
"""What JSON (with `values`, `events`, `version`, `on`, `was`, `recorded_at`) and CSV have, in this order; further
columns may follow in later versions."""
NOT_YET = (
    "Evaluation has not looked for alerts since it began: its history is not whole, or the past is being told. Ask "
    "again in some minutes (`nenep status` shows how far it is)."
)


def command(
    unit: Annotated[str | None, typer.Option(help="Only this unit and all below it.", callback=unit_code)] = None,
    cell: Annotated[str | None, typer.Option(help="Only this cell.", callback=cell_code)] = None,
    rule: Annotated[Rule | None, typer.Option(help="Only this rule.")] = None,
    colour: Annotated[Colour | None, typer.Option(help="Only this colour.")] = None,
    period: Annotated[
        str | None, typer.Option(help="Only this month (2026-11), quarter (2026-Q4) or year.", callback=span)
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Those that were cleared, too.")] = False,
    known_at: KnownAt = None,
    format_: AsRows = RowFormat.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """Alerts that stand, gravest first, each with its reason, its deadline and the rule behind it."""
    asked = AlertsOf(
        unit=unit, cell=cell, rule=rule, colour=colour, period=period, cleared=all_, known_at=known_at, limit=10_000
    )

    async def ask() -> Alerts:
        async with bus_at(locate(data)) as bus:
            return (await question(bus, "evaluation", "alerts", asked)).model(Alerts)

    found = run(ask())
    if known_at is None and found.looked_at is None:
        messages().print(Text(NOT_YET, style="yellow"))
    if format_ is RowFormat.JSON:
        print_json([_row(line) for line in found.alerts])
    elif format_ is RowFormat.CSV:
        print_csv(COLUMNS, [_row(line) for line in found.alerts])
    else:
        _print(found)


def _row(line: AlertLine) -> dict[str, Any]:
    said = line.model_dump(mode="json")
    whole = {**said.pop("alert"), "why": why(line.alert.reason, line.alert.values), **said}
    first = {name: whole.pop(name) for name in COLUMNS}
    return first | whole


def _print(found: Alerts) -> None:
    open_, cleared = (sum(getattr(count, name) for count in found.counts) for name in ("alerts", "cleared"))
    by_colour = [
        f"{colour} {n}" for colour in Colour if (n := sum(c.alerts for c in found.counts if c.colour is colour))
    ]
    title = (
        f"Alerts ({open_} stand{''.join(f', {one}' for one in by_colour)}{f'; {cleared} cleared' if cleared else ''})"
    )
    shown = table(title, ("", "rule", "cell or unit", "name", "period", "due", "times", "why", "by", "raised"))
    for line in found.alerts:
        alert = line.alert
        stands = alert.colour.value if alert.status.open else alert.status.value
        shown.add_row(
            Text(stands, style=STYLES[alert.colour] if alert.status.open else "dim"),
            RULES[alert.rule],
            alert.cell or alert.unit or "",
            (line.cell_name if alert.cell else line.unit_name) or "",
            alert.period,
            f"{alert.due:%d/%m/%Y}",
            str(alert.repeated),
            why(alert.reason, alert.values),
            f"{alert.basis} {alert.item or ''}".strip(),
            _when(line.raised_at),
        )
    looked = f" (looked for at {_when(found.looked_at)})" if found.looked_at else ""
    console().print(shown if found.alerts else Text(f"No alert that is asked for stands{looked}."))
    if found.total > len(found.alerts):
        console().print(Text(f"{found.total - len(found.alerts)} more: ask for a unit, a rule or a colour."))


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(LOCAL):%d/%m/%Y %H:%M}"
