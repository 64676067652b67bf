"""What the address of a re-scoring page asks. Everything that is chosen stands in it: a copied link shows the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from services.chassis.clock import LOCAL
from services.contracts.rescoring import Lens, RescoreOf

PAGE = "rescore"
EDIT = "e."
"""Begins the names of the draft's changed values: `e.items.3.max=5`."""
PERIOD = r"[0-9]{4}-(0[1-9]|1[0-2])"
SHAPES = {
    "set": r"[a-z0-9][a-z0-9-]{0,63}",
    "code": r"[A-Z0-9][A-Z0-9_-]{0,31}",
    "run": r"r-[0-9a-f]{16}",
    "view": r"whatif|text|runs",
    "grades": r"[a-z_]+\.[a-z_]+",
    "outcome": r"[a-z]+",
    "show": rf"[A-Z0-9][A-Z0-9_-]{{0,31}}\.{PERIOD}",
}


@dataclass(frozen=True)
class Side:
    """One of the two lenses as chosen: a set (empty: those in force) and three days."""

    set: str = ""
    known: date | None = None
    tree: date | None = None
    decided: date | None = None

    def lens(self, draft: dict[str, Any] | None = None) -> Lens:
        """The lens. What was recorded until the end of the day `known` counts; a draft takes the place of its set."""
        return Lens(
            set=self.set or None if draft is None else None,
            draft=draft,
            decided_on=self.decided,
            known_at=datetime.combine(self.known, time.max, LOCAL) if self.known else None,
            tree_at=self.tree,
        )

    @classmethod
    def of(cls, lens: Lens) -> Side:
        """The side whose lens this is (of a draft: of the set it was made from)."""
        chosen = lens.set or (str(lens.draft.get("id", "")) if lens.draft else "")
        known = lens.known_at.astimezone(LOCAL).date() if lens.known_at else None
        return cls(chosen, known, lens.tree_at, lens.decided_on)


@dataclass(frozen=True)
class Asked:
    """An address. `edits` are the draft's changed values, by their path in the document with dots, as typed; they hold
    only for the set that they were made of.
    """

    lang: str
    year: int
    first: str
    last: str
    after: Side = field(default_factory=Side)
    before: Side = field(default_factory=Side)
    unit: str = ""
    cell: str = ""
    edits: tuple[tuple[str, str], ...] = ()
    run: str = ""
    view: str = ""
    outcome: str = ""
    grades: str = ""
    heading: str = ""
    q: str = ""
    at: int = 0
    show: str = ""
    odd: tuple[str, ...] = ()
    """What was given but cannot be read, and so counts as not given."""

    def question(self, draft: dict[str, Any] | None = None) -> RescoreOf:
        """What the services are asked."""
        return RescoreOf(
            after=self.after.lens(draft),
            before=self.before.lens(),
            first=self.first,
            last=self.last,
            unit=self.unit or None,
            cell=self.cell or None,
        )

    @property
    def differs(self) -> bool:
        """Whether the two sides can differ at all."""
        return self.after != self.before or bool(self.edits)

    @property
    def tries(self) -> bool:
        """Whether a draft is tried: its values or its text changed on the page."""
        return self.view in ("whatif", "text")

    @property
    def filtered(self) -> bool:
        """Whether the list of months is filtered."""
        return any((self.outcome, self.grades, self.heading, self.q))

    def params(self) -> dict[str, str]:
        """The address's parameters; what is not chosen is left out."""
        found = {"page": PAGE, "lang": self.lang, "year": str(self.year)}
        if self.run:
            found["run"] = self.run
        else:
            found |= {"from": self.first, "to": self.last}
            found |= {**_side("set", self.after), **_side("against", self.before)}
            found |= {"unit": self.unit, "cell": self.cell}
            found |= {EDIT + path: value for path, value in self.edits}
            found["of"] = self.after.set if self.edits else ""
        for one in ("view", "outcome", "grades", "heading", "q", "show"):
            found[one] = getattr(self, one)
        found["at"] = str(self.at) if self.at else ""
        return {name: value for name, value in found.items() if value or name.startswith(EDIT)}

    def href(self, **changes: Any) -> str:
        """The link to this address with some of it changed."""
        return "?" + urlencode(replace(self, **changes).params())

    def listed(self, **changes: Any) -> str:
        """The link to another choice of the list: from its first line, nothing opened."""
        return self.href(**{"at": 0, "show": "", **changes})


def _side(name: str, side: Side) -> dict[str, str]:
    days = {f"{name}_{one.name}": getattr(side, one.name) for one in fields(side) if one.name != "set"}
    return {name: side.set, **{key: day.isoformat() if day else "" for key, day in days.items()}}


def asked(params: Mapping[str, str], lang: str, year: int) -> Asked:
    """The address read; what is spoiled counts as not given. Without months: those of the year."""

    odd: list[str] = []

    def given(name: str, shape: str) -> str:
        value = params.get(name, "").strip()
        value = value.upper() if shape == "code" else value
        if value and not re.fullmatch(SHAPES[shape], value):
            odd.append(value)
        return value if re.fullmatch(SHAPES[shape], value) else ""

    def day(name: str) -> date | None:
        value = params.get(name, "")
        try:
            return date.fromisoformat(value)
        except ValueError:
            odd.extend([value] if value else [])
            return None

    def side(name: str) -> Side:
        return Side(given(name, "set"), day(f"{name}_known"), day(f"{name}_tree"), day(f"{name}_decided"))

    first, last = (
        params.get(name, "") if re.fullmatch(PERIOD, params.get(name, "")) else f"{year}-{month}"
        for name, month in (("from", "01"), ("to", "12"))
    )
    after = side("set")
    edits = [(name.removeprefix(EDIT), value) for name, value in params.items() if name.startswith(EDIT)]
    at = params.get("at", "")
    return Asked(
        lang=lang,
        year=year,
        first=min(first, last),
        last=max(first, last),
        after=after,
        before=side("against"),
        unit=given("unit", "code"),
        cell=given("cell", "code"),
        edits=tuple(sorted(edits)) if after.set and params.get("of", after.set) == after.set else (),
        run=given("run", "run"),
        view=given("view", "view"),
        outcome=given("outcome", "outcome"),
        grades=given("grades", "grades"),
        heading=params.get("heading", "")[:80],
        q=params.get("q", "")[:80],
        at=int(at) if at.isdecimal() and len(at) < 9 else 0,
        show=given("show", "show"),
        odd=tuple(odd),
    )


def asks_for(question: RescoreOf, asked: Asked) -> Asked:
    """The address that asks a recorded run's question anew (a draft's changes are in its receipt, not in here)."""
    return replace(
        asked,
        run="",
        first=question.first,
        last=question.last,
        after=Side.of(question.after),
        before=Side.of(question.before),
        unit=question.unit or "",
        cell=question.cell or "",
    )
