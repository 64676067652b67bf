"""What a report would change, tried before anything is recorded: all of it is recorded, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.chassis.intake import Work
from services.chassis.reading import Report
from services.chassis.tree import Tree
from services.registry.events import CellEvent, Noted, UnitEvent
from services.registry.nodes import Cell, Node, Unit
from services.registry.timeline import Patch, Timeline


@dataclass(frozen=True)
class Change:
    """One planned change of one cell or unit. `notable` is published even when it changes no field."""

    node: type[Node]
    code: str
    kind: type[CellEvent | UnitEvent]
    day: str
    patch: Patch
    notable: bool = False


class Plan:
    """The changes of one report in order, and the timelines as they would be with them.

    With a `draft` (a fork of the tree) every change shows there at once, so that later ones see it.
    """

    def __init__(self, work: Work, report: Report, draft: Tree | None = None) -> None:
        self.work, self.report, self.draft = work, report, draft
        self.changes: list[Change] = []
        self._tried: dict[tuple[type[Node], str], Timeline] = {}

    def timeline(self, node: type[Node], code: str) -> Timeline:
        """The timeline with the changes planned so far; an empty one when there is no such node. Not to be changed."""
        if (tried := self._tried.get((node, code))) is not None:
            return tried
        found = self.work.get(node, node.id_of(code))
        return found.timeline if found else Timeline()

    def add(self, change: Change) -> None:
        """Plans one more change. What was said in the same words before adds nothing."""
        before = self.timeline(change.node, change.code)
        if before.says(change.day, change.patch):
            return
        after = before.copy()
        after.insert(change.day, change.patch)
        self._tried[change.node, change.code] = after
        self.changes.append(change)
        if self.draft is not None:
            self.draft.apply(_data(change, after), self.report.recorded_at)

    def record(self) -> None:
        """Triggers the events: one for each change, an unpublished one where nothing changes by it."""
        for change in self.changes:
            id_ = change.node.id_of(change.code)
            entity = self.work.get(change.node, id_)
            if entity is None:
                entity = change.node.blank(id_)
                self.work.add(entity)
            after = entity.timeline.copy()
            after.insert(change.day, change.patch)
            said = {"valid_from": change.day, "set": change.patch}
            if change.notable or after.differs(entity.timeline, change.day):
                cell = change.code if change.node is Cell else None
                entity.record(change.kind, self.report, cell=cell, data=_data(change, after), change=said)
            else:
                entity.record(Noted, self.report, change=said)


def _data(change: Change, after: Timeline) -> dict[str, Any]:
    return {"unit" if change.node is Unit else "cell": change.code, "states": after.since(change.day)}
