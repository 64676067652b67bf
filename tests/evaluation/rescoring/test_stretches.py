"""A run looks at stretches of cells, so that a nation's facts need not be in memory at once: the result is the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from polars.testing import assert_frame_equal

from services.contracts.rescoring import Lens, RescoreOf
from services.evaluation.criteria.load import load
from services.evaluation.history.store import Connection
from services.evaluation.history.stretches import EVERY_CELL, stretches
from services.evaluation.rescoring.result import Rescoring
from tests.bench.nation import write
from tests.evaluation.scoring.sheets import SETS, E

CELLS = 60
EXAMPLE = load(Path(__file__).parents[3] / "docs" / "examples" / "criteria-example.yaml")
DRAFT = Lens(draft=EXAMPLE.model_dump(mode="json", by_alias=True, exclude_none=True))
ASKED: dict[str, dict[str, Any]] = {
    "against what is in force, two years": {"after": Lens(set=E.id), "first": "2024-03"},
    "roll-ups and quotas, in one unit": {"after": DRAFT, "unit": "NATION"},
    "two trees": {"before": Lens(set=E.id), "after": Lens(set=E.id, tree_at=date(2025, 8, 1))},
    "one cell": {"after": Lens(set=E.id), "cell": "CB-000007"},
}


@pytest.fixture(scope="module")
def province() -> Connection:
    """Two years of some cells, a few of which the registry does not know."""
    return write(":memory:", cells=CELLS, years=2)


def test_every_cell_is_in_one_stretch_of_about_so_many_meetings(province: Connection) -> None:
    year = date(2025, 1, 1), date(2025, 12, 31)
    assert stretches(province, *year, at_once=1_000_000) == [EVERY_CELL]
    found = stretches(province, *year, at_once=100)
    assert len(found) > 8
    assert (found[0].from_, found[-1].until) == (None, None)
    assert [one.until for one in found[:-1]] == [one.from_ for one in found[1:]]
    assert [one.from_ for one in found[1:]] == sorted({one.from_ for one in found[1:] if one.from_})
    assert len(stretches(province, *year, at_once=1)) == CELLS


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_a_run_is_the_same_in_whatever_stretches(province: Connection, asked: dict[str, Any]) -> None:
    question = RescoreOf.model_validate({"first": "2025-01", "last": "2025-12", **asked})
    whole = Rescoring(province, question, SETS).carry_out()
    told = list[tuple[str, int, int]]()
    parts = Rescoring(province, question, SETS, at_once=150).carry_out(lambda *part: told.append(part))
    assert len(told) > 8 or question.cell
    for name, table in whole.tables.items():
        assert_frame_equal(parts.tables[name], table, check_exact=True)
    assert parts.receipt == whole.receipt
    assert Rescoring(province, question, SETS, at_once=150).compare() == Rescoring(province, question, SETS).compare()
