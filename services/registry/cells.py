"""Decisions on reports about cells."""

from __future__ import annotations

from typing import Any

from services.contracts import registry as reports
from services.registry import events
from services.registry.case import Case, dissolution
from services.registry.events import CellEvent
from services.registry.nodes import Cell


def establish(case: Case, said: reports.CellEstablished) -> None:
    """A cell comes to be, with at least 3 full members."""
    _found(case, "", "parent", said, said.parent, hardship=said.hardship)


def _found(
    case: Case,
    path: str,
    parent_path: str,
    said: reports.CellEstablished | reports.NewCell,
    parent: str,
    *,
    hardship: bool = False,
) -> None:
    patch: dict[str, Any] = {
        "cell": said.cell,
        "name": said.name,
        "kind": said.kind.value,
        "parent": parent,
        "members": said.members.model_dump(),
        "secretary": said.secretary.model_dump(mode="json") if said.secretary else None,
        "committee_size": said.committee_size,
        "hardship": hardship,
        "dissolved": False,
        "successors": [],
    }
    if case.said(Cell, said.cell, patch):
        return
    free = case.free(f"{path}cell", said.cell)
    if case.parent(parent_path, parent):
        case.may(parent_path, parent)
    case.size(path, said.members, said.committee_size)
    if free:
        case.change_cell(said.cell, events.CellEstablished, patch)


def _change(case: Case, code: str, kind: type[CellEvent], patch: dict[str, Any]) -> None:
    if case.existing("cell", Cell, code) and case.living("cell", Cell, code):
        case.change_cell(code, kind, patch)


def rename(case: Case, said: reports.CellRenamed) -> None:
    """A cell has another name."""
    _change(case, said.cell, events.CellRenamed, {"name": said.name})


def reclassify(case: Case, said: reports.CellReclassified) -> None:
    """A cell is of another kind."""
    _change(case, said.cell, events.CellReclassified, {"kind": said.kind.value})


def count_members(case: Case, said: reports.MembershipChanged) -> None:
    """A cell has so many members. A count below 3 is recorded: it is a fact, and an alert."""
    _change(case, said.cell, events.MembershipChanged, {"members": said.members.model_dump()})


def appoint_secretary(case: Case, said: reports.SecretaryAppointed) -> None:
    """A cell has a secretary, of this standing."""
    standing = reports.Secretary(concurrent_post=said.concurrent_post, on_upper_committee=said.on_upper_committee)
    _change(case, said.cell, events.SecretaryAppointed, {"secretary": standing.model_dump(mode="json")})


def relieve_secretary(case: Case, said: reports.SecretaryRelieved) -> None:
    """A cell has no secretary."""
    _change(case, said.cell, events.SecretaryRelieved, {"secretary": None})


def form_committee(case: Case, said: reports.CommitteeFormed) -> None:
    """A cell elected a committee, which takes 9 full members. One that shrinks later keeps it."""
    if case.existing("cell", Cell, said.cell) and (state := case.living("cell", Cell, said.cell)):
        case.committee("size", said.size, state["members"]["full"])
        case.change_cell(said.cell, events.CommitteeFormed, {"committee_size": said.size})


def designate_hardship(case: Case, said: reports.HardshipDesignated) -> None:
    """A cell is among the hardest villages."""
    _change(case, said.cell, events.HardshipDesignated, {"hardship": True})


def lift_hardship(case: Case, said: reports.HardshipLifted) -> None:
    """A cell is not among the hardest villages any more."""
    _change(case, said.cell, events.HardshipLifted, {"hardship": False})


def reparent(case: Case, said: reports.CellReparented) -> None:
    """A cell comes under another unit."""
    move(case, "cell", said.cell, "parent", said.parent)


def move(case: Case, path: str, cell: str, parent_path: str, parent: str) -> None:
    """A cell comes under another unit, which lives as long as the cell stays there."""
    if case.existing(path, Cell, cell) and case.living(path, Cell, cell):
        until = case.plan.timeline(Cell, cell).next_day(case.day, frozenset({"parent", "dissolved"}))
        if case.parent(parent_path, parent, until):
            case.change_cell(cell, events.CellReparented, {"parent": parent})


def merge(case: Case, said: reports.CellMerged) -> None:
    """The cells `merged` end, the cell goes on."""
    end = dissolution([said.cell])
    goes_on = {"members": said.members.model_dump()}
    if all(case.said(Cell, code, end) for code in said.merged) and case.said(Cell, said.cell, goes_on):
        return
    if case.existing("cell", Cell, said.cell) and case.living("cell", Cell, said.cell):
        case.change_cell(said.cell, events.CellMerged, goes_on, notable=True)
    for i, code in enumerate(said.merged):
        path = f"merged.{i}"
        if code == said.cell or code in said.merged[:i]:
            twice = "is the cell that goes on" if code == said.cell else "is named twice"
            case.wrong(path, f"{code} {twice}", "each cell that ends, once")
        elif case.existing(path, Cell, code) and case.living(path, Cell, code):
            case.last(path, Cell, code)
            case.change_cell(code, events.CellDissolved, end)


def split(case: Case, said: reports.CellSplit) -> None:
    """Part of a cell leaves as new cells under the same parent."""
    stays = {"members": said.members.model_dump()}
    if not (case.existing("cell", Cell, said.cell) and (state := case.living("cell", Cell, said.cell))):
        return
    case.change_cell(said.cell, events.CellSplit, stays, notable=True)
    for i, new in enumerate(said.new):
        _found(case, f"new.{i}.", "cell", new, state["parent"])


def dissolve(case: Case, said: reports.CellDissolved) -> None:
    """A cell is no more; its members go to the successors."""
    end = dissolution(said.successors)
    if not case.existing("cell", Cell, said.cell) or case.said(Cell, said.cell, end):
        return
    if case.living("cell", Cell, said.cell):
        case.last("cell", Cell, said.cell)
    for i, code in enumerate(said.successors):
        path = f"successors.{i}"
        if code == said.cell or code in said.successors[:i]:
            case.wrong(path, f"{code} {'is the cell itself' if code == said.cell else 'is named twice'}", "other cells")
        elif not case.plan.timeline(Cell, code):
            case.wrong(path, f"no cell {code} is known", "the code of an established cell", waiting=True)
        else:
            case.living(path, Cell, code)
    case.change_cell(said.cell, events.CellDissolved, end)
