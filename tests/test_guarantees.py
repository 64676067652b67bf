"""The documents tell the truth: every test they name exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", (ROOT / "docs/guarantees.md").read_text(encoding="utf-8"))


def test_guarantees_name_their_tests():
    lines = (ROOT / "docs/guarantees.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ")]
    assert len(rows) > 20
    assert all("tests/" in row for row in rows[1:] if not row.startswith("|---"))


@pytest.mark.parametrize(("file", "test"), NAMED, ids=[test for _, test in NAMED])
def test_a_named_test_exists(file, test):
    assert re.search(rf"def {test}\(", (ROOT / file).read_text(encoding="utf-8"))


def test_the_readmes_links_lead_somewhere():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(((?:docs|services|tests|deploy)[^)#]*)\)", text):
        assert (ROOT / target).exists(), target
