"""Model meetings of a unit's year: chosen, held, attended, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.contracts.registry import UnitKind
from services.contracts.thematic import MODEL_CELLS
from services.contracts.themes import HeldModel, Lack, Missing, ModelCell, UnitModels
from services.evaluation.thematic.plans import Row


@dataclass(frozen=True)
class UnitYear:
    """A unit's year: its state (None: nobody knows it), how many cells are right below it (None: it is no more), its
    choice, and the model meetings that count for it, by cell."""

    unit: str
    name: str | None
    kind: UnitKind | None
    cells: int | None
    choice: Row | None
    held: Mapping[str, Sequence[Row]]
    names: Mapping[str, str]
    ahead: bool
    """The year has not begun: nothing is missing yet."""

    def answer(self) -> UnitModels:
        """The unit's part of the answer."""
        codes = list(self.choice["cells"]) if self.choice else []
        chosen = tuple(self._cell(code) for code in codes)
        unchosen = tuple(self._cell(code) for code in sorted(self.held) if code not in codes)
        guests = {code for cell in (*chosen, *unchosen) for one in cell.held for code in _guests(one, cell.cell)}
        wanted = MODEL_CELLS if self.cells is None else min(MODEL_CELLS, self.cells)
        return UnitModels(
            unit=self.unit,
            unit_name=self.name,
            kind=self.kind,
            wanted=wanted,
            chosen_on=self.choice["on_date"] if self.choice else None,
            number=self.choice["number"] if self.choice else None,
            chosen=chosen,
            unchosen=unchosen,
            attended_by=len(guests),
            missing=() if self.ahead else tuple(_missing(chosen, wanted)),
            events=tuple(self.choice["events"]) if self.choice else (),
        )

    def _cell(self, code: str) -> ModelCell:
        held = tuple(_held(row) for row in self.held.get(code, ()))
        return ModelCell(cell=code, cell_name=self.names.get(code), held=held)


def _held(row: Row) -> HeldModel:
    attended = dict(zip(row["guests_from"], row["guests"], strict=True))
    return HeldModel(
        meeting=row["meeting"],
        on=row["on_date"],
        theme=row["theme"],
        units=len(attended),
        guests=sum(attended.values()),
        attended=attended,
        event=row["event"],
    )


def _guests(held: HeldModel, cell: str) -> set[str]:
    """Where guests came from: a cell's own members are none."""
    return held.attended.keys() - {cell}


def _missing(chosen: Sequence[ModelCell], wanted: int) -> Iterator[Missing]:
    if len(chosen) != wanted:
        yield Missing(code=Lack.TOO_FEW if len(chosen) < wanted else Lack.TOO_MANY)
    for cell in chosen:
        if not cell.held:
            yield Missing(code=Lack.NOT_HELD, cell=cell.cell)
        elif not any(_guests(one, cell.cell) for one in cell.held):
            yield Missing(code=Lack.NO_GUESTS, cell=cell.cell)
