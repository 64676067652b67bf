"""The one writer: a batch of events becomes history, scores and outbox rows in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from services.contracts.evaluation import ScoreChanged
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.history.reading import Read
from services.evaluation.history.store import (
    MEMORY,
    THREADS,
    Connection,
    append,
    closed_on_error,
    insert,
    open_history,
    position,
    transaction,
)
from services.evaluation.running.draft import muted, unmute
from services.evaluation.running.outbox import KIND, OUTBOX, SCORE, create_outbox, forget_unpublished, last_seq
from services.evaluation.running.settle import Scores, score_digest

if TYPE_CHECKING:
    from services.chassis.tail import Arrived


def open_evaluation(path: Path | str, memory: str = MEMORY, threads: int = THREADS) -> Connection:
    """The history with its outbox in this file, created where it is missing. One process may hold a file.

    Raises `formats.OtherFormat` for a file that another engine made in another way.
    """
    con = open_history(path, memory, threads)
    with closed_on_error(con), transaction(con):
        create_outbox(con)
    return con


@dataclass(frozen=True)
class Applied:
    """What a batch did: the position now, how many of its events were new or unreadable, how many scores changed."""

    position: int
    events: int
    unreadable: int
    changes: int


class Running:
    """Applies events to one history. Not for two threads at once; readers use snapshots.

    `shipped` are the sets that judge unless the history says otherwise (`history.criteria.sets_known`).
    `quiet_until`: up to this position of the stream scoring is put off, and score changes found in the stream are taken
    into the outbox instead. So a history that is rebuilt, or restored from a backup, first learns what was already
    published, and then publishes only what differs. Without `adopt` it stays ignorant of what was published.

    A muted one (`running.draft`) is built beside another that still publishes, until it is told to `take_over`.
    """

    def __init__(
        self, con: Connection, shipped: Mapping[str, CriteriaSet], quiet_until: int = 0, *, adopt: bool = True
    ) -> None:
        self.con, self.quiet_until, self.adopt = con, quiet_until, adopt
        with transaction(con):
            self.scores = Scores(con, shipped)
        self.muted = muted(con)
        """Whether its scores are only drafted."""

    def apply(self, batch: Iterable[Arrived], *, put_off: bool = False, accept_gap: bool = False) -> Applied:
        """Takes in what is new of a batch. With `put_off` (a long backlog) the scores follow with a later batch.

        Raises `history.store.Gap`, and has done nothing, when events are missing before or within the batch.
        """
        with transaction(self.con):
            appended = append(self.con, batch, accept_gap=accept_gap)
            if self.adopt:
                self._adopt(appended.events)
            self.scores.came({event.table for event in appended.events if event.table})
            quiet = put_off or appended.position < self.quiet_until
            changes = 0 if quiet else self.scores.settle()
        unreadable = sum(event.problem is not None for event in appended.events)
        return Applied(appended.position, len(appended.events), unreadable, changes)

    def settle(self) -> int:
        """Brings the scores up to the position, if that was put off or the rules are new; returns how many changed."""
        if position(self.con) < self.quiet_until:
            return 0
        with transaction(self.con):
            return self.scores.settle()

    def take_over(self) -> int:
        """Ends the draft: what of it differs from what was published is now to be published; returns how many."""
        with transaction(self.con):
            self.scores.settle()
            changes = unmute(self.con)
        self.muted = False
        return changes

    def _adopt(self, events: Iterable[Read]) -> None:
        """Takes in score changes that this outbox does not know, under the places they were published from."""
        own = [event for event in events if event.kind == KIND and event.outbox is not None and event.data is not None]
        if own:
            forget_unpublished(self.con, {event.outbox or 0: event.event for event in own})
            last = last_seq(self.con)
            insert(self.con, "outbox", OUTBOX, [_adopted(event) for event in own if (event.outbox or 0) > last])


def _adopted(event: Read) -> tuple[object, ...]:
    changed = ScoreChanged.model_validate(event.data)
    score = changed.score.model_dump(mode="python") if changed.score else None
    plain = changed.score.model_dump(mode="json") if changed.score else None
    return (
        event.outbox,
        event.event,
        changed.cell,
        changed.period,
        event.unit,
        changed.basis,
        event.recorded_at,
        event.cause,
        event.origin,
        score_digest(plain) if plain else None,
        *((score or {}).get(field.name) for field in SCORE),
        orjson.dumps(event.data).decode(),
    )
