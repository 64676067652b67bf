"""One cell's month: its meetings from schedule to correction, as the reports its ward publishes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from services.demo.city import Cell, City
from services.demo.corrections import corrected
from services.demo.habits import Habits, habits_of
from services.demo.marks import assessed
from services.demo.observers import Assignment
from services.demo.places import REFORM
from services.demo.reports import Draft, dice, local, meeting_key, months_after, office_hour
from services.demo.sheets import recorded, sheet, start_time
from services.demo.themes import CANCELLED, POSTPONED, WITHDRAWN, themes
from services.demo.visits import visits


def thematic_part(rng: Random, seed: int, cell: Cell, month: date) -> tuple[str, str | None]:
    """How the month's thematic part is held (`combined`, `separate`, `none`), and its theme if combined.

    These are the first numbers of the month's own, so a plan can foretell them.
    """
    due = (month.month - 1) % 3 == habits_of(seed, cell).thematic_month
    how = rng.choices(("combined", "separate", "none"), (80, 15, 5))[0] if due else "none"
    return how, rng.choice(themes(cell.kind)) if how == "combined" else None


class Month:
    """A cell's month. `reports()` yields its drafts, each meeting's in the order of recording."""

    def __init__(self, city: City, cell: Cell, month: date, observers: Sequence[Assignment]) -> None:
        self.seed, self.cell, self.month, self.observers = city.seed, cell, month, observers
        self.rng: Random = dice(city.seed, cell.code, month, "meetings")
        self.habits: Habits = habits_of(city.seed, cell)

    def reports(self) -> Iterator[Draft]:
        """Everything that is ever reported of this month's meetings."""
        rng, habits = self.rng, self.habits
        how, theme = thematic_part(rng, self.seed, self.cell, self.month)
        yield from self._regular(theme)
        if how == "separate":
            yield from self._thematic(rng.choice(themes(self.cell.kind)))
        if rng.random() < 0.006:
            begins = local(self._day(rng.randint(8, 25)), start_time(rng, habits))
            yield from self._held("X", "extraordinary", begins, None, None)

    def _day(self, day: int) -> date:
        return self.month.replace(day=day)

    def _draft(self, at: datetime, kind: str, mark: str, /, **data: Any) -> Draft:
        key = meeting_key(self.cell.code, f"{self.month:%Y-%m}", mark)
        unit = self.cell.publisher(at.date())
        whole = {"cell": self.cell.code, "meeting": key, **data}
        return Draft(at, unit, "meetings", kind, self.cell.code, key, whole)

    def _noticed(self) -> datetime:
        """When the month's schedule went out: on the 20th-25th before, some later; the reform's month at once."""
        rng = self.rng
        if self.month == REFORM:
            return local(REFORM, time(12)) + timedelta(minutes=rng.randrange(20 * 60))
        late = rng.random() < self.habits.late_documents / 4
        return office_hour(
            rng, months_after(self.month, -1).replace(day=rng.randint(26, 28) if late else rng.randint(20, 25))
        )

    def _scheduled(self, mark: str, kind: str, begins: datetime, at: datetime, theme: str | None) -> Draft:
        data = {
            "kind": kind,
            "on": begins.date().isoformat(),
            "starts_at": begins.time().isoformat(),
            "notice_at": (at - timedelta(minutes=10)).isoformat(),
        }
        return self._draft(at, "MeetingScheduled", mark, **data, **({} if theme is None else {"theme": theme}))

    def _regular(self, theme: str | None) -> Iterator[Draft]:
        rng, habits, kind = self.rng, self.habits, "regular" if theme is None else "combined"
        begins = local(self._day(rng.choices((3, 4, 5), (70, 18, 12))[0]), start_time(rng, habits))
        noticed = self._noticed()
        scheduled = rng.random() >= habits.unscheduled and self.cell.born < self.month
        if scheduled:
            yield self._scheduled("R", kind, begins, noticed, theme)
        fate = rng.random()
        morning = local(begins.date(), time(6, 30))
        if fate < habits.missed:
            if scheduled and rng.random() < 0.3:
                yield self._draft(morning, "MeetingCancelled", "R", reason=rng.choice(CANCELLED))
            return
        mark = "R"
        if fate < habits.missed + habits.late_meeting:
            begins += timedelta(days=rng.randint(4, 14))
            how = rng.random()
            if scheduled and how < 0.5:
                data = {"on": begins.date().isoformat(), "starts_at": begins.time().isoformat()}
                yield self._draft(morning, "MeetingRescheduled", "R", **data, reason=rng.choice(POSTPONED))
            elif scheduled and how < 0.6:
                mark = "R2"
                yield self._draft(morning, "MeetingCancelled", "R", reason=rng.choice(CANCELLED))
        notice = noticed - timedelta(minutes=10) if scheduled and mark == "R" else None
        if fate > 0.997:
            wrong = sheet(self.seed, self.cell, habits, rng, begins, notice, theme)
            at = recorded(rng, wrong)
            yield self._draft(at, "MeetingHeld", "R", kind=kind, sheet=wrong)
            at += timedelta(hours=rng.randint(4, 40))
            yield self._draft(at, "MeetingWithdrawn", "R", reason=WITHDRAWN)
            yield from self._held("R2", kind, begins, notice, theme, not_before=at + timedelta(hours=1))
        else:
            yield from self._held(mark, kind, begins, notice, theme)

    def _thematic(self, theme: str) -> Iterator[Draft]:
        rng, habits = self.rng, self.habits
        begins = local(self._day(rng.randint(12, 26)), start_time(rng, habits))
        notice = None
        if rng.random() < 0.8 and self.cell.born < self.month:
            at = office_hour(rng, begins.date() - timedelta(days=rng.randint(3, 9)))
            notice = at - timedelta(minutes=10)
            yield self._scheduled("T", "thematic", begins, at, theme)
        yield from self._held("T", "thematic", begins, notice, theme)

    def _held(
        self,
        mark: str,
        kind: str,
        begins: datetime,
        notice: datetime | None,
        theme: str | None,
        not_before: datetime | None = None,
    ) -> Iterator[Draft]:
        """The sheet and what follows it: self-assessment, confirmation, correction, visits."""
        rng, habits = self.rng, self.habits
        facts = sheet(self.seed, self.cell, habits, rng, begins, notice, theme)
        at = recorded(rng, facts)
        if not_before is not None:
            at = max(at, not_before)
        held, own = self._draft(at, "MeetingHeld", mark, kind=kind, sheet=facts), None
        yield held
        flatters = rng.random() < habits.flatters
        if kind != "extraordinary" and rng.random() < 0.93:
            at += timedelta(minutes=rng.randint(30, 2000))
            own = assessed(rng, facts, flatters)
            yield self._draft(at, "MeetingSelfAssessed", mark, assessment=own)
        if rng.random() < 0.12:
            at += timedelta(minutes=rng.randint(300, 6000))
            by, agrees = self.cell.parent(at.date()), not (flatters and rng.random() < 0.5)
            confirmation = {"by_unit": by, "on": at.date().isoformat(), "agrees": agrees}
            yield self._draft(at, "MeetingConfirmed", mark, confirmation=confirmation)
        if rng.random() < (0.015 if "minutes_filed_on" in facts else 0.7):
            at += timedelta(days=rng.randint(14, 40), minutes=rng.randrange(300))
            right, reason = corrected(rng, facts)
            yield self._draft(at, "MeetingCorrected", mark, sheet=right, kind=kind, reason=reason)
        if kind != "extraordinary":
            yield from visits(self.seed, self.cell, held, self.observers, own)
