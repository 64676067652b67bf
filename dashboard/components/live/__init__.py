"""The live component: the glance, the board, the ticker, freshness and health, drawn in the page itself.

Python gives it words, a first frame and a token; from then on frames come over the WebSocket and nothing is rerun.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import orjson
import streamlit as st

from dashboard.words.texts import Texts

FOLDER = Path(__file__).parent
PARTS = ("dom.js", "connected.js", "socket.js", "status.js", "tiles.js", "board.js", "keys.js", "ticker.js", "main.js")


@cache
def script() -> str:
    """The component's script: its files in order, as one module."""
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in PARTS)


live_component = st.components.v2.component(
    "nennep_live",
    js=script(),
    css="".join((FOLDER / name).read_text(encoding="utf-8") for name in ("colours.css", "live.css")),
)


def live_texts(words: Texts) -> dict[str, str]:
    """Every word that the script itself puts on the screen; `{n}` and its like are filled in there."""
    return {
        "synthetic": words.say("Synthetic data."),
        "synthetic_means": words.say("Cells, meetings and scores are made up; nothing here is about real people."),
        "live": words.say("Live"),
        "reconnecting": words.say("Reconnecting …"),
        "offline": words.say("Waiting for the bus"),
        "updated": words.say("updated {ago}", ago="{ago}"),
        "just_now": words.say("just now"),
        "seconds_ago": words.say("{n} s ago", n="{n}"),
        "minutes_ago": words.say("{n} min ago", n="{n}"),
        "hours_ago": words.say("{n} h ago", n="{n}"),
        "health": words.say("Freshness and health"),
        "services": words.say("Services"),
        "tone_good": words.say("in order"),
        "tone_busy": words.say("busy"),
        "tone_bad": words.say("in trouble"),
        "events": words.say("As it happens"),
        "waiting": words.say("Waiting for the next event. What wards report from now on appears here within a second."),
        "more": words.say("and {n} more before these", n="{n}"),
        "board": words.say("Every cell, every month"),
        "legend": words.say("What the squares mean"),
        "unit": words.say("Unit"),
        "every_unit": words.say("All units"),
        "search": words.say("Find a cell"),
        "order": words.say("Order"),
        "by_unit": words.say("Grouped by unit"),
        "by_attention": words.say("Most in need of attention first"),
        "shown": words.say("{n} of {all} cells", n="{n}", all="{all}"),
        "continued": words.say("{unit} (continued)", unit="{unit}"),
        "no_match": words.say("No cell matches. Clear the search or choose all units."),
    }


def live(data: dict[str, Any], words: Texts, **on_change: Any) -> None:
    """Mounts the component; `data` holds lang, year, cell, unit, follow, run, years, token, path, legend and first.

    It goes as one text: Streamlit looks into nested data for frames, and imports pandas (45 MB) to do so.
    """
    text = orjson.dumps({**data, "texts": live_texts(words)}).decode()
    live_component(key="live", data={"json": text}, **on_change)
