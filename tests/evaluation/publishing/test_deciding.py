"""Publishing, amending and withdrawing criteria sets: what it becomes, what is refused, when nothing happens."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.contracts.criteria import CriteriaAmended, CriteriaPublished, CriteriaWithdrawn
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.load import load_shipped
from services.evaluation.publishing.keeper import Keeper
from tests.evaluation.publishing.said import document
from tests.given import By, Scenario

ENDS = {"hd-42-2025": date(2026, 5, 31)}
WHY = "a test"


def published(*args: Any, ends: dict[str, date] | None = None, **how: Any) -> CriteriaPublished:
    return CriteriaPublished(document=document(*args, **how), ends=ends or {}, reason=WHY)


def amended(*args: Any, **how: Any) -> CriteriaAmended:
    return CriteriaAmended(document=document(*args, **how), reason=WHY)


def withdrawn(set_: str) -> CriteriaWithdrawn:
    return CriteriaWithdrawn(set=set_, reason=WHY)


def problems(criteria: Scenario) -> dict[str, str]:
    assert criteria.refused is not None
    return {problem.path: problem.problem for problem in criteria.refused.problems}


# -- publishing --------------------------------------------------------------------------------------------------------


def test_a_new_set_is_recorded_whole_with_its_hash(criteria: Scenario) -> None:
    said = published(units=["W1"])
    expected = {
        "set": "own-1",
        "version": 1,
        "status": "published",
        "document": said.document,
        "hash": CriteriaSet.model_validate(said.document).hash,
        "reason": WHY,
    }
    criteria.when(said).then(("CriteriaPublished", expected))


def test_a_new_set_ends_the_one_before_it_in_the_same_commit(criteria: Scenario) -> None:
    criteria.when(published(ends=ENDS)).then(
        ("CriteriaAmended", {"set": "hd-42-2025", "version": 1, "document.effective.to": "2026-05-31", "reason": WHY}),
        ("CriteriaPublished", {"set": "own-1", "version": 1}),
    )


def test_two_sets_in_force_for_the_same_meeting_are_refused(criteria: Scenario) -> None:
    criteria.when(published()).then_refused("document.effective")
    found = problems(criteria)["data.document.effective"]
    assert found == "hd-42-2025 and own-1: both are in force for the same meetings from 2026-06-01 on"
    ends_a_day_late = {"hd-42-2025": date(2026, 6, 1)}
    criteria.when(published(ends=ends_a_day_late)).then_refused("document.effective")


def test_sets_of_other_units_kinds_or_times_do_not_compete(criteria: Scenario) -> None:
    criteria.given(
        published("w1", units=["W1"]), published("w2", units=["W2"]), published("thematic", kinds=["thematic"])
    )
    criteria.when(published("old", "2010-01-01", "2018-07-05")).then(("CriteriaPublished", {"set": "old"}))
    criteria.when(published("w1-too", units=["W2", "W1"])).then_refused("document.effective", "document.effective")


def test_everything_wrong_with_a_document_is_said_at_once_with_its_place(criteria: Scenario) -> None:
    faulty = document(total=90, colour="red")
    faulty["items"][0]["yes_no"]["all"][0]["measure"] = "time.minute"
    unknown = {"nobody": date(2026, 1, 1)}
    criteria.when(CriteriaPublished(document=faulty, ends=unknown)).then_refused(
        "document.colour", "document.total", "document.items 1, yes_no, all 1, measure", "ends.nobody"
    )
    assert problems(criteria)["data.document.total"].startswith("is 90, but the maxima of the items add up to 100")
    assert "the nearest is time.minutes" in problems(criteria)["data.document.items 1, yes_no, all 1, measure"]


@pytest.mark.parametrize("taken", ["own-1", "an-phu-2025", "gone"])
def test_an_id_is_given_once(criteria: Scenario, taken: str) -> None:
    criteria.given(published(units=["W1"]), published("gone", units=["W2"]), withdrawn("gone"))
    criteria.when(published(taken, "2030-01-01", units=["G1"])).then_refused("document.id")


def test_what_cannot_be_ended_so_is_refused(criteria: Scenario) -> None:
    criteria.given(published("gone", units=["W1"]), withdrawn("gone"))
    ends = {"hd-12-2018": date(2026, 1, 1), "hd-42-2025": date(2025, 1, 1), "gone": date(2026, 1, 1), "own-1": date.max}
    criteria.when(published(units=["W1"], ends=ends)).then_refused(
        "ends.hd-12-2018", "ends.hd-42-2025", "ends.gone", "ends.own-1"
    )


def test_ending_a_set_on_the_day_it_ends_anyway_changes_nothing_of_it(criteria: Scenario) -> None:
    ends = {"hd-12-2018": date(2025, 10, 27)}
    criteria.when(published(units=["W1"], ends=ends)).then(("CriteriaPublished", {"set": "own-1"}))


# -- who may -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "units", "may"),
    [
        ("PROV", None, True),
        ("CITY", None, False),
        ("W1", None, False),
        ("W1", ["W1"], True),
        ("W1", ["G1", "W1"], True),
        ("CITY", ["W1", "W2"], True),
        ("W1", ["W1", "W2"], False),
        ("G1", ["W1"], False),
        ("GONE", None, False),
        ("GONE", ["GONE"], False),
    ],
)
def test_a_unit_publishes_for_itself_and_below_and_only_a_root_for_all(
    criteria: Scenario, unit: str, units: list[str] | None, may: bool
) -> None:
    criteria.when(By(unit, published(since="2010-01-01", to="2010-12-31", units=units)))
    if may:
        criteria.then(("CriteriaPublished", {"set": "own-1"}))
    else:
        criteria.then_refused("document.applies_to")


def test_only_who_may_end_amend_or_withdraw_a_set_does(criteria: Scenario) -> None:
    criteria.given(published(units=["W1"]))
    ends = {"own-1": date(2026, 12, 31)}
    criteria.when(By("W2", published("w2", units=["W2"], ends=ends))).then_refused("ends.own-1")
    criteria.when(By("W2", amended(minutes=60, units=["W2"]))).then_refused("document.id")
    criteria.when(By("W2", withdrawn("own-1"))).then_refused("set")
    criteria.when(By("W1", amended(minutes=60, units=["W1", "W2"]))).then_refused("document.applies_to")
    criteria.when(By("CITY", withdrawn("hd-42-2025"))).then_refused("set")
    criteria.when(By("W1", withdrawn("own-1"))).then(("CriteriaWithdrawn", {"set": "own-1", "version": 2}))


def test_what_names_a_unit_that_is_not_known_yet_waits(criteria: Scenario) -> None:
    criteria.when(By("NEW", published(units=["NEW"]))).then_refused(
        "document.applies_to", "document.applies_to", waiting=True
    )
    criteria.when(published(units=["W1", "NEW"])).then_refused("document.applies_to", waiting=True)
    criteria.when(published("an-phu-2025", units=["NEW"])).then_refused("document.applies_to", "document.id")


# -- amending and withdrawing ------------------------------------------------------------------------------------------


def test_an_amendment_is_the_whole_set_again(criteria: Scenario) -> None:
    criteria.given(published(units=["W1"]))
    criteria.when(amended(units=["W1"], minutes=60)).then(
        (
            "CriteriaAmended",
            {"set": "own-1", "version": 2, "document": document(units=["W1"], minutes=60), "status": "published"},
        )
    )


def test_an_amendment_that_says_the_same_changes_nothing(criteria: Scenario) -> None:
    criteria.given(published(units=["W1"]))
    criteria.when(amended(units=["W1"])).then_nothing()


def test_a_shipped_set_can_be_amended_and_withdrawn_by_a_root(criteria: Scenario) -> None:
    shipped = load_shipped()["an-phu-2025"].model_dump(mode="json", by_alias=True, exclude_none=True)
    later = {**shipped, "applies_to": {**shipped["applies_to"], "units": ["W1"]}}
    criteria.when(CriteriaAmended(document=shipped, reason=WHY)).then_refused("document.id", waiting=True)
    criteria.when(withdrawn("hd-42-2025")).then(("CriteriaWithdrawn", {"set": "hd-42-2025", "version": 1}))
    criteria.when(published(units=None)).then(("CriteriaPublished", {"set": "own-1"}))
    assert later != shipped


def test_an_amendment_that_would_make_two_sets_compete_is_refused(criteria: Scenario) -> None:
    criteria.given(published(units=["W1"]), published("w2", units=["W2"]))
    criteria.when(amended("w2", units=["W2", "W1"])).then_refused("document.effective")


def test_what_is_unknown_or_withdrawn_cannot_be_amended_or_withdrawn(criteria: Scenario) -> None:
    criteria.when(amended("nobody")).then_refused("document.id")
    criteria.when(withdrawn("nobody")).then_refused("set")
    criteria.given(published(units=["W1"]), withdrawn("own-1"))
    criteria.when(amended(units=["W1"], minutes=60)).then_refused("document.id")
    criteria.when(withdrawn("own-1")).then_refused("set")


def test_a_withdrawn_set_leaves_room_for_another(criteria: Scenario) -> None:
    criteria.given(published(units=["W1"]))
    criteria.when(published("other", units=["W1"])).then_refused("document.effective")
    criteria.given(withdrawn("own-1"))
    criteria.when(published("other", units=["W1"])).then(("CriteriaPublished", {"set": "other"}))


def test_a_keeper_that_begins_anew_knows_what_was_decided(criteria: Scenario) -> None:
    criteria.given(published(ends=ENDS), amended(minutes=60), published("gone", units=["W1"]), withdrawn("gone"))
    fresh = Keeper(criteria.store, load_shipped()).shelf
    assert fresh.standings == criteria.watcher.shelf.standings
    assert sorted(fresh.judging) == ["an-phu-2025", "hd-12-2018", "hd-42-2025", "own-1"]
    assert fresh.judging["hd-42-2025"].effective.to == date(2026, 5, 31)
