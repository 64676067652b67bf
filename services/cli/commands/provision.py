"""`nenep provision`: streams and consumers as the contracts define them."""

from __future__ import annotations

from deploy.embedded.stack import disk_room
from deploy.embedded.system import running
from services.chassis import provision
from services.cli.output import messages
from services.cli.place import DEFAULT_DATA, Data, bus_at, locate, run


def command(data: Data = DEFAULT_DATA) -> None:
    """Make or widen the broker's streams and consumers as the contracts have them. Safe at any time; `up` does it."""
    done = run(_provision(data))
    for line in done or ["nothing to do: everything is as the contracts define it"]:
        messages().print(line, markup=False)


async def _provision(data: Data) -> list[str]:
    embedded = running(data)
    async with bus_at(locate(data), "admin") as bus:
        return await provision.provision(bus, room=disk_room(embedded.data) if embedded else None)
