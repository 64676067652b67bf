"""The dials as options of commands, and as the contracts have them."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from services.cli.failures import Exit, Failure
from services.cli.values import day, moment
from services.contracts.rescoring import Lens

IN_FORCE = "in-force"
Criteria = Annotated[str, typer.Option("--set", metavar="SET", help="A set's id, a draft's FILE.yaml, or in-force.")]
KnownAt = Annotated[
    datetime | None,
    typer.Option(
        parser=moment,
        metavar="MOMENT",
        help="As it was known then; a date takes in all of its day (Vietnam's time when no zone is given).",
    ),
]
TreeAt = Annotated[date | None, typer.Option(parser=day, metavar="DATE", help="Grouped by the tree of this date.")]
DecidedOn = Annotated[
    date | None,
    typer.Option(parser=day, metavar="DATE", help="With in-force: decided on this day, for sets in force by it."),
]
_SET = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_PERIOD = re.compile(r"(19[3-9]\d|20\d\d|21\d\d|2200)(-(0[1-9]|1[0-2]))?")


def first_month(value: str) -> str:
    """The first month meant by `2025` or `2025-03`."""
    return _month(value, "01")


def last_month(value: str) -> str:
    """The last month meant by `2025` or `2025-03`."""
    return _month(value, "12")


def _month(value: str, of_a_year: str) -> str:
    if not _PERIOD.fullmatch(value):
        raise typer.BadParameter(f"{value!r} is neither a year nor a month: YYYY or YYYY-MM, like 2025 or 2025-03")
    return value if "-" in value else f"{value}-{of_a_year}"


def lens(
    criteria: str, known_at: datetime | None = None, tree_at: date | None = None, decided_on: date | None = None
) -> Lens:
    """The lens that these dials set. `criteria`: a set's id, a document's file, or `in-force`.

    Raises Failure with everything that is wrong with the document (exit 1), or when there is no such file.
    """
    dials = {"known_at": known_at, "tree_at": tree_at}
    if criteria == IN_FORCE:
        return Lens(decided_on=decided_on, **dials)
    if _SET.fullmatch(criteria) and not Path(criteria).exists():
        return Lens(set=criteria, **dials)
    from services.evaluation.criteria.load import CriteriaError, load  # large (Polars), and `up` needs none of it

    try:
        draft = load(Path(criteria))
    except CriteriaError as error:
        raise Failure(
            f"{error}\nPut it right and ask again; `nenep criteria check {criteria}` looks at it.", Exit.WRONG
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not a text in UTF-8"
        raise Failure(f"{criteria!r} is no set's id, and as a file it cannot be read: {reason}.") from error
    document = draft.model_dump(mode="json", by_alias=True, exclude_none=True)
    return Lens(draft=document, **dials)
