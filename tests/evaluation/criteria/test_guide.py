"""The guide for clerks: every box of YAML in it is a set, or a part that fits into the first one."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.evaluation.criteria.check import check
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.items import Item
from services.evaluation.criteria.source import Source

GUIDE = Path(__file__).parents[3] / "docs" / "criteria.md"
BOXES = re.findall(r"```yaml\n(.*?)```(?:\n\nit says\n\n```text\n(.*?)```)?", GUIDE.read_text(encoding="utf-8"), re.S)
WHOLE = yaml.safe_load(BOXES[0][0])
RULES = {"bands", "yes_no", "judged", "share"}


def fitted(part: dict[str, Any]) -> dict[str, Any]:
    """The first box with this part in it: a rule replaces that of its item, anything else what stands at its key."""
    document = copy.deepcopy(WHOLE)
    if RULES & part.keys():
        [item] = document["items"]
        del item["bands"]
        item.update(part)
    else:
        document.update(part)
    return document


@pytest.mark.parametrize(("box", "said"), BOXES, ids=range(len(BOXES)))
def test_every_box_of_yaml_is_what_the_guide_says(box: str, said: str) -> None:
    problems = [str(finding) for finding in check(Source(data=fitted(yaml.safe_load(box))))]
    assert problems == said.splitlines()


def test_what_the_guide_says_of_the_faulty_box_holds() -> None:
    [box] = [box for box, said in BOXES if said]
    part = yaml.safe_load(box.replace("opinion.share", "opinions.share"))
    assert any("nothing covers exactly 50" in finding.problem for finding in check(Source(data=fitted(part))))


def test_the_guide_explains_every_key() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    keys = [name for model in (CriteriaSet, Item) for name in model.model_fields]
    assert [name for name in keys if not re.search(rf"\b{name}\b", text)] == []
