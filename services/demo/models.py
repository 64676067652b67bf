"""Model meetings: each January (and by the wards after the reform) every unit chooses two of its own cells, most of
which hold theirs before guests. Their random numbers are their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from services.demo.city import Cell, City
from services.demo.places import CITY, REFORM, WARD_A, WARD_B
from services.demo.reports import Draft, dice, meeting_key, office_hour
from services.demo.themes import themes

ONE_ONLY, NOT_HELD, NOBODY_CAME = 0.06, 0.1, 0.04
"""Chances that a unit chooses only one, that a cell does not hold its meeting, that it has no guests."""


class Chosen(NamedTuple):
    """A cell that a unit chose, and the month in which it means to hold its model meeting."""

    unit: str
    cell: str
    month: date


@dataclass
class Models:
    """The cells chosen for this year."""

    seed: int
    chosen: list[Chosen] = field(default_factory=list)

    def opened(self, city: City, month: date) -> Iterator[Draft]:
        """Whatever is chosen and held in a month."""
        if month.month == 1:
            self.chosen = []
            yield from self._choose(city, month, 3, 6 if month.year == REFORM.year else 11)
        elif month == REFORM:
            yield from self._choose(city, month, 8, 11)
        for one in self.chosen:
            cell = city.cells.get(one.cell)
            if cell is not None and one.month == month and cell.parent(month) == one.unit:
                yield from self._held(city, cell, month)

    def _choose(self, city: City, month: date, first: int, last: int) -> Iterator[Draft]:
        units: dict[str, list[str]] = {}
        for cell in city.cells.values():
            units.setdefault(cell.parent(month), []).append(cell.code)
        for unit, cells in units.items():
            if month == REFORM and unit not in (WARD_A, WARD_B):
                continue
            rng = dice(self.seed, unit, month, "models")
            last_month = last if month == REFORM or unit == CITY else 11
            picked = rng.sample(cells, 1 if rng.random() < ONE_ONLY else 2)
            for code in picked:
                self.chosen.append(Chosen(unit, code, month.replace(month=rng.randint(first, last_month))))
            at = office_hour(rng, month.replace(day=rng.randint(14, 19)))
            data = {"year": month.year, "cells": picked, "on": at.date().isoformat()}
            yield Draft(at, unit, "meetings", "ModelCellsChosen", unit, f"{unit}_{month:%Y-%m}", data)

    def _held(self, city: City, cell: Cell, month: date) -> Iterator[Draft]:
        rng = dice(self.seed, cell.code, month, "model")
        if rng.random() < NOT_HELD:
            return
        upper = cell.parent(month)
        others = [one.code for one in city.cells.values() if one is not cell and one.parent(month) == upper]
        guests = [] if rng.random() < NOBODY_CAME else [upper, *rng.sample(others, min(len(others), rng.randint(2, 5)))]
        day = month.replace(day=rng.randint(8, 22))
        at = office_hour(rng, day + timedelta(days=1))
        key = meeting_key(cell.code, f"{month:%Y-%m}", "M")
        data = {
            "cell": cell.code,
            "meeting": key,
            "on": day.isoformat(),
            "theme": rng.choice(themes(cell.kind)),
            "attended": {code: rng.randint(1, 4) for code in guests},
        }
        yield Draft(at, cell.publisher(at.date()), "meetings", "ModelMeetingHeld", cell.code, key, data)
