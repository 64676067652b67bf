"""The broker's configuration as text: accounts, identities and exactly what each may do.

Three accounts. CORE holds the services and the streams. WARDS holds the units that publish: no JetStream of its own; it
imports the intake subjects as *services* (a client that shares the stream's account could have the broker's answer to
it stored as an event by naming the events subject as its reply) and the receipts. SYS is the broker's own.

No identity but `admin` may create, change, purge or delete a stream or a durable. Names of the JetStream API subjects:
ADR-31 (direct get), https://docs.nats.io/reference/reference-protocols/nats_api_reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.nats.keys import UNIT_PREFIX
from services.chassis.bus import inbox_prefix
from services.contracts.bus import EVENTS, INTAKE, INTAKE_SERVICES, MAX_PAYLOAD_BYTES, RECEIPTS, SERVICES

ASKERS = ("dashboard", "operator")
OWN_RIGHTS = "$SYS.REQ.USER.INFO"
DIRECT_RECEIPT = f"$JS.API.DIRECT.GET.{RECEIPTS}.rcpt"
MAX_FILE = "1TB"
"""Above the sum of the streams' own limits, which is what bounds them (`provision` fits them to the disk)."""


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
    """What an identity may do; None for `admin`, who may do everything within CORE. KeyError for an unknown one."""
    if identity == "admin":
        return None
    inbox = f"{inbox_prefix(identity)}.>"
    if identity.startswith(UNIT_PREFIX):
        unit = identity.removeprefix(UNIT_PREFIX)
        reports = tuple(f"in.{unit}.{service}.*" for service in INTAKE_SERVICES)
        return Rights((*reports, f"{DIRECT_RECEIPT}.{unit}.>", OWN_RIGHTS), (inbox, f"rcpt.{unit}.>"))
    publish, subscribe = _SERVICE_RIGHTS[identity]
    return Rights((*publish, OWN_RIGHTS), (inbox, *subscribe))


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


def _tail(identity: str, subject: str) -> tuple[str, ...]:
    """Follow the events stream by one ephemeral pull consumer that bears the identity's name."""
    return (
        f"$JS.API.CONSUMER.CREATE.{EVENTS}.{identity}.{subject}",
        f"$JS.API.CONSUMER.DELETE.{EVENTS}.{identity}",
        f"$JS.API.CONSUMER.INFO.{EVENTS}.{identity}",
        f"$JS.API.CONSUMER.MSG.NEXT.{EVENTS}.{identity}",
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
        (*_events("evaluation"), *_tail("evaluation", "evt.>"), *_ANSWERS),
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
    intake = [f"in.*.{service}.*" for service in INTAKE_SERVICES]
    services = [*intake, f"{DIRECT_RECEIPT}.>"]
    imports = [f'{{ service: {{ account: CORE, subject: "{subject}" }} }}' for subject in services]
    exports = [f'{{ service: "{subject}", accounts: [WARDS] }}' for subject in services]
    return f"""\
# Written by `nenep`; changes made here are overwritten. What each identity may do: deploy/nats/accounts.py
server_name: "{site.name}"
listen: "{site.host}:{site.port}"
http: "127.0.0.1:{site.monitor_port}"
max_payload: {MAX_PAYLOAD_BYTES}
write_deadline: "10s"
jetstream {{
  store_dir: "{site.store}"
  sync_interval: always
  max_file: {MAX_FILE}
}}
system_account: SYS
accounts {{
  SYS {{ }}
  WARDS {{
    imports: [
      {_lines([*imports, '{ stream: { account: CORE, subject: "rcpt.>" } }'])}
    ]
    users: [
      {_lines([_user(name, public_keys[name]) for name in units])}
    ]
  }}
  CORE {{
    jetstream: enabled
    exports: [
      {_lines([*exports, '{ stream: "rcpt.>", accounts: [WARDS] }'])}
    ]
    users: [
      {_lines([_user(name, public_keys[name]) for name in core])}
    ]
  }}
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
