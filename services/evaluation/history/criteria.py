"""The criteria sets as known: those that ship, overlaid by the latest version of each that was published by then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

import orjson

from services.contracts.criteria import CriteriaStatus
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.history.known import KNOWN, NOW, Dials
from services.evaluation.history.store import Connection
from services.evaluation.history.tree import known

Sets = Mapping[str, CriteriaSet]
KEPT = 256
_LATEST = f"""
SELECT set, version, status, hash, document, position, event, recorded_at FROM criteria WHERE {KNOWN}
QUALIFY row_number() OVER (PARTITION BY set ORDER BY version DESC, position DESC) = 1 ORDER BY set
"""  # noqa: S608 - constants of ours
_REPORTED = "SELECT position, unit FROM log WHERE position IN (SELECT unnest($positions))"


class Recorded(NamedTuple):
    """The latest version of a set as known, its document as JSON text. `recorded_at` is in UTC."""

    criteria: CriteriaSet
    version: int
    withdrawn: bool
    document: str
    position: int
    event: str | None
    recorded_at: datetime


class Known(NamedTuple):
    """The sets as known, by id: those that may judge, and all that marks may have been given on.

    A withdrawn set judges nothing, but marks that were given on it still mean what it says.
    """

    sets: dict[str, CriteriaSet]
    forms: dict[str, CriteriaSet]


def sets_known(con: Connection, shipped: Sets, dials: Dials = NOW) -> Known:
    """The sets known at a moment and position (of the dials nothing else matters)."""
    found = recorded(con, dials)
    forms = dict(sorted({**shipped, **{id_: one.criteria for id_, one in found.items()}}.items()))
    return Known({id_: one for id_, one in forms.items() if id_ not in found or not found[id_].withdrawn}, forms)


def recorded(con: Connection, dials: Dials = NOW) -> dict[str, Recorded]:
    """What was published, as known, by the set's id, withdrawn sets included."""
    rows = con.execute(_LATEST, known(dials)).fetchall()
    return {
        set_: Recorded(
            _parsed(hash_, document),
            version,
            status == CriteriaStatus.WITHDRAWN,
            document,
            position,
            event,
            recorded_at.replace(tzinfo=UTC),
        )
        for set_, version, status, hash_, document, position, event, recorded_at in rows
    }


def reporters(con: Connection, positions: Iterable[int]) -> dict[int, str | None]:
    """Which unit reported the events at these positions."""
    return dict(con.execute(_REPORTED, {"positions": list(positions)}).fetchall())


@lru_cache(maxsize=KEPT)
def _parsed(hash_: str, document: str) -> CriteriaSet:
    """The set in a document that the history could read. `hash_` is quick to compare, so that text rarely is."""
    return CriteriaSet.model_validate(orjson.loads(document))
