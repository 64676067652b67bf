"""YAML text with the line of every value, so that a problem can say where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from services.evaluation.criteria.ranges import Part, Range

Path = tuple[str | int, ...]
Problem = tuple[Path, str]
"""Where in the document, and what is wrong there."""
P = TypeVar("P", bound=Part)
MOST_PARTS, DEEPEST = 20_000, 40
"""Far more than a form has: what goes beyond only wastes memory (a text of a few lines may stand for billions)."""


@dataclass(frozen=True, order=True)
class Finding:
    """One problem of a criteria document: its line (1 is the first; 0 when there is no text), where, and what."""

    line: int
    where: str
    problem: str

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.where}: {self.problem}" if self.where else f"{place}{self.problem}"


@dataclass
class Source:
    """A parsed document: `data` as plain values, and the line of each path in it."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    twice: list[tuple[Path, int, int]] = field(default_factory=list)
    """Keys that are given a second time: where, on which line, and on which line first."""

    def finding(self, path: Sequence[str | int], problem: str) -> Finding:
        """A finding at this path, or at the nearest part around it that stands in the text."""
        known = tuple(path)
        while known and known not in self.lines:
            known = known[:-1]
        return Finding(self.lines.get(known, 0), self.words(path), problem)

    def words(self, path: Sequence[str | int]) -> str:
        """The path in words, items by their codes: `items 2.1, bands, steps 3`."""
        said: list[str] = []
        here: Any = self.data
        for part in path:
            try:
                here = here[part]
            except (KeyError, IndexError, TypeError):
                here = None
            if isinstance(part, int) and said:
                code = here.get("code") if isinstance(here, dict) else None
                said[-1] += f" {short(code) if isinstance(code, str) else part + 1}"
            else:
                said.append(short(part))
        return ", ".join(said)


class _Loader(yaml.SafeLoader):
    """A safe loader for which a date or number that cannot be is only a text: the check then says where it stands."""


def _or_text(construct: Callable[[Any, yaml.Node], Any]) -> Callable[[Any, yaml.Node], Any]:
    def constructed(loader: Any, node: yaml.Node) -> Any:
        try:
            return construct(loader, node)
        except (ArithmeticError, AttributeError, LookupError, ValueError):  # as PyYAML fails where a tag is given
            return str(node.value)

    return constructed


for _kind in ("timestamp", "int", "float", "bool"):
    _tag = f"tag:yaml.org,2002:{_kind}"
    _Loader.add_constructor(_tag, _or_text(yaml.SafeLoader.yaml_constructors[_tag]))


class _Unusable(Exception):
    """A text that is YAML, but no document that anybody would write."""


def parse(text: str) -> Source:
    """The YAML document in `text`. What is not YAML, and keys given twice, become findings; nothing is raised."""
    source = Source()
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is not None:
            _visit(node, (), source)
            source.data = loader.construct_document(node)
            source.findings += [
                replace(source.finding(path, f"is given a second time (first on line {first})"), line=line)
                for path, line, first in source.twice
            ]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        source.findings.append(Finding(line, "", f"not YAML: {_reason(error)}"))
    except _Unusable as error:
        source.findings.append(Finding(max(source.lines.values(), default=1), "", str(error)))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        source.findings.append(Finding(1, "", f"not YAML: {' '.join(str(error).split())}"))
    return source


def _reason(error: yaml.MarkedYAMLError) -> str:
    """In plain words where a clerk's usual slip is behind it."""
    said = str(error.problem)
    if "'\\t'" in said:
        return "a tab stands here; indent with spaces"
    if said.startswith("but "):
        return f"{error.context}, {said}"
    return said


def _visit(node: yaml.Node, path: Path, source: Source) -> None:
    if len(path) > DEEPEST or len(source.lines) > MOST_PARTS:
        raise _Unusable(f"more than {MOST_PARTS:,} parts, or parts of parts beyond {DEEPEST}: this is no criteria set")
    source.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            _visit(child, (*path, index), source)
    elif isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            here = (*path, str(key.value))
            line = key.start_mark.line + 1
            if here in source.lines:
                source.twice.append((here, line, source.lines[here]))
            source.lines.setdefault(here, line)
            _visit(child, here, source)


def attempt(model: type[P], raw: Any) -> P | None:
    """The part as a model, or None when it is not one (the structure's own problems say why)."""
    try:
        return model.model_validate(raw)
    except ValidationError:
        return None


def range_of(raw: Any) -> Range | None:
    """The numbers between the bounds of a part, whatever else is wrong with it; None when the bounds are."""
    bounds = {name: raw[name] for name in Range.model_fields if name in raw} if isinstance(raw, dict) else None
    return None if bounds is None else attempt(Range, bounds)


def short(given: object) -> str:
    """What was given as text, so much of it that it can be recognised."""
    text = str(given)
    return text if len(text) <= 80 else f"{text[:77]}..."


def quantity(value: Any) -> float | None:
    """The value when it is a number that can be summed."""
    usable = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9
    return float(value) if usable else None


def listed(document: Mapping[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The mappings of a list in the document with their places."""
    values = document.get(key)
    for index, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, dict):
            yield index, value


def nearest(name: str, known: Sequence[str]) -> str:
    """`; the nearest is …`, to be put behind the complaint about an unknown name."""
    near = get_close_matches(name, known, n=1, cutoff=0.0)
    return f"; the nearest is {near[0]}" if near else ""
