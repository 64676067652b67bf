"""Moments of contracts can be said in every time zone, so that no question and no report fails on one that cannot."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from services import contracts
from services.contracts.base import Contract, Moment

ASKED = [
    (model, name, field)
    for module in pkgutil.iter_modules(contracts.__path__)
    for model in vars(importlib.import_module(f"services.contracts.{module.name}")).values()
    if isinstance(model, type) and issubclass(model, Contract) and model.__module__.endswith(f".{module.name}")
    for name, field in model.model_fields.items()
    if name in ("known_at", "notice_at", "documents_at") and not model.__name__.endswith("Recorded")
]
"""What anybody may say; what a service recorded was checked before."""


@pytest.mark.parametrize(
    "said", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2025-11-03T12:00:00"]
)
def test_no_question_and_no_report_has_a_moment_that_cannot_be_said_everywhere(said: str) -> None:
    assert len(ASKED) >= 12
    taken = []
    for model, name, field in ASKED:
        try:
            TypeAdapter(field.annotation).validate_json(f'"{said}"')
            taken.append(f"{model.__name__}.{name}")
        except ValidationError:
            pass
    assert taken == []
    assert TypeAdapter(Moment).validate_python("2025-11-03T12:00:00+07:00") == datetime.fromisoformat(
        "2025-11-03T12:00:00+07:00"
    )
