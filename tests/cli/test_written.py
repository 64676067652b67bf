"""A report as a workbook: nothing is left out of it, however long a table is."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from services.cli.rescoring import written
from services.cli.rescoring.report import Report
from services.contracts.rescoring import Lens, RescoreOf
from services.evaluation.rescoring.result import Rescoring
from tests.evaluation.scoring.sheets import SETS, E
from tests.evaluation.territory import running, territory


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = territory()
    for month in range(1, 6):
        stream.held("C", f"m{month}", f"2025-{month:02}-03")
    asked = RescoreOf(after=Lens(set=E.id), first="2025-01", last="2025-12")
    report = Report.of(Rescoring(running(stream), asked, SETS).carry_out())
    monkeypatch.setattr(written, "MOST_ROWS", 2)
    with zipfile.ZipFile(io.BytesIO(written.as_xlsx(report, "en"))) as book:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    moves = written.word("moves", "en")
    assert report.moves.height == 5
    assert [name for name in names if name.startswith(moves)] == [moves, f"{moves} 2", f"{moves} 3"]
