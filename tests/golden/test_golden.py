"""The golden runs come to what is checked in, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.evaluation.history.store import Connection
from tests.golden.__main__ import note, spans
from tests.golden.replay import Golden, carry_out, demo_history, differences, goldens, impacted

pytestmark = pytest.mark.golden


@pytest.fixture(scope="module")
def con() -> Iterator[Connection]:
    with demo_history() as con:
        yield con


@pytest.mark.timeout(600)
@pytest.mark.parametrize("golden", goldens(), ids=lambda golden: golden.path.stem)
def test_a_golden_run_comes_to_what_is_checked_in(con: Connection, golden: Golden) -> None:
    result = carry_out(con, golden)
    assert not differences(golden, result), 'an intended change is accepted by: make golden why="what and for whom"'
    assert not impacted(golden, result)
    assert result.tables["months"].height


def test_months_are_named_in_runs() -> None:
    months = ["2019-11", "2019-12", "2020-01", "2021-03", "2025-10", "2025-11"]
    assert spans(months) == "2019-11 to 2020-01, 2021-03, 2025-10 to 2025-11"
    assert spans([]) == "none"


def test_an_accepted_change_is_a_line_of_the_changelog(tmp_path: Path) -> None:
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text("# Changelog\n\n## 0.2.0 — unreleased\n\n- Before.\n\n## 0.1.0\n\n- Old.\n", encoding="utf-8")
    note("Half an hour counts as half an hour", {"seven-years": ["2019-01", "2019-02"]}, changelog)
    lines = changelog.read_text(encoding="utf-8").split("\n")
    assert lines[:8] == [
        "# Changelog",
        "",
        "## 0.2.0 — unreleased",
        "",
        "- Half an hour counts as half an hour.",
        "  Impacted periods (golden runs): seven-years: 2019-01 to 2019-02.",
        "- Before.",
        "",
    ]
