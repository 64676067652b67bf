"""`nenep grant`: give a unit the right to publish."""

from __future__ import annotations

import asyncio
import signal
from typing import Annotated

import typer

from deploy.embedded.process import signal_group
from deploy.embedded.system import System, running
from deploy.nats.keys import unit_identity
from deploy.nats.server import NatsServer
from services.chassis.bus import PermissionDenied, Unavailable, connect
from services.cli.failures import Exit, Failure
from services.cli.output import AsFormat, Format, messages, print_json
from services.cli.place import DEFAULT_DATA, Data, run
from services.cli.values import unit_code

TAKEN_OVER_S = 15.0


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
    broker = system.processes.get("broker")
    if broker is None or broker.process() is None:
        return  # it is just being started again, and reads the configuration then
    signal_group(broker.pid, signal.SIGHUP)
    await _until_known(server, units)


async def _until_known(server: NatsServer, units: list[str]) -> None:
    """The broker reloads in the background: wait until it lets the new identities in."""
    for unit in units:
        try:
            async with asyncio.timeout(TAKEN_OVER_S):
                while True:
                    try:
                        bus = await connect(server.url, unit_identity(unit), server.keys, patience_s=TAKEN_OVER_S)
                    except PermissionDenied:
                        await asyncio.sleep(0.05)
                        continue
                    await bus.close()
                    break
        except (TimeoutError, Unavailable) as error:
            raise Failure(
                f"The broker did not take over the key of {unit} within {TAKEN_OVER_S:g} s (it is written and holds "
                "from the broker's next start): look at logs/broker.log in the data directory.",
                Exit.TIMEOUT,
            ) from error
