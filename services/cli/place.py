"""Where the running system is: from `<data>/system.json`, or from the environment for one that is not embedded."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from deploy.embedded.system import running
from services.chassis.bus import Bus, PermissionDenied, Unavailable, connect
from services.cli.failures import Exit, Failure
from services.contracts.base import Contract
from services.contracts.receipts import Problem, Refused

if TYPE_CHECKING:
    from services.chassis.asking import Answer

OPERATOR = "operator"
REACH_S = 5.0
ANSWER_S = 30.0
CLOSE_S = 3.0
T = TypeVar("T")

Data = Annotated[
    Path,
    typer.Option("--data", envvar="NENEP_DATA", help="The system's data directory.", show_default="./data"),
]
DEFAULT_DATA = Path("data")


@dataclass(frozen=True)
class Place:
    """A running system's broker, and the folder with the keys of the identities that may be used here."""

    url: str
    keys: Path
    data: Path


def locate(data: Path, environment: Mapping[str, str] = os.environ) -> Place:
    """The system to talk to. Raises Failure (exit 4) when none runs on the data directory."""
    if url := environment.get("NENEP_NATS_URL"):
        return Place(url, Path(environment.get("NENEP_KEYS", data / "keys")), data)
    system = running(data)
    if system is None:
        raise Failure(
            f"No system runs on {data}: start it with `nenep up --data {data}`, "
            "or name the data directory of the running one with --data (or NENEP_DATA).",
            Exit.NO_SYSTEM,
        )
    return Place(system.nats_url, data / "keys", data)


@asynccontextmanager
async def bus_at(place: Place, identity: str = OPERATOR) -> AsyncIterator[Bus]:
    """A connection as this identity, closed at the end. Raises Failure when it cannot be had."""
    if not (place.keys / f"{identity}.nk").is_file():
        raise Failure(
            f"There is no key for {identity!r} in {place.keys}: "
            + (
                f"make one with `nenep grant {identity[5:]}`."
                if identity.startswith("unit-")
                else "is this the folder?"
            )
        )
    try:
        bus = await connect(place.url, identity, place.keys, name="nenep", patience_s=REACH_S)
    except Unavailable as error:
        raise Failure(f"The broker cannot be reached. {error}", Exit.NO_SYSTEM) from error
    except PermissionDenied as error:
        raise Failure(f"The broker at {place.url} refuses {identity!r}. {error}", Exit.NO_SYSTEM) from error
    try:
        yield bus
    finally:
        with suppress(TimeoutError):
            await asyncio.wait_for(bus.close(), CLOSE_S)


def problem_words(one: Problem) -> str:
    """Where it is, what is wrong (what would be right)."""
    said = ": ".join(filter(None, (one.path, one.problem)))
    return f"{said} ({one.expected})" if one.expected else said


async def question(bus: Bus, service: str, query: str, model: Contract, patience: float = ANSWER_S) -> Answer:
    """Ask a service. Raises Failure with the service's reasons, or when it does not answer."""
    from services.chassis.asking import ask  # large (Arrow), and `up` needs none of it for as long as it runs

    try:
        async with asyncio.timeout(patience + CLOSE_S):
            return await ask(bus, service, query, model, timeout=patience)
    except Refused as refused:
        said = "; ".join(map(problem_words, refused.problems))
        raise Failure(f"The {service} service refuses: {said}") from refused
    except (Unavailable, TimeoutError) as error:
        raise Failure(
            f"The {service} service does not answer ({error}): look at `nenep status`.", Exit.TIMEOUT
        ) from error


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's asynchronous part."""
    return asyncio.run(work)
