"""`nenep grant`: give a unit the right to publish."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from typing import Annotated

import typer

from deploy.embedded.stack import BROKER
from deploy.embedded.system import System, running
from deploy.nats.keys import unit_identity
from deploy.nats.server import NatsServer
from services.chassis.bus import PermissionDenied, Unavailable, connect
from services.cli.failures import Exit, Failure
from services.cli.output import AsFormat, Format, messages, print_json
from services.cli.place import DEFAULT_DATA, Data, run
from services.cli.values import unit_code
from services.contracts.bus import INTAKE_SERVICES, RECEIPTS, receipt_subject

TAKEN_OVER_S, TRY_S, PAUSE_S = 20.0, 2.0, 0.2


def command(
    unit: Annotated[list[str], typer.Argument(help="Codes of the units, like AN-PHU.", metavar="UNIT...")],
    format_: AsFormat = Format.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """Make a key for a unit that shall publish, and let the running broker know it.

    A unit that has its key already keeps it. Whoever holds the key file may report as the unit: hand it over with care.
    """
    for code in unit:
        unit_code(code)
    system = running(data)
    if system is None:
        raise Failure(f"No system runs on {data}: start it with `nenep up --data {data}`.", Exit.NO_SYSTEM)
    run(_grant(system, data, unit))
    keys = {code: str((data / "keys" / f"{unit_identity(code)}.nk").absolute()) for code in unit}
    if format_ is Format.JSON:
        print_json([{"unit": code, "key": path} for code, path in keys.items()])
        return
    for code, path in keys.items():
        typer.echo(path)
        messages().print(f"{code} may publish: `nenep publish FILE --as {code} --data {data}`", markup=False)


async def _grant(system: System, data: Data, units: list[str]) -> None:
    server = NatsServer(data, system.nats_port, system.monitor_port)
    server.grant(*units)
    try:
        async with asyncio.timeout(TAKEN_OVER_S):
            for unit in units:
                await _until_it_may_publish(server, data, unit)
    except TimeoutError:
        raise Failure(
            f"The broker did not take over the new keys within {TAKEN_OVER_S:g} s (they are written and hold from its "
            f"next start): look at {data / 'logs' / 'broker.log'}.",
            Exit.TIMEOUT,
        ) from None


async def _until_it_may_publish(server: NatsServer, data: Data, unit: str) -> None:
    """Lets the broker read its configuration again until the unit is known and what it publishes finds its way.

    nats-server 2.15.1 may need a second reload to connect a new account; so the way is tried, by asking for a receipt
    that nobody has. A broker that is just being started again reads the configuration anyway.
    """
    nobody = f"$JS.API.DIRECT.GET.{RECEIPTS}.{receipt_subject(unit, INTAKE_SERVICES[0], 'none')}"
    while True:
        system = running(data)
        broker = system.processes.get(BROKER) if system else None
        if broker and broker.process():
            os.kill(broker.pid, signal.SIGHUP)
        with contextlib.suppress(PermissionDenied, Unavailable):
            async with await connect(server.url, unit_identity(unit), server.keys, patience_s=TRY_S) as bus:
                await bus.request(nobody, timeout=TRY_S)
                return
        await asyncio.sleep(PAUSE_S)
