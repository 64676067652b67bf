"""A run looks at stretches of cells, so that a nation's facts need not be in memory at once: the result is the same."""

from __future__ import annotations

import weakref
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from services.contracts.rescoring import Lens, RescoreOf, ResultOf
from services.evaluation.criteria.load import load
from services.evaluation.history.store import Connection
from services.evaluation.history.stretches import EVERY_CELL, stretches
from services.evaluation.rescoring import summary
from services.evaluation.rescoring.compare import Compared
from services.evaluation.rescoring.numbers import Numbers
from services.evaluation.rescoring.pairs import IMPACTS
from services.evaluation.rescoring.result import Rescoring
from services.evaluation.runs.files import RunFiles
from tests.bench.nation import write
from tests.evaluation.scoring.sheets import SETS, E

CELLS = 60
EXAMPLE = load(Path(__file__).parents[3] / "docs" / "examples" / "criteria-example.yaml")
DRAFT = Lens(draft=EXAMPLE.model_dump(mode="json", by_alias=True, exclude_none=True))
SCALED = Lens(draft=E.with_policy("rescale").model_dump(mode="json", by_alias=True, exclude_none=True))
ASKED: dict[str, dict[str, Any]] = {
    "against what is in force, two years": {"after": Lens(set=E.id), "first": "2024-03"},
    "roll-ups and quotas, in one unit": {"after": DRAFT, "unit": "NATION"},
    "two trees": {"before": Lens(set=E.id), "after": Lens(set=E.id, tree_at=date(2025, 8, 1))},
    "scaled, which moves points that no item explains": {"before": Lens(set=E.id), "after": SCALED},
    "one cell": {"after": Lens(set=E.id), "cell": "CB-000007"},
}

DECIDED = """
INSERT INTO grades BY NAME SELECT position, event, recorded_at, cell, strftime(held_on, '%Y-%m') AS period, version,
    'decided' AS status, meeting, 'good' AS grade, unit AS decided_by
FROM meetings, (SELECT 'NATION' AS unit) WHERE kind = 'regular' AND hash(cell) % 2 = 0
"""


@pytest.fixture(scope="module")
def province() -> Connection:
    """Two years of some cells, a few of which the registry does not know."""
    con = write(":memory:", cells=CELLS, years=2)
    con.execute(DECIDED)
    return con


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
    at_once = 100 if question.after == SCALED else 400
    whole = Rescoring(province, question, SETS).carry_out()
    told = list[tuple[str, int, int]]()
    parts = Rescoring(province, question, SETS, at_once=at_once).carry_out(lambda *part: told.append(part))
    assert len(told) > 3 or question.cell
    for name, table in whole.tables.items():
        assert_frame_equal(parts.tables[name], table, check_exact=True)
    assert parts.receipt == whole.receipt
    assert (
        Rescoring(province, question, SETS, at_once=at_once).compare() == Rescoring(province, question, SETS).compare()
    )


def test_what_headings_moved_is_the_same_in_whatever_order_it_was_found() -> None:
    nothing = dict.fromkeys([name for name, kind in IMPACTS.items() if kind == pl.Int64], 0)
    ward, centre = (
        pl.DataFrame([{**nothing, "heading": "1", "place": place, "vi": of, "en": of, "bn": of}], schema=IMPACTS)
        for place, of in ((3, "of a ward's set"), (1, "of the central set"))
    )
    assert_frame_equal(summary.impacts(pl.concat([ward, centre])), summary.impacts(pl.concat([centre, ward])))


def test_a_comparison_holds_the_months_of_one_stretch_only(
    province: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = list[weakref.ref[pl.DataFrame]]()
    take = Numbers.take

    def taken(self: Numbers, compared: Compared, decided: pl.DataFrame | None) -> None:
        assert not any(frame() is not None for frame in looked)
        looked.append(weakref.ref(compared.months))
        take(self, compared, decided)

    monkeypatch.setattr(Numbers, "take", taken)
    question = RescoreOf(after=Lens(set=E.id), first="2024-03", last="2025-12")
    assert Rescoring(province, question, SETS, at_once=400).compare().months > 1000
    assert len(looked) > 4


class Kept:
    """Where a run's tables go, each looked at only while it comes."""

    folder = None

    def __init__(self) -> None:
        self.rows: dict[str, list[int]] = {}
        self.held: list[weakref.ref[pl.DataFrame]] = []

    def add(self, table: str, rows: pl.DataFrame) -> None:
        """The next rows of a table."""
        self.rows.setdefault(table, []).append(rows.height)
        self.held.append(weakref.ref(rows))


@pytest.mark.parametrize("first", ["2025-01", "2024-03"], ids=["a year", "two years"])
def test_what_a_stretch_came_to_is_kept_before_the_next_and_held_no_longer(province: Connection, first: str) -> None:
    kept, question = Kept(), RescoreOf(after=Lens(set=E.id), first=first, last="2025-12")
    looked = list[int]()

    def told(*_: object) -> None:
        looked.append(sum(rows() is not None for rows in kept.held))

    receipt = Rescoring(province, question, SETS, at_once=400).write(kept, told)
    assert not any(looked)
    assert sum(kept.rows["months"]) == receipt.months
    for table in ("months", "headings", "official"):
        assert max(kept.rows[table]) < sum(kept.rows[table]) / 2


def test_a_result_in_files_is_the_result_in_memory(province: Connection, tmp_path: Path) -> None:
    files, question = RunFiles(tmp_path), RescoreOf(after=DRAFT, first="2025-01", last="2025-12")
    whole = Rescoring(province, question, SETS).carry_out()
    with files.begin() as begun:
        receipt = Rescoring(province, question, SETS, at_once=400).write(begun)
        files.keep(begun, receipt)
    assert receipt == whole.receipt
    assert len(list((tmp_path / receipt.run).glob("months*"))) > 2
    for name, table in whole.tables.items():
        page, rows = files.page(ResultOf(run=receipt.run, table=name, limit=50_000))
        assert_frame_equal(page, table, check_exact=True)
        assert rows == table.height
    middle, _ = files.page(ResultOf(run=receipt.run, table="months", offset=100, limit=300))
    assert_frame_equal(middle, whole.tables["months"][100:400])
    with pytest.raises(OSError, match="full"), files.begin() as begun:
        begun.add("months", middle)
        raise OSError("full")
    assert [path.name for path in tmp_path.iterdir()] == [receipt.run]
