"""Short ways to say the registry's reports."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.contracts.registry import (
    CellDissolved,
    CellEstablished,
    CellKind,
    CellRenamed,
    CellReparented,
    Members,
    MembershipChanged,
    UnitDissolved,
    UnitEstablished,
    UnitKind,
    UnitRenamed,
    UnitReparented,
)


def day(text: str) -> date:
    return date.fromisoformat(text)


def unit(code: str, parent: str | None = "CITY", on: str = "2019-01-01", **more: Any) -> UnitEstablished:
    fields = {"name": f"Đảng bộ {code}", "kind": UnitKind.WARD} | more
    return UnitEstablished(unit=code, parent=parent, valid_from=day(on), **fields)


CITY = unit("CITY", None, kind=UnitKind.CITY)
TOWN = (CITY, unit("W1"), unit("W2"))


def cell(code: str = "C1", parent: str = "W1", on: str = "2019-01-01", full: int = 12, **more: Any) -> CellEstablished:
    fields = {"name": f"Chi bộ {code}", "kind": CellKind.VILLAGE, "members": Members(full=full)} | more
    return CellEstablished(cell=code, parent=parent, valid_from=day(on), **fields)


def renamed(name: str, on: str, code: str = "C1") -> CellRenamed:
    return CellRenamed(cell=code, name=name, valid_from=day(on))


def members(full: int, on: str, code: str = "C1") -> MembershipChanged:
    return MembershipChanged(cell=code, members=Members(full=full), valid_from=day(on))


def moved(parent: str, on: str, code: str = "C1") -> CellReparented:
    return CellReparented(cell=code, parent=parent, valid_from=day(on))


def dissolved(on: str, code: str = "C1", successors: tuple[str, ...] = ()) -> CellDissolved:
    return CellDissolved(cell=code, successors=successors, valid_from=day(on))


def unit_renamed(code: str, name: str, on: str) -> UnitRenamed:
    return UnitRenamed(unit=code, name=name, valid_from=day(on))


def unit_moved(code: str, parent: str, on: str) -> UnitReparented:
    return UnitReparented(unit=code, parent=parent, valid_from=day(on))


def unit_dissolved(code: str, on: str) -> UnitDissolved:
    return UnitDissolved(unit=code, valid_from=day(on))
