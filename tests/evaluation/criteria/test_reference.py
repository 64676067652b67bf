"""The JSON Schema and the page of measures are those of the code, and every set we ship keeps to the schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from services.evaluation.criteria import reference
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.load import SHIPPED, load
from services.evaluation.criteria.ranges import Part
from tests.evaluation.scoring.test_cases import EXAMPLE, HERE

DOCUMENTS = [*sorted(SHIPPED.glob("*.yaml")), EXAMPLE]
FAULTY = Path(__file__).parent


def as_json(path: Path) -> Any:
    """The document as an editor sees it: dates are texts, keys too."""
    return json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str))


def problems(document: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(reference.json_schema(), format_checker=jsonschema.FormatChecker())
    return [f"{'.'.join(map(str, found.absolute_path))}: {found.message}" for found in validator.iter_errors(document)]


def test_what_is_checked_in_is_what_the_code_says() -> None:
    assert reference.SCHEMA.read_text(encoding="utf-8") == reference.schema_text(), "run `make reference`"
    assert reference.MEASURES_PAGE.read_text(encoding="utf-8") == reference.measures_page(), "run `make reference`"


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(reference.json_schema())


@pytest.mark.parametrize("path", [*DOCUMENTS, HERE / "rules.yaml"], ids=lambda path: path.stem)
def test_a_set_keeps_to_the_schema(path: Path) -> None:
    assert problems(as_json(path)) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_set_names_its_schema_to_editors(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert named != first
    assert (path.parent / named).resolve() == reference.SCHEMA


@pytest.mark.parametrize("name", ["faulty", "faulty_rollups"])
def test_what_the_check_refuses_the_schema_refuses_too(name: str) -> None:
    assert problems(as_json(FAULTY / f"{name}.yaml"))


def test_an_editor_knows_the_names_of_measures_and_aspects() -> None:
    document = as_json(EXAMPLE)
    document["items"][1]["bands"]["measure"] = "atendance.rate"
    document["items"][0]["bands"]["by"] = "size.memberz"
    document["items"][4]["aspects"] = ["conduct.contents"]
    assert [found.split(":")[0] for found in problems(document)] == [
        "items.0.bands",
        "items.1.bands",
        "items.4.aspects.0",
    ]


def keys(part: Any) -> set[tuple[str, str]]:
    """Every key of the format that a part of a set says, with the model that knows it."""
    if isinstance(part, tuple):
        return {key for one in part for key in keys(one)}
    if not isinstance(part, Part):
        return set()
    owners = [
        next(base.__name__ for base in reversed(type(part).__mro__) if name in getattr(base, "model_fields", {}))
        for name in part.model_fields_set
    ]
    inner = [keys(getattr(part, name)) for name in part.model_fields_set]
    return {*zip(owners, part.model_fields_set, strict=True)}.union(*inner)


def models(base: type[Part] = Part) -> set[type[Part]]:
    return {base}.union(*(models(one) for one in base.__subclasses__()))


def test_the_example_uses_every_key_of_the_format() -> None:
    known = {
        (next(b.__name__ for b in reversed(model.__mro__) if name in getattr(b, "model_fields", {})), name)
        for model in models()
        if model.__module__.startswith("services.evaluation.criteria")
        for name in model.model_fields
    }
    assert keys(load(EXAMPLE)) == known
    assert CriteriaSet in models()
