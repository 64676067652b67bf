"""What a page behind the first one is woken by: the news that can change what it shows, and no other."""

from __future__ import annotations

from collections.abc import Iterable

TREE = "evt.registry."
SCORES = "evt.evaluation.ScoreChanged."
VISITS = ("evt.meetings.MeetingVisited.", "evt.meetings.VisitWithdrawn.")
MARKS = "evt.meetings.MeetingSelfAssessed."

RESCORE = {
    "": ("evt.evaluation.Criteria",),
    "whatif": ("evt.evaluation.Criteria",),
    "runs": ("evt.evaluation.RunMade.",),
}
"""A comparison is of the position that it names, and stays so until it is asked anew; a run is watched by asking."""

OVERSIGHT = {
    "alerts": ("evt.evaluation.Alert",),
    "coverage": (TREE, "evt.meetings.Observer", *VISITS),
    "gap": (TREE, *VISITS, MARKS, SCORES),
    "grades": (TREE, "evt.evaluation.Grade", *VISITS, MARKS, SCORES),
    "themes": (TREE, "evt.meetings."),
    "year": (TREE, "evt.evaluation.Year", "evt.evaluation.Grade", SCORES),
}
"""By view: the beginnings of the subjects."""


def wakes(subjects: Iterable[str], cell: str | None, beginnings: tuple[str, ...]) -> bool:
    """Whether an event under one of these subjects is news of the cell, or of what the page shows."""
    return any(one.startswith(beginnings) or (cell is not None and one.endswith(f".{cell}")) for one in subjects)
