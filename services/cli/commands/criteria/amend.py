"""`nenep criteria amend`: a set as it should have been."""

from __future__ import annotations

from pydantic import ValidationError

from services.cli.commands.criteria.documents import File, document
from services.cli.commands.criteria.saying import DryRun, say
from services.cli.failures import Failure
from services.cli.output import AsFormat, Format
from services.cli.place import DEFAULT_DATA, Data
from services.cli.reporting import PATIENCE, As, Patience, Reason, impossible
from services.contracts.criteria import CriteriaAmended


def command(
    file: File,
    unit: As,
    reason: Reason,
    dry_run: DryRun = False,
    patience: Patience = PATIENCE,
    format_: AsFormat = Format.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """Amend a criteria set: the whole document again, under the same id. What was known before can still be asked for.

    Exit code 1 when the document is not complete (nothing is sent), 3 when the evaluation rejects it.
    """
    whole = document(file)
    try:
        said = CriteriaAmended(document=whole, reason=reason)
    except ValidationError as invalid:
        raise Failure(impossible(invalid)) from None
    say(said, unit, data, patience, format_, done=f"{whole['id']} is amended.", dry_run=dry_run)
