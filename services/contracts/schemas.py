"""The JSON Schemas of everything that is said, checked in under `schemas/`, one file a version.

`python -m services.contracts.schemas` writes the files of versions that have none yet. A file that exists is never
rewritten: what was once said stays said, so a changed model needs a new version and an upcaster.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from services.contracts.catalogue import EVENTS, REPORTS, Said
from services.contracts.receipts import Receipt

FOLDER = Path(__file__).parent / "schemas"


def schema(said: Said) -> dict[str, Any]:
    """The JSON Schema of the current version's data."""
    return {"$id": f"urn:nennep:{said.type}", **said.model.model_json_schema()}


def all_schemas() -> dict[str, dict[str, Any]]:
    """Every current schema by its file's name."""
    found = {f"{said.type}.json": schema(said) for said in (*REPORTS, *EVENTS)}
    return {**found, "receipt.json": {"$id": "urn:nennep:receipt", **Receipt.model_json_schema()}}


def written(found: dict[str, Any]) -> str:
    """A schema as its file has it."""
    return json.dumps(found, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, found in all_schemas().items():
        if not (FOLDER / name).exists():
            (FOLDER / name).write_text(written(found), encoding="utf-8")
