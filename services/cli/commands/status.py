"""`nenep status`: each process's health, lag, and whether everything that arrived was recorded and went out."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime
from time import time
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import typer
from rich.table import Table
from rich.text import Text

from deploy.embedded import progress, rebuild
from deploy.embedded.rebuilder import NEXT
from deploy.embedded.system import System, running
from services.chassis.bus import Bus
from services.cli.commands.rebuild import line
from services.cli.failures import Exit, Failure
from services.cli.output import AsFormat, Format, console, print_json, table
from services.cli.place import DEFAULT_DATA, Data, bus_at, locate, question, run
from services.contracts.bus import SERVICES
from services.contracts.queries import Nothing, ServiceStatus

PATIENCE_S, CATCH_UP_S = 10.0, 5.0
YOUNG_S = 30.0
"""A process that began later than that may still be loading what it needs."""


def command(format_: AsFormat = Format.TABLE, data: Data = DEFAULT_DATA) -> None:
    """Health, lag and contiguity of every service. Exit code 1 when anything is wrong, 4 when nothing runs.

    Contiguity compares what each store recorded with what arrived: something missing is an error even at lag zero.
    """
    found = run(_look(data))
    if format_ is Format.JSON:
        print_json(found)
    else:
        _show(found)
    if found["problems"]:
        raise typer.Exit(Exit.WRONG)


async def _look(data: Data) -> dict[str, Any]:
    place = locate(data)
    system, told, rebuilt = running(data), progress.read(data), rebuild.read(data)
    async with bus_at(place) as bus:
        services, processes = await asyncio.gather(services_of(bus), asyncio.to_thread(_processes, system))
    problems = [f"{p['name']}: {p['detail']}" for p in processes if not p["ok"]]
    for service in services:
        problems += service.pop("problems")
    return {
        "ok": not problems,
        "data": str(data.absolute()),
        "nats_url": place.url,
        "dashboard_url": system.dashboard_url if system else None,
        "demo": told.model_dump(mode="json") if system and system.demo and told else None,
        "rebuild": rebuilt.model_dump(mode="json", exclude={"request"}) if rebuilt and rebuilt.phase.goes_on else None,
        "processes": processes,
        "services": services,
        "problems": problems,
    }


async def services_of(bus: Bus) -> list[dict[str, Any]]:
    """What each service says of itself, with `problems` in words."""
    return list(await asyncio.gather(*(_service(bus, name) for name in SERVICES)))


async def caught_up(bus: Bus) -> None:
    """Returns when evaluation knows what was accepted before the call, or after 5 s at most.

    Asked in the order of an event's way: a service's answer waits for its relay.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(CATCH_UP_S):
            while any([(await _service(bus, name)).get("lag") for name in SERVICES]):  # noqa: ASYNC110 - others' doing
                await asyncio.sleep(0.05)


async def _service(bus: Bus, name: str) -> dict[str, Any]:
    try:
        status = (await question(bus, name, "status", Nothing(), PATIENCE_S)).model(ServiceStatus)
    except Failure as failure:
        silent = f"{name}: does not answer on the bus" if failure.code is Exit.TIMEOUT else str(failure)
        return {"service": name, "answers": False, "ready": False, "problems": [silent]}
    wrong = [] if status.ready else [f"{name}: not ready: {status.detail}"]
    wrong += [f"{name}: {check.name}: {check.detail}" for check in status.checks if not check.ok]
    return {"answers": True, **status.model_dump(mode="json"), "problems": wrong}


def _processes(system: System | None) -> list[dict[str, Any]]:
    """What the supervisor's file and the operating system say; nothing when the system is not embedded here."""
    if system is None:
        return []
    looks = {"broker": f"http://127.0.0.1:{system.monitor_port}/healthz"}
    if system.dashboard_url:
        looks["dashboard"] = f"{system.dashboard_url}/api/health"
    found = []
    for name, it in {"up": system.supervisor, **system.processes}.items():
        url = looks.get(name) or (f"http://127.0.0.1:{it.health_port}/health" if it.health_port else None)
        if name == NEXT:
            url = None  # it says that it is not ready for as long as it builds
        process = it.process()
        if process is None:
            detail = "not running (it is being started again)"
        else:
            detail = health(url, time() - it.created, name) if url else ""
        memory = _memory(process)
        found.append(
            {
                "name": name,
                "pid": it.pid,
                "restarts": it.restarts,
                "memory_bytes": memory,
                "ok": not detail,
                "detail": detail,
            }
        )
    return found


def _memory(process: psutil.Process | None) -> int:
    """Resident bytes; 0 for a process that has just gone."""
    try:
        return int(process.memory_info().rss) if process else 0
    except psutil.Error:
        return 0


def health(url: str, age_s: float, name: str) -> str:
    """What is wrong with the answer there; empty when all is well."""
    try:
        with urlopen(url, timeout=5):  # noqa: S310 - our own process on loopback
            return ""
    except (URLError, OSError) as error:
        if age_s < YOUNG_S:
            return f"began {age_s:.0f} s ago and is not ready yet: ask again in some seconds"
        return f"its health check fails ({error}): logs/{name}.log in the data directory may say why"


def _show(found: dict[str, Any]) -> None:
    out = console()
    if found["processes"]:
        out.print(_process_table(found["processes"]))
    shown = table(
        "Services",
        ("service", "state", "lag", "last event", "check", "recorded", "arrived", ""),
        right=("lag", "recorded", "arrived"),
    )
    for service in found["services"]:
        if not service["answers"]:
            shown.add_row(service["service"], Text("does not answer", style="bold red"))
            continue
        state = Text("ready", style="green") if service["ready"] else Text(service["detail"], style="bold red")
        first = (service["service"], state, str(service["lag"]), _moment(service["last_event_at"]))
        for check in service["checks"] or [None]:
            shown.add_row(*first, *(_check(check) if check else ()))
            first = ("", Text(""), "", "")
    out.print(shown)
    if found["rebuild"]:
        told = rebuild.Rebuild.model_validate(found["rebuild"])
        out.print(Text("· rebuild: ", style="yellow").append(line(told), style="not bold default"))
    for problem in found["problems"]:
        out.print(Text("✗ ", style="bold red").append(problem, style="not bold default"))
    if found["ok"]:
        out.print(Text("✓ all is well", style="green"))


def _process_table(processes: list[dict[str, Any]]) -> Table:
    shown = table("Processes", ("process", "pid", "restarts", "memory", "state"), right=("pid", "restarts", "memory"))
    for process in processes:
        state = Text("running", style="green") if process["ok"] else Text(process["detail"], style="bold red")
        memory = f"{process['memory_bytes'] / 2**20:.0f} MB"
        shown.add_row(process["name"], str(process["pid"]), str(process["restarts"]), memory, state)
    total = sum(process["memory_bytes"] for process in processes) / 2**20
    shown.add_section()
    shown.add_row("together", "", "", f"{total:.0f} MB", "")
    return shown


def _check(check: dict[str, Any]) -> tuple[Any, ...]:
    mark = Text("whole", style="green") if check["ok"] else Text(check["detail"], style="bold red")
    return check["name"], str(check["recorded"]), str(check["arrived"]), mark


def _moment(value: str | None) -> str:
    return datetime.fromisoformat(value).astimezone().strftime("%Y-%m-%d %H:%M:%S") if value else "–"
