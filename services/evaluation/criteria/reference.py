"""The format's reference, made from the code: the JSON Schema for editors, and the pages of measures and aspects.

`python -m services.evaluation.criteria.reference` (`make reference`) writes them; a test keeps them equal.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from services.evaluation.criteria.aspects import ASPECTS
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.scoring.measures import MEASURES, Measure

HERE = Path(__file__).parent
SCHEMA = HERE / "criteria.schema.json"
MEASURES_PAGE = HERE.parents[2] / "docs" / "measures.md"
_NAMES = {"measure": list(MEASURES), "by": list(MEASURES), "aspect": list(ASPECTS), "aspects": list(ASPECTS)}


def json_schema() -> dict[str, Any]:
    """The format as JSON Schema (2020-12), with the names of measures and aspects, for editors that complete and check.

    What needs more than one key to be seen (gaps, sums) is found by `check` alone.
    """
    schema = CriteriaSet.model_json_schema(by_alias=True)
    for part in (schema, *schema["$defs"].values()):
        for key, value in part.get("properties", {}).items():
            if key in _NAMES:
                _only(value, _NAMES[key])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _only(value: dict[str, Any], names: list[str]) -> None:
    """Narrows a key of texts (or a list of them) to these names."""
    for inner in (value, *value.get("anyOf", ()), value.get("items", {})):
        if inner.get("type") == "string":
            for limit in ("minLength", "maxLength"):
                inner.pop(limit, None)
            inner["enum"] = names


def schema_text() -> str:
    """The schema as it is checked in."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


PAGE = """\
# Measures and aspects

Made from the code by `make reference`; a test keeps it equal. [criteria.md](criteria.md) tells how to use them.

## Measures

What a criteria set may compare. The fields are those of the meeting's sheet and of the registry's record of the cell on
the day of the meeting. A measure that is missing is never guessed: the items that need it earn between the least and
the most that it could have given, and there is a grade only where both lead to the same.

| Name | Unit | Meaning | Can be | Fields | Missing when |
|---|---|---|---|---|---|
{measures}

## Aspects

What the items of any form judge, so that marks given on one form serve a set with another.

| Name | Meaning |
|---|---|
{aspects}
"""


def measures_page() -> str:
    """The page of all measures and aspects, in Markdown."""
    aspects = (f"| `{name}` | {meaning} |" for name, meaning in ASPECTS.items())
    return PAGE.format(measures="\n".join(map(_measure, MEASURES.values())), aspects="\n".join(aspects))


def _measure(one: Measure) -> str:
    fields = ", ".join(f"`{name}`" for name in one.fields)
    return f"| `{one.name}` | {one.unit or '–'} | {one.meaning} | {_can_be(one)} | {fields} | {one.missing} |"


def _can_be(one: Measure) -> str:
    if one.yes:
        return "true or false"
    if math.isinf(one.low):
        return "any number"
    whole = "whole, " if one.whole else ""
    return f"{whole}from {one.low:g}" + ("" if math.isinf(one.high) else f" to {one.high:g}")


def write() -> None:
    """Writes schema and page where they are checked in."""
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    MEASURES_PAGE.write_text(measures_page(), encoding="utf-8")


if __name__ == "__main__":
    write()
