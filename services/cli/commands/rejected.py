"""`nenep rejected`: the reports that were refused, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Annotated

import typer
from rich.text import Text

from services.chassis.clock import LOCAL
from services.cli.output import AsFormat, Format, console, print_json, table
from services.cli.place import DEFAULT_DATA, Data, bus_at, locate, question, run
from services.cli.values import day, unit_code
from services.contracts.bus import INTAKE_SERVICES
from services.contracts.receipts import Problem, Rejected, RejectedOf, RejectedReport


def command(
    unit: Annotated[str | None, typer.Option(help="Only what this unit reported.", callback=unit_code)] = None,
    since: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="Only what was rejected from this day on.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also those that were accepted under the same id since.")
    ] = False,
    limit: Annotated[int, typer.Option(help="At most so many of each service, the latest.", min=1, max=1000)] = 100,
    format_: AsFormat = Format.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """The reports that were rejected, latest first, with all that is wrong with each.

    What was put right and accepted under the same id since is left out; what was put right under another id, or given
    up, is not: --since leaves out what was settled long ago.
    """
    begins = None if since is None else datetime.combine(since, time(), LOCAL)
    asked = RejectedOf(unit=unit, since=begins, every=every, limit=limit)

    async def ask() -> list[Rejected]:
        async with bus_at(locate(data)) as bus:
            answers = (question(bus, service, "rejected", asked) for service in INTAKE_SERVICES)
            return [answer.model(Rejected) for answer in await asyncio.gather(*answers)]

    found = run(ask())
    reports = sorted((one for each in found for one in each.reports), key=lambda one: one.receipt.recorded_at)[::-1]
    if format_ is Format.JSON:
        print_json([one.receipt.model_dump(mode="json") | {"accepted_since": one.accepted} for one in reports])
        return
    count = sum(each.count for each in found)
    if reports:
        _show(reports, count)
    else:
        console().print(
            Text(
                "No report was rejected." if every else "No report is rejected; --all shows those put right since, too."
            )
        )


def _show(reports: Sequence[RejectedReport], count: int) -> None:
    shown = table(f"Rejected reports ({count:,})", ("when", "unit", "report", "id", "what is wrong"))
    for one in reports:
        receipt = one.receipt
        shown.add_row(
            f"{receipt.recorded_at.astimezone(LOCAL):%d/%m/%Y %H:%M}",
            receipt.unit,
            f"{receipt.service} {_kind(receipt.type)}",
            receipt.id + (" (accepted since)" if one.accepted else ""),
            "\n".join(map(_problem, receipt.problems)),
        )
    out = console()
    out.print(shown)
    if count > len(reports):
        out.print(f"… and {count - len(reports):,} more: --limit shows up to 1,000 of each service.")


def _kind(type_: str | None) -> str:
    return type_.split(".")[-2] if type_ and "." in type_ else "–"


def _problem(one: Problem) -> str:
    said = f"{one.path}: {one.problem}" if one.path else one.problem
    return f"{said} (right: {one.expected})" if one.expected else said
