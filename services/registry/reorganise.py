"""A mass re-parenting as one command, like the reform of 1 July 2025: all of it happens, or none."""

from __future__ import annotations

from services.contracts import registry as reports
from services.registry import cells, units
from services.registry.case import Case
from services.registry.nodes import Unit


def reorganise(case: Case, said: reports.TreeReorganised) -> None:
    """Establishes units, moves nodes and dissolves what is then empty, in this order, on a draft of the tree."""
    if not (said.establish or said.moves or said.dissolve):
        case.wrong("", "nothing is to be established, moved or dissolved", "at least one of them")
    order = _parents_first(said.establish)
    for i in order:
        units.establish(case, f"establish.{i}.", said.establish[i])
    for i in sorted(set(range(len(said.establish))) - set(order)):
        case.wrong(f"establish.{i}.parent", f"{said.establish[i].unit} would be below itself", "no circle of parents")
    for i, step in enumerate(said.moves):
        _move(case, f"moves.{i}", step)
    for i, code in enumerate(said.dissolve):
        units.end(case, f"dissolve.{i}", code)


def _parents_first(new: tuple[reports.NewUnit, ...]) -> list[int]:
    """The order in which to establish them: the list's own, but none before its parent. Circles are left out."""
    waiting = dict(enumerate(new))
    order: list[int] = []
    while True:
        codes = {unit.unit for unit in waiting.values()}
        ready = [i for i, unit in waiting.items() if unit.parent not in codes]
        if not ready:
            return order
        order += ready
        for i in ready:
            del waiting[i]


def _move(case: Case, path: str, step: reports.Move) -> None:
    if step.cell is not None:
        cells.move(case, f"{path}.cell", step.cell, f"{path}.to", step.to)
    elif step.unit is not None:
        units.move(case, f"{path}.unit", step.unit, f"{path}.to", step.to)
    elif step.children_of is not None and case.existing(f"{path}.children_of", Unit, step.children_of):
        for code in case.tree.children(step.children_of, case.date):
            if code == step.to:
                continue  # it stays where it is, and takes in the others
            if code in case.tree.cells:
                cells.move(case, f"{path}.children_of", code, f"{path}.to", step.to)
            else:
                units.move(case, f"{path}.children_of", code, f"{path}.to", step.to)
