"""Runs: how one stands, its receipt, and the lists of those recorded and under way."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import Any

from dashboard.views.rescoring.address import Asked, Side, asks_for
from dashboard.words.numbers import day, moment, month_year, number
from dashboard.words.terms import OUTCOME_SIGNS, OUTCOMES, STAGES, term
from dashboard.words.texts import Texts
from services.contracts.rescoring import Lens, RescoreOf, RunLine, RunProgress, RunReceipt, RunUnderWay


def progress_view(found: RunProgress, words: Texts) -> dict[str, Any]:
    """How far a run is."""
    share = f"{number(found.done, words.language)} / {number(found.total, words.language)}" if found.total else ""
    return {
        "state": found.state,
        "stage": term(STAGES, found.stage, words),
        "done": found.done,
        "total": found.total or 1,
        "known": found.total > 0,
        "share": share,
        "problem": found.problem or "",
    }


def side_words(side: Side, words: Texts, *, draft: bool = False) -> str:
    """A side in one line: the set, and the days that were chosen."""
    said = [words.say("draft from {set}", set=side.set) if draft else side.set or words.say("the sets in force")]
    for value, text in (
        (side.known, words.say("as known on {date}", date="{date}")),
        (side.tree, words.say("units of {date}", date="{date}")),
        (side.decided, words.say("decided on {date}", date="{date}")),
    ):
        if value:
            said.append(text.format(date=day(value, words.language)))
    return ", ".join(said)


def question_words(question: RescoreOf, words: Texts) -> dict[str, str]:
    """What was asked, in words."""
    span = month_year(question.first, words.language)
    if question.last != question.first:
        span = f"{span} – {month_year(question.last, words.language)}"
    return {
        "before": _lens_words(question.before, words),
        "after": _lens_words(question.after, words),
        "span": span,
        "where": question.cell or question.unit or words.say("everywhere"),
    }


def _lens_words(lens: Lens, words: Texts) -> str:
    return side_words(Side.of(lens), words, draft=lens.draft is not None)


def receipt_view(
    receipt: RunReceipt, asked: Asked, words: Texts, edits: tuple[tuple[str, str], ...] | None = None
) -> dict[str, Any]:
    """The receipt: what the result follows from, what identifies it, and how to repeat it.

    `edits` are the changes that made the run's draft of the set of its id; None where they are not known.
    """
    anew = asks_for(receipt.question, asked)
    draft = receipt.question.after.draft is not None
    hashes = [
        (words.say("Before"), receipt.criteria_before),
        (words.say("After"), receipt.criteria_after),
    ]
    facts = [
        (words.say("Facts before"), receipt.facts_before),
        (words.say("Facts after"), receipt.facts_after),
    ]
    return {
        "run": receipt.run,
        "engine": receipt.engine,
        "asked": question_words(receipt.question, words),
        "position": number(receipt.question.position or 0, words.language),
        "events": number(receipt.events, words.language),
        "months": number(receipt.months, words.language),
        "sets": [(f"{side}: {one}", found) for side, sets in hashes for one, found in sets.items()],
        "digests": [*facts, *receipt.tables.items()],
        "command": shlex.join(["nenep", "rescore", "--repeat", receipt.run]),
        "anew": None if draft else anew.href(),
        "whatif": anew.href(view="whatif", edits=edits) if draft and edits is not None else None,
    }


def runs_view(lines: Iterable[RunLine], asked: Asked, words: Texts) -> list[dict[str, Any]]:
    """The recorded runs, latest first."""
    return [
        {
            "run": line.receipt.run,
            "when": moment(line.recorded_at, words.language),
            **question_words(line.receipt.question, words),
            "outcomes": [
                {
                    "sign": OUTCOME_SIGNS.get(code, ""),
                    "css": code,
                    "word": f"{term(OUTCOMES, code, words)}: {number(count, words.language)}",
                }
                for code, count in line.receipt.outcomes.items()
                if count
            ],
            "href": asked.listed(run=line.receipt.run, view="", outcome="", grades="", heading="", q=""),
        }
        for line in lines
    ]


def under_way_view(lines: Iterable[RunUnderWay], asked: Asked, words: Texts) -> list[dict[str, Any]]:
    """The runs that have not ended yet, whoever asked for them, the oldest first."""
    return [
        {
            "run": line.progress.run,
            **question_words(line.question, words),
            "progress": progress_view(line.progress, words),
            "href": asked.listed(run=line.progress.run, view="", outcome="", grades="", heading="", q=""),
        }
        for line in lines
    ]
