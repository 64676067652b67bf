"""What happened to single cells and to the whole tree on known days: each changes the city and says so in reports.

Mergers come with a split on the same day, and a hardest village lifted with another designated: 171 cells of which
10 are hardest stay as many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from typing import Any

from services.contracts.registry import CellKind
from services.demo.city import Cell, City, committee_for
from services.demo.places import CITY, COMMITTEES, KINDS, NAMES, PROVINCE, REFORM, WARD_A, WARD_B, places
from services.demo.reports import Draft, dice, local, office_hour

Milestone = Callable[[City, date], Iterator[Draft]]


def about(city: City, cell: Cell, day: date, kind: str, /, **data: Any) -> Draft:
    """A registry report about a cell, valid from `day` and recorded that day."""
    at = office_hour(dice(city.seed, cell.code, day, kind), day)
    whole = {"valid_from": day.isoformat(), "cell": cell.code, **data}
    return Draft(at, cell.publisher(day), "registry", kind, cell.code, f"{cell.code}:{day}", whole)


def renamed(code: str, name: str) -> Milestone:
    """The cell gets another name."""

    def apply(city: City, day: date) -> Iterator[Draft]:
        cell = city.cells[code]
        cell.name = name
        yield about(city, cell, day, "CellRenamed", name=name)

    return apply


def reclassified(code: str, kind: CellKind) -> Milestone:
    """The cell becomes one of another kind (a village that is now part of the town)."""

    def apply(city: City, day: date) -> Iterator[Draft]:
        cell = city.cells[code]
        cell.kind = kind
        yield about(city, cell, day, "CellReclassified", kind=kind.value)

    return apply


def merged(code: str, gone: str) -> Milestone:
    """`gone` ends in `code`, with all its members."""

    def apply(city: City, day: date) -> Iterator[Draft]:
        cell, other = city.cells[code], city.cells.pop(gone)
        cell.full += other.full
        cell.probationary += other.probationary
        cell.exempt += other.exempt
        cell.special_duty += other.special_duty
        yield about(city, cell, day, "CellMerged", merged=[gone], members=cell.members)

    return apply


def split(code: str, new: str, name: str) -> Milestone:
    """Half of the cell's members leave as a new cell."""

    def apply(city: City, day: date) -> Iterator[Draft]:
        cell = city.cells[code]
        half = Cell(new, name, cell.kind, cell.committee, cell.ward, full=cell.full // 2, born=day)
        half.probationary, half.exempt = cell.probationary // 2, cell.exempt // 2
        half.committee_size = committee_for(half.full)
        cell.full -= half.full
        cell.probationary -= half.probationary
        cell.exempt -= half.exempt
        city.cells[new] = half
        part = {
            "cell": new,
            "name": name,
            "kind": half.kind.value,
            "members": half.members,
            "secretary": half.secretary(),
            "committee_size": half.committee_size,
        }
        yield about(city, cell, day, "CellSplit", members=cell.members, new=[part])

    return apply


def hardest(lifted: str, designated: str) -> Milestone:
    """One village leaves the list of the hardest, another enters it."""

    def apply(city: City, day: date) -> Iterator[Draft]:
        for code, kind in ((lifted, "HardshipLifted"), (designated, "HardshipDesignated")):
            city.cells[code].hardship = code == designated
            yield about(city, city.cells[code], day, kind)

    return apply


def reformed(city: City, day: date) -> Iterator[Draft]:
    """City and district level abolished: the wards take over the committees and grassroots cells, in one report."""
    data = {
        "valid_from": day.isoformat(),
        "establish": [
            {"unit": ward, "name": NAMES[ward], "kind": KINDS[ward].value, "parent": PROVINCE}
            for ward in (WARD_A, WARD_B)
        ],
        "moves": [
            *({"unit": committee.unit, "to": committee.ward} for committee in COMMITTEES),
            *({"cell": cell.code, "to": cell.ward} for cell in city.cells.values() if cell.committee is None),
        ],
        "dissolve": [CITY],
        "reference": "Sắp xếp tổ chức ngày 01/07/2025: không còn cấp thành phố, huyện; phường, xã trực thuộc tỉnh",
    }
    at = local(day, time(6))
    yield Draft(at, PROVINCE, "registry", "TreeReorganised", PROVINCE, f"reform:{day}", data)
    at = local(day, time(8))
    for committee in COMMITTEES:
        if committee.later != committee.name:
            at += timedelta(minutes=3)
            data = {"valid_from": day.isoformat(), "unit": committee.unit, "name": committee.later}
            yield Draft(at, committee.ward, "registry", "UnitRenamed", committee.unit, f"{committee.unit}:{day}", data)
    for place in places():
        if place.later is not None:
            yield from renamed(place.cell, place.later)(city, day)


MILESTONES: dict[date, tuple[Milestone, ...]] = {
    date(2020, 3, 1): (
        renamed("SP-BAN07", "Chi bộ bản Trung Chải mới"),
        renamed("CS-DN05", "Chi bộ Công ty Chè Lai Châu"),
    ),
    date(2021, 4, 1): (
        merged("QT-TDP07", "QT-TDP08"),
        split("TP-TDP01", "TP-TDP18", "Chi bộ Tổ dân phố số 18 Tân Phong"),
    ),
    date(2022, 6, 1): (
        reclassified("DP-BAN03", CellKind.RESIDENTIAL),
        renamed("DP-BAN03", "Chi bộ Tổ dân phố Nà Pắn Đông Phong"),
    ),
    date(2023, 4, 1): (
        merged("ST-BAN09", "ST-BAN10"),
        split("DK-TDP02", "DK-TDP13", "Chi bộ Tổ dân phố số 13 Đoàn Kết"),
    ),
    date(2024, 3, 1): (hardest("SP-BAN06", "SP-BAN08"),),
    date(2024, 9, 1): (renamed("CS-TH08", "Chi bộ Trường Tiểu học số 1 Đoàn Kết"),),
    REFORM: (reformed,),
    date(2026, 4, 1): (
        merged("DK-TDP11", "DK-TDP12"),
        split("QI-TDP03", "QI-TDP09", "Chi bộ Tổ dân phố số 9 Quyết Tiến"),
    ),
}
"""What happened when. Days are the first of a month, before the month's meetings."""
