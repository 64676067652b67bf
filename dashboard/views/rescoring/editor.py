"""The what-if editor: the values of a draft as fields, each beside the problems it causes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.views.explain import in_words
from dashboard.views.rescoring.address import EDIT, Asked
from dashboard.views.rescoring.draft import (
    HIGH,
    LOW,
    Path,
    at,
    changed,
    dotted,
    edited,
    fitting_bands,
    fitting_grades,
    fitting_totals,
    left_out,
    maxima,
    neighbours,
    with_changes,
)
from dashboard.views.rescoring.draft import number as points
from dashboard.views.rescoring.problems import beside, of_draft, problem_view, where
from dashboard.words.numbers import number
from dashboard.words.terms import GRADES, MEASURES, PERCENT, POLICIES, term
from dashboard.words.texts import Texts
from services.contracts.receipts import Problem

SIGNS = {"at_least": "≥", "above": ">", "at_most": "≤", "below": "<"}


@dataclass(frozen=True)
class Editor:
    """A draft on the screen: its base, what was typed, and what the service finds wrong with it."""

    base: Mapping[str, Any]
    asked: Asked
    problems: Sequence[tuple[str, Problem]]
    words: Texts

    @property
    def made(self) -> dict[str, Any]:
        """The document with what was typed, everything in its place."""
        return edited(self.base, self.asked.edits)

    def field(self, path: Path, label: str) -> dict[str, Any]:
        """One value to change: its name in the address, what is typed, the base's value, the label for a reader."""
        old, now = self.shown(at(self.base, path)), dict(self.asked.edits).get(dotted(path))
        place = where(self.base, path)
        return {
            "name": EDIT + dotted(path),
            "value": old if now is None else now,
            "base": old,
            "label": label,
            "changed": path in changed(self.base, self.asked.edits),
            "problems": beside(self.problems, place, self.words, exactly=True),
        }

    def shown(self, value: Any) -> str:
        """A value as the language writes it."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return number(value, self.words.language, 6)
        return "" if value is None else str(value)

    def stretch(self, here: Path, label: str) -> dict[str, Any]:
        """A range's bounds: what may be changed here as fields, what its neighbour says already as text."""
        part, parts = at(self.base, here), list[dict[str, Any]]()
        for name in (*LOW, *HIGH):
            if name not in part:
                continue
            shared = name in HIGH and neighbours(self.base, (*here, name))
            if shared:
                parts.append({"sign": SIGNS[name], "text": self.shown(at(self.made, (*here, name)))})
            else:
                said = self.words.say("{what}: limit", what=label)
                parts.append({"sign": SIGNS[name], "field": self.field((*here, name), said)})
        return {"label": label, "parts": parts}

    def item(self, index: int) -> dict[str, Any]:
        """One item: its maximum, its rule's values, its problems."""
        here: Path = ("items", index)
        item, say = at(self.base, here), self.words.say
        title = in_words(item.get("title", {}), self.words)
        name = f"{item['code']} {title}"
        fields = [
            {"word": word, **self.field((*here, *path), f"{name}: {word}")}
            for path, word in (
                (("floor",), say("at least")),
                (("share", "full_at"), say("full marks at")),
                (("yes_no", "otherwise"), say("otherwise")),
            )
            if at(item, path) is not None and (path != ("floor",) or item["floor"])
        ]
        requirements = [
            self.stretch((*here, "yes_no", "all", place), term(MEASURES, one.get("measure", ""), self.words))
            for place, one in enumerate(at(item, ("yes_no", "all")) or ())
            if any(bound in one for bound in (*LOW, *HIGH))
        ]
        bands = fitting_bands(self.made, here)
        return {
            "code": item["code"],
            "title": title,
            "max": self.field((*here, "max"), say("{what}: maximum", what=name)) if "max" in item else None,
            "judged": "judged" in item,
            "out": left_out(at(self.made, here)),
            "fields": fields,
            "requirements": requirements,
            "divisions": self._divisions(item, here, name),
            "problems": once(beside(self.problems, where(self.base, here), self.words)),
            "fit": self.asked.href(edits=with_changes(self.asked.edits, bands)) if bands else None,
        }

    def _divisions(self, item: Mapping[str, Any], here: Path, name: str) -> list[dict[str, Any]]:
        bands = item.get("bands", {})
        unit = "%" if bands.get("measure") in PERCENT else ""
        head = term(MEASURES, bands.get("measure", ""), self.words)
        places: list[tuple[Path, dict[str, Any] | None]] = [((*here, "bands"), None)] if "steps" in bands else []
        for index, _ in enumerate(bands.get("sizes", ())):
            there = (*here, "bands", "sizes", index)
            places.append((there, self.stretch(there, term(MEASURES, bands["by"], self.words))))
        return [
            {
                "measure": head,
                "unit": unit,
                "size": size,
                "steps": [
                    {
                        **self.stretch((*there, "steps", step), f"{name}, {step + 1}"),
                        "points": self.field(
                            (*there, "steps", step, "points"),
                            self.words.say("{what}: points", what=f"{name}, {step + 1}"),
                        ),
                    }
                    for step, _ in enumerate(at(self.base, (*there, "steps")))
                ],
            }
            for there, size in places
        ]


def once(problems: list[dict[str, str]]) -> list[dict[str, str]]:
    """Each sentence once: two sizes may have the same fault."""
    return list({problem["text"]: problem for problem in problems}.values())


def editor_view(base: Mapping[str, Any], asked: Asked, problems: Sequence[Problem], words: Texts) -> dict[str, Any]:
    """The editor for the template. `elsewhere` are the problems that stand beside no field."""
    found = of_draft(problems)
    editor = Editor(base, asked, found, words)
    made, fit, scaled = editor.made, fitting_totals(base, editor.made), fitting_grades(base, editor.made)
    sums, total = maxima(made), points(made.get("total"))
    items = [editor.item(index) for index, _ in enumerate(base.get("items", ()))]
    grades = [
        {
            "grade": term(GRADES, one["grade"], words),
            "css": one["grade"],
            **editor.stretch(("grades", index), term(GRADES, one["grade"], words)),
        }
        for index, one in enumerate(base.get("grades", ()))
    ]
    placed = ("items ", "grades", "total", "groups ")
    return {
        "id": base.get("id", ""),
        "number": base.get("number", ""),
        "title": in_words(base.get("title", {}), words),
        "total": editor.field(("total",), words.say("Total")) if "total" in base else None,
        "sum": number(sums, words.language, 2),
        "off": number(sums - total, words.language, 2) if sums != total and "total" in base else "",
        "fit": asked.href(edits=with_changes(asked.edits, fit)) if fit else None,
        "policy": {
            **editor.field(("not_applicable",), words.say("What does not apply")),
            "options": [(code, words.say(word)) for code, word in POLICIES.items()],
        }
        if "not_applicable" in base
        else None,
        "grades": grades,
        "scale": asked.href(edits=with_changes(asked.edits, scaled)) if scaled else None,
        "grade_problems": once(beside(found, "grades", words)),
        "groups": [
            {
                "code": one["code"],
                "title": in_words(one["title"], words),
                **editor.field(("groups", index, "max"), f"{one['code']} {in_words(one['title'], words)}"),
            }
            for index, one in enumerate(base.get("groups", ()))
        ],
        "lines": items,
        "changes": len(changed(base, asked.edits)),
        "undo": asked.href(edits=()),
        "text": asked.href(view="text"),
        "elsewhere": [problem_view(problem, words) for place, problem in found if not place.startswith(placed)],
    }
