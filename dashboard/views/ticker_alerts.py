"""The ticker's sentences about alerts."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.words.numbers import month_year
from dashboard.words.terms import ALERT_RULES, COLOURS, term
from dashboard.words.texts import Texts, noted
from services.contracts.alerts import AlertRecorded, AlertStatus

SENTENCES = {
    AlertStatus.RAISED: noted("Alert, {colour}: {subject}, {period}: {rule}"),
    AlertStatus.CHANGED: noted("Alert, now {colour}: {subject}, {period}: {rule}"),
    AlertStatus.RESOLVED: noted("Alert cleared, it is well again: {subject}, {period}: {rule}"),
    AlertStatus.LAPSED: noted("Alert cleared, it is too long ago: {subject}, {period}: {rule}"),
}


def alert_sentence(alert: AlertRecorded, names: Mapping[str, str], words: Texts) -> str:
    """What became of an alert."""
    code = alert.cell or alert.unit or "–"
    month = len(alert.period) == 7 and "Q" not in alert.period
    return words.say(
        SENTENCES[alert.status],
        colour=term(COLOURS, alert.colour, words),
        subject=names.get(code, code),
        period=month_year(alert.period, words.language) if month else alert.period,
        rule=term(ALERT_RULES, alert.rule, words),
    )
