"""YAML text with the line of every value, so that a problem can say where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from services.evaluation.criteria.ranges import Part

Path = tuple[str | int, ...]
Problem = tuple[Path, str]
"""Where in the document, and what is wrong there."""
P = TypeVar("P", bound=Part)


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
                said[-1] += f" {code if isinstance(code, str) else part + 1}"
            else:
                said.append(str(part))
        return ", ".join(said)


def parse(text: str) -> Source:
    """The YAML document in `text`. What is not YAML, and keys given twice, become findings; nothing is raised."""
    source = Source()
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        if node is not None:
            _visit(node, (), source)
            source.data = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        source.findings.append(Finding(line, "", f"not YAML: {error.problem}"))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        source.findings.append(Finding(1, "", f"not YAML: {' '.join(str(error).split())}"))
    return source


def _visit(node: yaml.Node, path: Path, source: Source) -> None:
    source.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            _visit(child, (*path, index), source)
    elif isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            here = (*path, str(key.value))
            line = key.start_mark.line + 1
            if here in source.lines:
                first = source.lines[here]
                source.findings.append(Finding(line, key.value, f"is given a second time (first on line {first})"))
            source.lines.setdefault(here, line)
            _visit(child, here, source)


def attempt(model: type[P], raw: Any) -> P | None:
    """The part as a model, or None when it is not one (the structure's own problems say why)."""
    try:
        return model.model_validate(raw)
    except ValidationError:
        return None


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
