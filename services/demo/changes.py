"""A month's ordinary changes of the register: members come and go, secretaries change, committees are elected.

Every change keeps the city's 3,368 members on every single day: whoever leaves one cell joins another, or is replaced
by an admission, on the same day. Changes are valid from the first of the month and recorded before its meetings.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from services.contracts.registry import CellKind
from services.demo.city import HARDEST_SIZE, SIZES, Cell, City, committee_for, post_for
from services.demo.milestones import MILESTONES, about
from services.demo.places import REFORM
from services.demo.reports import Draft, dice

TRANSFERS, APPOINTED, CONFIRMED = 4, 2, 0.06
"""A month's transfers between cells, secretaries appointed, and a probationary member's chance to be confirmed."""


def opened(city: City, month: date) -> list[Draft]:
    """Everything that changes on the first of the month, applied to the city, as reports."""
    drafts = [draft for milestone in MILESTONES.get(month, ()) for draft in milestone(city, month)]
    touched = {draft.subject for draft in drafts}
    if month != REFORM:
        rng = dice(city.seed, "changes", month)
        drafts += _membership(city, month, rng, touched)
        drafts += _secretaries(city, month, rng)
        drafts += _committees(city, month)
    return drafts


def _membership(city: City, month: date, rng: Random, touched: set[str]) -> Iterator[Draft]:
    changed: list[Cell] = []

    def pick(cells: list[Cell]) -> Cell:
        free = [cell for cell in cells if cell.code not in touched and cell.born < month]
        cell = rng.choice(free)
        touched.add(cell.code)
        changed.append(cell)
        return cell

    for _ in range(TRANSFERS):
        giver = pick([cell for cell in city.cells.values() if cell.total > _bounds(cell)[0] and cell.full > 4])
        taker = pick([cell for cell in city.cells.values() if cell.total < _bounds(cell)[1]])
        giver.full -= 1
        giver.exempt = min(giver.exempt, giver.total // 6)
        if rng.random() < 0.6:
            taker.probationary += 1
        else:
            taker.full += 1
    for cell in list(city.cells.values()):
        if cell.probationary and cell.code not in touched and cell.born < month and rng.random() < CONFIRMED:
            touched.add(cell.code)
            changed.append(cell)
            cell.probationary -= 1
            cell.full += 1
    elder = pick([cell for cell in city.cells.values() if cell.kind is CellKind.RESIDENTIAL])
    elder.exempt += 1 if elder.exempt < elder.total // 9 else -1 if elder.exempt else 1
    for cell in changed:
        yield about(city, cell, month, "MembershipChanged", members=cell.members)


def _bounds(cell: Cell) -> tuple[int, int]:
    low, high = HARDEST_SIZE if cell.hardship else SIZES[cell.kind]
    return low, high + 6


def _secretaries(city: City, month: date, rng: Random) -> Iterator[Draft]:
    waiting = [cell for cell in city.cells.values() if cell.vacant and cell.born < month]
    seated = [cell for cell in city.cells.values() if not cell.vacant and cell.born < month]
    leaving, *replaced = rng.sample(seated, 1 + APPOINTED)
    for cell in (*waiting, *replaced):
        cell.post, cell.vacant = post_for(rng, cell.kind), False
        cell.on_upper = cell.committee is None and rng.random() < 0.4
        yield about(
            city, cell, month, "SecretaryAppointed", concurrent_post=cell.post.value, on_upper_committee=cell.on_upper
        )
    if month.month % 3 == 0:
        leaving.vacant = True
        yield about(city, leaving, month, "SecretaryRelieved")


def _committees(city: City, month: date) -> Iterator[Draft]:
    """Cells elect at their congresses, every thirty months: January 2020, July 2022, January 2025 and so on."""
    if (month.year % 5, month.month) not in ((0, 1), (2, 7)):
        return
    for cell in city.cells.values():
        wanted = 0 if cell.code in city.reluctant else committee_for(cell.full)
        if wanted != cell.committee_size:
            cell.committee_size = wanted
            draft = about(city, cell, month, "CommitteeFormed", size=wanted)
            yield draft._replace(at=draft.at + timedelta(days=1))
