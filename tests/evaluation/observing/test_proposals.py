"""Proposals spread the load as evenly as anything could that respects the lines."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation.observing.proposals import spread

WHO = ["a", "b", "c", "d"]
_may = st.lists(st.lists(st.sampled_from(WHO), unique=True), max_size=5)
_loads = st.dictionaries(st.sampled_from(WHO), st.integers(0, 3))


@settings(max_examples=60, deadline=None)
@given(_may, _loads)
def test_no_other_choice_spreads_the_load_better(choices: list[list[str]], loads: dict[str, int]) -> None:
    may = {f"c{number}": who for number, who in enumerate(choices)}
    given_, carried = spread(may, loads)
    assert {cell for cell, who in may.items() if who} == set(given_)
    assert all(given_[cell] in may[cell] for cell in given_)
    assert carried == {who: loads.get(who, 0) + list(given_.values()).count(who) for who in carried}
    every = itertools.product(*(who for who in may.values() if who))
    costs = [sum((loads.get(who, 0) + chosen.count(who)) ** 2 for who in WHO) for chosen in every]
    assert sum(carried.get(who, loads.get(who, 0)) ** 2 for who in WHO) == min(costs)


def test_who_was_taken_first_gives_way_where_another_has_no_choice() -> None:
    given_, carried = spread({"c1": ["a", "b"], "c2": ["a"], "c3": ["a"]}, {"b": 1})
    assert given_ == {"c1": "b", "c2": "a", "c3": "a"}
    assert carried == {"a": 2, "b": 2}
