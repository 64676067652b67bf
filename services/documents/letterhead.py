"""What surrounds the list on a paper: whose it is, to whom it goes, who signs. None of it is known to the system."""

from __future__ import annotations

import tomllib
from datetime import date

from pydantic import ValidationError

from services.contracts.base import Contract, Text

PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM"
"""At the top right of every paper of a party body."""


class Letterhead(Contract):
    """All of it may be missing; then it is left to be written by hand (the body: the unit's name in the registry).

    `upper_body` and `body` stand at the top left, `number` below them, `place` before the date. `signed_for` (`T/M BAN
    THƯỜNG VỤ`) and `signer` (the post of who signs, never a name) stand above the space for the signature.
    """

    upper_body: Text | None = None
    body: Text | None = None
    number: Text | None = None
    place: Text | None = None
    signed_for: Text | None = None
    signer: Text | None = None
    recipients: tuple[Text, ...] = ()
    on: date | None = None
    """The date of the paper. No clock is looked at."""


class LetterheadError(Exception):
    """Everything that is wrong with a letterhead, one problem a line."""


def read_letterhead(text: str) -> Letterhead:
    """A letterhead from TOML. Raises LetterheadError."""
    try:
        return Letterhead.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise LetterheadError(f"it is no TOML: {error}") from None
    except ValidationError as invalid:
        raise LetterheadError("\n".join(_said(error["loc"], error["msg"]) for error in invalid.errors())) from None


def _said(place: tuple[int | str, ...], problem: str) -> str:
    known = f" (known: {', '.join(Letterhead.model_fields)})" if problem.startswith("Extra inputs") else ""
    return f"{'.'.join(map(str, place))}: {problem}{known}"
