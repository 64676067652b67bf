"""Freshness and health: the connection and every service, in plain words."""

from __future__ import annotations

from typing import Any

from dashboard.hub.picture import Link, Service
from dashboard.words.numbers import clock, megabytes, number
from dashboard.words.terms import CHECKS, SERVICES, term
from dashboard.words.texts import Texts, noted
from services.contracts.queries import ServiceStatus, StoreCheck

DELIVERIES = ("webhook", "e-mail")
"""Checks of what leaves the system: others have to take it."""
LOADING_FROM = 200
"""A lag from which on the screen says that history is loading."""


def link_view(link: Link, words: Texts) -> dict[str, Any]:
    """The bus: whether the dashboard is connected to it, or since when not."""
    if link.connected:
        return {"tone": "good", "text": words.say("connected to the bus")}
    return {"tone": "bad", "text": words.say("no connection to the bus since {time}", time=clock(link.since))}


def service_view(service: Service, words: Texts) -> dict[str, Any]:
    """One service: tone (good, busy, bad), state in words, details, and one line for each contiguity check."""
    view = {"id": service.name, "name": term(SERVICES, service.name, words), "checks": []}
    status = service.status
    if service.silent_since is not None:
        text = words.say("no answer since {time}", time=clock(service.silent_since))
        return {**view, "tone": "bad", "text": text, "detail": ""}
    if status is None:
        return {**view, "tone": "busy", "text": words.say("not asked yet"), "detail": ""}
    tone, text = _state(status, words)
    return {
        **view,
        "tone": "bad" if any(not check.ok for check in status.checks) else tone,
        "text": text,
        "detail": _detail(status, words),
        "checks": checks_view(status.checks, words),
    }


def _state(status: ServiceStatus, words: Texts) -> tuple[str, str]:
    if not status.ready:
        return "bad", words.say("not ready: {why}", why=status.detail or words.say("it is starting"))
    if status.lag:
        behind = words.plural("{n} event behind", "{n} events behind", status.lag, n=number(status.lag, words.language))
        return ("busy" if status.lag >= LOADING_FROM else "good"), behind
    return "good", words.say("up to date")


def _detail(status: ServiceStatus, words: Texts) -> str:
    parts = [words.say("version {version}", version=status.version)]
    if status.last_event_at is not None:
        parts.insert(0, words.say("last event at {time}", time=clock(status.last_event_at)))
    if status.memory_bytes:
        parts.append(megabytes(status.memory_bytes, words.language))
    return " · ".join(parts)


def checks_view(checks: tuple[StoreCheck, ...], words: Texts) -> list[dict[str, Any]]:
    """What is missing, one line for each check that failed; a single line when nothing is."""
    wrong = [{"ok": False, "text": check_text(check, words)} for check in checks if not check.ok]
    if wrong or not checks:
        return wrong
    n = len(checks)
    return [
        {"ok": True, "text": words.plural("{n} check: nothing is missing", "{n} checks: nothing is missing", n, n=n)}
    ]


def check_text(check: StoreCheck, words: Texts) -> str:
    """A failed contiguity check in plain words, with the service's own detail."""
    name = term(CHECKS, check.name, words)
    recorded, arrived = number(check.recorded, words.language), number(check.arrived, words.language)
    said = (
        noted("Nobody takes what is sent: {name}: {recorded} of {arrived}. It is sent again until somebody does.")
        if check.name in DELIVERIES
        else noted("Something is missing: {name}: {recorded} of {arrived}. Ask the operator to run nenep verify.")
    )
    told = words.say(said, name=name, recorded=recorded, arrived=arrived)
    return f"{told} ({check.detail})" if check.detail else told


def loading_view(services: tuple[Service, ...], words: Texts) -> dict[str, Any] | None:
    """While a service is far behind: how far the history has been loaded, as a share and a sentence. Else None."""
    behind = [(s.status.lag, s.peak_lag) for s in services if s.status and s.peak_lag >= LOADING_FROM and s.status.lag]
    if not behind:
        return None
    lag, peak = sum(lag for lag, _ in behind), sum(peak for _, peak in behind)
    return {
        "share": round(1 - lag / peak, 3),
        "text": words.plural(
            "History is still loading: {n} event to go. The figures fill in as it arrives.",
            "History is still loading: {n} events to go. The figures fill in as it arrives.",
            lag,
            n=number(lag, words.language),
        ),
    }
