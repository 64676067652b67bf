"""Reports of a made-up territory, in any number, each known beforehand: what the fault tests and benchmarks publish.

One root unit, its cells, and then month by month, cell by cell: the meeting held, and what the cell says of itself. The
numbers vary with cell and month so that all grades occur. The same arguments give the same reports.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import orjson

from services.contracts.bus import report_subject
from services.contracts.catalogue import find

ROOT = "LAI-CHAU"
MEMBERS = 24
FORM = "an-phu-2025"
JUDGED = {
    "3.1": 3, "3.2": 2, "3.4": 1, "4.1": 5, "4.2": 10, "4.4": 2, "4.6": 1, "4.7": 1, "4.8": 1,
    "5.1": 2, "5.2": 4, "5.3": 3, "5.4": 1, "6.1": 1, "6.2": 2, "6.3": 1, "6.4": 1, "8.1": 2, "8.2": 2,
}  # fmt: skip


class Ready(NamedTuple):
    """A report ready to be published: its subject, its body, and its headers with the `Nats-Msg-Id`."""

    id: str
    subject: str
    body: bytes
    headers: dict[str, str]


def report(unit: str, service: str, kind: str, id_: str, data: dict[str, Any], time: datetime | None = None) -> Ready:
    """A report as a unit's system would send it."""
    said = find("report", service, kind)
    assert said is not None, f"{service}.{kind} is not in the catalogue"
    headers = {
        "ce-specversion": "1.0",
        "ce-id": id_,
        "ce-source": f"/units/{unit}",
        "ce-type": said.type,
        "content-type": "application/json",
        "Nats-Msg-Id": f"{unit}-{id_}",
    }
    if time is not None:
        headers["ce-time"] = time.isoformat()
    return Ready(id_, report_subject(unit, service, kind), orjson.dumps(data), headers)


def structured(one: Ready) -> str:
    """The report as a line for `nenep publish`."""
    attributes = {name[3:]: value for name, value in one.headers.items() if name.startswith("ce-")}
    return orjson.dumps({**attributes, "data": orjson.loads(one.body)}).decode()


def codes(cells: int) -> list[str]:
    """The codes of so many cells."""
    return [f"C{n:04d}" for n in range(1, cells + 1)]


def founding(cells: int, unit: str = ROOT) -> list[Ready]:
    """The root unit and its cells, established in 2017."""
    day = "2017-01-01"
    found = [
        report(
            unit, "registry", "UnitEstablished", f"u-{unit}",
            {"unit": unit, "name": "Thành phố Lai Châu", "kind": "city", "valid_from": day},
        )
    ]  # fmt: skip
    for cell in codes(cells):
        data = {
            "cell": cell, "name": f"Chi bộ {cell}", "kind": "village", "parent": unit, "valid_from": day,
            "members": {"full": MEMBERS, "exempt": 1}, "committee_size": 3,
        }  # fmt: skip
        found.append(report(unit, "registry", "CellEstablished", f"c-{cell}", data))
    return found


def months(first: date, count: int) -> Iterator[date]:
    """The third of so many months."""
    for n in range(count):
        index = first.year * 12 + first.month - 1 + n
        yield date(index // 12, index % 12 + 1, 3)


def held(cell: str, day: date, n: int, unit: str = ROOT, *, time: datetime | None = None) -> Ready:
    """The sheet of a regular meeting; `n` varies attendance, duration, speakers and targets."""
    absent = n % 4
    sheet = {
        "held_on": day.isoformat(),
        "started_at": "08:00:00",
        "minutes": 60 + n * 7 % 60,
        "members": MEMBERS,
        "exempt": 1,
        "present": MEMBERS - 1 - absent,
        "absences": [{"ref": f"m-{a}{n % 10}{cell[-2:]}", "excused": (n + a) % 5 != 0} for a in range(absent)],
        "speakers": n % 18,
        "steps": ["opening", "review", "tasks", "discussion", "resolution", "closing"],
        "documents_at": f"{day - timedelta(days=2)}T08:00:00+07:00",
        "minutes_filed_on": (day + timedelta(days=n % 4)).isoformat(),
        "targets": {"met": 10 - n % 6, "total": 10},
    }
    data = {"cell": cell, "meeting": f"{cell}-{day:%Y-%m}", "kind": "regular", "sheet": sheet}
    return report(unit, "meetings", "MeetingHeld", f"h-{cell}-{day:%Y%m}", data, time)


def assessed(cell: str, day: date, n: int, unit: str = ROOT, *, time: datetime | None = None) -> Ready:
    """What the cell says of itself."""
    marks = {item: most - (n + i) % 3 * 0.5 if most > 1 else most for i, (item, most) in enumerate(JUDGED.items())}
    data = {
        "cell": cell,
        "meeting": f"{cell}-{day:%Y-%m}",
        "assessment": {"criteria": FORM, "marks": marks, "total": 95, "grade": "good", "vote": {"for": 20, "of": 20}},
    }
    return report(unit, "meetings", "MeetingSelfAssessed", f"s-{cell}-{day:%Y%m}", data, time)


def meetings(cells: int, first: date, count: int, unit: str = ROOT, *, dated: bool = False) -> Iterator[Ready]:
    """`2 * cells * count` reports, month by month: the sheets of all cells, then their assessments.

    `dated` gives each the time at which it would have been reported then (services must believe it).
    """
    for m, day in enumerate(months(first, count)):
        time = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) if dated else None
        for c, cell in enumerate(codes(cells)):
            yield held(cell, day, 7 * m + c, unit, time=time)
        for c, cell in enumerate(codes(cells)):
            yield assessed(cell, day, 7 * m + c, unit, time=time and time + timedelta(days=1))
