"""Subjects, streams and consumers: defined here once, provisioned by `nenep provision` (part of `nenep up`).

in.<unit>.<service>.<Type>                  a report from a unit           stream IN    64 KB a message
rcpt.<unit>.<service>.<event id>            its receipt                    stream RCPT
evt.<service>.<Type>.<unit>.<cell or _>     what a service recorded        stream EVT   kept for ever
rpc.<service>.<query>                       a question (core NATS, queue group)
"""

from __future__ import annotations

from dataclasses import dataclass

INTAKE, RECEIPTS, EVENTS = "IN", "RCPT", "EVT"
MAX_REPORT_BYTES = 65_536
MAX_PAYLOAD_BYTES = 8 * 1024 * 1024
SERVICES = ("registry", "meetings", "evaluation")
INTAKE_SERVICES = ("registry", "meetings", "evaluation")
NO_CELL = "_"


@dataclass(frozen=True)
class Stream:
    """A stream's definition. Sizes in bytes; `keep_days` 0 keeps for ever."""

    name: str
    subjects: tuple[str, ...]
    max_bytes: int
    max_msg_size: int
    keep_days: int = 0
    allow_direct: bool = True
    allow_atomic: bool = False
    duplicate_window_s: int = 600


@dataclass(frozen=True)
class Durable:
    """A durable pull consumer's definition (explicit acks, no limit of deliveries).

    `ack_wait_s` is how soon what a killed service had taken comes again: well below the services' patience, or reports
    that build on it would be rejected meanwhile.
    """

    stream: str
    name: str
    filter_subject: str
    max_ack_pending: int = 5_000
    ack_wait_s: int = 5


STREAMS = (
    Stream(INTAKE, tuple(f"in.*.{s}.*" for s in INTAKE_SERVICES), 20 * 2**30, MAX_REPORT_BYTES, allow_atomic=True),
    Stream(RECEIPTS, ("rcpt.>",), 10 * 2**30, 256 * 1024, allow_atomic=True, duplicate_window_s=120),
    Stream(EVENTS, ("evt.>",), 100 * 2**30, MAX_PAYLOAD_BYTES, allow_atomic=True, duplicate_window_s=120),
)
DURABLES = tuple(Durable(INTAKE, service, f"in.*.{service}.*") for service in INTAKE_SERVICES)


def report_subject(unit: str, service: str, kind: str) -> str:
    """Where a unit publishes a report of this kind (`MeetingHeld`)."""
    return f"in.{unit}.{service}.{kind}"


def receipt_subject(unit: str, service: str, event_id: str) -> str:
    """Where its receipt appears."""
    return f"rcpt.{unit}.{service}.{event_id}"


def event_subject(service: str, kind: str, unit: str, cell: str | None = None) -> str:
    """Where a service publishes what it recorded; `unit` is the unit that reported it."""
    return f"evt.{service}.{kind}.{unit}.{cell or NO_CELL}"


def query_subject(service: str, query: str) -> str:
    """Where a service answers a query."""
    return f"rpc.{service}.{query}"
