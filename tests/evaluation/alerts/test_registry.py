"""The size of cells and their committees."""

from __future__ import annotations

from datetime import date

from services.contracts.alerts import Colour, Rule
from tests.evaluation.alerts.looking import found
from tests.evaluation.territory import territory


def sized(full: int, committee: int, since: str) -> dict[str, object]:
    return {"valid_from": since, "parent": "G", "members": {"full": full}, "committee_size": committee}


def test_a_cell_below_three_members_is_grave_from_the_day_on_which_it_was() -> None:
    stream = territory()
    stream.cell(
        "S", sized(3, 0, "2026-01-01"), sized(2, 0, "2026-09-10"), sized(1, 0, "2026-11-10"), recorded="2026-01-01"
    )
    assert found(stream, "2026-09-09", Rule.TOO_FEW_MEMBERS) == {}
    alert = found(stream, "2026-11-28", Rule.TOO_FEW_MEMBERS)["S", "2026-09"]
    assert (alert.colour, alert.since, alert.values) == (Colour.RED, date(2026, 9, 10), {"value": 1, "needed": 3})
    assert found(stream, "2027-11-28", Rule.TOO_FEW_MEMBERS).keys() == {("S", "2026-09")}, "it does not lapse"
    stream.cell("S", sized(4, 0, "2027-01-01"), recorded="2027-01-01")
    assert found(stream, "2027-01-01", Rule.TOO_FEW_MEMBERS) == {}


def test_nine_full_members_want_a_committee_more_and_more() -> None:
    stream = territory()
    stream.cell("S", sized(8, 0, "2026-01-01"), sized(9, 0, "2026-09-10"), recorded="2026-01-01")
    colours = [
        found(stream, day, Rule.COMMITTEE_MISSING)["S", "2026-09"].colour
        for day in ("2026-09-10", "2026-10-01", "2026-11-01")
    ]
    assert colours == [Colour.YELLOW, Colour.ORANGE, Colour.RED]
    later = [
        found(stream, day, Rule.COMMITTEE_MISSING)["S", "2026-09"].repeated for day in ("2027-02-01", "2027-03-01")
    ]
    assert later == [6, 6], "of the last six months: it does not change for ever"
    stream.cell("S", sized(9, 3, "2026-11-15"), recorded="2026-11-15")
    assert found(stream, "2026-11-15", Rule.COMMITTEE_MISSING) == {}


def test_a_dissolved_cell_is_left_alone() -> None:
    stream = territory()
    stream.cell("S", sized(9, 0, "2026-01-01"), sized(1, 0, "2026-02-01") | {"dissolved": True}, recorded="2026-01-01")
    assert found(stream, "2026-03-01", Rule.COMMITTEE_MISSING) | found(stream, "2026-03-01", Rule.TOO_FEW_MEMBERS) == {}
