"""The grades of a year in words."""

from __future__ import annotations

import unicodedata

from rich.text import Text

from services.cli.grading.lists import ListOf
from services.contracts.classification import Classified, YearGrade

STYLES = {"excellent": "bold green", "good": "cyan", "completed": "yellow", "not_completed": "bold red"}
VIETNAMESE = {
    "excellent": "Hoàn thành xuất sắc",
    "good": "Hoàn thành tốt",
    "completed": "Hoàn thành",
    "not_completed": "Không hoàn thành",
}
CODES = {word.lower(): code for code, word in VIETNAMESE.items()}


def year_grade(value: str | None) -> Text:
    """A grade in its colour, in English and Vietnamese."""
    if value is None:
        return Text("–", style="dim")
    return Text(f"{value.replace('_', ' ')} · {VIETNAMESE[value]}", style=STYLES[value])


def year_grade_of(word: str) -> str:
    """The code of a grade that may be given in Vietnamese (with `nhiệm vụ` or without); anything else as it is."""
    said = " ".join(unicodedata.normalize("NFC", word).lower().split()).removesuffix(" nhiệm vụ")
    code = CODES.get(said, said.replace(" ", "_"))
    return code if code in set(YearGrade) else word


LIST = ListOf(
    Classified,
    ("subject", "common", "results", "grade"),
    ("common", "results"),
    year_grade_of,
    "classifications",
    tuple(VIETNAMESE.values()),
)
"""What `--list` reads."""
