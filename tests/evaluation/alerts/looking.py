"""Looking at a hand-written stream on a day."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from weakref import WeakKeyDictionary

from services.chassis.clock import LOCAL
from services.contracts.alerts import AlertRecorded, Rule
from services.evaluation.alerts.rules import holding
from services.evaluation.alerts.seen import Reach
from services.evaluation.alerts.thresholds import Thresholds
from services.evaluation.history.watched import watched
from services.evaluation.running.running import Running, open_evaluation
from tests.evaluation.history.stream import Stream
from tests.evaluation.territory import SETS

_taken_in: WeakKeyDictionary[Stream, Running] = WeakKeyDictionary()
Found = dict[tuple[str, str], AlertRecorded]


def at(day: str) -> datetime:
    """Noon of a day in Vietnam."""
    return datetime.combine(date.fromisoformat(day), time(12), LOCAL)


def found(stream: Stream, day: str, rule: Rule, **thresholds: Any) -> Found:
    """The alerts of a rule that hold on a day, by what they are about (cell or else unit) and their period."""
    today, by = date.fromisoformat(day), Thresholds(**thresholds)
    taken_in = _taken_in.get(stream) or Running(open_evaluation(":memory:"), SETS)
    _taken_in[stream] = taken_in
    taken_in.apply(stream.events)
    holds = holding(watched(taken_in.con, SETS, Reach.on(today, by.months)), today, by)
    read = [AlertRecorded.model_validate({**one, "version": 1, "status": "raised"}) for one in holds.values()]
    return {(one.cell or one.unit or "", one.period): one for one in read if one.rule is rule}


def regular(stream: Stream, cell: str, *months: str, **more: Any) -> None:
    """A regular meeting on the 3rd of each of these months."""
    for month in months:
        stream.held(cell, f"{cell}-{month}", f"{month}-03", **more)
