"""One meeting's score, line by line: what each item earned, by which rule, from which facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

import polars as pl

from services.contracts.evaluation import ItemScore, ItemStatus
from services.evaluation.criteria.format import CriteriaSet, Gate
from services.evaluation.criteria.items import Item
from services.evaluation.scoring.facts import marks_of
from services.evaluation.scoring.marks import Carried
from services.evaluation.scoring.measures import MEASURES
from services.evaluation.scoring.notes import NOTES, Note
from services.evaluation.scoring.score import score
from services.evaluation.scoring.words import limit_words, rule_words


def explain(row: pl.DataFrame, criteria: CriteriaSet, sets: Mapping[str, CriteriaSet]) -> list[ItemScore]:
    """The lines of the one meeting in `row` (columns: `facts.FACTS`) under a set; `sets` defines the forms in use.

    `facts` holds the fields that the line was made from: the sheet's by their names, marks by `<form> <item>`.
    ValueError when `row` is not one row.
    """
    if row.height != 1:
        raise ValueError(f"one meeting is explained at a time, not {row.height}")
    facts = row.row(0, named=True)
    scored = score(row, criteria, sets)
    program = scored.parts[0][0]
    lines = {line["item"]: line for line in scored.items.iter_rows(named=True)}
    explained = [_item(item, lines[item.code], facts, program.carried.get(item.code)) for item in criteria.items]
    for limit in criteria.limits:
        used = {} if isinstance(limit, Gate) else _used((limit.when.measure,), facts)
        title, line = limit.title.model_dump(), lines[limit.code]
        explained.append(_line(line, title, limit.reference, None, limit_words(limit), used, note=None))
    return explained


def _item(item: Item, line: dict[str, Any], facts: dict[str, Any], carried: Carried | None) -> ItemScore:
    rule, note = rule_words(item), line["note"]
    if line["rule"] is not None and line["points"] is not None:
        rule = f"{line['rule']} earns {line['points']:g}. {rule}"
    used = _used(item.measures(), facts)
    if carried is not None:
        used |= _used(carried.measures, facts) | _marks(carried, facts)
    said = NOTES[Note(note)] if note is not None else None
    return _line(line, item.title.model_dump(), item.reference, item.max, rule, used, note=said)


def _line(
    line: dict[str, Any],
    title: dict[str, str],
    reference: str,
    most: float | None,
    rule: str,
    used: dict[str, Any],
    *,
    note: str | None,
) -> ItemScore:
    value = line["value"]
    if value is not None and MEASURES[line["measure"]].yes:
        value = bool(value)
    return ItemScore(
        item=line["item"],
        title=title,
        reference=reference,
        max=most,
        points=line["points"],
        lower=line["lower"],
        upper=line["upper"],
        status=ItemStatus(line["status"]),
        met=line["met"],
        measure=line["measure"],
        value=value,
        facts=used,
        rule=rule,
        note=note,
    )


def _used(measures: tuple[str, ...], facts: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(facts[name]) for measure in measures for name in MEASURES[measure].fields}


def _marks(carried: Carried, facts: dict[str, Any]) -> dict[str, Any]:
    given = marks_of(facts)
    return {f"{facts['marks_criteria']} {code}": given.get(code) for code in carried.codes}


def _plain(value: Any) -> Any:
    """A fact as JSON has it."""
    return value.isoformat() if isinstance(value, (date, datetime, time)) else value
