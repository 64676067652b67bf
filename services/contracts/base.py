"""Names, numbers and references that every contract uses, and the strictness they share."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

NAMESPACE = uuid5(NAMESPACE_URL, "urn:vn:nennep")

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9_-]{0,31}$")]
"""A unit's or cell's code: upper-case ASCII, fit to be one token of a subject."""

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
"""A key the publisher chose (an event's id, a meeting's key): fit to be one token of a subject."""

Ref = Annotated[str, StringConstraints(pattern=r"^[a-z]{0,4}-?[0-9][0-9a-z]{2,31}$")]
"""An opaque reference to a member (`m-4f07c1`). Its shape leaves no room for a name: nobody is named here."""

Year = Annotated[int, Field(ge=1930, le=2200)]
"""A calendar year."""


def _anywhere(moment: datetime) -> datetime:
    if not 1 < moment.year < 9999:
        raise ValueError("no moment of the year 1 or 9999 can be said in every time zone")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_anywhere)]
"""A moment with its time zone."""

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PRINTABLE)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000, pattern=PRINTABLE)]
FORMS = {
    r"^[A-Z0-9][A-Z0-9_-]{0,31}$": "capital letters, digits, - and _, at most 32, like TAN-PHONG",
    r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$": "letters, digits, - and _, at most 64",
    r"^[a-z]{0,4}-?[0-9][0-9a-z]{2,31}$": "an opaque reference like m-4f07c1, never a name",
    PRINTABLE: "text on one line",
}
"""What these kinds of text look like, in words, by their patterns."""


class Contract(BaseModel):
    """A model of something said on the bus. Frozen, and strict about fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def derived_id(*parts: object) -> UUID:
    """The UUIDv5 of these parts: the same parts give the same id in every process and every year."""
    name = ":".join(map(str, parts))
    # as uuid.uuid5, which takes half as long again
    digest = hashlib.sha1(NAMESPACE.bytes + name.encode(), usedforsecurity=False).digest()
    return UUID(bytes=digest[:16], version=5)
