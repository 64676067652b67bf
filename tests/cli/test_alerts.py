"""What `nenep alerts` says when there is nothing to list."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.cli.commands.alerts import show
from services.contracts.alerts import Alerts

NONE = Alerts(alerts=(), counts=(), total=0, position=0)
LOOKED = NONE.model_copy(update={"looked_at": datetime(2026, 11, 28, 5, 0, tzinfo=UTC)})


@pytest.mark.parametrize(
    ("found", "past", "lines"),
    [
        (NONE, False, []),
        (LOOKED, False, ["No alert that is asked for stands.", "Last looked for: 28/11/2026 12:00."]),
        (LOOKED, True, ["No alert that is asked for stands."]),
        (NONE, True, ["No alert that is asked for stands."]),
    ],
    ids=["not looked yet", "looked", "a past moment", "a past moment, not looked since"],
)
def test_a_list_that_nobody_made_is_not_said_to_be_empty(
    found: Alerts, past: bool, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    show(found, "en", past=past)
    assert capsys.readouterr().out.splitlines() == lines
