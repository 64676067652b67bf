"""A ward's system that goes on publishing: the story as it comes due, and small talk about recent meetings between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from services.contracts.cloudevents import CloudEvent
from services.demo.reports import LOCAL, Draft, dice, months_after, sealed
from services.demo.smalltalk import Held, talk
from services.demo.timeline import timeline

REMEMBERED = 1_000
"""How many of the latest meetings held the small talk is about: about half a year of the city."""
SETTLED_AFTER = timedelta(days=1)
"""Meetings recorded less than this ago are left in peace: their own assessment is still to come."""


class LiveWard:
    """An endless source of reports that continue the history of the same seed and first year.

    What the story has recorded since `since` and until now comes first, in order, under the ids it has in the history.
    In between there is always something to say: a correction, a new vote on an assessment, a confirmation, an
    extraordinary meeting, a secretary's other post. Its ids follow from the seed and the second in which it is said (an
    extraordinary meeting's: from cell and day), so that a ward that starts again does not say it under an id it has
    used; what it says twice all the same is a duplicate.
    """

    def __init__(self, seed: int, first: int, since: date) -> None:
        """`since` is the history's `until`: what was recorded before that day counts as published."""
        self.seed = seed
        self._held: dict[str, Held] = {}
        self._said_at = 0
        self._met: set[str] = set()
        self._story: Iterator[Draft] = timeline(seed, first, months_after(since.replace(day=1), -6))
        self._next = next(self._story)
        while self._next.at.date() < since:
            self._tell()

    def due(self, now: datetime) -> CloudEvent | None:
        """The next report that the story has recorded by now, or None when it is told so far."""
        return sealed(self.seed, self._tell()) if self._next.at <= now else None

    def report(self, now: datetime) -> CloudEvent | None:
        """The next report, never one of the future: from the story when something is due, else small talk.

        None only before the first meetings were recorded, when there is nothing to talk about yet.
        """
        return self.due(now) or self._small_talk(now.astimezone(LOCAL))

    def _tell(self) -> Draft:
        draft, self._next = self._next, next(self._story)
        self._remember(draft)
        return draft

    def _remember(self, draft: Draft) -> None:
        """Keeps the meetings to talk about, each with the unit that now speaks for its cell."""
        data, held = draft.data, self._held
        if draft.kind == "MeetingHeld":
            held[data["meeting"]] = Held(
                draft.unit, draft.subject, data["meeting"], data["kind"], draft.at, data["sheet"]
            )
            if len(held) > REMEMBERED:
                del held[next(iter(held))]
        elif draft.kind == "MeetingCorrected" and data["meeting"] in held:
            held[data["meeting"]] = held[data["meeting"]]._replace(sheet=data["sheet"])
        elif draft.kind == "MeetingWithdrawn":
            held.pop(data["meeting"], None)
        elif draft.kind == "CellMerged":
            self._held = {key: meeting for key, meeting in held.items() if meeting.cell not in data["merged"]}
        elif draft.kind == "TreeReorganised":
            over = {move.get("unit") or move["cell"]: move["to"] for move in data["moves"]}
            for key, meeting in held.items():
                held[key] = meeting._replace(unit=over.get(meeting.unit) or over[meeting.cell])

    def _small_talk(self, now: datetime) -> CloudEvent | None:
        settled = [held for held in self._held.values() if held.recorded < now - SETTLED_AFTER]
        while settled:
            second = self._said_at = max(self._said_at + 1, int(now.timestamp()))
            draft = talk(self.seed, second, now, dice(self.seed, "live", second).choice(settled))
            if draft.kind != "MeetingHeld" or draft.key not in self._met:
                if draft.kind == "MeetingHeld":
                    self._met.add(draft.key)
                return sealed(self.seed, draft)
        return None
