"""Frames: what a viewer is owed, in their language, as the JSON that goes over the WebSocket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from dashboard.hub.picture import KEPT_EVENTS, Happening, Owed, Picture
from dashboard.live.token import Claims
from dashboard.live.wakes import wakes
from dashboard.views.board import board_view
from dashboard.views.glance import glance_view
from dashboard.views.health import link_view, loading_view, service_view
from dashboard.views.notice import notice_view
from dashboard.views.ticker import line_view
from dashboard.words.texts import Language, texts
from services.chassis.clock import local_day

SHOWN_EVENTS = 40
"""Events a frame carries at most; the ticker shows no more."""


@dataclass(frozen=True)
class Seen:
    """How much a viewer has seen: the picture's version and the number of the last event (-1: they come only now)."""

    version: int = 0
    number: int = -1


def frame_for(picture: Picture, claims: Claims, seen: Seen, now: datetime) -> tuple[dict[str, Any], Seen]:
    """The frame that brings a viewer up to date, and what they have seen with it.

    Keys: v and n (version and last event's number: what is seen with it), now (ms), link, updated (ms or null), notice
    (or null), default_year, events (newest first), missed (how many more there were than it carries); where changed:
    services, loading, synthetic, years, tiles, rows, all (rows are all the rows).
    On a page behind the first one, instead of events, tiles and rows: touched (news arrived that wakes it).
    """
    owed = picture.owed(claims.year, seen.version, seen.number)
    words = texts(claims.language)
    names = picture.names
    latest = owed.happenings[-SHOWN_EVENTS:]
    frame: dict[str, Any] = {
        "v": owed.version,
        "now": int(now.timestamp() * 1000),
        "link": link_view(owed.link, words),
        "n": owed.last_number,
        "updated": _updated(owed),
        "notice": notice_view(owed, claims.year, words) if not claims.behind else None,
        "default_year": picture.default_year,
    }
    if owed.glance is not None:
        frame["synthetic"], frame["years"] = owed.glance.synthetic, list(owed.glance.years)
    if owed.services_changed:
        frame["services"] = [service_view(service, words) for service in owed.services]
        frame["loading"] = loading_view(owed.services, words)
    if not claims.behind:
        frame["events"] = [_line(one, names.get(_cell(one)), claims.language, picture) for one in reversed(latest)]
        frame["missed"] = owed.last_number - seen.number - len(latest) if seen.number >= 0 else 0
        _add_board(frame, owed, now, claims.language)
    else:
        frame["touched"] = wakes((one.subject for one in owed.happenings), claims.cell, claims.wakes or ())
    return frame, Seen(owed.version, owed.last_number)


def _add_board(frame: dict[str, Any], owed: Owed, now: datetime, language: Language) -> None:
    if owed.glance is not None:
        frame["tiles"] = glance_view(owed.glance, local_day(now), texts(language))
    if owed.rows or owed.all_rows:
        frame["rows"], frame["all"] = board_view(owed.rows, language), owed.all_rows


def _updated(owed: Owed) -> int | None:
    """When the figures were last known to be right (ms): evaluation answered for the year, or had nothing to do."""
    moments = [owed.fetched_at] if owed.fetched_at else []
    for one in owed.services:
        if one.name == "evaluation" and one.status and one.status.ready and not one.status.lag and one.answered_at:
            moments += [one.answered_at] if moments else []
    return int(max(moments).timestamp() * 1000) if moments else None


def _cell(happening: Happening) -> str:
    return happening.subject.rpartition(".")[2]


@lru_cache(maxsize=3 * KEPT_EVENTS)
def _line(happening: Happening, name: str | None, language: Language, picture: Picture) -> dict[str, Any]:
    """The event's line; worked out once for all viewers of a language (again when the cell's `name` came later)."""
    return line_view(happening, picture.names, texts(language))


def encoded(frame: dict[str, Any]) -> str:
    """The frame as JSON text."""
    return orjson.dumps(frame).decode()
