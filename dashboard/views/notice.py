"""The one notice above everything when something is amiss or missing: what, and what to do next."""

from __future__ import annotations

from dashboard.hub.picture import Owed
from dashboard.words.numbers import clock
from dashboard.words.texts import Texts


def notice_view(owed: Owed, year: int, words: Texts) -> dict[str, str] | None:
    """A notice with its tone (bad, busy, plain), title and text; None when all is well and something is there."""
    as_of = clock(owed.fetched_at) if owed.fetched_at else None
    if not owed.link.connected:
        return _notice(
            "bad", words.say("No connection to the bus since {time}", time=clock(owed.link.since)), _stale(as_of, words)
        )
    evaluation = next((one for one in owed.services if one.name == "evaluation"), None)
    if evaluation is None or evaluation.silent_since is not None:
        since = clock(evaluation.silent_since) if evaluation and evaluation.silent_since else "–"
        return _notice(
            "bad", words.say("The evaluation service has not answered since {time}", time=since), _stale(as_of, words)
        )
    if owed.trouble is not None:
        title = words.say("The evaluation service could not show {year}", year=year)
        return _notice("bad", title, words.say("It says: {reason}. Tell the operator.", reason=owed.trouble))
    if owed.known is None:
        return _notice("plain", words.say("Fetching the figures …"), words.say("They appear here by themselves."))
    if owed.known.events == 0:
        return _notice(
            "plain",
            words.say("Nothing has been recorded yet"),
            words.say(
                "As soon as a ward publishes its cells and meetings (nenep publish), they appear here by themselves. "
                "To look around with made-up data, start with: make up."
            ),
        )
    if owed.known.years and year not in owed.known.years:
        years = ", ".join(str(one) for one in owed.known.years)
        title = words.say("No meetings were recorded in {year}", year=year)
        return _notice("plain", title, words.say("There is data for: {years}. Choose one of them above.", years=years))
    return None


def _stale(as_of: str | None, words: Texts) -> str:
    if as_of is None:
        return words.say(
            "The page fills by itself once it is back. If it stays away, ask the operator to run: nenep status."
        )
    return words.say("Shown is what was known at {time}. The page catches up by itself.", time=as_of)


def _notice(tone: str, title: str, text: str) -> dict[str, str]:
    return {"tone": tone, "title": title, "text": text}
