"""`nenep runs`: the re-scoring runs that were recorded."""

from __future__ import annotations

from rich.text import Text

from services.chassis.clock import LOCAL
from services.cli.output import AsFormat, Format, console, print_json, table
from services.cli.place import DEFAULT_DATA, Data, bus_at, locate, question, run
from services.contracts.queries import Nothing
from services.contracts.rescoring import Lens, Runs


def command(format_: AsFormat = Format.TABLE, data: Data = DEFAULT_DATA) -> None:
    """The recorded runs, latest first (at most 200): what was asked, and what came of it.

    `nenep rescore --repeat RUN` carries one out again.
    """

    async def ask() -> Runs:
        async with bus_at(locate(data)) as bus:
            return (await question(bus, "evaluation", "runs", Nothing())).model(Runs)

    found = run(ask())
    if format_ is Format.JSON:
        print_json(found.model_dump(mode="json")["runs"])
        return
    shown = table(f"Runs ({len(found.runs)})", ("run", "recorded", "months", "before", "after", "outcomes"))
    for line in found.runs:
        asked = line.receipt.question
        shown.add_row(
            line.receipt.run,
            f"{line.recorded_at.astimezone(LOCAL):%d/%m/%Y %H:%M}",
            f"{asked.first} – {asked.last}",
            _lens(asked.before),
            _lens(asked.after),
            ", ".join(f"{name} {count:,}" for name, count in line.receipt.outcomes.items()),
        )
    console().print(shown if found.runs else Text("No run was recorded yet: `nenep rescore` makes one."))


def _lens(lens: Lens) -> str:
    said = [lens.set or (f"draft {lens.draft.get('id')}" if lens.draft else "in force")]
    said += [f"decided {lens.decided_on}"] if lens.decided_on else []
    said += [f"known at {lens.known_at:%Y-%m-%d %H:%M%z}"] if lens.known_at else []
    said += [f"tree at {lens.tree_at}"] if lens.tree_at else []
    return ", ".join(said)
