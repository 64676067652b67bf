"""What the address of an oversight page asks. Everything that is chosen stands in it: a copied link shows the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

PAGE = "oversight"
VIEWS = ("alerts", "coverage", "gap", "grades", "themes", "year")
SHAPES = {
    "view": "|".join(VIEWS),
    "month": r"[1-9]|1[0-2]",
    "unit": r"[A-Z0-9][A-Z0-9_-]{0,31}",
    "line": r"[a-z]{1,20}",
    "colour": r"red|orange|yellow",
    "list": r"[a-z0-9_]{1,40}",
    "q": r".{1,80}",
    "at": r"[0-9]{1,6}",
}


@dataclass(frozen=True)
class Asked:
    """An address. `month` 0: the whole year. `list` is the list or filter that is chosen, `at` its first line shown."""

    lang: str
    year: int
    view: str = VIEWS[0]
    month: int = 0
    unit: str = ""
    line: str = ""
    colour: str = ""
    list: str = ""
    q: str = ""
    at: int = 0
    names: Mapping[str, str] = field(default_factory=dict)
    """What units are called, by code."""

    def unit_name(self, code: str) -> str:
        """The unit's name, else its code."""
        return self.names.get(code, code)

    def params(self) -> dict[str, str]:
        """The address's parameters; what is not chosen is left out."""
        found = {name: str(getattr(self, name) or "") for name in SHAPES}
        given = {"page": PAGE, "lang": self.lang, "year": str(self.year), **found}
        return {name: value for name, value in given.items() if value}

    def href(self, **changes: Any) -> str:
        """The link to this address with some of it changed; another list begins with its first line."""
        return "?" + urlencode(replace(self, **{"at": 0, **changes}).params())

    def cell(self, cell: str, period: str | None = None) -> str:
        """The link to a cell's page, at a month if one is given."""
        named = {"lang": self.lang, "year": str(self.year), "cell": cell}
        return "?" + urlencode({**named, **({"period": period} if period else {})})


def asked(params: Mapping[str, str], lang: str, year: int) -> Asked:
    """The address read; what cannot be understood counts as not given."""

    def given(name: str) -> str:
        value = params.get(name, "").strip()
        value = value.upper() if name == "unit" else value
        return value if re.fullmatch(SHAPES[name], value) else ""

    return Asked(
        lang,
        year,
        view=given("view") or VIEWS[0],
        month=int(given("month") or 0),
        unit=given("unit"),
        line=given("line"),
        colour=given("colour"),
        list=given("list"),
        q=given("q"),
        at=int(given("at") or 0),
    )
