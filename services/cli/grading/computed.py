"""The grades that the criteria give the cells of a unit, as lines of a list that it may decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from services.cli.place import Place, bus_at, question
from services.contracts.grades import CellGrade
from services.contracts.queries import GradesOf


class Computed(NamedTuple):
    """Lines for the cells right below a unit, and why others of them have none."""

    lines: list[CellGrade]
    left_out: list[str]


async def computed(place: Place, unit: str, period: str) -> Computed:
    """What the criteria give for a month, as far as it is determined and not yet decided."""
    asked = GradesOf(year=int(period[:4]), month=int(period[5:]), unit=unit)
    async with bus_at(place) as bus:
        return listed((await question(bus, "evaluation", "grades", asked)).table().to_pylist(), unit)


def listed(rows: Iterable[dict[str, Any]], unit: str) -> Computed:
    """The same of a month's rows (`contracts.queries.GradesOf`)."""
    found = Computed([], [])
    for row in rows:
        if row["unit"] != unit:
            continue
        if (reason := _left_out(row)) is not None:
            found.left_out.append(f"{row['cell']}: {reason}")
        else:
            grade, points, meeting = row["computed_grade"], row["computed_points"], row["meeting"]
            found.lines.append(CellGrade(cell=row["cell"], meeting=meeting, grade=grade, points=points))
    return found


def _left_out(row: dict[str, Any]) -> str | None:
    if row["official_grade"] is not None:
        return f"decided already ({row['official_grade']})"
    if row["meeting"] is None:
        return "no regular meeting was held"
    if row["computed_grade"] is None:
        return "its grade cannot be determined"
    return None
