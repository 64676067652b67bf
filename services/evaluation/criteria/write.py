"""A set as a YAML document again, in the order of the format and without what need not be said."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.source import attempt

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def document(criteria: CriteriaSet) -> dict[str, Any]:
    """The set as plain values, what is left to defaults left out. It reads back to the same set."""
    said: dict[str, Any] = json.loads(criteria.model_dump_json(by_alias=True, exclude_defaults=True, exclude_none=True))
    for item in said["items"]:
        if item.get("judged") == {}:
            item["judged"] = True
    return said


def as_yaml(document: dict[str, Any]) -> str:
    """A document as a clerk would write it."""
    return yaml.dump(document, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=110)


def text_of(given: Mapping[str, Any]) -> str:
    """A document as a clerk would write it, also one that is not complete or right."""
    criteria = attempt(CriteriaSet, given)
    return as_yaml(document(criteria) if criteria is not None else dict(given))


class _Writer(yaml.SafeDumper):
    """Short mappings and lists stand on one line; whole numbers have no point; dates have no quotation marks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)  # list items are indented below their key


def _short(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value
    return all(not isinstance(one, (dict, list)) for one in inner) and len(str(value)) < 90


def _mapping(writer: yaml.SafeDumper, value: dict[str, Any]) -> yaml.Node:
    return writer.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=_short(value))


def _list(writer: yaml.SafeDumper, value: list[Any]) -> yaml.Node:
    return writer.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=_short(value))


def _number(writer: yaml.SafeDumper, value: float) -> yaml.Node:
    return writer.represent_int(int(value)) if value.is_integer() else writer.represent_float(value)


def _text(writer: yaml.SafeDumper, value: str) -> yaml.Node:
    if _DAY.fullmatch(value):
        return writer.represent_scalar("tag:yaml.org,2002:timestamp", value)
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style=">" if len(value) > 100 else None)


_Writer.add_representer(dict, _mapping)
_Writer.add_representer(list, _list)
_Writer.add_representer(float, _number)
_Writer.add_representer(str, _text)
