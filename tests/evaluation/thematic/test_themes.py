"""The answer about thematic work: plans and who decided on them, meetings of the quarters, plan against done."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest

from services.contracts.receipts import Refused
from services.contracts.themes import QuarterLine, Themes, ThemesOf
from services.evaluation.queries.themes import themes
from services.evaluation.thematic.plans import Orientations
from tests.evaluation.history.stream import Stream, moment
from tests.evaluation.territory import recorded

TODAY, GRACE = date(2025, 8, 10), 3
PLAN = ({"quarter": 1, "theme": "Bảo vệ rừng", "orientation": "CD-01"}, {"month": 5, "theme": "Theme  1"})


@pytest.fixture
def stream() -> Stream:
    """C, a village, under the grassroots committee G of the city; D, an agency's grassroots cell."""
    stream = Stream()
    stream.unit("CITY", None, "2019-01-01", kind="city", name="Thành ủy")
    stream.unit("G", "CITY", "2019-01-01")
    stream.cell("C", {"valid_from": "2019-01-01", "parent": "G"}, recorded="2019-01-01")
    stream.cell("D", {"valid_from": "2019-01-01", "parent": "CITY", "kind": "agency"}, recorded="2019-01-01")
    return stream


def asked(stream: Stream, today: date = TODAY, **question: Any) -> Themes:
    return themes(recorded(stream), ThemesOf.model_validate({"year": 2025, **question}), today, GRACE)


def line(found: Themes, cell: str, quarter: int) -> QuarterLine:
    [one] = [one for one in found.lines if (one.cell, one.quarter) == (cell, quarter)]
    return one


def thematic(stream: Stream, cell: str, key: str, on: str, theme: str | None = None, kind: str = "thematic") -> str:
    return stream.held(cell, key, on, kind=kind, sheet={"thematic_part": True, "theme": theme})


def decided(by: str, on: str, submitted: str, **more: Any) -> dict[str, Any]:
    return {"decided_by": by, "decided_on": on, "submitted_on": submitted, **more}


# -- plans -------------------------------------------------------------------------------------------------------------


def test_a_plan_is_missing_submitted_returned_or_approved_and_says_by_whom(stream: Stream) -> None:
    states = [line(asked(stream), "C", 1)]
    stream.planned("C", "p1", "2025-01-10", *PLAN)
    states.append(line(asked(stream), "C", 1))
    stream.planned("C", "p1", "2025-01-20", *PLAN, status="returned", **decided("G", "2025-01-20", "2025-01-10"))
    states.append(line(asked(stream), "C", 1))
    stream.planned("C", "p2", "2025-02-01", *PLAN[:1])
    stream.planned(
        "C", "p2", "2025-02-05", *PLAN[:1], status="approved", **decided("G", "2025-02-05", "2025-02-01", number="5-KL")
    )
    states.append(line(asked(stream), "C", 1))
    stream.planned("C", "p3", "2025-06-01", {"quarter": 1, "theme": "Khác"})
    states.append(line(asked(stream), "C", 1))
    assert [(one.plan, one.plan_state.value, one.decided_by, one.pending) for one in states] == [
        (None, "missing", None, None),
        ("p1", "submitted", None, None),
        ("p1", "returned", "G", None),
        ("p2", "approved", "G", None),
        ("p2", "approved", "G", "p3"),
    ]
    assert [one.submitted_to for one in states] == [None, "G", "G", "G", "G"]
    assert [one.theme for one in states[-1].planned] == ["Bảo vệ rừng"], "what was approved is in force"
    assert (states[-1].number, states[-1].submitted_on) == ("5-KL", date(2025, 2, 1))
    assert states[-1].events == ("e7", "e8")
    assert line(asked(stream), "D", 1).plan_state == "missing"


def test_of_a_year_that_has_not_begun_no_plan_is_missing_and_what_was_submitted_is_shown(stream: Stream) -> None:
    stream.planned("C", "p1", "2024-12-10", *PLAN)
    found = asked(stream, date(2024, 12, 31))
    assert (line(found, "C", 1).plan_state, line(found, "D", 1).plan_state) == ("submitted", "due")
    assert {one.state for one in found.lines} == {"due"}
    assert line(asked(stream, date(2025, 1, 1)), "D", 1).plan_state == "missing"


def test_a_plan_approved_later_takes_the_place_of_the_one_before(stream: Stream) -> None:
    for key, on in (("p2", "2025-03-01"), ("p1", "2025-02-01")):
        stream.planned("C", key, on, *PLAN, status="approved", **decided("G", on, "2025-01-10"))
    assert line(asked(stream), "C", 1).plan == "p2"
    before = asked(stream, known_at=moment("2025-02-15"))
    assert (line(before, "C", 1).plan, before.today) == ("p1", date(2025, 2, 15))


def test_of_two_submitted_on_a_day_the_one_that_was_reported_later_counts_whenever_the_other_is_decided(
    stream: Stream,
) -> None:
    day = "2025-01-10"
    stream.planned("C", "p1", f"{day}T01:00", *PLAN)
    stream.planned("C", "a2", f"{day}T03:00", *PLAN)
    stream.planned("C", "p1", f"{day}T05:00", *PLAN, status="returned", **decided("G", day, day))
    assert (line(asked(stream), "C", 1).plan, line(asked(stream), "C", 1).plan_state) == ("a2", "submitted")
    stream.planned("C", "p0", "2025-02-01T01:00", *PLAN, submitted_on=day)
    stream.planned("C", "a2", "2025-02-02", *PLAN, status="approved", **decided("G", "2025-02-02", day))
    assert (line(asked(stream), "C", 1).plan, line(asked(stream), "C", 1).pending) == ("a2", "p0")


def test_a_theme_follows_an_orientation_of_a_unit_above_for_cells_of_its_kind(stream: Stream) -> None:
    other = [{"code": "CD-01", "title": "Của thành phố"}, {"code": "CD-02", "title": "Theme 1"}]
    stream.oriented("CITY", 2025, "2025-01-02", themes=other)
    stream.planned("C", "p1", "2025-01-10", *PLAN, {"quarter": 3, "theme": "Bảo vệ rừng", "orientation": "CD-09"})

    def follows() -> list[tuple[str | None, str | None]]:
        found = asked(stream)
        return [(one.oriented_by, one.title) for number in (1, 2, 3) for one in line(found, "C", number).planned]

    assert follows() == [("CITY", "Của thành phố"), ("CITY", "Theme 1"), (None, None)]
    stream.oriented("G", 2025, "2025-01-03", "own", kinds=["school"])
    assert follows()[0][0] == "CITY", "it is for schools"
    own = stream.oriented("G", 2025, "2025-01-04", "own", kinds=["village"])
    assert follows() == [("G", "Theme 1"), ("G", "Theme 1"), (None, None)], "the nearest unit comes first"
    assert own in line(asked(stream), "C", 1).events
    stream.oriented("G", 2025, "2025-01-05", "own", themes=[])
    assert follows()[0][0] == "CITY", "they are void"
    assert Orientations([]).followed("Theme 1", None, "village", ["G", "CITY"]) is None


def test_a_document_whose_year_was_wrong_orients_the_right_one_alone(stream: Stream) -> None:
    stream.oriented("CITY", 2025, "2025-01-02")
    stream.oriented("CITY", 2026, "2025-01-05")
    stream.planned("C", "p1", "2025-01-10", {"quarter": 1, "theme": "Theme 1"})
    assert line(asked(stream), "C", 1).planned[0].oriented_by is None
    assert line(asked(stream, known_at=moment("2025-01-12")), "C", 1).planned[0].oriented_by is None
    stream.planned("C", "p2", "2025-12-10", {"quarter": 1, "theme": "Theme 1"}, year=2026)
    assert line(asked(stream, year=2026), "C", 1).planned[0].oriented_by == "CITY"


def test_orientations_are_those_above_the_cell_on_the_day_of_submission(stream: Stream) -> None:
    stream.oriented("G", 2025, "2025-01-02")
    stream.planned("C", "p1", "2025-01-10", {"quarter": 4, "theme": "x", "orientation": "CD-01"})
    stream.cell("C", {"valid_from": "2025-07-01", "parent": "CITY", "kind": "residential"}, recorded="2025-07-01")
    found = line(asked(stream), "C", 4)
    assert (found.unit, found.submitted_to, found.planned[0].oriented_by) == ("CITY", "G", "G")


# -- meetings ----------------------------------------------------------------------------------------------------------


def test_a_quarters_thematic_meeting_is_held_combined_missing_or_still_to_come(stream: Stream) -> None:
    first = thematic(stream, "C", "t1", "2025-02-20")
    second = thematic(stream, "C", "c1", "2025-04-03", kind="combined")
    thematic(stream, "D", "c1", "2025-01-03", kind="combined")
    stream.held("D", "r", "2025-04-03")
    stream.meeting("D", "gone", "2025-05-20", kind="thematic", status="withdrawn")
    found = asked(stream)
    states = {(one.cell, one.quarter): one.state.value for one in found.lines}
    assert [states["C", number] for number in (1, 2, 3, 4)] == ["held", "combined", "due", "due"]
    assert [states["D", number] for number in (1, 2, 3, 4)] == ["combined", "missing", "due", "due"]
    assert [one.event for number in (1, 2) for one in line(found, "C", number).meetings] == [first, second]
    assert line(asked(stream, date(2025, 10, 1)), "D", 3).state == "missing"
    assert line(asked(stream, date(2025, 9, 30)), "D", 3).state == "due"


def test_a_cell_that_did_not_live_in_the_whole_quarter_owes_none(stream: Stream) -> None:
    stream.cell("E", {"valid_from": "2025-02-01", "parent": "G"}, recorded="2025-02-01")
    stream.cell("E", {"valid_from": "2025-08-01", "parent": "G", "dissolved": True}, recorded="2025-08-01")
    found = asked(stream, date(2025, 12, 31))
    assert [(one.quarter, one.state.value) for one in found.lines if one.cell == "E"] == [
        (1, "not_owed"),
        (2, "missing"),
        (3, "not_owed"),
    ]


def test_plan_against_done(stream: Stream) -> None:
    stream.planned("C", "p1", "2025-01-10", *PLAN, {"quarter": 2, "theme": "Khác"})
    thematic(stream, "C", "t1", "2025-06-20", "THEME 1")
    thematic(stream, "C", "t2", "2025-06-25", "Ngoài kế hoạch")
    second = line(asked(stream), "C", 2)
    assert [(one.theme, one.month, one.done) for one in second.planned] == [
        ("Theme  1", 5, True),
        ("Khác", None, False),
    ]
    assert [(one.meeting, one.planned) for one in second.meetings] == [("t1", True), ("t2", False)]
    assert [one.done for one in line(asked(stream), "C", 1).planned] == [False]


def test_held_instead_of_the_regular_one_is_named_with_its_event(stream: Stream) -> None:
    instead = thematic(stream, "C", "t1", "2025-02-20")
    thematic(stream, "C", "t2", "2025-03-20")
    stream.held("C", "r3", "2025-03-03")
    thematic(stream, "C", "t8", "2025-08-02")
    found = [(one.period, one.event) for one in line(asked(stream), "C", 1).instead]
    assert found == [("2025-02", instead)]
    assert [one.period for one in line(asked(stream), "C", 3).instead] == ["2025-08"]
    assert line(asked(stream, date(2025, 8, 6)), "C", 3).instead == (), "the regular one may still come"


# -- the answer --------------------------------------------------------------------------------------------------------


def test_units_add_up_their_cells(stream: Stream) -> None:
    stream.oriented("CITY", 2025, "2025-01-02")
    approved = decided("G", "2025-01-20", "2025-01-10")
    stream.planned("C", "p1", "2025-01-20", *PLAN, status="approved", **approved)
    thematic(stream, "C", "t1", "2025-02-20", "Bảo vệ rừng")
    city, committee = asked(stream).units
    assert (city.unit, city.unit_name, city.cells, committee.cells) == ("CITY", "Thành ủy", 2, 1)
    assert city.plans == {"approved": 1, "missing": 1}
    assert city.quarters == {"held": 1, "missing": 3, "due": 4}
    assert (committee.planned, committee.oriented, committee.done, committee.instead) == (2, 2, 1, 1)


def test_a_unit_a_quarter_a_limit_and_nobodys_unit(stream: Stream) -> None:
    found = asked(stream, unit="G", quarter=2)
    assert [(one.cell, one.quarter) for one in found.lines] == [("C", 2)]
    assert [one.unit for one in found.units] == ["G"]
    cut = asked(stream, limit=3)
    assert ([(one.cell, one.quarter) for one in cut.lines], cut.left_out) == ([("C", 1), ("C", 2), ("C", 3)], 5)
    assert [one.cells for one in cut.units] == [2, 1], "nothing of the totals is left out"
    with pytest.raises(Refused, match="no unit X"):
        asked(stream, unit="X")
    assert asked(stream, year=2018).lines == ()


def test_tree_at_groups_by_the_organisation_of_that_day(stream: Stream) -> None:
    stream.cell("C", {"valid_from": "2025-07-01", "parent": "CITY"}, recorded="2025-07-01")
    assert [one.unit for one in asked(stream).lines if one.cell == "C"] == ["G", "G", "CITY", "CITY"]
    then = asked(stream, tree_at="2025-01-01")
    assert [one.unit for one in then.lines if one.cell == "C"] == ["G"] * 4
    assert [(one.unit, one.cells) for one in then.units] == [("CITY", 2), ("G", 1)]
    assert len(asked(stream, unit="G").lines) == 2


def test_what_was_known_at_a_moment_and_in_whatever_order_it_came(stream: Stream) -> None:
    stream.planned("C", "p1", "2025-01-10", *PLAN)
    stream.planned("C", "p1", "2025-01-20", *PLAN, status="approved", **decided("G", "2025-01-20", "2025-01-10"))
    thematic(stream, "C", "t1", "2025-02-20", "Bảo vệ rừng")
    known = moment("2025-01-15")
    then = line(asked(stream, known_at=known), "C", 1)
    assert (then.plan_state, then.state, then.meetings) == ("submitted", "due", ())
    whole, order = asked(stream), Random(1).sample(stream.events, len(stream.events))
    stream.events = [event._replace(position=n) for n, event in enumerate([*order, *order], 1)]
    again = asked(stream)
    assert again.model_copy(update={"position": whole.position}) == whole
