"""Dates and numbers as they are written in Vietnam, and the words of the papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal

from services.contracts.meetings import Grade

GRADES: dict[Grade, str] = {
    Grade.GOOD: "Tốt",
    Grade.FAIR: "Khá",
    Grade.AVERAGE: "Trung bình",
    Grade.POOR: "Kém",
    Grade.MET: "Đạt",
    Grade.NOT_MET: "Không đạt",
}
LANG = "vi"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def day(value: date) -> str:
    """03/11/2026."""
    return f"{value:%d/%m/%Y}"


def long_day(value: date | None) -> str:
    """`ngày 03 tháng 11 năm 2026`; dots to be filled in by hand where there is none."""
    if value is None:
        return "ngày …… tháng …… năm ………"
    return f"ngày {value:%d} tháng {value:%m} năm {value:%Y}"


def number(value: float, pattern: str = "#,##0.##") -> str:
    """1234.5 is `1.234,5`."""
    return format_decimal(_rounded(Decimal(str(value)), len(pattern.partition(".")[2])), format=pattern, locale=LANG)


def mean(values: Sequence[float]) -> float | None:
    """The mean of some numbers as they are written, to two decimals; None of none."""
    return (
        float(_rounded(sum((Decimal(str(value)) for value in values), Decimal()) / len(values), 2)) if values else None
    )


def _rounded(value: Decimal, decimals: int) -> Decimal:
    """A half is rounded up, as with a pencil and in a spreadsheet."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def share(value: float) -> str:
    """0.9631 is `96,3%`."""
    return number(100 * value, "0.0") + "%"
