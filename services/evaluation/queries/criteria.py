"""`rpc.evaluation.criteria`: the criteria sets known at a moment, shipped and published."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from services.contracts.criteria import CriteriaKnown, CriteriaKnownSets, CriteriaOf, CriteriaStatus
from services.contracts.receipts import Problem, Refused
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.history.criteria import Recorded, Sets, recorded, reporters
from services.evaluation.history.known import Dials
from services.evaluation.history.store import Connection
from services.evaluation.publishing.shelf import document_of


def criteria_known(con: Connection, question: CriteriaOf, shipped: Sets) -> CriteriaKnownSets:
    """The sets by id, withdrawn ones too (their status says so); one with its document when it is asked for.

    Refuses a set that was not known then.
    """
    published = recorded(con, Dials(known_at=question.known_at))
    if question.set is None:
        units = reporters(con, [of.position for of in published.values()])
        known = (_known(id_, shipped, published.get(id_), units) for id_ in sorted({*shipped, *published}))
        return CriteriaKnownSets(sets=tuple(known))
    of = published.get(question.set)
    if of is None and question.set not in shipped:
        ids = ", ".join(sorted({*shipped, *published}))
        raise Refused(Problem(path="set", problem=f"no set {question.set} is known", expected=f"one of {ids}"))
    one = _known(question.set, shipped, of, reporters(con, [of.position] if of else []))
    document = orjson.loads(of.document) if of else document_of(shipped[question.set])
    return CriteriaKnownSets(sets=(one.model_copy(update={"document": document}),))


def _known(id_: str, shipped: Sets, of: Recorded | None, units: Mapping[int, str | None]) -> CriteriaKnown:
    if of is None:
        return _told(shipped[id_], version=0, status=CriteriaStatus.PUBLISHED.value, origin="shipped")
    status = CriteriaStatus.WITHDRAWN if of.withdrawn else CriteriaStatus.PUBLISHED
    known = _told(of.criteria, version=of.version, status=status.value, origin="published")
    return known.model_copy(update={"unit": units.get(of.position), "event": of.event, "recorded_at": of.recorded_at})


def _told(criteria: CriteriaSet, *, version: int, status: str, origin: str) -> CriteriaKnown:
    return CriteriaKnown(
        id=criteria.id,
        number=criteria.number,
        title=criteria.title.model_dump(),
        issuer=criteria.issuer,
        effective_from=criteria.effective.from_,
        effective_to=criteria.effective.to,
        anchor=criteria.effective.anchor.value,
        scale=criteria.scale.value,
        units=criteria.applies_to.units,
        hash=criteria.hash,
        version=version,
        status=status,
        origin=origin,
    )
