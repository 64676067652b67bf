"""The supervisor's part in a rebuild: starts the second evaluation, stops the first when the second can answer.

The two settle between themselves whose history is the current one (`services.evaluation.succession`). So whatever is
killed here, the supervisor too, the next look finds out from the pointer how far things are.
"""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any

import orjson

from deploy.embedded import rebuild
from deploy.embedded.rebuild import Phase, Rebuild, Request, Wish
from deploy.embedded.supervisor import Launch, Spec, Supervisor
from services.evaluation.generations import begun, current

EVALUATION, NEXT = "evaluation", "evaluation-next"
LOOK_S, WATCH_S = 0.5, 0.2
TOO_OFTEN = 3
"""Ends of the new process without progress between them, after which it is given up."""


class Rebuilder:
    """Obeys the requests that `nenep rebuild` leaves in the data directory, one rebuild at a time.

    `launch` makes the new process for a generation and a snapshot, `serving` is how evaluation is kept otherwise;
    `port` tells where the new process answers its health check; `moved` is called when it has become evaluation.
    """

    def __init__(
        self,
        data: Path,
        supervisor: Supervisor,
        launch: Callable[[int, Path | None], Launch],
        serving: Spec,
        port: Callable[[], int],
        moved: Callable[[], None],
        say: Callable[[str], None],
    ) -> None:
        self.data, self.supervisor, self.launch, self.serving = data, supervisor, launch, serving
        self.port, self.moved, self.say = port, moved, say
        self.told = rebuild.read(data)
        self._restarts, self._position = 0, -1

    async def run(self) -> None:
        """Until cancelled. A rebuild that was under way when the system stopped goes on."""
        if self.told and self.told.phase.goes_on:
            await self._begin(self.told.snapshot, self.told.request)
        while True:
            try:
                if request := rebuild.take_request(self.data):
                    await self._obey(request)
                if self._going:
                    await self._look()
            except OSError as error:
                self.say(f"rebuild: {error}")
            await asyncio.sleep(WATCH_S if self._going else LOOK_S)

    @property
    def _going(self) -> bool:
        return bool(self.told and self.told.phase.goes_on)

    async def _obey(self, request: Request) -> None:
        if request.wish is not Wish.BEGIN:
            await self._stop(request)
        elif self._going:
            self._note(request=request.id)
        else:
            await self._begin(request.snapshot, request.id)

    async def _begin(self, snapshot: Path | None, request: str) -> None:
        serving = current(self.data)
        if self._going and self.told and serving.number >= self.told.generation:
            self._note(phase=Phase.DONE)
            return
        if snapshot and not self._going:
            self._discard()
        generation = serving.number + 1
        self.told = Rebuild(
            phase=Phase.BUILDING,
            generation=generation,
            began_at=datetime.now(UTC),
            snapshot=snapshot,
            request=request,
        )
        self._note()
        self._restarts, self._position = 0, -1
        self.say(f"rebuild: a new history is built beside the running one (log: {self.data / 'logs' / NEXT}.log)")
        await self.supervisor.start(Spec(NEXT, lambda: self.launch(generation, snapshot)))

    async def _stop(self, request: Request) -> None:
        detail = ""
        if self._going:
            await self.supervisor.remove(NEXT)
            if self.told and current(self.data).number >= self.told.generation:
                detail = "it had already taken over"
        if request.wish is Wish.DISCARD:
            self._discard()
        if self._going and not detail:
            self.say("rebuild: cancelled; the running history goes on serving")
            self._note(phase=Phase.CANCELLED, request=request.id)
        elif self.told:
            self._note(phase=Phase.DONE if detail else self.told.phase, detail=detail, request=request.id)
        else:
            self.told = Rebuild(
                phase=Phase.CANCELLED, generation=0, began_at=datetime.now(UTC), detail="there was none"
            )
            self._note(request=request.id)

    def _discard(self) -> None:
        for generation in begun(current(self.data)):
            generation.remove()

    async def _look(self) -> None:
        """One look at the new process: notes how far it is, makes way for it, or gives it up."""
        report = await asyncio.to_thread(health, self.port())
        if report:
            self._note(position=report["position"], end=report["end"])
        if report.get("serves") or report.get("ready"):
            await self._make_way()
        elif trouble := self._gives_up():
            await self.supervisor.remove(NEXT)
            self._failed(trouble)

    def _gives_up(self) -> str:
        """Why there is no hope for the new process, in words."""
        child, told = self.supervisor.children[NEXT], self.told
        if told and told.position > self._position:
            self._position, self._restarts = told.position, child.restarts
        if child.restarts - self._restarts < TOO_OFTEN:
            return ""
        return f"the new evaluation ended {TOO_OFTEN} times; the end of {child.log.path} says why"

    async def _make_way(self) -> None:
        """Stops the old process; the new one takes its place, or the old one is started again."""
        self._note(phase=Phase.TAKING_OVER)
        await self.supervisor.stop(EVALUATION)
        self._restarts = self.supervisor.children[NEXT].restarts
        while not (report := await asyncio.to_thread(health, self.port())).get("publishes"):
            if (trouble := self._gives_up()) and self.told and current(self.data).number < self.told.generation:
                await self.supervisor.remove(NEXT)
                await self.supervisor.start(self.serving)
                self._failed(trouble)
                return
            await asyncio.sleep(WATCH_S / 4)
        self.moved()
        self.supervisor.rename(NEXT, self.serving)
        self._note(phase=Phase.DONE, position=report["position"], end=report["end"])
        self.say("rebuild: the new history has taken over")

    def _failed(self, why: str) -> None:
        self.say(f"rebuild: failed: {why}")
        self._note(phase=Phase.FAILED, detail=why)

    def _note(self, **changed: Any) -> None:
        assert self.told
        noted = self.told.model_copy(update=changed)
        if not changed or noted != self.told:
            self.told = noted
            rebuild.write(self.data, rebuild.FILE, noted)


def health(port: int) -> dict[str, Any]:
    """What the process behind this port says of itself; empty when nothing answers, or somebody else."""
    try:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
                said = answer.read()
        except urllib.error.HTTPError as error:
            said = error.read()
        return dict(orjson.loads(said))
    except (OSError, HTTPException, ValueError, TypeError):
        return {}
