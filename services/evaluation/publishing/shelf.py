"""The sets as everything recorded leaves them: those that ship, overlaid by what was published."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.contracts.criteria import CriteriaStatus
from services.evaluation.criteria.check import check
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.source import Source

log = logging.getLogger(__name__)
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """A set as it stands: its document as written, read, and whether it was withdrawn."""

    criteria: CriteriaSet
    document: Document
    withdrawn: bool = False


class Shelf:
    """All sets by id. Grows by `apply`, in the order of the events."""

    def __init__(self, shipped: Iterable[CriteriaSet]) -> None:
        self.standings = {criteria.id: Standing(criteria, document_of(criteria)) for criteria in shipped}

    def apply(self, data: Mapping[str, Any]) -> None:
        """Takes in the data of one criteria event (`CriteriaRecorded`, as JSON).

        A document that this program cannot read (another version accepted it) leaves the set as it stood.
        """
        if findings := check(Source(data=data["document"])):
            log.error("version %d of %s cannot be read: %s", data["version"], data["set"], findings[0])
            return
        criteria = CriteriaSet.model_validate(data["document"])
        withdrawn = data["status"] == CriteriaStatus.WITHDRAWN
        self.standings[data["set"]] = Standing(criteria, data["document"], withdrawn)

    @property
    def judging(self) -> dict[str, CriteriaSet]:
        """The sets that may judge, by id."""
        return {id_: standing.criteria for id_, standing in self.standings.items() if not standing.withdrawn}


def document_of(criteria: CriteriaSet) -> dict[str, Any]:
    """A set as a document."""
    return criteria.model_dump(mode="json", by_alias=True, exclude_none=True)
