"""Evaluation's answers as the picture keeps them."""

from __future__ import annotations

from typing import Any, Protocol

from dashboard.hub.picture import Month, Row
from services.contracts.queries import Glance, MonthState

COLUMNS = (
    "cell", "cell_name", "kind", "hardship", "unit", "unit_name", "members",
    "month", "state", "on", "points", "lower", "upper", "grade", "criteria", "meeting",
)  # fmt: skip
NOTHING = Month(MonthState.NONE)


class Table(Protocol):
    """As much of a `pyarrow.Table` as is needed."""

    @property
    def column_names(self) -> list[str]: ...

    @property
    def schema(self) -> Any: ...

    def to_pylist(self) -> list[dict[str, Any]]: ...


def rows_of(board: Table) -> list[Row]:
    """The rows of `rpc.evaluation.board` (see contracts.queries.BoardOf), by unit, then by cell name.

    A month without a line shows as not reported. Raises ValueError naming the columns that are missing.
    """
    missing = [name for name in COLUMNS if name not in board.column_names]
    if missing:
        raise ValueError(f"the board's answer lacks the columns {', '.join(missing)}")
    heads: dict[str, dict[str, Any]] = {}
    months: dict[str, list[Month]] = {}
    for line in board.to_pylist():
        heads.setdefault(line["cell"], line)
        months.setdefault(line["cell"], [NOTHING] * 12)[line["month"] - 1] = Month(
            MonthState(line["state"]),
            line["on"],
            line["points"],
            line["lower"],
            line["upper"],
            line["grade"],
            line["criteria"],
            line["meeting"],
        )
    found = [
        Row(
            cell, head["cell_name"], head["kind"], bool(head["hardship"]), head["unit"], head["unit_name"],
            head["members"] or 0, tuple(months[cell]),
        )
        for cell, head in heads.items()
    ]  # fmt: skip
    sizes: dict[str, int] = {}
    for row in found:
        sizes[row.unit] = sizes.get(row.unit, 0) + 1
    return sorted(found, key=lambda row: (-sizes[row.unit], row.unit_name, natural(row.cell_name), row.cell))


def glance_of(board: Table) -> Glance:
    """The glance that came with the board. Raises ValueError when none did."""
    said = (board.schema.metadata or {}).get(b"glance")
    if said is None:
        raise ValueError("the board's answer lacks the glance")
    return Glance.model_validate_json(said)


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key under which `Tổ 2` comes before `Tổ 10`."""
    parts: list[str] = []
    for character in name.casefold():
        if parts and parts[-1].isdecimal() == character.isdecimal():
            parts[-1] += character
        else:
            parts.append(character)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)
