"""Output into a pipe whose reader ends before it, as in `nenep tree | head`."""

from __future__ import annotations

import os
import sys

import pytest

from services.cli import main
from services.cli.failures import Exit


@pytest.mark.parametrize(
    "line",
    ["--help", "criteria list", "criteria show hd-42-2025 --format yaml", "criteria check nowhere.yaml --format json"],
    ids=["help", "a table", "data", "a failure"],
)
def test_a_reader_that_has_gone_ends_a_command_quietly(
    line: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    monkeypatch.setenv("NENEP_DATA", "nowhere")
    monkeypatch.setattr(sys, "argv", ["nenep", *line.split()])
    with os.fdopen(writer, "w") as gone:
        monkeypatch.setattr(sys, "stdout", gone)
        with pytest.raises(SystemExit) as ended:
            main()
    said = [line for line in capfd.readouterr().err.splitlines() if not line.startswith("No system runs")]
    if "nowhere.yaml" in line:
        assert (ended.value.code, len(said)) == (Exit.USAGE, 1), "it had printed nothing, so nothing was lost"
    else:
        assert (ended.value.code, said) == (Exit.READER_GONE, [])
