"""What a client needs to be somebody on the bus: the identity's key, its inbox, and patience without end."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from services.chassis.errors import PermissionDenied

log = logging.getLogger("nenep.bus")


def inbox_prefix(identity: str) -> str:
    """The prefix of the inboxes that an identity may read (without the dot)."""
    return f"_INBOX_{identity}"


def client_options(identity: str, keys_dir: Path, name: str | None = None) -> dict[str, Any]:
    """Options for any nats-py client of this identity (FastStream's broker too): its key, its inbox, endless patience.

    Raises `PermissionDenied` when the identity has no key here.
    """
    path = keys_dir / f"{identity}.nk"
    try:
        seed = path.read_text().strip()
    except OSError as error:
        raise PermissionDenied(f"No key for {identity!r}: {path} cannot be read ({error.strerror})") from error
    return {
        "nkeys_seed_str": seed,
        "inbox_prefix": inbox_prefix(identity),
        "name": name or identity,
        "max_reconnect_attempts": -1,
        "reconnect_time_wait": 0.25,
        "connect_timeout": 5,
        "ping_interval": 10,
        "max_outstanding_pings": 2,
        "pending_size": -1,
        "error_cb": _quiet,
    }


async def _quiet(error: Exception) -> None:
    log.debug("%s", error)
