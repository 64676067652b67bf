"""Asking a service on `rpc.<service>.<query>` (the answering side is `rpc.py`; this side needs no FastStream)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from services.contracts.base import Contract
from services.contracts.bus import query_subject
from services.contracts.cloudevents import JSON
from services.contracts.queries import ANSWERED, Refusal
from services.contracts.receipts import Refused

if TYPE_CHECKING:
    import pyarrow as pa

    from services.chassis.bus import Bus

C = TypeVar("C", bound=Contract)


@dataclass(frozen=True)
class Answer:
    """An answer as it came."""

    content_type: str
    body: bytes

    def table(self) -> pa.Table:
        """The answer as an Arrow table."""
        import pyarrow as pa

        with pa.ipc.open_stream(self.body) as reader:
            return reader.read_all()

    def model(self, cls: type[C]) -> C:
        """The answer as this contract."""
        return cls.model_validate_json(self.body)


async def ask(bus: Bus, service: str, query: str, question: Contract, timeout: float = 5.0) -> Answer:  # noqa: ASYNC109
    """Asks a service. Raises `Refused` with the service's reasons, or the bus's error when none answers."""
    reply: Any = await bus.request(query_subject(service, query), question.model_dump_json().encode(), timeout)
    headers = reply.headers or {}
    if headers.get("status", ANSWERED) != ANSWERED:
        raise Refused(*Refusal.model_validate_json(reply.data).problems)
    return Answer(headers.get("content-type", JSON), reply.data)
