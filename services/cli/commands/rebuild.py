"""`nenep rebuild`: a new history of evaluation, built beside the running one, which it then replaces."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from deploy.embedded import rebuild
from deploy.embedded.rebuild import Phase, Rebuild, Request, Wish
from deploy.embedded.system import running
from services.cli.failures import Exit, Failure
from services.cli.output import AsFormat, Format, console, messages, print_json
from services.cli.place import DEFAULT_DATA, Data

LOOK_S, OBEYED_S = 0.1, 20.0
STEPS = 10
"""Elsewhere than on a terminal a line is said for every tenth of the way."""


def command(
    from_snapshot: Annotated[
        Path | None, typer.Option("--from-snapshot", metavar="DIR", help="Begin from what `nenep snapshot` wrote.")
    ] = None,
    cancel: Annotated[bool, typer.Option("--cancel", help="Stop it; the next `nenep rebuild` goes on there.")] = False,
    discard: Annotated[bool, typer.Option("--discard", help="Stop it and delete what was built.")] = False,
    status: Annotated[bool, typer.Option("--status", help="Only say how far it is.")] = False,
    format_: AsFormat = Format.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """Build history and scores anew by the code that is installed now, beside the running ones, and let them take over.

    Everything goes on being answered meanwhile. Ctrl-C leaves the rebuild running; call it again to see it go on. Exit
    code 1 when it failed or was cancelled.
    """
    if sum((cancel, discard, status, from_snapshot is not None)) > 1:
        raise Failure("Give one of --from-snapshot, --cancel, --discard and --status.")
    if running(data) is None:
        raise Failure(f"No system runs on {data}: start it with `nenep up --data {data}`.", Exit.NO_SYSTEM)
    told = rebuild.read(data)
    if cancel and (told is None or not told.phase.goes_on):
        messages().print("No rebuild is under way" + ("; the last one:" if told else "."))
    elif not status:
        wish = Wish.CANCEL if cancel else Wish.DISCARD if discard else Wish.BEGIN
        told = _ask(data, Request(wish=wish, snapshot=_snapshot(from_snapshot)))
        if wish is Wish.BEGIN:
            told = _follow(data, told)
    if format_ is Format.JSON:
        print_json(told.model_dump(mode="json", exclude={"request"}) if told else None)
    else:
        console().print(_line(told))
    if told and not (status or cancel or discard) and told.phase is not Phase.DONE:
        raise typer.Exit(Exit.WRONG)


def _snapshot(folder: Path | None) -> Path | None:
    """The folder, looked through now: what is wrong is said here and not in a log."""
    if folder is None:
        return None
    from services.evaluation.snapshots import Unusable, check  # the whole engine, which only this option needs

    try:
        check(folder)
    except Unusable as unusable:
        raise Failure("\n  ".join([f"{folder} cannot be begun from:", *unusable.problems])) from unusable
    return folder.absolute()


def _ask(data: Path, request: Request) -> Rebuild:
    """Leaves the request and returns what is told once it was obeyed."""
    rebuild.write(data, rebuild.REQUEST, request)
    deadline = time.monotonic() + OBEYED_S
    while (told := rebuild.read(data)) is None or told.request != request.id:
        if time.monotonic() > deadline:
            (data / rebuild.REQUEST).unlink(missing_ok=True)
            raise Failure(
                f"The system on {data} does not take the request: it is still starting, or was started by a version "
                "that knows no rebuilds. Look at `nenep status`, or restart `nenep up`.",
                Exit.TIMEOUT,
            )
        _still_up(data)
        time.sleep(LOOK_S)
    return told


def _follow(data: Path, told: Rebuild) -> Rebuild:
    """Shows the progress until the rebuild is over, and returns how it ended."""
    out, said = messages(), -1
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=out,
        transient=True,
        disable=not out.is_terminal,
    ) as bars:
        task = bars.add_task(told.phase.value, total=None)
        try:
            while told.phase.goes_on:
                bars.update(task, description=told.phase.value, completed=told.position, total=told.end or None)
                step = told.position * STEPS // told.end if told.end else 0
                if not out.is_terminal and step > said:
                    said = step
                    out.print(f"{told.phase.value}: {told.position:,} of {told.end:,} events", markup=False)
                time.sleep(LOOK_S)
                _still_up(data)
                told = rebuild.read(data) or told
        except KeyboardInterrupt:
            out.print("\nthe rebuild goes on; `nenep rebuild` shows it again, `nenep rebuild --cancel` stops it")
            raise
    return told


def _still_up(data: Path) -> None:
    if running(data) is None:
        raise Failure("The system stopped; the next `nenep up` goes on with the rebuild.", Exit.NO_SYSTEM)


def line(told: Rebuild) -> str:
    """How far a rebuild is, in one sentence."""
    if told.phase.goes_on:
        return f"{told.phase.value}: {told.position:,} of {told.end:,} events"
    if told.phase is Phase.DONE:
        return "done: the new history has taken over" + (f" ({told.detail})" if told.detail else "")
    return told.phase.value + (f": {told.detail}" if told.detail else "")


def _line(told: Rebuild | None) -> Any:
    if told is None:
        return Text("there was no rebuild on this data directory")
    mark = {Phase.DONE: ("✓ ", "green"), Phase.FAILED: ("✗ ", "bold red")}.get(told.phase, ("· ", "yellow"))
    return Text(mark[0], style=mark[1]).append(line(told), style="not bold default")
