"""The answer about model meetings: chosen, held, attended by whom, and what is missing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.contracts.receipts import Refused
from services.contracts.themes import Models, ModelsOf, UnitModels
from services.evaluation.queries.models import models
from tests.evaluation.history.stream import Stream, moment
from tests.evaluation.territory import recorded

TODAY = date(2025, 8, 10)


@pytest.fixture
def stream() -> Stream:
    """C and E under the grassroots committee G of the city; D and F, grassroots cells."""
    stream = Stream()
    stream.unit("CITY", None, "2019-01-01", kind="city", name="Thành ủy")
    stream.unit("G", "CITY", "2019-01-01")
    for cell, parent in (("C", "G"), ("D", "CITY"), ("E", "G"), ("F", "CITY")):
        stream.cell(cell, {"valid_from": "2019-01-01", "parent": parent}, recorded="2019-01-01")
    return stream


def asked(stream: Stream, today: date = TODAY, **question: Any) -> Models:
    return models(recorded(stream), ModelsOf.model_validate({"year": 2025, **question}), today)


def unit(found: Models, code: str) -> UnitModels:
    [one] = [one for one in found.units if one.unit == code]
    return one


def missing(found: UnitModels) -> list[tuple[str, str | None]]:
    return [(one.code.value, one.cell) for one in found.missing]


def test_every_unit_with_cells_of_its_own_should_choose_two(stream: Stream) -> None:
    stream.cell("A", {"valid_from": "2019-01-01", "parent": "H"}, recorded="2019-01-01")
    stream.unit("H", "CITY", "2019-01-01")
    found = asked(stream)
    assert [(one.unit, one.wanted, missing(one)) for one in found.units] == [
        ("CITY", 2, [("too_few", None)]),
        ("G", 2, [("too_few", None)]),
        ("H", 1, [("too_few", None)]),
    ]
    assert (found.over, asked(stream, date(2026, 1, 1)).over) == (False, True)


def test_of_a_year_that_has_not_begun_nothing_is_missing(stream: Stream) -> None:
    assert [missing(one) for one in asked(stream, date(2024, 12, 31)).units] == [[], []]
    assert all(missing(one) for one in asked(stream, date(2025, 1, 1)).units)


def test_chosen_held_attended_and_what_is_missing(stream: Stream) -> None:
    chosen = stream.chosen("CITY", 2025, "2025-01-15", "D", "F")
    held = stream.demonstrated("D", "m1", "2025-05-20", attended={"G": 3, "C": 1})
    stream.demonstrated("D", "m2", "2025-05-21")
    stream.demonstrated("D", "m2", "2025-05-21", status="withdrawn", reason="x")
    stream.demonstrated("D", "old", "2024-05-20")
    city = unit(asked(stream), "CITY")
    assert city == unit(asked(stream.twice()), "CITY")
    [first, second] = city.chosen
    [meeting] = first.held
    assert (first.cell, first.cell_name, meeting.event) == ("D", "Chi bộ D", held)
    assert (meeting.units, meeting.guests, meeting.attended) == (2, 4, {"G": 3, "C": 1})
    assert (second.held, missing(city), city.attended_by) == ((), [("not_held", "F")], 2)
    assert (city.events, city.chosen_on, city.unit_name) == ((chosen,), date(2025, 1, 15), "Thành ủy")
    stream.demonstrated("F", "m1", "2025-06-20", attended={})
    assert missing(unit(asked(stream), "CITY")) == [("no_guests", "F")]
    stream.demonstrated("F", "m1", "2025-06-20", attended={"F": 9})
    own = unit(asked(stream), "CITY")
    assert (missing(own), own.attended_by) == ([("no_guests", "F")], 2), "its own members are no guests"


def test_another_number_and_cells_that_were_not_chosen_are_shown(stream: Stream) -> None:
    stream.chosen("G", 2025, "2025-01-15", "C")
    stream.demonstrated("E", "m1", "2025-05-20")
    committee = unit(asked(stream), "G")
    assert missing(committee) == [("too_few", None), ("not_held", "C")]
    assert [one.cell for one in committee.unchosen] == ["E"]
    stream.cell("B", {"valid_from": "2019-01-01", "parent": "G"}, recorded="2019-01-01")
    stream.chosen("G", 2025, "2025-02-15", "C", "E", "B")
    assert missing(unit(asked(stream), "G")) == [("too_many", None), ("not_held", "C"), ("not_held", "B")]


def test_a_cell_that_was_chosen_has_held_its_meeting_wherever_it_belonged_then(stream: Stream) -> None:
    stream.chosen("G", 2025, "2025-01-15", "C", "E")
    stream.demonstrated("C", "m1", "2025-05-20")
    for cell in "CE":
        stream.cell(cell, {"valid_from": "2025-07-01", "parent": "CITY"}, recorded="2025-07-01")
    stream.unit("G", "CITY", "2025-07-01", dissolved=True)
    stream.demonstrated("E", "m1", "2025-10-20")
    found = asked(stream, date(2026, 2, 1))
    assert missing(unit(found, "G")) == []
    assert [(one.cell, len(one.held)) for one in unit(found, "G").chosen] == [("C", 1), ("E", 1)]
    assert unit(found, "CITY").unchosen == (), "it is one that G chose"
    assert [one.unit for one in asked(stream, unit="G").units] == ["G"]


def test_what_was_known_at_a_moment_and_nobodys_unit(stream: Stream) -> None:
    stream.chosen("G", 2025, "2025-01-15", "C", "E")
    stream.demonstrated("C", "m1", "2025-05-20")
    then = unit(asked(stream, known_at=moment("2025-03-01"), unit="G"), "G")
    assert missing(then) == [("not_held", "C"), ("not_held", "E")]
    assert missing(unit(asked(stream, known_at=moment("2025-01-01")), "G")) == [("too_few", None)]
    with pytest.raises(Refused, match="no unit X"):
        asked(stream, unit="X")
