"""The criteria sets as known: those that ship, overlaid by the latest version of each that was published by then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from services.contracts.criteria import CriteriaStatus
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.history.known import KNOWN, NOW, Dials
from services.evaluation.history.store import Connection
from services.evaluation.history.tree import known

Sets = Mapping[str, CriteriaSet]
KEPT = 256
_LATEST = f"""
SELECT c.set, c.version, c.status, c.hash, c.document, log.unit, c.event, c.recorded_at FROM (
    SELECT * FROM criteria WHERE {KNOWN}
    QUALIFY row_number() OVER (PARTITION BY set ORDER BY version DESC, position DESC) = 1
) c JOIN log USING (position) ORDER BY c.set
"""  # noqa: S608 - constants of ours


class Recorded(NamedTuple):
    """The latest version of a set as known: what its event says, and who reported it. `recorded_at` is in UTC."""

    criteria: CriteriaSet
    version: int
    withdrawn: bool
    document: dict[str, Any]
    unit: str | None
    event: str | None
    recorded_at: datetime


def recorded(con: Connection, dials: Dials = NOW) -> dict[str, Recorded]:
    """The published sets as known (`known_at`, `position`), by id, withdrawn ones included."""
    rows = con.execute(_LATEST, known(dials)).fetchall()
    return {
        set_: Recorded(
            _parsed(hash_, document),
            version,
            status == CriteriaStatus.WITHDRAWN,
            orjson.loads(document),
            unit,
            event,
            recorded_at.replace(tzinfo=UTC),
        )
        for set_, version, status, hash_, document, unit, event, recorded_at in rows
    }


def sets_known(con: Connection, shipped: Sets, dials: Dials = NOW) -> dict[str, CriteriaSet]:
    """The sets that may judge, by id, as known: withdrawn ones are left out."""
    found = dict(shipped)
    for id_, one in recorded(con, dials).items():
        found.pop(id_, None)
        if not one.withdrawn:
            found[id_] = one.criteria
    return dict(sorted(found.items()))


def forms_known(con: Connection, shipped: Sets, dials: Dials = NOW) -> dict[str, CriteriaSet]:
    """Every set as known, withdrawn ones too: marks that were given on a form mean what it says, void or not."""
    found = {**shipped, **{id_: one.criteria for id_, one in recorded(con, dials).items()}}
    return dict(sorted(found.items()))


@lru_cache(maxsize=KEPT)
def _parsed(hash_: str, document: str) -> CriteriaSet:
    """The set in a document that the history could read. `hash_` is quick to compare, so that text rarely is."""
    return CriteriaSet.model_validate(orjson.loads(document))
