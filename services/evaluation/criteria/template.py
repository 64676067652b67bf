"""A document to begin with: the commented template, or a copy of another set with what must be its own left empty."""

from __future__ import annotations

from pathlib import Path

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.write import as_yaml, document

OWN = ("id", "number", "issued", "effective")
_HEAD = """\
# Begun as a copy of {id} ({number}).
# What is empty must be filled in; look through all the rest too, above all titles, references and notes: they are still
# those of the other set.
id:
number:
issued:
effective: {{from: , anchor: {anchor}}}
"""


def template() -> str:
    """The commented template."""
    return Path(__file__).with_name("template.yaml").read_text(encoding="utf-8")


def copy_of(criteria: CriteriaSet) -> str:
    """The set as a document in which what identifies and dates it is empty."""
    kept = {key: value for key, value in document(criteria).items() if key not in OWN}
    return _HEAD.format(id=criteria.id, number=criteria.number, anchor=criteria.effective.anchor) + as_yaml(kept)
