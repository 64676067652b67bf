"""Who stands above whom, as the history tells it to whoever decides on criteria."""

from __future__ import annotations

from datetime import date

from services.evaluation.history.tree import UnitsToday
from tests.evaluation.history.stream import Stream
from tests.evaluation.territory import running

DAY = date(2025, 6, 1)


def test_the_line_of_a_unit_is_that_of_the_day() -> None:
    stream = Stream()
    stream.unit("PROV", None, "2019-01-01")
    stream.unit("CITY", "PROV", "2019-01-01")
    stream.unit("W", "CITY", "2019-01-01")
    stream.unit("W", "PROV", "2025-07-01")
    stream.unit("CITY", "PROV", "2025-07-01", dissolved=True)
    units = UnitsToday(running(stream))
    assert units.line("W", DAY) == ("W", "CITY", "PROV")
    assert units.line("W", date(2025, 7, 1)) == ("W", "PROV")
    assert units.line("W", date(2018, 1, 1)) == units.line("NOBODY", DAY) == ()
    assert (units.lives("CITY", DAY), units.lives("CITY", date(2025, 7, 1)), units.lives("NOBODY", DAY)) == (
        True,
        False,
        False,
    )


def test_a_unit_below_one_that_nobody_established_is_no_root() -> None:
    stream = Stream()
    stream.unit("W", "LOST", "2019-01-01")
    assert UnitsToday(running(stream)).line("W", DAY) == ("W", "LOST")
