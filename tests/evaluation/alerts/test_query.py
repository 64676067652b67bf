"""Asking for alerts: by cell, unit, rule, colour and period, as known at any moment, gravest first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.contracts.alerts import Alerts, AlertsOf, AlertStatus, Colour, Rule
from services.contracts.receipts import Refused
from services.evaluation.canonical import digest
from services.evaluation.history.store import Connection
from services.evaluation.queries.alerts import alerts
from services.evaluation.verify import rebuild
from tests.evaluation.alerts.looking import say
from tests.evaluation.history.stream import Stream, moment
from tests.evaluation.territory import SETS, running, territory


@pytest.fixture(scope="module")
def stream() -> Stream:
    stream = territory()
    say(stream, "2026-11-09")
    say(stream, "2026-11-10", cell="C", colour="red", rule=Rule.UNEXCUSED_ABSENCE)
    say(stream, "2026-11-11", unit="G", colour="orange", rule=Rule.MONTHLY_REPORT_LATE, period="2026-10")
    say(stream, "2026-11-12", cell="C", rule=Rule.NO_THEMATIC_MEETING, period="2026-Q3", since="2026-10-01")
    say(stream, "2026-11-20", "changed", 2, colour="orange", was="yellow")
    say(stream, "2026-11-25", "resolved", 3, colour="orange", was="orange")
    return stream


@pytest.fixture(scope="module")
def con(stream: Stream) -> Connection:
    return running(stream)


def asked(con: Connection, **question: Any) -> list[tuple[str, str]]:
    found = alerts(con, AlertsOf(**question), date(2026, 11, 28))
    return [(line.alert.cell or line.alert.unit or "", line.alert.rule.value) for line in found.alerts]


ABSENCE, REPORT, THEME = ("C", "unexcused_absence"), ("G", "monthly_report_late"), ("C", "no_thematic_meeting")
MEETING = ("D", "no_regular_meeting")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({}, [ABSENCE, REPORT, THEME]),
        ({"cleared": True}, [ABSENCE, REPORT, THEME, MEETING]),
        ({"cell": "C"}, [ABSENCE, THEME]),
        ({"unit": "G"}, [ABSENCE, REPORT, THEME]),
        ({"unit": "CITY", "cleared": True}, [ABSENCE, REPORT, THEME, MEETING]),
        ({"rule": Rule.NO_THEMATIC_MEETING}, [THEME]),
        ({"colour": Colour.ORANGE}, [REPORT]),
        ({"period": "2026-11"}, [ABSENCE]),
        ({"period": "2026-Q3"}, [THEME]),
        ({"period": "2026-Q4", "cleared": True}, [ABSENCE, REPORT, MEETING]),
        ({"period": "2026"}, [ABSENCE, REPORT, THEME]),
        ({"period": "2025"}, []),
        ({"known_at": moment("2026-11-10T12:00")}, [ABSENCE, MEETING]),
        ({"known_at": moment("2026-11-20T12:00"), "colour": Colour.ORANGE}, [REPORT, MEETING]),
    ],
)
def test_alerts_by_everything_that_may_be_asked(
    con: Connection, question: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert asked(con, **question) == expected


def test_an_answer_has_names_counts_and_whole_alerts(con: Connection) -> None:
    found = alerts(con, AlertsOf(cleared=True, limit=1), date(2026, 11, 28))
    assert (found.total, len(found.alerts)) == (4, 1)
    assert {(c.rule.value, c.colour.value): (c.alerts, c.cleared) for c in found.counts} == {
        ("unexcused_absence", "red"): (1, 0),
        ("monthly_report_late", "orange"): (1, 0),
        ("no_thematic_meeting", "yellow"): (1, 0),
        ("no_regular_meeting", "orange"): (0, 1),
    }
    [line] = found.alerts
    assert (line.cell_name, line.unit, line.unit_name) == ("Chi bộ C", "G", "Đảng ủy G")
    assert line.alert.values == {"planned": None, "share": 86.96}
    again = Alerts.model_validate_json(found.model_dump_json())
    assert again == found
    assert found.alerts[0].alert.status is AlertStatus.RAISED


def test_what_nobody_knows_is_refused(con: Connection) -> None:
    for question in ({"cell": "NOPE"}, {"unit": "NOPE"}):
        with pytest.raises(Refused):
            asked(con, **question)


def test_alerts_are_of_the_history_that_is_verified(con: Connection, stream: Stream) -> None:
    again = rebuild([[event] for event in stream.events], ":memory:", SETS)
    assert digest(again) == digest(con)
    assert {one.table: one.rows for one in digest(con).tables}["alerts"] == 6


def test_alerts_of_what_was_dissolved_are_seen_from_everything_above_its_last_parent() -> None:
    """A cell of a committee of a city, both of which end; the committee's cells go on under a ward."""
    gone = Stream()
    for unit, parent in (("P", None), ("CITY", "P"), ("G", "CITY"), ("WARD", "P")):
        gone.unit(unit, parent, "2019-01-01")
    lived = {"valid_from": "2019-01-01", "parent": "G"}
    gone.cell("C", lived, recorded="2019-01-01")
    gone.cell("D", lived, {**lived, "valid_from": "2026-11-01", "parent": "WARD"}, recorded="2026-11-01")
    gone.cell("C", {**lived, "valid_from": "2026-11-01", "dissolved": True}, recorded="2026-11-01")
    gone.unit("G", "CITY", "2026-11-02", dissolved=True)
    gone.unit("CITY", "P", "2026-11-03", dissolved=True)
    for unit in ("G", "CITY"):
        say(gone, "2026-11-10", unit=unit, colour="orange", rule=Rule.MONTHLY_REPORT_LATE, period="2026-10")
    say(gone, "2026-11-10", cell="C", rule=Rule.NO_REGULAR_MEETING, period="2026-10")
    say(gone, "2026-11-10", cell="D", rule=Rule.NO_REGULAR_MEETING, period="2026-10")
    con = running(gone)
    of = {unit: {code for code, _ in asked(con, unit=unit)} for unit in ("P", "CITY", "G", "WARD")}
    assert of == {"P": {"CITY", "G", "C", "D"}, "CITY": {"CITY", "G", "C"}, "G": {"G", "C"}, "WARD": {"D"}}
