"""The model of a set: its content hash, its policy variant, the shapes of rules."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.items import Bands, Condition, Item, Policy
from services.evaluation.criteria.load import SHIPPED, load_shipped, loads

E = load_shipped()["an-phu-2025"]
TEXT = (SHIPPED / "an-phu-2025.yaml").read_text(encoding="utf-8")
TITLE = {"vi": "a", "en": "a", "bn": "a"}


def test_the_hash_is_of_the_content_and_not_of_the_writing() -> None:
    same = TEXT.replace("total: 100", "total: 100.00   # a hundred").replace("scale: points", 'scale: "points"')
    assert same != TEXT
    assert loads(same).hash == E.hash
    assert (
        loads(
            TEXT.replace("at_least: 90, points: 30", "at_least: 95, points: 30").replace(
                "at_least: 80, below: 90, points: 27", "at_least: 80, below: 95, points: 27"
            )
        ).hash
        != E.hash
    )
    assert len(E.hash) == 64


def test_the_hash_survives_a_round_trip() -> None:
    assert CriteriaSet.model_validate_json(E.model_dump_json(by_alias=True)).hash == E.hash


def test_a_policy_variant_is_another_content() -> None:
    variant = E.with_policy("rescale")
    assert (variant.id, variant.not_applicable) == (E.id, Policy.RESCALE)
    assert variant.hash != E.hash
    assert variant.policy_of(variant.item("3.3")) is Policy.FULL
    assert variant.policy_of(variant.item("4.3")) is Policy.RESCALE
    assert variant.with_policy("drop").hash == E.hash


def test_an_item_is_found_by_its_code() -> None:
    assert E.item("7").max == 30
    with pytest.raises(KeyError, match="an-phu-2025 has no item 99"):
        E.item("99")


@pytest.mark.parametrize(
    "rules",
    [{}, {"judged": True, "yes_no": {"all": [{"measure": "time.minutes", "at_least": 1}]}}],
    ids=["no rule", "two rules"],
)
def test_an_item_has_one_rule(rules: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="exactly one of"):
        Item.model_validate({"code": "1", "title": TITLE, "reference": "1", **rules})


def test_a_condition_compares() -> None:
    with pytest.raises(ValidationError, match="compare the measure"):
        Condition.model_validate({"measure": "time.minutes"})
    with pytest.raises(ValidationError, match="compare the measure"):
        Condition.model_validate({"measure": "time.minutes", "is": True, "above": 1})


def test_bands_are_for_all_or_by_size() -> None:
    steps = [{"points": 1}]
    for given in ({}, {"steps": steps, "by": "size.members"}, {"by": "size.members"}, {"sizes": [{"steps": steps}]}):
        with pytest.raises(ValidationError, match="give steps, or else by and sizes"):
            Bands.model_validate({"measure": "time.minutes", **given})


def test_points_have_at_most_two_decimals() -> None:
    with pytest.raises(ValidationError, match="two decimals"):
        Item.model_validate({"code": "1", "title": TITLE, "reference": "1", "judged": True, "max": 2.505})


def test_the_measures_of_an_item_begin_with_the_one_that_decides() -> None:
    assert E.item("1.1").measures() == ("time.minutes", "size.members")
    assert E.item("2.1").measures() == ("attendance.rate", "attendance.unexcused")
    assert E.item("3.3").measures() == ("cell.committee",)
    assert E.item("3.1").measures() == ()
