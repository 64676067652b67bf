"""The broker's configuration as text: accounts, identities and exactly what each may do.

CORE holds the services and the streams. Every publishing unit has an account of its own, without JetStream, importing
nothing but the unit's own intake subjects as *services*, its own receipts, and the question for a receipt of the past.
Publishers must not share an account with the streams, nor with one another: the broker answers a publish on whatever
reply subject the publisher names, unchecked, so within one account a unit could have an answer stored as an event, or
delivered to another unit in the place of that unit's receipt (both tried on 2.15.1). SYS is the broker's own account.

Within CORE the same holds for whoever may ask JetStream's API anything (services, operator): their keys are trusted not
to name a stream's subject as the reply. The dashboard may ask services only, and those answer to inboxes (`rpc.py`).

No identity but `admin` may create, change, purge or delete a stream or a durable. Names of the JetStream API subjects:
ADR-31 (direct get), https://docs.nats.io/reference/reference-protocols/nats_api_reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from deploy.nats.keys import UNIT_PREFIX, BadKey
from services.chassis.bus import inbox_prefix
from services.contracts.base import Code
from services.contracts.bus import EVENTS, INTAKE, INTAKE_SERVICES, MAX_PAYLOAD_BYTES, RECEIPTS, SERVICES

_CODE: TypeAdapter[str] = TypeAdapter(Code)
ASKERS = ("dashboard", "operator")
DIRECT_RECEIPT = f"$JS.API.DIRECT.GET.{RECEIPTS}.rcpt"
MAX_FILE = "1TB"
"""Above the sum of the streams' own limits, which is what bounds them (`provision` fits them to the disk)."""


MAX_PENDING_BYTES = 256 * 2**20
"""What waits for one client at most: two batches of 2,000 messages of 64 KB (services/chassis/tail.py)."""


@dataclass(frozen=True)
class Site:
    """Where one broker listens and keeps its streams. `monitor_port` has no log-in: it is bound to loopback."""

    port: int
    monitor_port: int
    store: Path
    host: str = "127.0.0.1"
    name: str = "nennep"


@dataclass(frozen=True)
class Rights:
    """The subjects an identity may publish to and subscribe to; anything else is denied."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def rights(identity: str) -> Rights | None:
    """What an identity may do; None for `admin`, who may do everything within CORE. Raises `BadKey` for a stranger."""
    if identity == "admin":
        return None
    inbox = f"{inbox_prefix(identity)}.>"
    if identity.startswith(UNIT_PREFIX):
        unit = _unit_of(identity)
        return Rights(_services(unit), (inbox, f"rcpt.{unit}.>"))
    if identity not in _SERVICE_RIGHTS:
        raise BadKey(f"Nobody is called {identity!r} here: take {identity}.nk out of the keys folder")
    publish, subscribe = _SERVICE_RIGHTS[identity]
    return Rights(publish, (inbox, *subscribe))


def _unit_of(identity: str) -> str:
    """The unit's code; anything else (a wildcard!) must never become part of a subject."""
    try:
        return _CODE.validate_python(identity.removeprefix(UNIT_PREFIX))
    except ValidationError as error:
        raise BadKey(f"{identity!r} names no unit: a code has upper-case letters, digits, - and _") from error


def _intake(service: str) -> tuple[str, ...]:
    """Pull the own durable, acknowledge, and say what became of it."""
    return (
        f"$JS.API.CONSUMER.MSG.NEXT.{INTAKE}.{service}",
        f"$JS.API.CONSUMER.INFO.{INTAKE}.{service}",
        f"$JS.ACK.{INTAKE}.{service}.>",
        f"$JS.API.STREAM.INFO.{INTAKE}",
        f"rcpt.*.{service}.*",
        f"$JS.API.DIRECT.GET.{RECEIPTS}.rcpt.*.{service}.*",
        f"$JS.API.STREAM.INFO.{RECEIPTS}",
    )


def _events(service: str) -> tuple[str, ...]:
    """Publish own events, and see where the own ones ended."""
    return (f"evt.{service}.>", f"$JS.API.DIRECT.GET.{EVENTS}.evt.{service}.>", f"$JS.API.STREAM.INFO.{EVENTS}")


def _tail(consumer: str, subject: str) -> tuple[str, ...]:
    """Follow the events stream by one ephemeral pull consumer of this name (the identity's, or one that begins so)."""
    return (
        f"$JS.API.CONSUMER.CREATE.{EVENTS}.{consumer}.{subject}",
        f"$JS.API.CONSUMER.DELETE.{EVENTS}.{consumer}",
        f"$JS.API.CONSUMER.INFO.{EVENTS}.{consumer}",
        f"$JS.API.CONSUMER.MSG.NEXT.{EVENTS}.{consumer}",
        f"$JS.API.STREAM.INFO.{EVENTS}",
    )


_ANSWERS = tuple(f"{inbox_prefix(asker)}.>" for asker in ASKERS)
_ASK = tuple(f"rpc.{service}.*" for service in SERVICES)
_LOOK = tuple(f"$JS.API.STREAM.INFO.{stream}" for stream in (INTAKE, RECEIPTS, EVENTS)) + tuple(
    f"$JS.API.CONSUMER.INFO.{INTAKE}.{service}" for service in INTAKE_SERVICES
)
_SERVICE_RIGHTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "registry": ((*_intake("registry"), *_events("registry"), *_ANSWERS), ("rpc.registry.*",)),
    "meetings": (
        (*_intake("meetings"), *_events("meetings"), *_tail("meetings", "evt.registry.>"), *_ANSWERS),
        ("rpc.meetings.*",),
    ),
    "evaluation": (
        (
            *_intake("evaluation"),
            *_events("evaluation"),
            *_tail("evaluation", "evt.>"),
            *_tail("evaluation-odd", "evt.>"),
            *_ANSWERS,
        ),
        ("rpc.evaluation.*",),
    ),
    "dashboard": (_ASK, ("evt.>",)),
    "operator": ((*_ASK, *_LOOK, *_tail("operator", "evt.>")), ("evt.>",)),
}


def render(public_keys: Mapping[str, str], site: Site) -> str:
    """The whole configuration for these identities (name to public nkey), the same text for the same arguments."""
    names = sorted(public_keys)
    units = [name for name in names if name.startswith(UNIT_PREFIX)]
    core = [name for name in names if not name.startswith(UNIT_PREFIX)]
    return f"""\
# Written by `nenep`; changes made here are overwritten. What each identity may do: deploy/nats/accounts.py
server_name: "{site.name}"
listen: "{site.host}:{site.port}"
http: "127.0.0.1:{site.monitor_port}"
max_payload: {MAX_PAYLOAD_BYTES}
max_pending: {MAX_PENDING_BYTES}
write_deadline: "10s"
jetstream {{
  store_dir: "{site.store}"
  sync_interval: always
  max_file: {MAX_FILE}
}}
system_account: SYS
accounts {{
  SYS {{ }}
  CORE {{
    jetstream: enabled
    exports: [
      {_lines([*(f'{{ service: "{subject}" }}' for subject in _services("*")), '{ stream: "rcpt.>" }'])}
    ]
    users: [
      {_lines([_user(name, public_keys[name]) for name in core])}
    ]
  }}
{"".join(_unit_account(name, public_keys[name]) for name in units)}}}
"""


def _services(unit: str) -> tuple[str, ...]:
    """What the streams' account does for a unit: takes its reports, and hands out its past receipts."""
    return (*(f"in.{unit}.{service}.*" for service in INTAKE_SERVICES), f"{DIRECT_RECEIPT}.{unit}.>")


def _unit_account(identity: str, public_key: str) -> str:
    unit = _unit_of(identity)
    services = [f'{{ service: {{ account: CORE, subject: "{subject}" }} }}' for subject in _services(unit)]
    return f"""\
  "{identity}" {{
    imports: [
      {_lines([*services, f'{{ stream: {{ account: CORE, subject: "rcpt.{unit}.>" }} }}'])}
    ]
    users: [
      {_user(identity, public_key)}
    ]
  }}
"""


def _user(identity: str, public_key: str) -> str:
    allowed = rights(identity)
    if allowed is None:
        return f"{{ nkey: {public_key} }}"
    return (
        f"{{ nkey: {public_key}, permissions: {{ "
        f"publish: {{ allow: [{_list(allowed.publish)}] }}, subscribe: {{ allow: [{_list(allowed.subscribe)}] }} }} }}"
    )


def _list(subjects: tuple[str, ...]) -> str:
    return ", ".join(f'"{subject}"' for subject in subjects)


def _lines(items: list[str]) -> str:
    return "\n      ".join(items)
