"""Numbers and dates as each language writes them.

Vietnamese: `1.234,5`, `96,3%`, `03/03/2026`. Bengali keeps Latin digits throughout (Babel's own choice, and the
documents these figures come from have no others), with Bengali month names. Times are those of Asia/Ho_Chi_Minh.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date, get_month_names
from babel.numbers import format_decimal, format_percent

from dashboard.words.texts import Language
from services.chassis.clock import LOCAL

DAY: dict[Language, str] = {"vi": "dd/MM/yyyy", "en": "d MMM yyyy", "bn": "d MMM yyyy"}


@lru_cache(maxsize=4096)
def number(value: float, language: Language, decimals: int = 0) -> str:
    """A number with at most so many decimals: 92.6316 with 2 is `92,63` in Vietnamese, 88.0 is `88`."""
    pattern = "#,##0" + ("." + "#" * decimals if decimals else "")
    return str(format_decimal(round(value, decimals), format=pattern, locale=language))


@lru_cache(maxsize=1024)
def percent(share: float, language: Language, decimals: int = 1) -> str:
    """A share (0-1) as a percentage."""
    return str(format_percent(share, format="#,##0." + "0" * decimals + "%", locale=language))


@lru_cache(maxsize=4096)
def day(value: date, language: Language) -> str:
    """A date with its year."""
    return str(format_date(value, DAY[language], locale=language))


@lru_cache(maxsize=64)
def month_name(month: int, language: Language) -> str:
    """A month's name: `tháng 3`, `March`, `মার্চ`."""
    return (
        str(get_month_names("wide", context="stand-alone", locale=language)[month]).lower()
        if language == "vi"
        else str(get_month_names("wide", context="stand-alone", locale=language)[month])
    )


def month_year(period: str, language: Language) -> str:
    """A month and its year: `tháng 3/2026`, `March 2026`, `মার্চ 2026`."""
    year, month = period.split("-")
    return f"{month_name(int(month), language)}{'/' if language == 'vi' else ' '}{year}"


def clock(moment: datetime) -> str:
    """The time of day, with seconds, in the domain's time zone."""
    return moment.astimezone(LOCAL).strftime("%H:%M:%S")


def moment(value: datetime, language: Language) -> str:
    """A date and the time of day, without seconds."""
    local = value.astimezone(LOCAL)
    return f"{day(local.date(), language)} {local:%H:%M}"


def megabytes(count: int, language: Language) -> str:
    """Bytes as whole megabytes."""
    return f"{number(count / 2**20, language)} MB"
