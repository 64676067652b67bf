"""The languages that the command line speaks, and its words in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dashboard.words.texts import Texts


class Language(StrEnum):
    """The languages there are."""

    EN = "en"
    VI = "vi"
    BN = "bn"


Lang = Annotated[
    Language,
    typer.Option("--lang", envvar="NENEP_LANG", help="The language of what people read (not of csv and json)."),
]
Said = tuple[str, str, str]
"""A word or a sentence in the languages, in their order."""
PLACES = {str(one): place for place, one in enumerate(Language)}


class Words:
    """Words and sentences by their names. A name without one (a code of somebody else's) is said as it is."""

    def __init__(self, *tables: Mapping[str, Said]) -> None:
        self.said = {name: words for one in tables for name, words in one.items()}

    def __call__(self, name: str, lang: str, **values: object) -> str:
        """The word in this language; `values` fill the braces of a sentence."""
        found = self.said[name][PLACES[lang]] if name in self.said else name
        return found.format(**values) if values else found


def catalogue(lang: str) -> Texts:
    """The dashboard's words, by which sentences of evaluation are said in a language (0.2 s to read)."""
    from dashboard.words.texts import texts

    return texts(Language(lang).value)


def day(value: date, lang: str) -> str:
    """A date: ISO in English, else as it is written."""
    return value.isoformat() if lang == Language.EN else f"{value:%d/%m/%Y}"


TERMS: dict[str, Said] = {
    "good": ("good", "Tốt", "উত্তম"),
    "fair": ("fair", "Khá", "ভালো"),
    "average": ("average", "Trung bình", "মাঝারি"),
    "poor": ("poor", "Kém", "দুর্বল"),
    "met": ("met", "Đạt", "পূরণ হয়েছে"),
    "not_met": ("not met", "Không đạt", "পূরণ হয়নি"),
    "cell": ("cell", "mã chi bộ", "শাখার কোড"),
    "cell_name": ("name", "chi bộ", "শাখা"),
    "unit": ("unit", "mã đơn vị", "এককের কোড"),
    "unit_name": ("unit name", "đơn vị", "একক"),
    "period": ("month", "tháng", "মাস"),
    "points": ("points", "điểm", "নম্বর"),
    "cells": ("cells", "số chi bộ", "শাখা"),
    "units": ("By unit", "Theo đơn vị", "একক অনুযায়ী"),
}
"""What several tables say."""
