"""`python -m deploy.single prepare DIR [UNIT...]` and `python -m deploy.single provision DIR` (see README.md here)."""

from __future__ import annotations

import argparse
import asyncio
import shutil
from pathlib import Path

from deploy.nats.keys import IDENTITIES, ensure
from deploy.nats.server import NatsServer
from services.chassis.bus import connect
from services.chassis.provision import provision
from services.contracts.bus import SERVICES

NATS_PORT, MONITOR_PORT = 4222, 8222
DISK_SHARE = 0.8
"""Of the free disk, what all streams together may take."""


def prepare(data: Path, units: list[str], host: str = "0.0.0.0") -> None:  # noqa: S104 - wards connect from outside
    """Makes the folders, the missing keys and the broker's configuration. Run it again to let more units in."""
    for service in SERVICES:
        (data / "stores" / service).mkdir(parents=True, exist_ok=True)
    broker = NatsServer(data, NATS_PORT, MONITOR_PORT, host=host)
    ensure(broker.keys, IDENTITIES)
    broker.grant(*units)


async def make_streams(data: Path, url: str, monitor: str) -> list[str]:
    """Makes or widens streams and durables, within the disk there is, once the broker is healthy."""
    async with await connect(url, "admin", data / "keys", name="provision", patience_s=60) as bus:
        return await provision(bus, monitor=monitor, room=int(shutil.disk_usage(data / "nats").free * DISK_SHARE))


def main() -> None:
    """Does what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m deploy.single", description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    preparing = steps.add_parser("prepare", help="folders, keys, the broker's configuration")
    preparing.add_argument("data", type=Path)
    preparing.add_argument("units", nargs="*", metavar="UNIT", help="codes of the units that publish")
    steps.add_parser("provision", help="streams and consumers").add_argument("data", type=Path)
    told = parser.parse_args()
    if told.step == "prepare":
        prepare(told.data, told.units)
    else:
        url, monitor = f"nats://127.0.0.1:{NATS_PORT}", f"http://127.0.0.1:{MONITOR_PORT}"
        for line in asyncio.run(make_streams(told.data, url, monitor)):
            print(line)  # noqa: T201 - the answer of a command


if __name__ == "__main__":
    main()
