"""Who could go where, so that the load is spread as evenly as the lines allow.

Cells and observers are the two sides of a graph, with an edge where a line lets the observer go to the cell. Giving
every cell one observer so that the sum of any convex cost of the loads is least is an optimal semi-matching; cells are
taken one by one, each along the shortest alternating path to the least loaded observer that can be reached (Harvey,
Ladner, Lovász, Tamir: Semi-matchings for bipartite graphs and load balancing, Journal of Algorithms 59, 2006, ASM1).
What observers carry already counts as cells that only they may have. Ties go to the first in order, so that the same
question has the same answer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence


def spread(may: Mapping[str, Sequence[str]], loads: Mapping[str, int]) -> tuple[dict[str, str], dict[str, int]]:
    """For each cell whom it gets, and the loads with that. `may`: whom each cell may get; cells with nobody get nobody.

    `loads` are those before; who is not in it carries nothing.
    """
    carried = {observer: loads.get(observer, 0) for who in may.values() for observer in who}
    given: dict[str, str] = {}
    has: dict[str, list[str]] = {observer: [] for observer in carried}
    for cell, who in may.items():
        if not who:
            continue
        end, came_by = _least_loaded(cell, may, carried, has)
        carried[end] += 1
        while True:  # along the path back, each cell takes the observer that was found through it
            through = came_by[end]
            before = given.get(through)
            given[through] = end
            has[end].append(through)
            if before is None:
                break
            has[before].remove(through)
            end = before
    return given, carried


def _least_loaded(
    cell: str, may: Mapping[str, Sequence[str]], carried: Mapping[str, int], has: Mapping[str, Sequence[str]]
) -> tuple[str, dict[str, str]]:
    """The least loaded observer that alternating paths from the cell reach, nearest first, and the cell by which each
    that was looked at was reached."""
    least = min(carried.values())
    came_by: dict[str, str] = {}
    best: str | None = None
    waiting = deque([cell])
    while waiting:
        through = waiting.popleft()
        for observer in may[through]:
            if observer in came_by:
                continue
            came_by[observer] = through
            if best is None or carried[observer] < carried[best]:
                best = observer
                if carried[best] == least:
                    return best, came_by
            waiting.extend(has[observer])
    assert best is not None  # the cell may get somebody
    return best, came_by
