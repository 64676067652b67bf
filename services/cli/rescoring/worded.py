"""What was asked, in words."""

from __future__ import annotations

from datetime import datetime, time

from services.chassis.clock import LOCAL
from services.cli.rescoring.labels import said
from services.contracts.rescoring import Lens, RescoreOf

END_OF_DAY = time(23, 59, 59)


def lens_words(lens: Lens, lang: str = "en") -> str:
    """A lens in one line."""
    draft = said("draft", lang, id=lens.draft.get("id")) if lens.draft else None
    told = [lens.set or draft or said("in_force", lang)]
    told += [said("decided_on", lang, day=lens.decided_on)] if lens.decided_on else []
    told += [said("known_at", lang, moment=_moment(lens.known_at, lang))] if lens.known_at else []
    told += [said("tree_at", lang, day=lens.tree_at)] if lens.tree_at else []
    return ", ".join(told)


def scope_words(asked: RescoreOf, lang: str = "en") -> str:
    """Of whom a question is, to be put behind its months."""
    named = (("of_unit", asked.unit), ("of_cell", asked.cell))
    return "".join(f", {said(what, lang, code=code)}" for what, code in named if code)


def _moment(moment: datetime, lang: str) -> str:
    """A moment of Vietnam's time; the last of a day is the day's end."""
    local = moment.astimezone(LOCAL).replace(microsecond=0, tzinfo=None)
    if local.time() == END_OF_DAY:
        return said("day_end", lang, day=local.date())
    return local.isoformat(" ", "seconds" if local.second else "minutes")
