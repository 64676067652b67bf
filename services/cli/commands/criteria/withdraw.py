"""`nenep criteria withdraw`: nothing is judged by a set any more."""

from __future__ import annotations

from typing import Annotated

import typer
from pydantic import ValidationError

from services.cli.commands.criteria.saying import DryRun, say
from services.cli.failures import Failure
from services.cli.output import AsFormat, Format
from services.cli.place import DEFAULT_DATA, Data
from services.cli.reporting import PATIENCE, As, Patience, Reason, impossible
from services.contracts.criteria import CriteriaWithdrawn


def command(
    set_: Annotated[str, typer.Argument(help="The set's id, like hd-42-2025.", metavar="SET")],
    unit: As,
    reason: Reason,
    dry_run: DryRun = False,
    patience: Patience = PATIENCE,
    format_: AsFormat = Format.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """Withdraw a criteria set: it is void from its first day on. What was known before can still be asked for.

    Exit code 3 when the evaluation rejects it.
    """
    try:
        said = CriteriaWithdrawn(set=set_, reason=reason)
    except ValidationError as invalid:
        raise Failure(impossible(invalid)) from None
    say(said, unit, data, patience, format_, done=f"{set_} is withdrawn.", dry_run=dry_run)
