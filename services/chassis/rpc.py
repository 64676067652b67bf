"""Questions and answers on `rpc.<service>.<query>`: core NATS requests, answered by any replica of a queue group.

Answers are JSON of a contract, or Arrow IPC of a table; a refused question is answered by a `Refusal` (status 400), a
failed one by a `Refusal` with status 500, so that nobody who asks waits for nothing. They go to inboxes only: whoever
asks names the subject of the answer, and a service may publish events and receipts, too.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, TypeVar

from faststream.nats import NatsBroker, NatsMessage, NatsResponse
from faststream.nats.subscriber.usecases.basic import LogicSubscriber
from nats.aio.client import Client
from nats.aio.subscription import Subscription
from pydantic import ValidationError

from services.chassis.identity import inbox_prefix
from services.contracts.base import Contract
from services.contracts.bus import MAX_PAYLOAD_BYTES, query_subject
from services.contracts.cloudevents import JSON
from services.contracts.queries import ANSWERED, ARROW, FAILED, REFUSED, Refusal
from services.contracts.receipts import Problem, Refused

if TYPE_CHECKING:
    import pyarrow as pa


log = logging.getLogger(__name__)
INBOXES = inbox_prefix("")
MOST_BYTES = MAX_PAYLOAD_BYTES - 1024
"""Of an answer, beside its headers."""
FINISH_S = 6.0
"""For the questions that are being answered when the service stops; less than a supervisor's patience."""
Q = TypeVar("Q", bound=Contract)


class Answerer:
    """Answers a service's queries on a FastStream broker.

    A handler that is a coroutine function is awaited; any other blocks and runs in a thread.
    """

    def __init__(self, broker: NatsBroker, service: str) -> None:
        self.broker, self.service = broker, service
        self._subscribers: list[LogicSubscriber[Any]] = []

    def add(
        self, query: str, model: type[Q], handler: Callable[[Q], Contract | pa.Table | Awaitable[Contract]]
    ) -> None:
        """Answers `query`, whose question is `model`. The handler raises `Refused` for a question it cannot answer."""

        async def answer(message: NatsMessage) -> NatsResponse:
            if not message.reply_to.startswith(INBOXES):
                message.reply_to = ""
                return NatsResponse(b"")  # goes nowhere
            return await _answer(model, handler, message.body)

        subject = query_subject(self.service, query)
        subscriber = self.broker.subscriber(subject, queue=self.service, decoder=_undecoded)
        subscriber(answer)
        self._subscribers.append(subscriber)

    async def begun(self) -> None:
        """Returns when the broker has the subscriptions: from then on questions come here."""
        await self._client.flush()

    async def finish(self) -> None:
        """Takes no more questions and answers those that came, so that whoever asked before hears of it.

        FastStream's own stop first closes its eyes to what arrives and only then unsubscribes.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(FINISH_S):
                await asyncio.gather(*(_drain(one) for one in self._subscribers))
                await self._client.flush()

    @property
    def _client(self) -> Client:
        return self.broker.config.broker_config.connection_state.connection


async def _drain(subscriber: LogicSubscriber[Any]) -> None:
    if isinstance(subscriber.subscription, Subscription):
        await subscriber.subscription.drain()  # type: ignore[no-untyped-call]
        subscriber.subscription = None  # or FastStream would unsubscribe it again


async def _undecoded(message: Any) -> Any:
    return message.body  # a question that cannot be read wants an answer like any other


async def _answer(model: type[Q], handler: Callable[[Q], Any], body: bytes) -> NatsResponse:
    try:
        question = model.model_validate_json(body or b"{}")
        found = await (handler(question) if iscoroutinefunction(handler) else asyncio.to_thread(handler, question))
        response = _response(found, ANSWERED)
        if (size := len(response.body)) > MOST_BYTES:
            what = f"the answer would have {size:,} bytes, a message may have {MOST_BYTES:,}: ask for less at once"
            raise Refused(Problem(path="", problem=what))
        return response
    except ValidationError as invalid:
        problems = (
            Problem(path=".".join(str(part) for part in error["loc"]), problem=error["msg"])
            for error in invalid.errors(include_url=False)
        )
        return _response(Refusal(problems=tuple(problems)), REFUSED)
    except Refused as refused:
        return _response(Refusal(problems=tuple(refused.problems)), REFUSED)
    except Exception as error:
        log.exception("a query failed")
        return _response(Refusal(problems=(Problem(path="", problem=f"the query failed: {error}"),)), FAILED)


def _response(found: Contract | pa.Table, status: str) -> NatsResponse:
    if isinstance(found, Contract):
        body, content_type = found.model_dump_json(by_alias=True).encode(), JSON
    else:
        import pyarrow as pa  # only where tables are answered: it is most of a small service's memory

        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, found.schema) as writer:
            writer.write_table(found)
        body, content_type = sink.getvalue().to_pybytes(), ARROW
    return NatsResponse(body, headers={"content-type": content_type, "status": status})
