"""The criteria sets that a running system knows; where none runs, those that ship with the program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from services.cli.failures import Exit, Failure
from services.cli.output import messages
from services.cli.place import Place, bus_at, locate, question, run
from services.contracts.criteria import CriteriaKnownSets, CriteriaOf
from services.contracts.receipts import Refused

if TYPE_CHECKING:
    from services.evaluation.criteria.format import CriteriaSet


def known(asked: CriteriaOf, data: Path) -> CriteriaKnownSets:
    """The sets asked for. Raises Failure for a set that is not known."""
    try:
        place = locate(data)
    except Failure as failure:
        if failure.code is not Exit.NO_SYSTEM:
            raise
        messages().print(f"No system runs on {data}: these are the sets that ship with the program.", markup=False)
        return _shipped(asked)
    return run(_ask(asked, place))


async def _ask(asked: CriteriaOf, place: Place) -> CriteriaKnownSets:
    async with bus_at(place) as bus:
        return (await question(bus, "evaluation", "criteria", asked)).model(CriteriaKnownSets)


def _shipped(asked: CriteriaOf) -> CriteriaKnownSets:
    """What a system answers to which nothing was ever published."""
    from services.evaluation.criteria.load import load_shipped  # large (Polars), and `up` needs none of it
    from services.evaluation.history.store import open_history
    from services.evaluation.queries.criteria import criteria_known

    try:
        return criteria_known(open_history(":memory:"), asked, load_shipped())
    except Refused as refused:
        said = "; ".join(f"{one.problem}, {one.expected}" for one in refused.problems)
        raise Failure(f"{said[0].upper()}{said[1:]}.") from refused


def one(name: str, data: Path) -> CriteriaSet:
    """The set in this file, or the known one of this id. Raises Failure with all that is wrong with the file."""
    from services.evaluation.criteria.format import CriteriaSet  # large (Polars), and `up` needs none of it
    from services.evaluation.criteria.load import CriteriaError, load

    file = Path(name)
    if file.is_file():
        try:
            return load(file)
        except CriteriaError as error:
            raise Failure(str(error), Exit.WRONG) from error
        except (OSError, UnicodeDecodeError) as error:
            raise Failure(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if file.suffix in (".yaml", ".yml") or "/" in name:
        raise Failure(f"There is no file {name}.")
    [found] = known(CriteriaOf(set=name), data).sets
    return CriteriaSet.model_validate(found.document)
