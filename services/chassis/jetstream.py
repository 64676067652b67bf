"""JetStream's answers: where a message was stored, or why it was refused."""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson
from nats.aio.msg import Msg

from services.chassis.errors import ApiError, TooLarge

MESSAGE_TOO_LARGE = 10054


class Stored(NamedTuple):
    """Where a stream stored a message; `duplicate` when its `Nats-Msg-Id` was there (`position` is the first's)."""

    stream: str
    position: int
    duplicate: bool


def decoded(message: Msg) -> dict[str, Any]:
    """An answer of the broker as JSON; raises `TooLarge` or `ApiError` when it is a refusal."""
    answer: dict[str, Any] = orjson.loads(message.data)
    if error := answer.get("error"):
        if error.get("err_code") == MESSAGE_TOO_LARGE:
            raise TooLarge(f"The stream refuses so large a message: {error['description']}")
        raise ApiError(error.get("err_code", error.get("code", 0)), error.get("description", "refused"))
    return answer
