"""Trying a report of evaluation's before it is sent (`--dry-run`)."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from services.cli.failures import Exit, Failure
from services.cli.output import Format, messages, print_json
from services.cli.place import Place, bus_at, question, run
from services.cli.reporting import in_words, report
from services.contracts.base import Contract
from services.contracts.grades import Trial, Tried


def tried(one: Contract, unit: str, place: Place, format_: Format, names: Sequence[str] = ()) -> Tried:
    """What would come of it (printed, as JSON), and what of it is worth a second look (on stderr).

    Raises Failure with everything that is wrong (exit 1); `names` are those of the lines of a list.
    """
    event = report("evaluation", unit, one)
    found = run(_asked(Trial(unit=unit, kind=type(one).__name__, data=event.data), place))
    if format_ is Format.JSON:
        print_json(found.model_dump(mode="json"))
    if found.problems:
        lines = (in_words(problem, names) for problem in found.problems)
        waits = "\nWhat is missing may still be reported; it would be waited for." if found.waits else ""
        raise Failure("It would be rejected:\n  " + "\n  ".join(lines) + waits, Exit.WRONG)
    for warning in found.warnings:
        messages().print(Text(f"Look at this before you send it: {in_words(warning, names)}", style="yellow"))
    return found


async def _asked(trial: Trial, place: Place) -> Tried:
    async with bus_at(place) as bus:
        return (await question(bus, "evaluation", "try", trial)).model(Tried)
