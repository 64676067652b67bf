"""From a unit upward, where it is known what is right above each. Pure."""

from __future__ import annotations

from collections.abc import Mapping


def line(unit: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """The unit and those above it, nearest first."""
    found = [unit]
    while (upper := parents.get(found[-1])) is not None and upper not in found:
        found.append(upper)
    return tuple(found)
