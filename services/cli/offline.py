"""A history made from a file of events, with nothing running: the services' own decisions, in this process.

A file holds reports (what units publish: `nenep demo`, `docs/examples/`), or recorded events (what services published:
`nenep export`), one structured CloudEvent a line. Reports go through the intakes of the services, exactly as they would
on the bus; what is refused is named with its line and all its reasons.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import orjson
from pydantic import ValidationError

from services.chassis.clock import now
from services.chassis.intake import Decide, Desk, Watcher
from services.chassis.outbox import events_outbox
from services.chassis.reading import Arrival
from services.chassis.relay import Outgoing
from services.chassis.store import Store
from services.chassis.tail import EPOCH, Arrived
from services.chassis.tree import Tree
from services.cli.lines import read_lines, said_by
from services.contracts.alerts import AlertRecorded
from services.contracts.base import derived_id
from services.contracts.bus import event_subject, report_subject
from services.contracts.catalogue import EVENTS, parse_type
from services.contracts.cloudevents import CloudEvent
from services.contracts.grades import GradeRecorded
from services.contracts.receipts import Outcome, Receipt
from services.evaluation.deciding import make_decide as decide_evaluation
from services.evaluation.history.criteria import Sets
from services.evaluation.history.store import Connection
from services.evaluation.publishing.keeper import Keeper
from services.evaluation.running.running import open_evaluation
from services.evaluation.verify import Rebuild
from services.meetings.decide import make_decide as decide_meetings
from services.registry.decide import make_decide as decide_registry
from services.registry.projection import Keeper as TreeKeeper

BATCH = 1_000
SOURCE_UNIT = re.compile(r"[/:]([A-Z0-9][A-Z0-9_-]{0,31})$")
NOBODY = "_"
OF_NO_SUBJECT = {said.kind for said in EVENTS if said.model in (GradeRecorded, AlertRecorded)}
"""Events whose subject names no cell, though they are about one."""
Progress = Callable[[int, int], None]
"""Told how many of how many lines were taken in."""


@dataclass(frozen=True)
class Line:
    """An event of the file, where it stands, and the unit that said it."""

    number: int
    event: CloudEvent
    unit: str


@dataclass
class File:
    """What a file holds. `refused` names, by line, every problem of what cannot be taken in."""

    reports: list[Line] = field(default_factory=list)
    recorded: list[Line] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.reports) + len(self.recorded)


def read_file(path: Path, unit: str | None) -> File:
    """The events of a file; `unit` says the reports whose source names no unit. OSError when it cannot be read."""
    found = File()
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                _sort(found, number, line, unit)
    return found


@contextmanager
def history_of(file: File, sets: Sets, memory: str, progress: Progress | None = None) -> Iterator[Connection]:
    """The history that a file tells, gone when the context ends. What services refuse is added to `file.refused`."""
    with tempfile.TemporaryDirectory(prefix="nenep-offline-") as folder:
        con = open_evaluation(Path(folder) / "history.duckdb", memory)
        try:
            rebuild = Rebuild(con, sets)
            position = 0

            def take(events: Iterable[Outgoing]) -> None:
                nonlocal position
                for batch in _batches(events):
                    position = rebuild.take(
                        Arrived(position + n, subject, headers, body, _moment(headers))
                        for n, (_, subject, _, headers, body) in enumerate(batch, 1)
                    )
                    if progress:
                        progress(min(position, len(file)), len(file))

            take(_events(file))
            take(_own_events(file, con, sets))  # by the tree that is known only now
            rebuild.finish()
            yield con
        finally:
            con.close()


def _sort(found: File, number: int, line: bytes, unit: str | None) -> None:
    if _role(line) == "event":
        try:
            event = CloudEvent.model_validate_json(line)
        except ValidationError as invalid:
            problems = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in invalid.errors(include_url=False))
            found.refused.append(f"line {number}: {'; '.join(problems)}")
            return
        found.recorded.append(Line(number, event, (event.cause or NOBODY).partition("/")[0]))
        return
    [entry] = read_lines([line], unit or NOBODY)
    if isinstance(entry, Receipt):
        found.refused.append(f"line {number}: {_reasons(entry)}")
    else:
        named = SOURCE_UNIT.search(entry.source)
        says = named[1] if named else unit
        if says is None:
            problem = f"its source {entry.source!r} names no unit: say which one with --as UNIT"
            found.refused.append(f"line {number}: {problem}")
        else:
            found.reports.append(Line(number, entry, says))


def _role(line: bytes) -> str | None:
    try:
        parsed = parse_type(str(orjson.loads(line)["type"]))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    return parsed[0] if parsed else None


def _reasons(receipt: Receipt) -> str:
    return "; ".join(": ".join(filter(None, (p.path, p.problem, p.expected))) for p in receipt.problems)


def _events(file: File) -> Iterator[Outgoing]:
    """What was recorded, then what registry and meetings make of the reports, the latter by the former's tree."""
    for line in file.recorded:
        said = parse_type(line.event.type)
        if said is not None:
            _, service, kind, _ = said
            cell = None if kind in OF_NO_SUBJECT else line.event.data.get("cell")
            subject = event_subject(service, kind, line.unit, cell)
            yield Outgoing(line.number, subject, line.event.id, line.event.headers(), line.event.body())
    tree = Tree()
    with Store("registry", ":memory:") as store:
        yield from _decided(store, decide_registry(tree), file, TreeKeeper(store, tree))
    with Store("meetings", ":memory:") as store:
        yield from _decided(store, decide_meetings(tree), file)


def _own_events(file: File, con: Connection, shipped: Sets) -> Iterator[Outgoing]:
    """What evaluation makes of its own reports: criteria sets and official grades."""
    with Store("evaluation", ":memory:") as store:
        keeper = Keeper(store, shipped)
        yield from _decided(store, decide_evaluation(keeper.shelf, con), file, keeper)


def _decided(store: Store, decide: Decide, file: File, keeper: Watcher | None = None) -> Iterator[Outgoing]:
    """The events that a service makes of its reports in a file, as its relay would publish them."""
    desk = Desk(store, decide, now, patience=0, backdating_days=-1, watcher=keeper)
    own = [line for line in file.reports if _service(line) == store.service]
    for start in range(0, len(own), BATCH):
        desk.settle([_arrival(line) for line in own[start : start + BATCH]])
    file.refused += _refusals(store, own)
    outbox, after = events_outbox(store), 0
    while found := outbox.read(after, BATCH):
        after = found[-1].position
        yield from found


def _service(line: Line) -> str:
    said = said_by(line.event.type)
    return said.service if said else NOBODY


def _arrival(line: Line) -> Arrival:
    said = said_by(line.event.type)
    assert said is not None  # read_lines lets no other through
    event = line.event
    return Arrival(
        report_subject(line.unit, said.service, said.kind), event.headers(), event.body(), line.number, now()
    )


def _refusals(store: Store, own: Sequence[Line]) -> Iterator[str]:
    """Every line that the service did not accept, with its reasons."""
    ids = {line.number: derived_id("intake", line.unit, line.event.id) for line in own}
    settled = store.settlements(list(ids.values()))
    for line in own:
        for one in settled[ids[line.number]]:
            if one.position == line.number and one.outcome == Outcome.REJECTED:
                reasons = "; ".join(f"{p['path']}: {p['problem']}" for p in one.problems)
                yield f"line {line.number}: {reasons}"


def _batches(events: Iterable[Outgoing]) -> Iterator[list[Outgoing]]:
    batch: list[Outgoing] = []
    for event in events:
        batch.append(event)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _moment(headers: Mapping[str, str]) -> datetime:
    return datetime.fromisoformat(headers["ce-time"]) if "ce-time" in headers else EPOCH
