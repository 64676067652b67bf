"""`nenep report calendar`: the meetings of the cells that an observer is assigned to, as iCalendar."""

from __future__ import annotations

from typing import Annotated

import typer

from services.cli.commands.report import paper
from services.cli.dials import KnownAt
from services.cli.language import Lang, Language
from services.cli.place import DEFAULT_DATA, Data, bus_at, locate, question, run
from services.cli.values import observer_ref
from services.contracts.reports import CalendarOf, ObserverCalendar


def command(
    observer: Annotated[str, typer.Option(help="The observer's reference, like o-001.", callback=observer_ref)],
    year: Annotated[int, typer.Option(help="The calendar year.", min=1930, max=2200)],
    out: paper.Out = None,
    known_at: KnownAt = None,
    lang: Lang = Language.VI,
    data: Data = DEFAULT_DATA,
) -> None:
    """An observer's year as a calendar to subscribe to or import: meetings planned, held, cancelled, and visits made.

    An entry keeps its UID from version to version, so importing again changes it instead of adding another.
    """
    from services.documents.calendar import as_ics

    asked = CalendarOf(observer=observer, year=year, known_at=known_at)

    async def ask() -> ObserverCalendar:
        async with bus_at(locate(data)) as bus:
            return (await question(bus, "evaluation", "calendar", asked)).model(ObserverCalendar)

    paper.write(as_ics(run(ask()), str(lang)), out)
