"""The catalogues: `dashboard/locales/<language>/LC_MESSAGES/app.po`, compiled in memory when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Literal, get_args

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).resolve().parents[1] / "locales"
Language = Literal["vi", "en", "bn"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
OWN_NAMES: dict[Language, str] = {"vi": "Tiếng Việt", "en": "English", "bn": "বাংলা"}


def noted(text: str) -> str:
    """Marks a text for extraction where it stands in a table and is said later."""
    return text


@dataclass(frozen=True, eq=False)
class Texts:
    """One language's words. `say` and `plural` fill `{placeholders}` with the values given."""

    language: Language
    translations: GNUTranslations

    def say(self, text: str, /, **values: object) -> str:
        """The text in this language."""
        found = self.translations.gettext(text)
        return found.format(**values) if values else found

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The text in this language for that many; the placeholder `{n}` is up to the caller (a formatted number)."""
        return self.translations.ngettext(one, many, n).format(**values)


def catalogue_path(language: Language) -> Path:
    """Where a language's catalogue lies."""
    return LOCALES / language / "LC_MESSAGES" / "app.po"


@cache
def texts(language: Language) -> Texts:
    """The words of a language, read once for the whole process."""
    with catalogue_path(language).open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Texts(language, GNUTranslations(compiled))


def choose(asked: str | None, browser: str | None) -> Language:
    """The language: the one asked for (`?lang=`), else the browser's (`bn-BD`), else Vietnamese."""
    for wish in (asked, (browser or "").split("-")[0]):
        for language in LANGUAGES:
            if wish == language:
                return language
    return "vi"
