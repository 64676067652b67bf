"""Generated meetings: consistent sheets, with facts and marks missing or odd as they are in life."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from services.contracts.meetings import Step
from services.evaluation.scoring.facts import marks_of
from tests.evaluation.scoring.sheets import SETS, listed, sheet

MARKS = st.sampled_from([0.0, 0.5, 1.0, 1.25, 2.0, 3.0, 4.99, 5.0, 10.0, 24.0, 30.0, 99.0])
OPTIONAL = ("has_committee", "documents_at", "notice_at", "minutes_filed_on", "targets", "marks")


@st.composite
def meetings(draw: st.DrawFn, form: str | None = None) -> dict[str, Any]:
    """A row of facts with nothing missing but perhaps marks."""
    expected = draw(st.integers(0, 45))
    exempt = draw(st.integers(0, 3))
    present = draw(st.integers(0, expected))
    unexcused = draw(st.integers(0, min(2, expected - present)))
    thematic = draw(st.booleans())
    held_on = draw(st.dates(date(2019, 1, 1), date(2026, 12, 31)))
    total = draw(st.integers(1, 12))
    form = form or draw(st.sampled_from([*SETS, "unknown-form", None]))
    codes = [item.code for item in SETS[form].items] if form in SETS else ["1", "2.1"]
    start = datetime.combine(held_on, time(1), UTC)
    return sheet(
        form=form,
        marks=draw(st.fixed_dictionaries({}, optional=dict.fromkeys(codes, MARKS))),
        cell=f"CB-{draw(st.integers(1, 999)):03}",
        period=f"{held_on:%Y-%m}",
        held_on=held_on,
        kind="combined" if thematic else "regular",
        thematic_part=thematic,
        members=expected + exempt,
        exempt=exempt,
        expected=expected,
        present=present,
        unexcused=unexcused,
        excused=expected - present - unexcused,
        longest_excused_run=draw(st.integers(0, 8)),
        has_committee=draw(st.booleans()),
        hardship=draw(st.booleans()),
        minutes=draw(st.integers(1, 200)),
        speakers=draw(st.integers(0, present)),
        steps=draw(st.lists(st.sampled_from([step.value for step in Step]), unique=True)),
        documents_at=start - timedelta(hours=draw(st.integers(-5, 60))),
        notice_at=start - timedelta(hours=draw(st.integers(-5, 60))),
        minutes_filed_on=held_on + timedelta(days=draw(st.integers(0, 12))),
        targets_met=draw(st.integers(0, total)),
        targets_total=total,
    )


@st.composite
def forgotten(draw: st.DrawFn, row: dict[str, Any]) -> dict[str, Any]:
    """The same meeting with some of its facts and marks not recorded."""
    kept = dict(row)
    for name in draw(st.sets(st.sampled_from(OPTIONAL))):
        if name == "targets":
            kept |= {"targets_met": None, "targets_total": None}
        elif name == "marks":
            keep = draw(st.sets(st.integers(0, 30)))
            kept |= listed({code: mark for place, (code, mark) in enumerate(marks_of(row).items()) if place in keep})
        else:
            kept[name] = None
    return kept
