"""`nenep up`: the whole system on this machine, until Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from deploy.embedded import progress, system
from deploy.embedded.lock import DataLock, Taken
from deploy.embedded.ports import PortTaken
from deploy.embedded.stack import DEMO, Options, Stack, Trouble
from deploy.nats.keys import BadKey
from deploy.nats.server import ServerTrouble
from services.chassis.bus import Bus, BusError, connect
from services.chassis.clock import local_day, now
from services.cli.failures import Exit, Failure
from services.cli.place import DEFAULT_DATA, OPERATOR, Data, run
from services.cli.values import years as parse_years
from services.contracts.bus import query_subject
from services.contracts.queries import Glance, GlanceOf

LOOK_S = 0.5
IMPATIENT_S = 1.0
"""A second Ctrl-C kills; one that comes at once is only the first again (make and timeout pass signals on)."""
DEMO_SEED, DEMO_YEARS = 1, 7


def command(
    demo: Annotated[
        bool, typer.Option("--demo/--no-demo", help="With the synthetic city: its history, then live reports.")
    ] = False,
    nats_port: Annotated[
        int, typer.Option(envvar="NENEP_NATS_PORT", help="The broker's port; 0: any free one.", min=0, max=65535)
    ] = 4222,
    dashboard_port: Annotated[
        int,
        typer.Option(envvar="NENEP_DASHBOARD_PORT", help="The dashboard's port; 0: any free one.", min=0, max=65535),
    ] = 8501,
    seed: Annotated[
        int | None, typer.Option(help="The demo's seed: the same seed, the same city (default: 1).", min=0)
    ] = None,
    years: Annotated[
        range | None,
        typer.Option(
            parser=parse_years, metavar="YEARS", help="The demo's years, like 2019-2025 (default: the last 7)."
        ),
    ] = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Start the whole system on this machine and keep it running until Ctrl-C; what ends by itself is started again.

    Everything lies in the data directory: keys, streams, stores, logs. The next `nenep up` on it carries on. Exit code
    0 after Ctrl-C or SIGTERM, 1 when the system cannot be started, 2 when the directory or a port is taken.
    """
    if not demo and (seed is not None or years is not None):
        raise Failure("--seed and --years are the demo's: add --demo, or leave them away.")
    try:
        _prepare(data)
        with DataLock(data):
            screen = Screen(Console(highlight=False, soft_wrap=True))
            for name in system.end_leftovers(data):
                screen.say(f"ended the {name} that a killed `nenep up` had left behind")
            told = _demo_of(data, seed, years) if demo else None
            run(_up(Stack(Options(data, nats_port, dashboard_port, told), screen.say), screen))
    except Taken as error:
        raise Failure(f"{error}: stop that one first, or give this one another directory with --data DIR.") from error
    except PortTaken as error:
        raise Failure(f"{error}.") from error
    except (Trouble, ServerTrouble, BadKey, BusError, OSError) as error:
        raise Failure(str(error), Exit.WRONG) from error


def _prepare(data: Path) -> None:
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"The data directory {data} cannot be made: {error.strerror}.") from error
    if not data.is_dir():
        raise Failure(f"{data} is no directory.")


def _demo_of(data: Path, seed: int | None, years: range | None) -> progress.Progress:
    """The demo that the directory has, or a new one. Raises Failure when another one is asked for."""
    today = local_day(now())
    try:
        told = progress.read(data)
    except ValidationError as error:
        raise Failure(
            f"{data / progress.FILE} says how far the demo of this directory is told, and cannot be read: "
            "put a copy of it back, or give another --data DIR.",
            Exit.WRONG,
        ) from error
    if told is None:
        span = years or range(today.year - DEMO_YEARS + 1, today.year + 1)
        return progress.begin(DEMO_SEED if seed is None else seed, span[0], today, span[-1])
    if seed not in (None, told.seed) or (years and years[0] != told.first):
        raise Failure(
            f"{data} holds the demo of seed {told.seed} from {told.first} on: "
            "go on with that one (leave --seed and --years away), or give another --data DIR."
        )
    return told


class Screen:
    """What `up` says, and bars for what takes long."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.bars = Progress(
            TextColumn("  {task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}
        self._said: set[str] = set()

    def say(self, sentence: str) -> None:
        """One line with the time of day."""
        self.show_text(Text(f"{datetime.now():%H:%M:%S} ", style="dim").append(sentence, style="not dim"))

    def show_text(self, text: Text) -> None:
        """Prints it. A screen that has gone, or a full disk behind it, ends nothing."""
        with contextlib.suppress(OSError):
            self.console.print(text)

    def show(self, told: progress.Progress) -> None:
        """The demo's parts: bars on a terminal, a line for each that is complete elsewhere."""
        now_at = f" ({told.year})" if told.earlier.done and not told.earlier.complete else ""
        self._part("registry", "the registry's reports", told.registry)
        self._part("recent", f"the meetings of {told.until.year}", told.recent)
        self._part("earlier", f"the meetings of the years before{now_at}", told.earlier)
        if told.earlier.complete and told.live:
            self.say_once("live", "demo: the city goes on living, one report every 3 s")
        if told.rejected:
            self.say_once("rejected", "demo: some reports were rejected; logs/demo.log says which and why")

    def _part(self, key: str, name: str, part: progress.Part) -> None:
        if part.total is None or key in self._said:
            return
        if key not in self._tasks:
            self._tasks[key] = self.bars.add_task(name, total=part.total)
        self.bars.update(self._tasks[key], completed=part.done, description=name, visible=not part.complete)
        if part.complete:
            self.say_once(key, f"demo: {name} are in ({part.total} reports)")

    def say_once(self, key: str, sentence: str) -> None:
        """Say it unless it was said."""
        if key not in self._said:
            self._said.add(key)
            self.say(sentence)


async def _up(stack: Stack, screen: Screen) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    first = 0.0

    def on_signal() -> None:
        nonlocal first
        if not stop.is_set():
            first = loop.time()
            stop.set()
        elif loop.time() - first > IMPATIENT_S:
            stack.supervisor.kill_all()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, on_signal)
    working = asyncio.ensure_future(_work(stack, screen))
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        for task in (working, stopping):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await working
        screen.bars.stop()
        screen.say("stopping: the dashboard first, the broker last …")
        await stack.stop()
        screen.say(f"stopped; `nenep up --data {stack.data}` carries on from here")


async def _work(stack: Stack, screen: Screen) -> None:
    """Start, show, and stay until cancelled."""
    screen.say(f"starting on {stack.data.absolute()}")
    await stack.start()
    screen.say(f"the broker listens on {stack.server.url}; the services are starting")
    await stack.ready()
    if stack.options.demo:
        screen.bars.start()
        await _first_data(stack, screen)
    stack.is_ready = True
    stack.supervisor.note()
    screen.show_text(Text.assemble("\n  Dashboard: ", (stack.dashboard_url, "bold underline cyan"), "\n"))
    screen.say("stop with Ctrl-C" + ("; the demo's data is synthetic" if stack.options.demo else ""))
    await asyncio.gather(stack.rebuilder.run(), _follow_demo(stack, screen))


async def _follow_demo(stack: Stack, screen: Screen) -> None:
    while stack.options.demo:
        _show_demo(stack, screen)
        await asyncio.sleep(LOOK_S)


async def _first_data(stack: Stack, screen: Screen) -> None:
    """Waits until meetings of the current year are there to be seen."""
    told = stack.options.demo
    assert told
    async with await connect(stack.server.url, OPERATOR, stack.server.keys, name="up") as bus:
        # in the first days of January the current year has no meetings yet
        while not any([await _has_meetings(bus, year) for year in {told.until.year, told.recent_from.year}]):
            _show_demo(stack, screen)
            await asyncio.sleep(LOOK_S)


async def _has_meetings(bus: Bus, year: int) -> bool:
    try:
        answer = await bus.request(
            query_subject("evaluation", "glance"), GlanceOf(year=year).model_dump_json().encode()
        )
        glance = Glance.model_validate_json(answer.data)
    except (BusError, ValidationError):
        return False  # not there yet
    return any(month.states.get("held") for month in glance.months)


def _show_demo(stack: Stack, screen: Screen) -> None:
    told = progress.read(stack.data)
    if told and DEMO in stack.supervisor.children:
        screen.show(told)
