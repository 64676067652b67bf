"""Set E folded event by event in plain Python, from the events' JSON: what re-scoring costs without columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from services.evaluation.criteria.load import load_shipped
from services.evaluation.history.store import Connection
from tests.bench.nation import FORM

Data = dict[str, Any]
Bounds = tuple[int, int]
JUDGED = {item.code: round((item.max or 0) * 100) for item in load_shipped()[FORM].items if item.judged is not None}
DURATION = ((90, 500), (75, 400), (60, 300), (45, 200)), ((120, 500), (105, 400), (90, 300), (60, 200))
TARGETS = ((90, 3000), (80, 2700), (70, 2400), (60, 2000), (50, 1500))
ONE_DAY, LOCAL = timedelta(hours=24), timedelta(hours=7)


def events(con: Connection, cells: int) -> list[bytes]:
    """The meetings' events of the first so many cells, as JSON, in the order of the stream."""
    rows = con.execute("SELECT to_json(m) FROM meetings m WHERE cell < ? ORDER BY position", [f"CB-{cells:06d}"])
    return [line.encode() for (line,) in rows.fetchall()]


def committees(con: Connection) -> dict[str, list[tuple[str, bool]]]:
    """For each cell, from which day on it had a committee or none, latest first."""
    found: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for cell, since, yes in con.execute(
        "SELECT cell, valid_from::VARCHAR, committee_size > 0 FROM cells ORDER BY valid_from DESC"
    ).fetchall():
        found[cell].append((since, yes))
    return found


class Fold:
    """Takes one event after the other; knows the latest version of every meeting, and then their scores."""

    def __init__(self, states: dict[str, list[tuple[str, bool]]]) -> None:
        self.states = states
        self.latest: dict[tuple[str, str], Data] = {}

    def take(self, data: Data) -> None:
        """The next event's data."""
        key = data["cell"], data["meeting"]
        known = self.latest.get(key)
        if known is None or (data["version"], data["position"]) > (known["version"], known["position"]):
            self.latest[key] = data

    def scores(self) -> dict[tuple[str, str], Bounds]:
        """Lower and upper hundredths of every held meeting, by cell and meeting."""
        held = [data for data in self.latest.values() if data["status"] == "held"]
        runs = _runs(held)
        return {
            (data["cell"], data["meeting"]): self._score(data, runs.get((data["cell"], data["meeting"]), 0))
            for data in held
        }

    def _score(self, data: Data, run: int) -> Bounds:
        missing = {item: most for item, most in JUDGED.items() if item not in ("3.3", "4.3")}
        marks = {}
        if data["marks_criteria"] == FORM:
            marks = dict(zip(data["marks_items"].split(" "), data["marks"], strict=False))
        bounds = [_marked(marks, item, most) for item, most in missing.items()]
        committee = next((yes for since, yes in self.states.get(data["cell"], ()) if since <= data["held_on"]), None)
        low, high = _marked(marks, "3.3", 200)
        bounds.append((200, 200) if committee is False else (low, high if committee else 200))
        bounds.append(_marked(marks, "4.3", 500) if data["thematic_part"] else (0, 0))
        bounds += [_duration(data), _attendance(data), (100, 100) if run <= 3 else (0, 0), _documents(data)]
        bounds += [_opinions(data), _targets(data), _filed(data)]
        return sum(low for low, _ in bounds), sum(high for _, high in bounds)


def _runs(held: Iterable[Data]) -> dict[tuple[str, str], int]:
    years: dict[tuple[str, str], list[Data]] = defaultdict(list)
    for data in held:
        if data["kind"] != "thematic":
            years[data["cell"], data["held_on"][:4]].append(data)
    found = {}
    for meetings in years.values():
        runs: dict[str, int] = {}
        for data in sorted(meetings, key=lambda one: (one["held_on"], one["meeting"])):
            runs = {ref: runs.get(ref, 0) + 1 for ref in data["excused"]}
            found[data["cell"], data["meeting"]] = max(runs.values(), default=0)
    return found


def _marked(marks: dict[str, int], item: str, most: int) -> Bounds:
    worth = marks.get(item)
    return (0, most) if worth is None or worth > most else (worth, worth)


def _steps(value: float, steps: Iterable[tuple[float, int]], otherwise: int) -> Bounds:
    worth = next((points for least, points in steps if value >= least), otherwise)
    return worth, worth


def _duration(data: Data) -> Bounds:
    return _steps(data["minutes"], DURATION[data["members"] >= 30], 100)


def _attendance(data: Data) -> Bounds:
    expected = data["members"] - data["exempt"] - data["special_duty"]
    if data["unexcused"]:
        return 100, 100
    if expected <= 0:
        return 100, 400
    return _steps(data["present"] * 100 / expected, ((90, 400), (75, 300), (65, 200)), 100)


def _documents(data: Data) -> Bounds:
    if data["documents_at"] is None:
        return 0, 200
    began = datetime.combine(date.fromisoformat(data["held_on"]), time.fromisoformat(data["started_at"])) - LOCAL
    return (200, 200) if began - datetime.fromisoformat(data["documents_at"]) >= ONE_DAY else (0, 0)


def _opinions(data: Data) -> Bounds:
    if data["present"] <= 0:
        return 200, 500
    share = data["speakers"] * 100 / data["present"]
    return (500, 500) if share > 50 else _steps(share, ((40, 400), (30, 300)), 200)


def _targets(data: Data) -> Bounds:
    if not data["targets_total"]:
        return 1000, 3000
    return _steps(data["targets_met"] * 100 / data["targets_total"], TARGETS, 1000)


def _filed(data: Data) -> Bounds:
    if data["minutes_filed_on"] is None:
        return 0, 100
    days = date.fromisoformat(data["minutes_filed_on"]) - date.fromisoformat(data["held_on"])
    return (100, 100) if days.days <= 2 else (0, 0)
