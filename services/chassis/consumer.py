"""Taking a service's reports from the intake stream: pulled as they come, settled by the desk, then acknowledged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

import orjson

from services.chassis.bus import Bus, BusError
from services.chassis.intake import Desk, Verdict
from services.chassis.pull import Lost, Pull, Pulled
from services.contracts.bus import INTAKE

log = logging.getLogger(__name__)
BATCH = 500
NANO = 1_000_000_000
AGAIN_S, FAILED_S = 0.25, 1.0
"""How soon a report comes again that waits for another one, and one whose store failed."""
RETRY_S = 0.1, 2.0
ACK, AT_ONCE = b"+ACK", b"-NAK"


class Consumer:
    """Consumes `in.*.<service>.*` through the durable of the service's name. Acknowledges only what is settled.

    `settled` is called after every batch.
    """

    def __init__(self, bus: Bus, service: str, desk: Desk, settled: Callable[[], None]) -> None:
        self.bus, self.service, self.desk, self.settled = bus, service, desk, settled
        self._pulling, self._settling = "", ""

    @property
    def trouble(self) -> str:
        """Why nothing is taken in at the moment, in words; empty when all is well."""
        return self._settling or self._pulling

    async def run(self) -> None:
        """Consumes until cancelled; what is being settled then is settled, the rest handed back at once."""
        wait = RETRY_S[0]
        while True:
            await self.bus.wait_connected()
            pull = Pull(self.bus, INTAKE, self.service, BATCH)
            try:
                await pull.open()
                while True:
                    found = await pull.next()
                    wait, self._pulling = RETRY_S[0], ""
                    if found:
                        await self._finish(found)
            except (Lost, BusError) as error:
                if self.bus.connected and str(error) != self._pulling:
                    log.warning("the intake: %s", error)
                    self._pulling = str(error)
                await asyncio.sleep(wait)
                wait = min(2 * wait, RETRY_S[1])
            finally:
                await self._hand_back(pull)

    async def _finish(self, found: Sequence[Pulled]) -> None:
        """Settles a batch, also when it is cancelled meanwhile."""
        settling = asyncio.ensure_future(self._settle(found))
        try:
            await asyncio.shield(settling)
        except asyncio.CancelledError:
            await settling
            raise

    async def _settle(self, found: Sequence[Pulled]) -> None:
        try:
            verdicts = await asyncio.to_thread(lambda: self.desk.settle([one.arrival for one in found]))
        except Exception as error:
            log.exception("a batch of %d reports could not be settled; it comes again", len(found))
            self._settling = f"reports cannot be settled: {error}"
            for one in found:
                await self.bus.send(one.reply, _later(FAILED_S))
            return
        self._settling = ""
        self.settled()
        for one, verdict in zip(found, verdicts, strict=True):
            await self.bus.send(one.reply, ACK if verdict is Verdict.SETTLED else _later(AGAIN_S))

    async def _hand_back(self, pull: Pull) -> None:
        await pull.close()
        if self.bus.connected:
            for one in pull.waiting:
                await self.bus.send(one.reply, AT_ONCE)


def _later(seconds: float) -> bytes:
    return AT_ONCE + b" " + orjson.dumps({"delay": int(seconds * NANO)})
