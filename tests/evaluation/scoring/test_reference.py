"""Set E's computed items against a plain reading of the form, row by row, as a person would do it with a pencil."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation.scoring.score import score
from tests.evaluation.scoring.sheets import SETS, E, frame
from tests.evaluation.scoring.strategies import meetings


def by_hand(row: dict[str, Any]) -> dict[str, int | None]:
    required = 90 if row["members"] < 30 else 120
    short = required - row["minutes"]
    if short <= 0:
        duration = 5
    elif short <= 15:
        duration = 4
    elif short <= 30:
        duration = 3
    else:
        duration = 2 if 2 * row["minutes"] >= required else 1
    start = datetime.combine(row["held_on"], row["started_at"], UTC) - timedelta(hours=7)
    done = Fraction(row["targets_met"], row["targets_total"])
    return {
        "1.1": duration,
        "2.1": attendance(row),
        "2.2": 1 if row["longest_excused_run"] <= 3 else 0,
        "3.5": 2 if start - row["documents_at"] >= timedelta(hours=24) else 0,
        "4.5": opinions(row),
        "7": next(
            (points for least, points in ((90, 30), (80, 27), (70, 24), (60, 20), (50, 15)) if done * 100 >= least), 10
        ),
        "8.3": 1 if row["minutes_filed_on"] - row["held_on"] <= timedelta(days=2) else 0,
    }


def attendance(row: dict[str, Any]) -> int | None:
    if row["unexcused"]:
        return 1
    if not row["expected"]:
        return None
    rate = Fraction(row["present"], row["expected"]) * 100
    return 4 if rate >= 90 else 3 if rate >= 75 else 2 if rate >= 65 else 1


def opinions(row: dict[str, Any]) -> int | None:
    if not row["present"]:
        return None
    share = Fraction(row["speakers"], row["present"]) * 100
    return 5 if share > 50 else 4 if share >= 40 else 3 if share >= 30 else 2


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(meetings(form="an-phu-2025"), min_size=1, max_size=10))
def test_the_computed_items_are_those_of_the_printed_form(rows: list[dict[str, Any]]) -> None:
    rows = [{**row, "meeting": f"m{number}"} for number, row in enumerate(rows)]
    lines = score(frame(*rows), E, SETS).items
    made = {(line["meeting"], line["item"]): line["points"] for line in lines.iter_rows(named=True)}
    for row in rows:
        for item, points in by_hand(row).items():
            assert made[row["meeting"], item] == points, (item, row)
