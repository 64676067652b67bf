"""Reading criteria documents: a clerk's file, or the sets that ship with the program."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from services.evaluation.criteria.check import check, check_together
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.source import Finding, parse

SHIPPED = Path(__file__).parent / "sets"


class CriteriaError(Exception):
    """A criteria document cannot be used; `findings` says everything that is wrong with it, with lines."""

    def __init__(self, name: str, findings: list[Finding]) -> None:
        super().__init__("\n".join([f"{name} cannot be used:", *(f"  {finding}" for finding in findings)]))
        self.findings = findings


def loads(text: str, name: str = "the criteria document") -> CriteriaSet:
    """The set in this YAML text; CriteriaError with all its problems when it has any."""
    source = parse(text)
    findings = check(source)
    if findings:
        raise CriteriaError(name, findings)
    return CriteriaSet.model_validate(source.data)


def load(path: Path) -> CriteriaSet:
    """The set in this file; CriteriaError with all its problems when it has any, OSError when it cannot be read."""
    return loads(path.read_text(encoding="utf-8"), str(path))


def load_folder(folder: Path) -> dict[str, CriteriaSet]:
    """Every set of a folder by its id, in the order of ids; CriteriaError when two would be in force at once."""
    found = [load(path) for path in sorted(folder.glob("*.yaml"))]
    sets = {criteria.id: criteria for criteria in sorted(found, key=lambda s: s.id)}
    findings = check_together(sets)
    if len(sets) != len(found):
        findings.append(Finding(0, "", "two files hold a set of the same id"))
    if findings:
        raise CriteriaError(str(folder), findings)
    return sets


@cache
def _shipped() -> Mapping[str, CriteriaSet]:
    return MappingProxyType(load_folder(SHIPPED))


def load_shipped() -> dict[str, CriteriaSet]:
    """The sets that ship: hd-12-2018, hd-42-2025 and an-phu-2025, by id."""
    return dict(_shipped())
