"""Where a fact comes from: the events that said it, each the one that last changed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.evaluation.history.known import KNOWN, Dials
from services.evaluation.history.store import Connection
from services.evaluation.history.tree import known
from services.evaluation.scoring.facts import marks_of

FROM_REGISTRY = ("has_committee", "hardship", "cell_kind")
COLUMNS = {
    "expected": ("members", "exempt", "special_duty"),
    "longest_excused_run": ("excused",),
    "most_excused_in_year": ("excused",),
    "notice_at": ("sheet_notice_at", "notice_at"),
}
"""Columns of the history that a fact is made from; any other fact is a column of its own name."""
_VERSIONS = f"""
SELECT * FROM meetings WHERE cell = $cell AND meeting = $meeting AND {KNOWN} ORDER BY version, position
"""  # noqa: S608 - constants of ours


class Provenance:
    """The events behind one meeting's facts.

    `used` is the meeting's row of facts; `counted` has, for a fact that counts excuses, the events of the earlier
    meetings that count towards it.
    """

    def __init__(
        self, con: Connection, used: Mapping[str, Any], dials: Dials, counted: Mapping[str, Sequence[str]]
    ) -> None:
        parameters = {**known(dials), "cell": used["cell"], "meeting": used["meeting"]}
        self._versions = con.sql(_VERSIONS, params=parameters).pl().to_dicts()
        self._registry = used["registry_event"]
        self._counted = counted

    @property
    def versions(self) -> list[str]:
        """The events of the meeting itself, oldest first."""
        return [version["event"] for version in self._versions]

    def of(self, fact: str) -> tuple[str, ...]:
        """The events that say this fact: a field of the facts, or `<form> <item>` for a mark."""
        if fact in FROM_REGISTRY:
            return (self._registry,) if self._registry else ()
        return tuple(dict.fromkeys([*self._counted.get(fact, ()), *self._said_by(fact)]))

    def _said_by(self, fact: str) -> list[str]:
        if " " in fact:
            code = fact.rpartition(" ")[2]
            return self._last_change([_mark(row, code) for row in self._versions])
        names = COLUMNS.get(fact, (fact,))
        changes = [self._last_change([row[name] for row in self._versions]) for name in names]
        return [event for found in changes for event in found]

    def _last_change(self, values: Sequence[Any]) -> list[str]:
        """The version that made the value what it is now; none when nobody ever said one."""
        changes = [place for place, value in enumerate(values) if place == 0 or value != values[place - 1]]
        never_said = len(changes) == 1 and values[0] is None
        return [] if not changes or never_said else [self._versions[changes[-1]]["event"]]


def _mark(version: Mapping[str, Any], code: str) -> tuple[str, float] | None:
    """The mark that a version gives for an item, and on which form; None when it gives none."""
    mark = marks_of(version).get(code)
    return None if mark is None else (version["marks_criteria"], mark)
