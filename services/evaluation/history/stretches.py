"""Cells in stretches of their codes: what is too much to be in memory at once is looked at stretch by stretch."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from services.evaluation.history.store import Connection

A_MEETING = 4_000
"""Bytes, about: a meeting's facts and what two lenses and every line make of them."""
AT_ONCE = 1_000_000_000 // A_MEETING
"""Meetings looked at at once, about."""
_HELD = "SELECT count(*) FROM meetings WHERE held_on BETWEEN $first AND $last"
_CELLS = "SELECT DISTINCT cell FROM meetings WHERE held_on BETWEEN $first AND $last ORDER BY cell"


class Stretch(NamedTuple):
    """The cells from a code on (None: from the first) and before another (None: to the last), in the codes' order."""

    from_: str | None = None
    until: str | None = None


EVERY_CELL = Stretch()


def stretches(con: Connection, first: date, last: date, at_once: int) -> list[Stretch]:
    """All cells, in stretches that each held about so many meetings, at most, between these days."""
    days = {"first": first, "last": last}
    [(held,)] = con.execute(_HELD, days).fetchall()
    wanted = -(-held // at_once)
    if wanted < 2:
        return [EVERY_CELL]
    cells = [cell for (cell,) in con.execute(_CELLS, days).fetchall()]
    wanted = min(wanted, len(cells))
    begins = [cells[place * len(cells) // wanted] for place in range(1, wanted)]
    return [Stretch(*ends) for ends in zip([None, *begins], [*begins, None], strict=True)]
