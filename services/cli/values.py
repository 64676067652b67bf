"""Checking what was typed on the command line, with the domain's own rules."""

from __future__ import annotations

import re
from datetime import date, datetime, time

import typer
from pydantic import TypeAdapter, ValidationError

from services.chassis.clock import LOCAL
from services.contracts.alerts import Span
from services.contracts.base import Code, Moment, Ref
from services.contracts.evaluation import Period
from services.contracts.rescoring import RunId

_CODE: TypeAdapter[str] = TypeAdapter(Code)
_REF: TypeAdapter[str] = TypeAdapter(Ref)
_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
_PERIOD: TypeAdapter[str] = TypeAdapter(Period)
_SPAN: TypeAdapter[str] = TypeAdapter(Span)
_RUN: TypeAdapter[str] = TypeAdapter(RunId)


def _code(value: str | None, what: str) -> str | None:
    if value is not None:
        try:
            _CODE.validate_python(value)
        except ValidationError:
            raise typer.BadParameter(
                f"{value!r} is no {what}'s code: 1 to 32 of A-Z 0-9 _ - (upper case), like TP-TDP03"
            ) from None
    return value


def cell_code(value: str | None) -> str | None:
    """A cell's code."""
    return _code(value, "cell")


def unit_code(value: str | None) -> str | None:
    """A unit's code."""
    return _code(value, "unit")


def observer_ref(value: str) -> str:
    """An observer's opaque reference."""
    try:
        return _REF.validate_python(value)
    except ValidationError:
        raise typer.BadParameter(f"{value!r} is no observer's reference: like o-4f07c1 (never a name)") from None


def period(value: str) -> str:
    """A month, `YYYY-MM`."""
    try:
        return _PERIOD.validate_python(value)
    except ValidationError:
        raise typer.BadParameter(f"{value!r} is no month: YYYY-MM, like 2025-11") from None


def span(value: str | None) -> str | None:
    """A month, quarter or year."""
    if value is not None:
        try:
            _SPAN.validate_python(value)
        except ValidationError:
            message = f"{value!r} is no month, quarter or year: like 2026-11, 2026-Q4 or 2026"
            raise typer.BadParameter(message) from None
    return value


def years(value: str) -> range:
    """A year or a span of years, `2025` or `2019-2025`."""
    first, _, last = value.partition("-")
    if first.isdecimal() and len(first) == 4 and (not last or (last.isdecimal() and len(last) == 4)):
        span = range(int(first), int(last or first) + 1)
        if span and span[0] >= 1930 and span[-1] <= 2200:
            return span
    raise typer.BadParameter(f"{value!r} are no years: YYYY or YYYY-YYYY, like 2019-2025")


def run_id(value: str | None) -> str | None:
    """The id of a re-scoring run."""
    if value is not None:
        try:
            _RUN.validate_python(value)
        except ValidationError:
            message = f"{value!r} is no run: like r-0123456789abcdef (`nenep runs` lists them)"
            raise typer.BadParameter(message) from None
    return value


def memory(value: str) -> str:
    """An amount of memory, as DuckDB takes it."""
    if not re.fullmatch(r"[1-9][0-9]{0,5} ?[KMGT]i?B", value):
        raise typer.BadParameter(f"{value!r} is no amount of memory: like 256MB or 2GB")
    return value


def moment(value: str) -> datetime:
    """A moment; without a zone it is the domain's (Asia/Ho_Chi_Minh). A bare date takes in the whole of its day."""
    try:
        found = datetime.combine(date.fromisoformat(value), time.max, LOCAL)
    except ValueError:
        found = None
    try:
        found = found or datetime.fromisoformat(value)
        return _MOMENT.validate_python(found if found.tzinfo else found.replace(tzinfo=LOCAL))
    except ValueError:
        raise typer.BadParameter(f"{value!r} is no moment: like 2025-11-03 or 2025-11-03T19:30:00+07:00") from None


def day(value: str) -> date:
    """A date."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise typer.BadParameter(f"{value!r} is no date: YYYY-MM-DD, like 2025-07-01") from None
