"""The answer about coverage: shares, what was not kept, who could go, each with the events behind it."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest

from services.contracts.coverage import Coverage, CoverageOf
from services.contracts.receipts import Refused
from services.evaluation.queries.coverage import coverage
from tests.evaluation.history.stream import Stream, moment
from tests.evaluation.observing.told import history


def city() -> Stream:
    """C (a village) and E (a school) under the grassroots committee G of the city; D, an agency's grassroots cell."""
    stream = Stream()
    stream.unit("CITY", None, "2019-01-01", kind="city", name="Thành ủy")
    stream.unit("G", "CITY", "2019-01-01")
    stream.cell("C", {"valid_from": "2019-01-01", "parent": "G"}, recorded="2019-01-01")
    stream.cell("E", {"valid_from": "2019-01-01", "parent": "G", "kind": "school"}, recorded="2019-01-01")
    stream.cell("D", {"valid_from": "2019-01-01", "parent": "CITY", "kind": "agency"}, recorded="2019-01-01")
    return stream


def year(stream: Stream, months: int = 6) -> Stream:
    """All three cells meet every month of 2025, up to that one, and it is told to the end of it."""
    for month in range(1, months + 1):
        for cell in "CDE":
            stream.held(cell, f"m{month}", f"2025-{month:02}-03")
    stream.unit("AFAR", None, "2030-01-01", f"2025-{months:02}-28T20:00")
    return stream


LINES = {
    "grassroots": {"line": "grassroots", "standing": "standing_committee", "by_unit": "CITY"},
    "villages": {"line": "villages", "standing": "party_body_staff", "by_unit": "CITY"},
    "hardest": {"line": "hardest", "standing": "sponsor", "by_unit": "D"},
    "subordinate": {"line": "subordinate", "standing": "local_committee", "by_unit": "G"},
}


@pytest.fixture
def stream() -> Stream:
    return city()


def asked(stream: Stream, **question: Any) -> Coverage:
    return coverage(history(stream), CoverageOf.model_validate({"year": 2025, **question}))


# -- shares ------------------------------------------------------------------------------------------------------------


def test_shares_are_of_living_cells_by_month_unit_and_line(stream: Stream) -> None:
    year(stream, 2)
    stream.assigned("C", "a1", "2025-01-01", by_unit="CITY", standing="city_committee", line="villages")
    stream.assigned("E", "a2", "2025-01-01", by_unit="G")
    seen = stream.visited("C", "v1", "m1", "2025-01-03", assignment="a1")
    stream.visited("D", "v2", "m2", "2025-02-03")
    found = asked(stream)
    assert (found.first, found.last, found.told_until) == ("2025-01", "2025-02", date(2025, 3, 1))
    assert (found.whole.cells, found.whole.observed) == (3, 2)
    assert [(one.period, one.cells, one.observed) for one in found.months] == [("2025-01", 3, 1), ("2025-02", 3, 1)]
    assert [(one.unit, one.unit_name, one.cells, one.observed) for one in found.units] == [
        ("CITY", "Thành ủy", 3, 2),
        ("G", "Đảng ủy G", 2, 1),
    ]
    assert [(one.line, one.cells, one.assigned, one.observed) for one in found.lines] == [
        ("grassroots", 1, 0, 0),
        ("villages", 1, 1, 1),
        ("hardest", 0, 0, 0),
        ("subordinate", 2, 1, 0),
    ]
    first = found.by_cell[0]
    assert (first.cell, first.lines, first.months, first.observed_months) == ("C", ("villages", "subordinate"), 2, 1)
    assert (first.last_visit, first.events) == (date(2025, 1, 3), (seen,))
    assert found.position == len(stream.events)


def test_a_month_a_unit_a_line(stream: Stream) -> None:
    year(stream, 2)
    stream.assigned("C", "a1", "2025-01-01", by_unit="CITY", standing="city_committee", line="villages")
    stream.visited("C", "v1", "m1", "2025-01-03", assignment="a1")
    stream.visited("E", "v2", "m2", "2025-02-03")
    assert asked(stream, month=1).whole.observed == 1
    assert asked(stream, month=3).first is None, "nothing is told of it"
    assert [one.unit for one in asked(stream, unit="G").units] == ["G"]
    assert asked(stream, unit="G").whole.cells == 2
    villages = asked(stream, line="villages")
    assert (villages.whole.cells, villages.whole.observed) == (1, 1)
    assert [one.line for one in villages.lines] == ["villages"]
    assert asked(stream, line="subordinate").whole.observed == 0, "nobody came along that line"
    with pytest.raises(Refused, match="no unit X"):
        asked(stream, unit="X")


def test_what_was_withdrawn_does_not_count_from_the_moment_it_was_recorded(stream: Stream) -> None:
    year(stream, 2)
    stream.visited("C", "v1", "m1", "2025-01-03", "2025-01-04")
    stream.visited("D", "v1", "m1", "2025-01-03", "2025-01-04")
    stream.visited("C", "v1", "m1", "2025-01-03", "2025-01-20", status="withdrawn")
    stream.meeting("D", "m1", "2025-01-03", "2025-01-25", status="withdrawn")
    assert asked(stream).whole.observed == 0
    assert asked(stream, known_at=moment("2025-01-22")).whole.observed == 1
    assert asked(stream, known_at=moment("2025-01-10")).whole.observed == 2
    assert asked(stream, known_at=moment("2025-01-10")).last == "2025-01"


def test_a_visit_is_of_the_day_its_meeting_is_known_to_be_of_and_of_the_line_its_observer_is_assigned_along(
    stream: Stream,
) -> None:
    year(stream, 2)
    stream.assigned("C", "a1", "2025-02-01", **LINES["villages"])
    stream.visited("C", "v1", "m1", "2025-01-03", "2025-01-04")
    found = asked(stream)
    assert ([one.observed for one in found.months], found.lines[1].observed) == ([1, 0], 0)
    stream.held("C", "m1", "2025-02-04", "2025-02-20")
    found = asked(stream)
    assert ([one.observed for one in found.months], found.lines[1].observed) == ([0, 1], 1)
    assert [one.observed for one in asked(stream, known_at=moment("2025-02-10")).months] == [1, 0]


def test_units_are_those_of_any_date(stream: Stream) -> None:
    year(stream, 2)
    stream.visited("C", "v1", "m1", "2025-01-03")
    stream.cell("C", {"valid_from": "2025-06-01", "parent": "CITY"}, recorded="2025-02-28")
    assert {one.unit: one.observed for one in asked(stream).units} == {"CITY": 1, "G": 1}
    assert {one.unit: one.observed for one in asked(stream, tree_at=date(2025, 6, 1)).units} == {"CITY": 1, "G": 0}


def test_what_was_not_kept_belongs_to_the_unit_of_that_date_too(stream: Stream) -> None:
    year(stream, 2)
    stream.assigned("C", "a1", "2025-01-01", **LINES["grassroots"])
    stream.unit("WARD", "CITY", "2025-07-01", "2025-02-28", kind="ward")
    stream.cell("C", {"valid_from": "2025-07-01", "parent": "WARD"}, recorded="2025-02-28")
    after = asked(stream, unit="WARD", tree_at=date(2025, 7, 1))
    assert [one.cell for one in after.never_came] == [one.cell for one in after.broken] == ["C"]
    assert [one.unit_name for one in after.units] == ["Đảng ủy WARD"]
    assert asked(stream, unit="WARD").never_came == ()
    before = asked(stream, unit="G", tree_at=date(2025, 7, 1))
    assert before.never_came == before.broken == ()


def test_of_a_history_that_tells_nothing_there_is_nothing() -> None:
    found = asked(Stream())
    assert (found.first, found.whole.share, found.by_cell, found.told_until) == (None, None, (), None)


def test_lists_have_a_limit_and_say_what_they_leave_out(stream: Stream) -> None:
    found = asked(year(stream, 4), limit=2)
    assert len(found.by_cell) == len(found.unvisited) == len(found.proposals) == 2
    assert found.left_out == {"by_cell": 1, "unvisited": 1, "proposals": 1}


def test_how_it_came_in_makes_no_difference(stream: Stream) -> None:
    year(stream, 3)
    stream.assigned("C", "a1", "2025-01-01", **LINES["villages"])
    stream.assigned("C", "a1", "2025-02-01", **LINES["villages"])
    stream.assigned("E", "a1", "2025-01-01", **LINES["villages"])
    stream.visited("C", "v1", "m1", "2025-01-03")
    stream.visited("C", "v1", "m2", "2025-02-03", assignment="a1")
    stream.visited("E", "v1", "m2", "2025-02-03")
    stream.visited("E", "v1", "m2", "2025-02-03", status="withdrawn")
    found = asked(stream)
    assert found.whole.observed == 1 and found.broken and found.proposals
    order = Random(1).sample(stream.events, len(stream.events))
    stream.events = [event._replace(position=n) for n, event in enumerate([*order, *order], 1)]
    again = asked(stream)
    assert again.model_copy(update={"position": found.position}) == found


# -- what was not kept -------------------------------------------------------------------------------------------------


def test_cells_that_nobody_visited_for_months(stream: Stream) -> None:
    year(stream, 6)
    met = [(one.subject.split(".")[4], one.headers["ce-id"]) for one in stream.events if "MeetingHeld" in one.subject]
    held = {cell: [id_ for of, id_ in met if of == cell] for cell in "CE"}
    last = stream.visited("C", "v1", "m3", "2025-03-03")
    stream.visited("D", "v1", "m4", "2025-04-03")
    stream.cell("NEW", {"valid_from": "2025-05-01", "parent": "G"}, recorded="2025-05-01")
    unvisited = asked(stream).unvisited
    assert [(one.cell, one.last_visit, one.events) for one in unvisited] == [
        ("C", date(2025, 3, 3), (last, *held["C"][3:])),
        ("E", None, tuple(held["E"][3:])),
    ], "and what they held in these months"
    assert [one.events for one in asked(stream).by_cell if one.cell == "E"] == [tuple(held["E"])]
    assert [one.cell for one in asked(stream, unvisited_months=2).unvisited] == ["C", "D", "E", "NEW"]
    assert [one.cell for one in asked(stream, unvisited_months=6).unvisited] == ["E"]
    assert [one.cell for one in asked(stream, month=5).unvisited] == ["E"]


def test_observers_who_never_came(stream: Stream) -> None:
    year(stream, 3)
    event = stream.assigned("C", "a1", "2025-01-01")
    stream.assigned("C", "a2", "2025-01-01", observer="o-002")
    stream.assigned("C", "a3", "2025-01-01", observer="o-003")
    stream.assigned("C", "gone", "2025-01-01", observer="o-004")
    stream.assigned("C", "gone", "2025-01-01", observer="o-004", relieved_on="2025-01-02")
    stream.assigned("C", "soon", "2025-03-04", observer="o-005")
    stream.visited("C", "v2", "m1", "2025-01-03", observer="o-002", assignment="a2")
    stream.visited("C", "v3", "m2", "2025-02-03", observer="o-003")
    [found] = asked(stream).never_came
    assert (found.assignment, found.observer, found.meetings, found.events) == ("a1", "o-001", 3, (event,))
    assert (found.since, found.until, found.by_unit) == (date(2025, 1, 1), None, "U")
    assert [one.assignment for one in asked(stream, month=1).never_came] == ["a1", "a3"], "not yet"
    assert asked(stream, line="villages").never_came == ()
    assert [one.assignment for one in asked(stream, line="subordinate").never_came] == ["a1"]


KEPT_AND_BROKEN: list[tuple[str, str, dict[str, str], tuple[str, ...]]] = [
    ("grassroots", "D", {}, ()),
    ("villages", "C", {}, ()),
    ("subordinate", "E", {}, ()),
    ("grassroots", "D", {"standing": "council_or_peoples_committee_head"}, ()),
    ("grassroots", "C", {}, ("not_grassroots",)),
    ("grassroots", "D", {"standing": "sponsor"}, ("standing",)),
    ("villages", "E", {}, ("not_village",)),
    ("villages", "C", {"by_unit": "OTHER"}, ("not_above",)),
    ("hardest", "C", {}, ("not_hardest",)),
    ("subordinate", "D", {"by_unit": "CITY"}, ("not_subordinate", "not_local")),
    ("subordinate", "E", {"by_unit": "CITY"}, ("not_local",)),
    ("subordinate", "D", {"standing": "party_body_staff"}, ("standing", "not_subordinate", "not_above")),
]


def test_what_of_an_assignment_breaks_its_line(stream: Stream) -> None:
    events = {}
    for number, (line, cell, more, _) in enumerate(KEPT_AND_BROKEN):
        events[f"a{number}"] = stream.assigned(cell, f"a{number}", "2025-01-01", **{**LINES[line], **more})
    found = {one.assignment: one for one in asked(year(stream, 1)).broken}
    codes = {f"a{number}": codes for number, (_, _, _, codes) in enumerate(KEPT_AND_BROKEN)}
    assert {key: tuple(reason.code for reason in one.reasons) for key, one in found.items()} == {
        key: broken for key, broken in codes.items() if broken
    }
    for key, one in found.items():
        assert (one.events[0], one.broken_on) == (events[key], date(2025, 1, 1))
        assert all(set(reason.words) == {"vi", "en", "bn"} for reason in one.reasons)


def test_a_line_is_broken_from_the_day_the_registry_says_so_by_the_event_that_made_it_so(stream: Stream) -> None:
    secretary = {"parent": "CITY", "kind": "agency", "secretary": {"on_upper_committee": True}}
    event = stream.assigned("D", "a1", "2025-01-01", "2024-12-30", **LINES["grassroots"])
    appointed = stream.cell("D", {"valid_from": "2025-02-10", **secretary}, recorded="2025-02-10")
    stream.cell("D", {"valid_from": "2025-03-10", **secretary, "committee_size": 5}, recorded="2025-03-10")
    [found] = asked(stream).broken
    assert [reason.code for reason in found.reasons] == ["secretary_on_committee"]
    assert (found.broken_on, found.events) == (date(2025, 2, 10), (event, appointed))
    [later] = asked(stream, month=3).broken
    assert (later.broken_on, later.events) == (date(2025, 3, 1), (event, appointed))
    assert asked(stream, known_at=moment("2025-02-01")).broken == ()
    stream.assigned("D", "a1", "2025-01-01", "2025-03-11", **LINES["grassroots"], relieved_on="2025-02-10")
    assert asked(stream).broken == ()


def test_a_line_is_broken_when_the_unit_above_goes_or_the_cell_does(stream: Stream) -> None:
    stream.unit("WARD", None, "2019-01-01", kind="ward")
    stream.assigned("C", "a1", "2025-01-01", "2024-12-30", **LINES["villages"])
    stream.assigned("D", "a1", "2025-01-01", "2024-12-30", **LINES["grassroots"])
    moved = stream.unit("G", "WARD", "2025-02-01")
    gone = stream.cell("D", {"valid_from": "2025-02-05", "parent": "CITY", "dissolved": True}, recorded="2025-02-05")
    village, agency = asked(stream).broken
    assert (village.broken_on, [reason.code for reason in village.reasons]) == (date(2025, 2, 1), ["not_above"])
    assert moved in village.events
    assert (agency.broken_on, [reason.code for reason in agency.reasons]) == (date(2025, 2, 5), ["cell_gone"])
    assert gone in agency.events


def test_hardest_villages_without_their_sponsor_in_a_month_that_is_over(stream: Stream) -> None:
    hard = stream.cell("C", {"valid_from": "2025-01-01", "parent": "G", "hardship": True}, recorded="2024-12-30")
    year(stream, 3)
    sponsor = stream.assigned("C", "a1", "2025-02-01", **LINES["hardest"])
    stream.assigned("C", "a2", "2025-01-01", **LINES["villages"], observer="o-002")
    stream.visited("C", "v1", "m1", "2025-01-03", observer="o-002", assignment="a2")
    stream.visited("C", "v2", "m3", "2025-03-03", assignment="a1")
    found = asked(stream).unsponsored
    assert [(one.cell, one.period, one.sponsors, one.events) for one in found] == [
        ("C", "2025-01", (), (hard,)),
        ("C", "2025-02", ("o-001",), (hard, sponsor)),
    ]
    assert [one.period for one in asked(stream, known_at=moment("2025-02-27T16:59")).unsponsored] == ["2025-01"]


# -- proposals ---------------------------------------------------------------------------------------------------------


def test_somebody_whom_the_lines_allow_is_proposed_for_each_cell_that_nobody_observed(stream: Stream) -> None:
    year(stream, 2)
    stream.cell("F", {"valid_from": "2019-01-01", "parent": "G"}, recorded="2019-01-01")
    stream.cell("H", {"valid_from": "2019-01-01", "parent": "G"}, recorded="2019-01-01")
    busy = stream.assigned("C", "a1", "2025-01-01", **LINES["villages"], observer="o-001")
    stream.assigned("C", "a2", "2025-01-01", **LINES["villages"], observer="o-002")
    stream.assigned("C", "a3", "2025-01-01", "2025-02-01", **LINES["villages"], observer="o-003", valid_to="2025-01-31")
    stream.assigned("E", "a1", "2025-01-01", **LINES["villages"], observer="o-002")
    stream.visited("C", "v1", "m1", "2025-01-03", assignment="a1")
    found = {one.cell: one for one in asked(stream).proposals}
    assert list(found) == ["D", "E", "F", "H"]
    assert (found["D"].observer, found["D"].reason and found["D"].reason.code) == (None, "nobody")
    assert (found["E"].observer, found["E"].reason and found["E"].reason.code) == (None, "nobody"), "a school"
    assert [found[cell].observer for cell in "FH"] == ["o-001", "o-001"], "o-002 has two cells already"
    assert [found[cell].load for cell in "FH"] == [3, 3], "with all that is proposed"
    one = found["F"]
    assert (one.line, one.standing, one.by_unit, one.events[0]) == ("villages", "party_body_staff", "CITY", busy)


def test_nobody_is_proposed_where_no_line_leads_or_where_they_are_assigned_already(stream: Stream) -> None:
    stream.cell(
        "D",
        {"valid_from": "2025-01-01", "parent": "CITY", "kind": "agency", "secretary": {"on_upper_committee": True}},
        recorded="2025-01-01",
    )
    year(stream, 1)
    stream.assigned("C", "a1", "2025-01-01", **LINES["villages"])
    found = {one.cell: one.reason.code for one in asked(stream).proposals if one.reason}
    assert found == {"C": "nobody", "D": "no_line", "E": "nobody"}


def test_a_sponsor_is_proposed_for_a_hardest_village_of_the_same_city_only(stream: Stream) -> None:
    stream.unit("WARD", None, "2019-01-01", kind="ward")
    stream.cell("FAR", {"valid_from": "2019-01-01", "parent": "WARD", "hardship": True}, recorded="2019-01-01")
    stream.cell("C", {"valid_from": "2025-01-01", "parent": "G", "hardship": True}, recorded="2025-01-01")
    year(stream, 1)
    stream.assigned("E", "a1", "2025-01-01", **LINES["hardest"])
    found = {one.cell: (one.observer, one.line) for one in asked(stream).proposals}
    assert (found["C"], found["FAR"]) == (("o-001", "hardest"), (None, None))
