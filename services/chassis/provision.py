"""Streams and durables as `contracts.bus` defines them: made where missing, widened where changed, never shrunk.

Only the identity `admin` may do this; services declare nothing. A stream is touched only after the broker reports that
it has recovered everything it has on disk: a stream that merely failed to open would otherwise be made anew over it.
"""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import Iterable
from typing import Any

from services.chassis.bus import ApiError, Bus, Unavailable
from services.contracts.bus import DURABLES, STREAMS, Durable, Stream

NANO = 1_000_000_000
DAY_S = 86_400
NO_STREAM, NO_CONSUMER = 10059, 10014
WIDER = ("max_bytes", "max_msg_size", "max_age", "duplicate_window", "num_replicas")
UNLIMITED = {"max_bytes": -1, "max_msg_size": -1, "max_age": 0}
LEAST_BYTES = 64 * 2**20


def stream_config(stream: Stream, *, room: int | None = None, replicas: int = 1) -> dict[str, Any]:
    """The stream as JetStream has it. `room` is how many bytes all streams together may take (their shares shrink)."""
    share = 1.0 if room is None else min(1.0, room / sum(each.max_bytes for each in STREAMS))
    return {
        "name": stream.name,
        "subjects": list(stream.subjects),
        "storage": "file",
        "retention": "limits",
        "discard": "new",
        "max_bytes": max(LEAST_BYTES, int(stream.max_bytes * share)),
        "max_msg_size": stream.max_msg_size,
        "max_age": stream.keep_days * DAY_S * NANO,
        "duplicate_window": stream.duplicate_window_s * NANO,
        "num_replicas": replicas,
        "deny_delete": True,
        "deny_purge": True,
        "allow_direct": stream.allow_direct,
        "allow_atomic": stream.allow_atomic,
    }


def consumer_config(durable: Durable, *, replicas: int = 0) -> dict[str, Any]:
    """The durable as JetStream has it. Deliveries are not limited: nothing is ever skipped."""
    return {
        "durable_name": durable.name,
        "name": durable.name,
        "filter_subject": durable.filter_subject,
        "deliver_policy": "all",
        "ack_policy": "explicit",
        "ack_wait": durable.ack_wait_s * NANO,
        "max_ack_pending": durable.max_ack_pending,
        "max_deliver": -1,
        "num_replicas": replicas,
    }


def widened(existing: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """The existing configuration with what is wanted added: the larger limit, every subject, every switch once set."""
    merged = existing | {key: value for key, value in wanted.items() if value is not False}
    for limit in WIDER:
        unlimited = UNLIMITED.get(limit)
        values = [existing.get(limit, unlimited), wanted.get(limit, unlimited)]
        merged[limit] = unlimited if unlimited in values else max(value for value in values if value is not None)
    merged["subjects"] = list(dict.fromkeys([*existing["subjects"], *wanted["subjects"]]))
    return merged


async def provision(
    bus: Bus,
    *,
    monitor: str | None = None,
    room: int | None = None,
    replicas: int = 1,
    patience_s: float = 60.0,
    streams: Iterable[Stream] = STREAMS,
    durables: Iterable[Durable] = DURABLES,
) -> list[str]:
    """Brings the broker to the contracts' state and says what it did, one line a change (nothing to do: empty).

    `monitor` is the broker's monitoring address; with it /healthz must say ok first. Raises `Unavailable` when the
    broker is not ready within `patience_s` seconds, `ApiError` when it refuses, `PermissionDenied` for others.
    """
    await _ready(bus, monitor, patience_s)
    done = []
    for stream in streams:
        done += await _provision_stream(bus, stream_config(stream, room=room, replicas=replicas))
    for durable in durables:
        done += await _provision_durable(bus, durable.stream, consumer_config(durable))
    return done


async def _ready(bus: Bus, monitor: str | None, patience_s: float) -> None:
    deadline = asyncio.get_running_loop().time() + patience_s
    while True:
        try:
            if monitor:
                await asyncio.to_thread(_healthz, monitor)
            await bus.api("INFO", timeout=2)
            return
        except (Unavailable, ApiError, OSError) as error:
            if asyncio.get_running_loop().time() > deadline:
                raise Unavailable(f"JetStream was not ready within {patience_s:g} s: {error}") from error
            await asyncio.sleep(0.1)


def _healthz(monitor: str) -> None:
    with urllib.request.urlopen(monitor + "/healthz", timeout=5):  # noqa: S310 - the broker's own loopback address
        return


async def _provision_stream(bus: Bus, wanted: dict[str, Any]) -> list[str]:
    name = wanted["name"]
    try:
        existing = (await bus.api(f"STREAM.INFO.{name}"))["config"]
    except ApiError as error:
        if error.code != NO_STREAM:
            raise
        await bus.api(f"STREAM.CREATE.{name}", wanted, timeout=30)
        return [f"stream {name} made"]
    merged = widened(existing, wanted)
    if merged == existing:
        return []
    await bus.api(f"STREAM.UPDATE.{name}", merged, timeout=30)
    return [f"stream {name} changed: {_difference(existing, merged)}"]


async def _provision_durable(bus: Bus, stream: str, wanted: dict[str, Any]) -> list[str]:
    name = wanted["name"]
    try:
        existing = (await bus.api(f"CONSUMER.INFO.{stream}.{name}"))["config"]
    except ApiError as error:
        if error.code != NO_CONSUMER:
            raise
        existing = {}
    merged = {**existing, **wanted}
    if merged == existing:
        return []
    question = {"stream_name": stream, "config": merged, "action": ""}
    await bus.api(f"CONSUMER.CREATE.{stream}.{name}.{wanted['filter_subject']}", question, timeout=30)
    return [f"consumer {stream}/{name} " + (f"changed: {_difference(existing, merged)}" if existing else "made")]


def _difference(old: dict[str, Any], new: dict[str, Any]) -> str:
    return ", ".join(f"{key} {old.get(key)} -> {new[key]}" for key in sorted(new) if new[key] != old.get(key))
