"""What nobody writes, but somebody may send: it is told as what it is, and never becomes a score."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from services.evaluation.criteria.check import check
from services.evaluation.criteria.source import Source
from tests.evaluation.publishing.said import document, title

HUGE = 10**400
SHARE = {"measure": "targets.share", "decimals": 0}
BAND = {"at_least": 90, "points": 60}
IDLE = {"policy": "rescale", "when": {"measure": "time.minutes", "below": 30}}


def told(changes: dict[str, Any], rule: dict[str, Any] | None = None) -> list[str]:
    """What is wrong when the first item has these changes, or another rule."""
    made = deepcopy(document())
    if rule is not None:
        del made["items"][0]["yes_no"]
    made["items"][0] |= {**(rule or {}), **changes}
    return [str(finding) for finding in check(Source(data=made))]


@pytest.mark.parametrize("given", ["60", True, HUGE])
def test_what_is_no_number_is_not_taken_for_one(given: Any) -> None:
    told_of = told({"max": given, "floor": given}, {"share": {**SHARE, "full_at": given}})
    said = "must be a number" + (", without quotation marks" if given == "60" else "")
    assert told_of == [f"items 1, {key}: {said}" for key in ("floor", "max", "share, full_at")]


@pytest.mark.parametrize("bound", ["90", True, HUGE])
def test_nor_are_its_bounds_and_points(bound: Any) -> None:
    told_of = told({}, {"bands": {"measure": "time.minutes", "steps": [{**BAND, "at_least": bound, "points": bound}]}})
    assert [line.split(": ")[0] for line in told_of] == [
        f"items 1, bands, steps 1, {key}" for key in ("at_least", "points")
    ]


def test_a_key_has_the_name_that_the_format_gives_it() -> None:
    assert told({"yes_no": {"all": [{"measure": "time.minutes", "is_": True}]}}) == [
        "items 1, yes_no, all 1, is_: is not a key of the format"
    ]
    assert [str(one) for one in check(Source(data={**document(), "effective": {"from_": "2026-01-01"}}))] == [
        "effective, from: is missing",
        "effective, from_: is not a key of the format",
    ]


@pytest.mark.parametrize("day", [0, 1735689600, True])
def test_a_number_is_no_date(day: Any) -> None:
    found = check(Source(data={**document(), "issued": day}))
    assert [str(one) for one in found] == ["issued: must be a date, like 2025-10-28"]


def test_a_share_can_earn_its_maximum_and_no_more() -> None:
    assert told({"max": 59.5}, {"share": SHARE})[0] == (
        "items 1, share, decimals: to 0 decimals nobody can earn the item's max of 59.5"
    )
    assert told({}, {"share": {**SHARE, "full_at": 1e-320}}) == ["items 1, share, full_at: must be at least 0.01"]


def test_what_is_far_more_than_a_form_has_is_refused_before_anything_is_scored() -> None:
    steps = [{"below": 1, "points": 60}, *({"at_least": n, "below": n + 1, "points": 1} for n in range(1, 60))]
    assert "items 1, bands, steps: has 60 parts; there can be 40" in told(
        {}, {"bands": {"measure": "time.minutes", "steps": steps}}
    )
    items = [
        {**item, "code": str(n), "not_applicable": {**IDLE, "when": {**IDLE["when"], "below": n}}}  # type: ignore[dict-item]
        for n in range(1, 31)
        for item in [document()["items"][0]]
    ]
    found = [str(one) for one in check(Source(data={**document(), "items": items, "total": 1000}))]
    assert "items: 30 different conditions by which items are rescaled away; there can be 6" in found


def test_a_problem_shows_so_much_of_what_was_given_that_it_can_be_recognised() -> None:
    caps = [{"code": "c" * 5000, "title": title("x"), "reference": "x", "when": IDLE["when"], "points": 1}]
    [found] = check(Source(data={**document(), "caps": caps}))
    assert len(str(found)) < 300 and str(found).startswith("caps ccc")
