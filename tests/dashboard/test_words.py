"""Every word comes from the catalogues, in all three languages; numbers and dates are each language's own."""

from __future__ import annotations

import ast
import re
import string
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import dashboard
from dashboard.words import numbers
from dashboard.words.texts import LANGUAGES, Language, catalogue_path, choose, texts

ROOT = Path(dashboard.__file__).parent
KEYWORDS = {"say": None, "noted": None, "plural": (1, 2)}
METHODS = [("**.py", "python"), ("**.html", "jinja2")]


def used() -> set[str | tuple[str, str]]:
    """Every text that the code and the templates say; plural ones as pairs."""
    found = extract_from_dir(ROOT, method_map=METHODS, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found}


def catalogue(language: Language) -> Catalog:
    """A language's catalogue as it lies in the tree."""
    with catalogue_path(language).open("rb") as source:
        return read_po(source, locale=language)


def said(message: Message) -> tuple[str, ...]:
    """All strings of a translation."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_in_use_is_in_the_catalogue_and_nothing_else_is(language: Language) -> None:
    ids = {message.id for message in catalogue(language) if message.id}
    assert used() - ids == set(), "say it in the catalogue too (babel.cfg tells how)"
    assert ids - used() == set(), "nobody says this any more"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_doubtful_or_loses_a_placeholder(language: Language) -> None:
    for message in catalogue(language):
        if not message.id:
            continue
        ids = (message.id,) if isinstance(message.id, str) else message.id
        assert not message.fuzzy, message.id
        for text in said(message):
            assert text.strip(), message.id
            assert placeholders(text) == placeholders(ids[0]), (language, message.id, text)


@pytest.mark.parametrize("language", ["vi", "bn"])
def test_a_translation_is_one(language: Language) -> None:
    """A sentence that is the same in English was forgotten (names, numbers and short marks may be the same)."""
    same = [m.id for m in catalogue(language) if isinstance(m.id, str) and m.id == m.string and " " in m.id]
    assert [text for text in same if re.sub(r"\{\w+\}", "", text).strip(" ,:·/+") and text != "Nền Nếp"] == []


def test_the_scripts_bring_no_words_of_their_own() -> None:
    """Two words in a row in a script's string are for reading, unless they are classes or a file's first comment."""
    for path in ROOT.rglob("*.js"):
        for line in path.read_text(encoding="utf-8").splitlines():
            code = re.sub(r"(class: |className = )[^,}]*|^\s*//.*", "", line)
            for literal in re.findall(r"\"([^\"]*)\"", code):
                assert not re.search(r"[A-Za-zÀ-ỹ]{2,} [A-Za-zÀ-ỹ]{2,}", literal), (path.name, literal)


def test_the_templates_bring_no_words_of_their_own() -> None:
    for path in ROOT.rglob("*.html"):
        bare = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", path.read_text(encoding="utf-8"), flags=re.S)
        outside = re.sub(r"<[^>]*>", " ", bare)
        assert not re.search(r"[A-Za-zÀ-ỹ]", outside), (path.name, outside.split())
        for attribute in re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', bare):
            assert not re.search(r"[A-Za-zÀ-ỹ]", attribute), (path.name, attribute)


def test_the_screens_hand_streamlit_no_literal_texts() -> None:
    speaking = {
        "title",
        "header",
        "subheader",
        "markdown",
        "caption",
        "error",
        "warning",
        "info",
        "button",
        "selectbox",
    }
    for path in (ROOT / "screens").glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in speaking:
                words = [*call.args[:1], *(k.value for k in call.keywords if k.arg in ("label", "title", "help"))]
                assert not any(isinstance(word, ast.Constant | ast.JoinedStr) for word in words), ast.dump(call)


def test_a_text_is_said_with_its_values_and_in_its_number() -> None:
    assert texts("vi").say("updated {ago}", ago="vừa xong") == "cập nhật vừa xong"
    assert texts("en").plural("{n} member", "{n} members", 1, n="1") == "1 member"
    assert texts("en").plural("{n} member", "{n} members", 3, n="3") == "3 members"
    assert texts("vi").plural("{n} member", "{n} members", 3, n="3") == "3 đảng viên"


@pytest.mark.parametrize(
    ("asked", "browser", "chosen"),
    [
        (None, None, "vi"),
        (None, "bn-BD", "bn"),
        (None, "de-DE", "vi"),
        ("en", "bn-BD", "en"),
        ("xx", "en-GB", "en"),
        ("", "vi-VN", "vi"),
    ],
)
def test_the_address_chooses_the_language_before_the_browser(asked: str, browser: str, chosen: str) -> None:
    assert choose(asked, browser) == chosen


def test_numbers_and_dates_are_each_languages_own() -> None:
    assert numbers.number(3368, "vi") == "3.368"
    assert numbers.number(92.6316, "vi", 2) == "92,63"
    assert numbers.number(88.0, "vi", 2) == "88"
    assert numbers.percent(0.963, "vi") == "96,3%"
    assert numbers.day(date(2026, 3, 3), "vi") == "03/03/2026"
    assert numbers.day(date(2026, 3, 3), "en") == "3 Mar 2026"
    assert numbers.month_year("2026-03", "vi") == "tháng 3/2026"
    assert numbers.month_year("2026-03", "en") == "March 2026"


def test_bengali_keeps_latin_digits() -> None:
    written = numbers.number(3368, "bn") + numbers.percent(0.963, "bn") + numbers.day(date(2026, 3, 3), "bn")
    assert not re.search("[০-৯]", written)
    assert numbers.month_name(3, "bn") == "মার্চ"


def test_times_are_those_of_vietnam() -> None:
    late = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
    assert numbers.clock(late) == "01:30:00"
    assert numbers.moment(late, "vi") == "03/03/2026 01:30"
