"""Looking at a hand-written stream on a day."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from weakref import WeakKeyDictionary

from services.chassis.clock import LOCAL
from services.contracts.alerts import AlertRecorded, Reason, Rule, alert_id
from services.evaluation.alerts.rules.holding import RULES, holding
from services.evaluation.alerts.rules.seen import Reach, Seen
from services.evaluation.alerts.rules.thresholds import Thresholds
from services.evaluation.history.watched import watched
from services.evaluation.running.running import Running, open_evaluation
from services.evaluation.yearend.load import load_shipped_rules
from tests.evaluation.history.stream import Stream
from tests.evaluation.territory import SETS

_taken_in: WeakKeyDictionary[Stream, tuple[Running, dict[object, Seen]]] = WeakKeyDictionary()
"""What was read of a stream is read once."""
Found = dict[tuple[str, str], AlertRecorded]


def at(day: str) -> datetime:
    """Noon of a day in Vietnam."""
    return datetime.combine(date.fromisoformat(day), time(12), LOCAL)


def found(stream: Stream, day: str, rule: Rule, **thresholds: Any) -> Found:
    """The alerts of a rule that hold on a day, by what they are about (cell or else unit) and their period."""
    today, by = date.fromisoformat(day), Thresholds(**thresholds)
    if stream not in _taken_in:
        _taken_in[stream] = Running(open_evaluation(":memory:"), SETS), {}
    running, known = _taken_in[stream]
    reach = Reach.on(today, by.months)
    if (len(stream.events), reach) not in known:
        running.apply(stream.events)
        known[len(stream.events), reach] = watched(running.con, SETS, load_shipped_rules(), reach)
    holds = holding(known[len(stream.events), reach], today, by, {rule: RULES[rule]})
    read = [AlertRecorded.model_validate({**one, "version": 1, "status": "raised"}) for one in holds.values()]
    return {(one.cell or one.unit or "", one.period): one for one in read if one.rule is rule}


def regular(stream: Stream, cell: str, *months: str, **more: Any) -> None:
    """A regular meeting on the 3rd of each of these months."""
    for month in months:
        stream.held(cell, f"{cell}-{month}", f"{month}-03", **more)


KINDS = {"raised": "AlertRaised", "changed": "AlertChanged", "resolved": "AlertCleared", "lapsed": "AlertCleared"}


def say(stream: Stream, recorded: str, status: str = "raised", version: int = 1, **more: Any) -> None:
    """An event of an alert: D did not meet in November, unless told otherwise."""
    usual = {"rule": Rule.NO_REGULAR_MEETING, "cell": "D", "period": "2026-11", "colour": "yellow", **more}
    if usual.get("unit"):
        usual["cell"] = None
    subject = (usual["rule"], usual["cell"], usual.get("unit"), usual.get("meeting"), usual.get("observer"))
    data = AlertRecorded.model_validate(
        {
            "alert": alert_id(*subject, usual["period"]),
            "version": version,
            "status": status,
            "due": "2026-11-08",
            "since": "2026-11-09",
            "on": recorded,
            "repeated": 1,
            "reason": Reason.NOT_HELD,
            "values": {"planned": None, "share": 86.96},
            "events": ["e1", "e2"],
            "basis": "HD 42-HD/BTCTW",
            **usual,
        }
    )
    stream.say("evaluation", KINDS[status], data, recorded)
