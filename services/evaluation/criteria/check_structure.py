"""What of a document is not as the models want it, in the words of whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from services.contracts.base import FORMS
from services.contracts.meetings import ItemCode, SetId
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.items import LimitCode
from services.evaluation.criteria.ranges import Part, number
from services.evaluation.criteria.rollups import SpanGradeCode
from services.evaluation.criteria.source import Problem, nearest, short

_NUMBERS = ("float_type", "float_parsing", "int_type", "int_parsing", "int_from_float")
_SAID = {
    "missing": "is missing",
    "string_too_short": "is empty",
    "extra_forbidden": "is not a key of the format",
    "string_type": "must be a text; a number that is meant as one is put in quotation marks",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "model_type": "must be a mapping of keys and values",
    "dict_type": "must be a mapping of keys and values",
    "tuple_type": "must be a list",
    "finite_number": "must be a number",
    **dict.fromkeys(_NUMBERS, "must be a number"),
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing"), "must be a date, like 2025-10-28"),
    "date_from_datetime_inexact": "must be a date, without a time of day",
    "too_short": "must not be empty",
    "invalid_key": "is not a key of the format",
}
"""Sentences for pydantic's types of errors."""
_FORMS: dict[Any, str] = {
    SetId: "small letters, digits and hyphens, like lai-chau-2026",
    ItemCode: 'numbers with points between them, like "4.1"',
    LimitCode: "a capital letter and one or two digits, like G1",
    SpanGradeCode: "small letters and _, like not_completed",
}
_FORM_OF = FORMS | {TypeAdapter(kind).json_schema()["pattern"]: words for kind, words in _FORMS.items()}
"""What a text must look like, in words, by its pattern."""
_BOUNDS = {
    "greater_than": ("above", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("below", "lt"),
    "less_than_equal": ("at most", "le"),
}


def structure_problems(document: Mapping[str, Any], model: type[Part] = CriteriaSet) -> Iterator[Problem]:
    """What is missing, empty, misspelt or of the wrong kind."""
    try:
        model.model_validate(document)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            if one["type"] == "too_short" and one["input"]:
                continue  # a list none of whose parts is right: they say so themselves
            yield tuple(part for part in one["loc"] if not _wrapper(part)), _sentence(one)


def _wrapper(part: str | int) -> bool:
    """Whether pydantic names one of our validators here, and no place in the document."""
    return isinstance(part, str) and part.startswith("function-")


def _sentence(error: ErrorDetails) -> str:
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    if kind != "missing" and given is None:
        return "is empty"
    if kind in _SAID:
        return _SAID[kind] + (", without quotation marks" if kind in _NUMBERS and isinstance(given, str) else "")
    if kind in _BOUNDS:
        word, bound = _BOUNDS[kind]
        return f"must be {word} {number(context[bound])}"
    if kind == "too_long":
        return f"has {context['actual_length']} parts; there can be {context['max_length']}"
    shown = short(given)
    if kind == "enum":
        known = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        return f"{shown} is not among {', '.join(known)}{nearest(shown, known)}"
    if kind == "string_pattern_mismatch":
        return f"{shown} cannot be used here: {_FORM_OF.get(context['pattern'], context['pattern'])}"
    return error["msg"].removeprefix("Value error, ")
