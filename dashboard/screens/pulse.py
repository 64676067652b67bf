"""The slim status line of the pages behind the first one: badge, freshness, what is amiss."""

from __future__ import annotations

from dashboard.components.live import live
from dashboard.house import House
from dashboard.live.frames import Seen, frame_for
from dashboard.live.token import Claims
from dashboard.words.texts import Texts


def pulse(house: House, year: int, words: Texts, cell: str | None = None, wakes: tuple[str, ...] = ()) -> None:
    """Draws it; the page is drawn again when news arrives of this cell or under subjects that begin so, and when a
    connection that was lost is back."""
    hub = house.hub
    claims = Claims(year, words.language, cell, wakes)
    frame, _ = frame_for(hub.picture, claims, Seen(), hub.clock())
    live(
        {
            "lang": words.language,
            "year": year,
            "slim": True,
            "wakes": wakes,
            "cell": cell,
            "unit": None,
            "follow": False,
            "run": house.run,
            "years": [],
            "token": house.signer.sign(claims, hub.clock().timestamp()),
            "path": "/api/live",
            "legend": [],
            "first": {**frame, "touched": False},
        },
        words,
        on_touched_change=_nothing,
        on_renew_change=_nothing,
    )


def _nothing() -> None:
    """The rerun itself is what was wanted."""
