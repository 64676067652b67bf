"""CloudEvents 1.0: the NATS protocol binding in binary mode (`ce-*` headers, JSON body) and structured JSON."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal

import orjson
from pydantic import Field

from services.contracts.base import Contract, Key, Moment

JSON = "application/json"
DEMO_SOURCE = "urn:nennep:demo"
"""What the source of everything made up begins with (`urn:nennep:demo/<UNIT>`)."""


class CloudEvent(Contract):
    """One event as it crosses the bus; `data` is its JSON object.

    Two extensions, on the services' events only: `cause` is the report it came from (`<unit>/<id>`), `origin` that
    report's source (`urn:nennep:demo` marks what is synthetic).
    """

    specversion: Literal["1.0"] = "1.0"
    id: Key
    source: Annotated[str, Field(min_length=1, max_length=200)]
    type: Annotated[str, Field(min_length=1, max_length=200)]
    time: Moment | None = None
    subject: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: Annotated[str, Field(max_length=300)] | None = None
    cause: Annotated[str, Field(max_length=200)] | None = None
    origin: Annotated[str, Field(max_length=200)] | None = None
    data: dict[str, Any]

    def headers(self) -> dict[str, str]:
        """The attributes as NATS headers (binary mode)."""
        given: dict[str, str | None] = {
            "ce-specversion": self.specversion,
            "ce-id": self.id,
            "ce-source": self.source,
            "ce-type": self.type,
            "ce-time": self.time.isoformat() if self.time else None,
            "ce-subject": self.subject,
            "ce-dataschema": self.dataschema,
            "ce-cause": self.cause,
            "ce-origin": self.origin,
            "content-type": self.datacontenttype,
        }
        return {name: value for name, value in given.items() if value is not None}

    def body(self) -> bytes:
        """The data as JSON."""
        return orjson.dumps(self.data)

    def structured(self) -> bytes:
        """The whole event as one JSON object on one line (the form of `nenep publish` and of demo files)."""
        return orjson.dumps(self.model_dump(mode="json", exclude_none=True))


def attributes(headers: Mapping[str, str] | None) -> dict[str, str]:
    """The attributes among NATS headers, lower-cased and unprefixed, content type included. Nothing is checked."""
    return {named: value for name, value in (headers or {}).items() if (named := _attribute(name))}


@lru_cache(maxsize=256)
def _attribute(header: str) -> str:
    """The name of the attribute that a header carries; empty for any other."""
    lower = header.lower()
    return "datacontenttype" if lower == "content-type" else lower.removeprefix("ce-") if lower[:3] == "ce-" else ""
