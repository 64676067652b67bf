"""A criteria document from a file, complete or not sent at all."""

from __future__ import annotations

from typing import Any

import orjson

from services.cli.commands.criteria.check import File, read
from services.cli.failures import Exit, Failure

__all__ = ["File", "document"]


def document(file: File) -> dict[str, Any]:
    """The document as JSON has it. Raises Failure (exit 1) with all that is wrong with it and the lines."""
    from services.evaluation.criteria.check import check  # large (Polars), and `up` needs none of it

    source = read(file)
    if findings := check(source):
        problems = "".join(f"\n  {finding}" for finding in findings)
        raise Failure(f"{file} cannot be used as it is, nothing was sent:{problems}", Exit.WRONG)
    found: dict[str, Any] = orjson.loads(orjson.dumps(source.data, option=orjson.OPT_NON_STR_KEYS))
    return found
