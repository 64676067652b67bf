"""`nenep runs`: the re-scoring runs that were recorded, and those under way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.text import Text

from services.chassis.clock import LOCAL
from services.cli.output import AsFormat, Format, console, messages, print_json, table
from services.cli.place import DEFAULT_DATA, Data, bus_at, locate, question, run
from services.cli.rescoring.worded import lens_words, scope_words
from services.cli.values import run_id
from services.contracts.queries import Nothing
from services.contracts.rescoring import RescoreOf, RunLine, RunOf, RunProgress, Runs, RunState, RunUnderWay


def command(
    cancel: Annotated[
        str | None, typer.Option(metavar="RUN", help="Stop this run, whoever asked for it.", callback=run_id)
    ] = None,
    format_: AsFormat = Format.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """The recorded runs, latest first (at most 200), and those under way: what was asked, and what came of it.

    `nenep rescore --repeat RUN` carries one out again.
    """

    async def ask() -> Runs:
        async with bus_at(locate(data)) as bus:
            if cancel is not None:
                told = (await question(bus, "evaluation", "cancel", RunOf(run=cancel))).model(RunProgress)
                messages().print(_cancelled(told), markup=False)
            return (await question(bus, "evaluation", "runs", Nothing())).model(Runs)

    found = run(ask())
    if format_ is Format.JSON:
        print_json(found.model_dump(mode="json"))
        return
    if found.under_way:
        _show_under_way(found.under_way)
    if found.runs:
        _show_recorded(found.runs)
    else:
        console().print(Text("No run was recorded yet: `nenep rescore` makes one."))


def _cancelled(told: RunProgress) -> str:
    if told.state is RunState.RUNNING:
        return f"{told.run} is cancelled; nothing of it is recorded."
    return f"{told.run} had ended already: {told.state}."


def _show_under_way(lines: Sequence[RunUnderWay]) -> None:
    shown = table(f"Under way ({len(lines)})", ("run", "how far", "months", "before", "after"))
    for line in lines:
        told = line.progress
        far = f"{told.stage} {told.done:,} of {told.total:,}" if told.total else told.stage
        shown.add_row(told.run, far, *_asked(line.question))
    console().print(shown)


def _show_recorded(lines: Sequence[RunLine]) -> None:
    shown = table(f"Runs ({len(lines)})", ("run", "recorded", "months", "before", "after", "outcomes"))
    for line in lines:
        shown.add_row(
            line.receipt.run,
            f"{line.recorded_at.astimezone(LOCAL):%d/%m/%Y %H:%M}",
            *_asked(line.receipt.question),
            ", ".join(f"{name} {count:,}" for name, count in line.receipt.outcomes.items()),
        )
    console().print(shown)


def _asked(asked: RescoreOf) -> tuple[str, str, str]:
    span = asked.first if asked.first == asked.last else f"{asked.first} – {asked.last}"
    return f"{span}{scope_words(asked)}", lens_words(asked.before), lens_words(asked.after)
