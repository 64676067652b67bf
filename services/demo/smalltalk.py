"""What a ward can always say of meetings that were held: corrections, votes, confirmations, a meeting out of order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from services.contracts.registry import CellKind
from services.demo.city import post_for
from services.demo.corrections import corrected
from services.demo.marks import assessed
from services.demo.reports import Draft, dice, meeting_key
from services.demo.sheets import member_ref

KINDS = {"correct": 48, "assess": 25, "confirm": 12, "meet": 13, "appoint": 2}
"""What may be said, with its weight."""
EXTRAORDINARY = 0.05
"""A cell's chance to have met out of order on any one day."""


class Held(NamedTuple):
    """A meeting that was held, with the unit that speaks for it and its sheet as last reported."""

    unit: str
    cell: str
    meeting: str
    kind: str
    recorded: datetime
    sheet: Mapping[str, Any]


def talk(seed: int, second: int, now: datetime, held: Held) -> Draft:
    """Something about this meeting or its cell, said now. It follows from the seed, the second and the meeting."""
    rng = dice(seed, "live", second, held.meeting)
    what = rng.choices(tuple(KINDS), tuple(KINDS.values()))[0]
    if what == "meet" and (extraordinary := _extraordinary(seed, now, held)):
        return extraordinary
    if what == "appoint":
        post = post_for(rng, rng.choice((CellKind.VILLAGE, CellKind.RESIDENTIAL)))
        standing = {"concurrent_post": post.value, "on_upper_committee": False}
        data = {"valid_from": now.date().isoformat(), "cell": held.cell, **standing}
        return Draft(now, held.unit, "registry", "SecretaryAppointed", held.cell, f"live:{second}", data)
    more: dict[str, Any]
    if what == "assess" and held.kind != "extraordinary":
        kind, more = "MeetingSelfAssessed", {"assessment": assessed(rng, held.sheet, rng.random() < 0.3)}
    elif what == "confirm":
        by = {"by_unit": held.unit, "on": now.date().isoformat(), "agrees": rng.random() < 0.8}
        kind, more = "MeetingConfirmed", {"confirmation": by}
    else:
        right, reason = corrected(rng, held.sheet)
        kind, more = "MeetingCorrected", {"sheet": right, "kind": held.kind, "reason": reason}
    data = {"cell": held.cell, "meeting": held.meeting, **more}
    return Draft(now, held.unit, "meetings", kind, held.cell, f"live:{second}", data)


def _extraordinary(seed: int, now: datetime, held: Held) -> Draft | None:
    """The extraordinary meeting that this cell held yesterday, if it did: it follows from seed, cell and day alone.

    Its counts of members are those of the month's sheets, so it takes a meeting of that month to tell of it.
    """
    day = now.date() - timedelta(days=1)
    rng = dice(seed, "live", held.cell, day)
    if held.sheet["held_on"][:7] != f"{day:%Y-%m}" or rng.random() > EXTRAORDINARY:
        return None
    counts = {name: held.sheet[name] for name in ("members", "exempt", "special_duty")}
    absent = [{"ref": member_ref(seed, held.cell, 0), "excused": True}] if rng.random() < 0.5 else []
    present = counts["members"] - counts["exempt"] - counts["special_duty"] - len(absent)
    sheet = {
        **counts,
        "held_on": day.isoformat(),
        "started_at": "14:00:00",
        "minutes": rng.randint(35, 80),
        "present": present,
        "absences": absent,
        "speakers": rng.randint(1, present),
        "steps": ["opening", "discussion", "closing"],
        "thematic_part": False,
    }
    key = meeting_key(held.cell, f"{day:%Y-%m}", f"L{day:%d}")
    data = {"cell": held.cell, "meeting": key, "kind": "extraordinary", "sheet": sheet}
    return Draft(now, held.unit, "meetings", "MeetingHeld", held.cell, key, data)
