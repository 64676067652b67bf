"""What the meetings service makes of the registry's events: all of them, or none after one that it cannot read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

import orjson
import pytest

from services.chassis.bus import Bus
from services.chassis.tail import Arrived
from services.meetings.app import Neighbour

SUBJECT = "evt.registry.CellRenamed.LAI-CHAU.C1"
TIME = {"ce-time": "2025-11-03T12:00:00+00:00"}
CELL = {"cell": "C1", "states": [{"valid_from": "2025-01-01", "parent": "U1", "dissolved": False}]}


def arrived(data: bytes, headers: dict[str, str]) -> Arrived:
    return Arrived(7, SUBJECT, headers, data, datetime(2025, 11, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        (b"\xff", TIME),
        (b"[]", TIME),
        (orjson.dumps({"cell": "C1", "of_version": 9}), TIME),
        (orjson.dumps(CELL), {}),
        (orjson.dumps(CELL), {"ce-time": "soon"}),
    ],
)
def test_an_event_that_cannot_be_read_is_named_and_not_passed_over(data: bytes, headers: dict[str, str]) -> None:
    neighbour = Neighbour(cast("Bus", None))
    neighbour.take(arrived(orjson.dumps(CELL), TIME))
    with pytest.raises(RuntimeError, match=f"event 7 on {SUBJECT} cannot be read"):
        neighbour.take(arrived(data, headers))
    assert (neighbour.taken, list(neighbour.tree.cells)) == (1, ["C1"])
