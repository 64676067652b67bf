"""The picture the hub keeps: each watched year's board and glance, the latest events, the services' health.

Written by the hub's thread, read by every viewer's; one lock, held for moments. Whatever changes takes the next
version, so that a viewer who has seen version v is owed exactly what is newer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from threading import Lock

from services.contracts.evaluation import ScoreChanged
from services.contracts.queries import Glance, MonthState, ServiceStatus

KEPT_EVENTS = 200


@dataclass(frozen=True, slots=True)
class Month:
    """A cell's month on the board. Points, bounds and grade are those of the regular meeting's score."""

    state: MonthState
    on: date | None = None
    points: float | None = None
    lower: float | None = None
    upper: float | None = None
    grade: str | None = None
    criteria: str | None = None
    meeting: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A cell's year on the board: twelve months, January first."""

    cell: str
    cell_name: str
    kind: str
    hardship: bool
    unit: str
    unit_name: str
    members: int
    months: tuple[Month, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Happening:
    """An event as it arrived, unparsed: most are never looked at. `number` counts arrivals from 1."""

    number: int
    subject: str
    headers: dict[str, str]
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Service:
    """What is known of a service: its last answer and when, and since when it has not answered."""

    name: str
    status: ServiceStatus | None = None
    answered_at: datetime | None = None
    silent_since: datetime | None = None
    peak_lag: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """The hub's connection to the bus, and since when it is so."""

    connected: bool
    since: datetime


@dataclass
class YearPicture:
    """A year's board and glance with the version at which each part last changed.

    `shape` is the version of the set and order of rows; `row_versions` of each row by cell.
    """

    year: int
    rows: dict[str, Row] = field(default_factory=dict)
    row_versions: dict[str, int] = field(default_factory=dict)
    shape: int = 0
    glance: Glance | None = None
    glance_version: int = 0
    fetched_at: datetime | None = None
    trouble: str | None = None


@dataclass(frozen=True)
class Owed:
    """What a viewer of one year who has seen a version does not know yet.

    `rows` and `glance` hold only what is newer (`known` the glance in any case), `trouble` is why evaluation refused.
    """

    version: int
    link: Link
    services: tuple[Service, ...]
    services_changed: bool
    rows: tuple[Row, ...]
    all_rows: bool
    known: Glance | None
    glance: Glance | None
    fetched_at: datetime | None
    trouble: str | None
    happenings: tuple[Happening, ...]
    last_number: int


class Picture:
    """Everything the screens show that changes while they are open."""

    def __init__(self, now: datetime, services: Iterable[str]) -> None:
        self.lock = Lock()
        self.version = 1
        self.years: dict[int, YearPicture] = {}
        self.happenings: deque[Happening] = deque(maxlen=KEPT_EVENTS)
        self.arrived = 0
        self.link = Link(connected=False, since=now)
        self.services = {name: Service(name, silent_since=now) for name in services}
        self.services_version = 1
        self.names: dict[str, str] = {}
        self.default_year: int | None = None

    def happened(self, subject: str, headers: dict[str, str], body: bytes, at: datetime) -> None:
        """An event arrived."""
        with self.lock:
            self.arrived += 1
            self.version += 1
            self.happenings.append(Happening(self.arrived, subject, headers, body, at))

    def scored(self, change: ScoreChanged) -> None:
        """A running score changed: the square shows it at once, wherever its year is watched."""
        with self.lock:
            seen = self.years.get(int(change.period[:4]))
            row = seen.rows.get(change.cell) if seen else None
            if seen is None or row is None:
                return
            at = int(change.period[5:]) - 1
            month = after(row.months[at], change)
            if month != row.months[at]:
                self.version += 1
                seen.rows[row.cell] = replace(row, months=(*row.months[:at], month, *row.months[at + 1 :]))
                seen.row_versions[row.cell] = self.version

    def refreshed(self, year: int, rows: Iterable[Row], glance: Glance, at: datetime, asked_at_version: int) -> None:
        """Evaluation answered for a year. What changed here since the question was asked is newer and stays."""
        with self.lock:
            self.version += 1
            seen = self.years.setdefault(year, YearPicture(year))
            fresh = {row.cell: self._newer(seen, row, asked_at_version) for row in rows}
            for cell, row in fresh.items():
                if row != seen.rows.get(cell):
                    seen.row_versions[cell] = self.version
                self.names[cell], self.names[row.unit] = row.cell_name, row.unit_name
            if list(fresh) != list(seen.rows):
                seen.shape = self.version
            seen.rows = fresh
            if glance != seen.glance:
                seen.glance, seen.glance_version = glance, self.version
            seen.fetched_at, seen.trouble = at, None

    @staticmethod
    def _newer(seen: YearPicture, row: Row, asked_at_version: int) -> Row:
        known = seen.rows.get(row.cell)
        if known is not None and seen.row_versions[row.cell] > asked_at_version:
            return replace(row, months=known.months)
        return row

    def refused(self, year: int, reason: str) -> None:
        """Evaluation answered for a year that it cannot, and why."""
        with self.lock:
            self.version += 1
            self.years.setdefault(year, YearPicture(year)).trouble = reason

    def forget(self, keep: Iterable[int]) -> None:
        """Drops the years that nobody watches."""
        with self.lock:
            for year in set(self.years) - set(keep):
                del self.years[year]

    def linked(self, connected: bool, at: datetime) -> None:
        """The connection to the bus was lost or found."""
        with self.lock:
            if connected != self.link.connected:
                self.version += 1
                self.link = Link(connected, at)

    def answered(self, name: str, status: ServiceStatus | None, at: datetime) -> None:
        """A service answered how it is, or did not (None)."""
        with self.lock:
            was = self.services[name]
            if status is None:
                now = replace(was, silent_since=was.silent_since or at)
            else:
                peak = max(was.peak_lag, status.lag) if status.lag else 0
                now = Service(name, status, at, None, peak)
            if replace(now, answered_at=None) != replace(was, answered_at=None):
                self.version += 1
                self.services_version = self.version
            self.services[name] = now

    def owed(self, year: int, seen_version: int, seen_number: int) -> Owed:
        """What a viewer of that year who has seen this much is owed."""
        with self.lock:
            shown = self.years.get(year) or YearPicture(year)
            everything = shown.shape > seen_version
            return Owed(
                version=self.version,
                link=self.link,
                services=tuple(self.services.values()),
                services_changed=self.services_version > seen_version,
                rows=tuple(
                    row for cell, row in shown.rows.items() if everything or shown.row_versions[cell] > seen_version
                ),
                all_rows=everything,
                known=shown.glance,
                glance=shown.glance if shown.glance_version > seen_version else None,
                fetched_at=shown.fetched_at,
                trouble=shown.trouble,
                happenings=tuple(h for h in self.happenings if h.number > seen_number),
                last_number=self.arrived,
            )


def after(month: Month, change: ScoreChanged) -> Month:
    """A month as the change leaves it. Without a score only evaluation knows what the month shows: its mark goes."""
    score = change.score
    if score is None:
        return replace(month, points=None, lower=None, upper=None, grade=None, criteria=None)
    return Month(
        MonthState.HELD,
        score.held_on,
        score.points,
        score.lower,
        score.upper,
        score.grade,
        score.criteria,
        score.meeting,
    )
