"""How one evaluation follows another without a moment in which none answers.

The new one, of the next generation, builds its history and drafts its scores while the old one serves. When it has
caught up it answers too; then it waits for the seat, which the old one gives up by ending, however it ends; points to
its own history; and only then publishes, what differs first. Whoever dies on the way: until the pointer moves, the old
history is the current one and the new one is gone on with; from then on the new one is the current, and whole.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

from services.chassis.service import Service
from services.evaluation.follow import Follower
from services.evaluation.generations import Generation, Seat, current, leftovers
from services.evaluation.history.formats import OtherFormat
from services.evaluation.history.store import Connection, closed_on_error, position, transaction
from services.evaluation.running.draft import mute
from services.evaluation.running.running import open_evaluation
from services.evaluation.snapshots import load

log = logging.getLogger(__name__)
LOOK_S = 0.05


class Place:
    """What this process has to do with the histories of its data folder.

    It `serves` the current generation, or builds the next one beside the process that does. `seat` is taken in the
    first case; a second process that wants to serve waits here until the first has ended.
    """

    def __init__(self, folder: Path, seat: Seat, generation: Generation) -> None:
        self.folder, self.seat, self.generation = folder, seat, generation

    @classmethod
    async def find(cls, folder: Path, wanted: int) -> Place:
        """The place of a process that is to serve the generation `wanted` (or the current one, if that is later)."""
        seat, serving = Seat(folder), current(folder)
        if wanted > serving.number:
            return cls(folder, seat, serving.next)
        if not seat.take():
            log.warning("another evaluation serves %s: waiting until it ends", folder)
            await _taken(seat)
        return cls(folder, seat, current(folder))

    @property
    def beside(self) -> bool:
        """Whether the generation is not (yet) the current one."""
        return self.generation.number > current(self.folder).number

    def open(self, memory: str, from_snapshot: Path | None = None) -> Connection:
        """The history; an empty one begins with the snapshot, if there is one. When the current one is of another
        format, the next generation is built in its place. Raises `snapshots.Unusable`."""
        try:
            con = open_evaluation(self.generation.path, memory)
        except OtherFormat as other:
            if self.beside:
                log.warning("what was built of %s is thrown away: %s", self.generation.path.name, other)
                self.generation.remove()
            else:
                log.warning("%s: it is built anew from the event stream", other)
                self.generation = self.generation.next
            return self.open(memory, from_snapshot)
        if from_snapshot and position(con) == 0:
            with closed_on_error(con):
                begun_from = load(con, from_snapshot)
            log.info("begun from the snapshot %s at event %d", from_snapshot, begun_from.position)
        if self.beside:
            with transaction(con):
                mute(con)
        return con


class Succession:
    """Brings a service to its place: answering, serving, publishing."""

    def __init__(self, service: Service, place: Place, follower: Follower) -> None:
        self.service, self.place, self.follower = service, place, follower
        self.beside, self.began_at = place.beside, follower.position
        if self.beside or follower.running.muted:
            service.leading.clear()
        if self.beside and not place.seat.taken:
            service.answering.clear()
        service.progress = self.progress

    async def run(self) -> None:
        """Until cancelled (there is nothing to do in the end)."""
        if self.beside:
            await self.follower.caught_up()
            self.service.answering.set()
            await _taken(self.place.seat)
            await asyncio.to_thread(self.place.generation.make_current)
            self.beside = False
            log.info("%s is the current history now", self.place.generation.path.name)
        if self.follower.running.muted:
            await self.follower.take_over()
        self.service.leading.set()
        await asyncio.to_thread(self._tidy)
        await asyncio.Event().wait()

    def progress(self) -> dict[str, Any]:
        """For the health check: the generation, how far its history is, and whether it is that which serves."""
        return {
            "generation": self.place.generation.number,
            "serves": not self.beside,
            "publishes": self.service.leading.is_set(),
            "began_at": self.began_at,
            "position": self.follower.scored,
            "end": self.follower.end,
        }

    def _tidy(self) -> None:
        for leftover in leftovers(self.place.generation):
            log.info("removing %s, which nobody needs any more", leftover.path.name)
            leftover.remove()


async def _taken(seat: Seat) -> None:
    while not seat.take():  # noqa: ASYNC110 - the kernel gives it up, and tells nobody
        await asyncio.sleep(LOOK_S)
