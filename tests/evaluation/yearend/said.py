"""A small territory to classify, and reports about its year."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, TypeVar

from services.contracts.classification import (
    Classified,
    YearAppraised,
    YearCancelled,
    YearDecided,
    YearGrade,
    YearList,
    YearProposed,
    YearReclassified,
)
from tests.evaluation.history.stream import Stream
from tests.given import By

YEAR = 2025
DAYS = {
    YearProposed: date(2025, 12, 10),
    YearAppraised: date(2025, 12, 20),
    YearDecided: date(2026, 1, 5),
}
LATER = datetime(2026, 2, 1, 5, tzinfo=UTC)
L = TypeVar("L", bound=YearList)


def territory() -> Stream:
    """A city with two committees: C1 and C2 below G, C3 below H, D right below the city. Below G until May: GONE."""
    stream = Stream()
    stream.unit("CITY", None, "2019-01-01", kind="city")
    for committee in ("G", "H"):
        stream.unit(committee, "CITY", "2019-01-01")
    for cell, parent in (("C1", "G"), ("C2", "G"), ("C3", "H"), ("D", "CITY")):
        stream.cell(cell, {"valid_from": "2019-01-01", "parent": parent}, recorded="2019-01-01")
    stream.cell("GONE", {"valid_from": "2019-01-01", "parent": "G"}, recorded="2019-01-01")
    stream.cell("GONE", {"valid_from": "2025-05-15", "parent": "G", "dissolved": True}, recorded="2025-05-15")
    return stream


def line(subject: str = "C1", common: float = 27, results: float = 65, grade: str = "excellent", **more: Any) -> Any:
    """A line of a list: 92 points, excellent, unless told otherwise."""
    return Classified(subject=subject, common=common, results=results, grade=YearGrade(grade), **more)


def listed(kind: type[L], *lines: Classified, **how: Any) -> L:
    """A list; C1's excellent year when nothing else is said."""
    usual: dict[str, Any] = {"list": "y", "year": YEAR, "on": DAYS[kind], "subjects": lines or (line(),)}
    return kind.model_validate(usual | how)


def cancelled(subject: str = "C1", **how: Any) -> YearCancelled:
    """A numbered decision that a decision is void."""
    usual = {"subject": subject, "year": YEAR, "number": "7-QĐ", "on": date(2026, 1, 20), "reason": "A test"}
    return YearCancelled.model_validate(usual | how)


def reclassified(subject: str = "C1", **how: Any) -> YearReclassified:
    """A numbered decision that another classification stands: 75 points, good."""
    usual: dict[str, Any] = {"subject": subject, "year": YEAR, "number": "8-QĐ", "on": date(2026, 1, 21)}
    usual |= {"common": 25, "results": 50, "grade": "good", "reason": "A test"}
    return YearReclassified.model_validate(usual | how)


def at(data: Any, unit: str = "G") -> By:
    """The report as this unit sends it in February 2026."""
    return By(unit, data, LATER)


def until_decided(*lines: Classified, unit: str = "G", by: str | None = None) -> list[By]:
    """These lines proposed (by `by`, or else the unit), appraised and decided by the unit."""
    steps = (YearProposed, YearAppraised, YearDecided)
    return [at(listed(kind, *lines), by if by and kind is YearProposed else unit) for kind in steps]
