"""`nenep alerts`: what leadership is warned of, gravest first."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.text import Text

from services.chassis.clock import LOCAL
from services.cli.alert_words import word
from services.cli.dials import KnownAt
from services.cli.language import Lang, Language
from services.cli.output import AsRows, RowFormat, console, messages, print_csv, print_json, table
from services.cli.place import DEFAULT_DATA, Data, bus_at, locate, question, run
from services.cli.values import cell_code, span, unit_code
from services.contracts.alerts import AlertLine, Alerts, AlertsOf, Colour, Rule
from services.evaluation.alerts.delivery.reasons import reason_in_words
from services.evaluation.alerts.delivery.words import rule_in_words

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
    lang: Lang = Language.EN,
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
        messages().print(Text(word("not_yet", lang), style="yellow"))
    if format_ is RowFormat.JSON:
        print_json([_row(line) for line in found.alerts])
    elif format_ is RowFormat.CSV:
        print_csv(COLUMNS, [_row(line) for line in found.alerts])
    else:
        show(found, lang, past=known_at is not None)


def _row(line: AlertLine) -> dict[str, Any]:
    said = line.model_dump(mode="json")
    whole = {**said.pop("alert"), "why": reason_in_words(line.alert.reason, line.alert.values, "en"), **said}
    first = {name: whole.pop(name) for name in COLUMNS}
    return first | whole


def show(found: Alerts, lang: str, *, past: bool) -> None:
    """The alerts, and when they were last looked for. Of a list that nobody has made yet it is not said to be empty."""
    open_, cleared = (sum(getattr(count, name) for count in found.counts) for name in ("alerts", "cleared"))
    title = [word("title", lang, n=open_)]
    for colour in Colour:
        if n := sum(count.alerts for count in found.counts if count.colour is colour):
            title.append(f"{word(colour, lang)} {n}")
    title += [word("cleared", lang, n=cleared)] if cleared else []
    names = ("rule", "of", "name", "period", "due", "times", "why", "by", "raised")
    shown = table(", ".join(title), ["", *(word(name, lang) for name in names)])
    for line in found.alerts:
        alert = line.alert
        stands = alert.colour if alert.status.open else alert.status
        shown.add_row(
            Text(word(stands, lang), style=STYLES[alert.colour] if alert.status.open else "dim"),
            rule_in_words(alert.rule, lang),
            alert.cell or alert.unit or "",
            (line.cell_name if alert.cell else line.unit_name) or "",
            alert.period,
            f"{alert.due:%d/%m/%Y}",
            str(alert.repeated),
            reason_in_words(alert.reason, alert.values, lang),
            f"{alert.basis} {alert.item or ''}".strip(),
            _when(line.raised_at),
        )
    out = console()
    if found.alerts or past or found.looked_at:
        out.print(shown if found.alerts else Text(word("none", lang)))
    if found.total > len(found.alerts):
        out.print(Text(word("more", lang, n=found.total - len(found.alerts))))
    if found.looked_at is not None and not past:
        out.print(Text(word("looked", lang, time=_when(found.looked_at)), style="dim"))


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(LOCAL):%d/%m/%Y %H:%M}"
