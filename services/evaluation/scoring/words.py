"""The rules of a set in words, for whoever asks why an item has its points."""

from __future__ import annotations

from services.evaluation.criteria.format import Cap, Gate, Veto
from services.evaluation.criteria.items import Band, Bands, Condition, Item, Requirement
from services.evaluation.criteria.ranges import Range, number
from services.evaluation.scoring.measures import MEASURES


def condition_words(condition: Condition) -> str:
    """A condition in words: `attendance.rate at least 90 %`."""
    measure = MEASURES[condition.measure]
    if condition.is_ is not None:
        said = f"{measure.name}: {'yes' if condition.is_ else 'no'}"
    else:
        said = f"{measure.name} {range_words(condition, condition.measure)}"
    if isinstance(condition, Requirement) and condition.when is not None:
        return f"{said} (where {condition_words(condition.when)})"
    return said


def range_words(stretch: Range, measure: str) -> str:
    """A stretch of a measure in words, with its unit: `at least 75 % and below 90 %`."""
    unit = MEASURES[measure].unit
    return stretch.words(f" {unit}" if unit else "")


def rule_words(item: Item) -> str:
    """An item's rule in words."""
    if item.bands is not None:
        return _bands(item.bands)
    if item.share is not None:
        share, most = item.share, number(item.max or 0)
        return f"{most} points by the share of {share.measure} in {number(share.full_at)}, to {share.decimals} decimals"
    if item.yes_no is not None:
        asked = "; ".join(condition_words(one) for one in item.yes_no.all)
        if item.max is None:
            return asked
        other = "the recorded mark" if item.yes_no.otherwise_judged else number(item.yes_no.otherwise)
        return f"{asked}: {number(item.max)} points, otherwise {other}"
    return (
        "judged by people: met or not met" if item.max is None else f"judged by people: up to {number(item.max)} points"
    )


def limit_words(limit: Gate | Cap | Veto) -> str:
    """A gate, cap or veto in words."""
    if isinstance(limit, Gate):
        return f"no grade above {limit.otherwise} without full marks on {', '.join(limit.full_marks)}"
    where = condition_words(limit.when)
    if isinstance(limit, Veto):
        return f"the lowest grade where {where}"
    if limit.points is not None:
        return f"at most {number(limit.points)} points where {where}"
    return f"no grade above {limit.grade} where {where}"


def _bands(bands: Bands) -> str:
    said = []
    for size, steps in bands.divisions():
        heading = f"{bands.by} {range_words(size, bands.by)}: " if size is not None and bands.by else ""
        said.append(heading + "; ".join(_band(band, bands.measure) for band in steps))
    return f"{bands.measure}: " + " | ".join(said)


def _band(band: Band, measure: str) -> str:
    forced = f" or if {condition_words(band.or_if)}" if band.or_if else ""
    return f"{range_words(band, measure)}{forced}: {number(band.points)}"
