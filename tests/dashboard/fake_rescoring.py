"""Evaluation's answers about re-scoring, faked over the made-up city: comparisons, runs, sets, months."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from dashboard.views.rescoring.moves import weight
from dashboard.views.rescoring.result import differs
from services.contracts.base import Contract
from services.contracts.criteria import CriteriaKnown, CriteriaKnownSets, CriteriaOf, DocumentOf
from services.contracts.evaluation import Score
from services.contracts.queries import Explain, Explanation, Units, UnitsOf
from services.contracts.receipts import Problem, Refused
from services.contracts.rescoring import (
    NONE,
    OPEN,
    TABLES,
    Comparison,
    HeadingImpact,
    Lens,
    Move,
    PageOf,
    RescoreOf,
    ResultOf,
    RunLine,
    RunOf,
    RunProgress,
    RunReceipt,
    Runs,
    RunState,
    RunUnderWay,
    Seen,
)
from services.evaluation.criteria.check import check
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.source import Source
from services.evaluation.queries.document import read_document
from tests.dashboard.fake_city import ROOT, City
from tests.dashboard.fake_judge import (
    CITY_ASPECTS,
    SETS,
    Judged,
    Line,
    document,
    headings,
    items_of,
    judged,
    shipped,
)

ENGINE, POSITION = "1", 5130
SCALES = (("good", "fair", "average", "poor"), ("met", "not_met"))
PARTS = 4
TOP = 50
SAMPLE = "37"
"""Last digits of the cells that are re-scored: the city's other cells would only take time."""
Made = tuple[str, str, Judged, Judged]


@dataclass
class Rescoring:
    """The answers. A run makes a step each time it is asked about; while `still` it stands where it is."""

    city: City
    still: bool = False
    runs: dict[str, RunProgress] = field(default_factory=dict)
    questions: dict[str, RescoreOf] = field(default_factory=dict)
    recorded: list[RunLine] = field(default_factory=list)
    results: dict[str, dict[str, pa.Table]] = field(default_factory=dict)

    def answers(self) -> dict[str, tuple[type[Contract], Callable[[Any], Contract | pa.Table]]]:
        """What is answered, by query: the question's model and how."""
        return {
            "compare": (RescoreOf, self.compare),
            "moves": (PageOf, self.moves),
            "units": (PageOf, self.units),
            "rescore": (RescoreOf, self.start),
            "run": (RunOf, self.run),
            "cancel": (RunOf, self.cancel),
            "result": (ResultOf, self.result),
            "criteria": (CriteriaOf, self.criteria),
            "territory": (UnitsOf, self.units_named),
            "document": (DocumentOf, read_document),
        }

    # -- the two lenses ----------------------------------------------------------------------------------------------

    def judge(self, lens: Lens, side: str) -> Callable[[str, str], Judged]:
        """How a month is judged through this lens."""
        if lens.draft is not None:
            findings = check(Source(data=lens.draft))
            if findings:
                raise Refused(*(Problem(path=f"{side}.draft: {one.where}", problem=one.problem) for one in findings))
            criteria = CriteriaSet.model_validate(lens.draft)
        elif lens.set is not None:
            if lens.set not in SETS:
                raise Refused(
                    Problem(path=f"{side}.set", problem=f"no set {lens.set} is known", expected=", ".join(SETS))
                )
            criteria = shipped(lens.set)
        else:
            return self._known(lens, self.as_decided)
        return self._known(lens, lambda cell, period: judged(criteria, cell, period))

    def _known(self, lens: Lens, by: Callable[[str, str], Judged]) -> Callable[[str, str], Judged]:
        until = f"{lens.known_at:%Y-%m}" if lens.known_at else "9999-12"
        return lambda cell, period: by(cell, period) if period < until else Judged(Seen())

    def as_decided(self, cell: str, period: str) -> Judged:
        """The month as the city itself has it."""
        score = self.city.months[cell][int(period[5:]) - 1].score
        if score is None:
            return Judged(Seen())
        lines = tuple(
            Line(one.item, one.title, frozenset(CITY_ASPECTS[one.item]), one.points, one.max or 0.0)
            for one in self.city.explain(cell, period).items
        )
        seen = Seen(set=score.criteria, points=score.points, lower=score.lower, upper=score.upper, grade=score.grade)
        return Judged(seen, lines)

    def months(self, question: RescoreOf) -> list[Made]:
        """Every month that the sample's cells held, through both lenses."""
        if question.cell and question.cell not in self.city.cells:
            raise Refused(Problem(path="cell", problem=f"no cell {question.cell} is known here"))
        before, after = self.judge(question.before, "before"), self.judge(question.after, "after")
        found = []
        for cell, months in self.city.months.items():
            if cell[-1] not in SAMPLE:
                continue
            if question.cell not in (None, cell) or question.unit not in (None, self.city.cells[cell].parent):
                continue
            for number, month in enumerate(months, 1):
                period = f"{self.city.year}-{number:02}"
                if month.score is not None and question.first <= period <= question.last:
                    found.append((cell, period, before(cell, period), after(cell, period)))
        return found

    def move(self, made: Made) -> Move:
        """The month as a move."""
        cell, period, before, after = made
        state, one, two = self.city.cells[cell], before.seen, after.seen
        change = two.points - one.points if one.points is not None and two.points is not None else None
        main = max(self.impacts(made), key=lambda impact: abs(impact[1] or 0), default=None)
        return Move(
            cell=cell,
            cell_name=state.name,
            unit=state.parent,
            unit_name=self.city.units[state.parent].name,
            period=period,
            before=one,
            after=two,
            outcome=outcome(code(one), code(two)),
            change=round(change, 2) if change is not None else None,
            heading=main[0] if main and main[1] else None,
            heading_change=main[1] if main and main[1] else None,
        )

    def impacts(self, made: Made) -> list[tuple[str, float | None, list[Line], list[Line]]]:
        """What each heading changes in a month."""
        _, _, before, after = made
        if not before.lines or not after.lines:
            return []
        found = []
        for label, old, new in headings(before.lines, after.lines):
            points = [line.points for line in (*old, *new)]
            change = None if None in points else round(sum_of(new) - sum_of(old), 2)
            found.append((label, change, old, new))
        return found

    def moves(self, question: PageOf) -> pa.Table:
        """`rpc.evaluation.moves`."""
        rows = [
            month_row(one) | {"official": None} for one in listed(self.move(m) for m in self.months(question.question))
        ]
        whole = pa.Table.from_pylist(rows)
        return whole.slice(question.offset, question.limit).replace_schema_metadata({"rows": str(len(rows))})

    def units(self, question: PageOf) -> pa.Table:
        """`rpc.evaluation.territory`."""
        rows = unit_rows([self.move(made) for made in self.months(question.question)])
        return pa.Table.from_pylist(rows).replace_schema_metadata({"rows": str(len(rows))})

    def compare(self, question: RescoreOf) -> Comparison:
        """`rpc.evaluation.compare`."""
        every = self.months(question)
        moves = [self.move(made) for made in every]
        transitions: dict[str, dict[str, int]] = {}
        for (old, new), count in Counter((code(m.before), code(m.after)) for m in moves).items():
            transitions.setdefault(old, {})[new] = count
        return Comparison(
            months=len(moves),
            before=Counter(code(m.before) for m in moves),
            after=Counter(code(m.after) for m in moves),
            transitions=transitions,
            outcomes=Counter(m.outcome for m in moves),
            mean_before=mean(m.before for m in moves),
            mean_after=mean(m.after for m in moves),
            headings=tuple(self._headings(every)),
            moved=len(listed(moves)),
            top=tuple(listed(moves)[:TOP]),
            criteria_before=hashes(question.before),
            criteria_after=hashes(question.after),
            engine=ENGINE,
            position=POSITION,
        )

    def _headings(self, every: list[Made]) -> list[HeadingImpact]:
        sums: dict[str, list[tuple[float | None, list[Line], list[Line]]]] = {}
        for made in every:
            for label, change, old, new in self.impacts(made):
                sums.setdefault(label, []).append((change, old, new))
        return [
            HeadingImpact(
                heading=label,
                title=(lines[0][2] or lines[0][1])[0].title,
                months=sum(bool(change) for change, _, _ in lines),
                change=round(sum(change or 0.0 for change, _, _ in lines), 2),
                before=earned(old for _, old, _ in lines),
                after=earned(new for _, _, new in lines),
            )
            for label, lines in sums.items()
        ]

    def explain(self, question: Explain) -> Explanation:
        """`rpc.evaluation.explain` through a lens that is not the plain one."""
        cell, period = question.cell, question.period
        made = self.judge(question.lens, "lens")(cell, period)
        held = self.city.months[cell][int(period[5:]) - 1].score
        if made.seen.set is None or held is None:
            raise Refused(Problem(path="period", problem=f"{cell} held no regular meeting in {period}"))
        score = Score(**{**held.model_dump(), **made.seen.model_dump(exclude={"set"}), "criteria": made.seen.set})
        events = tuple(f"{digest(cell, period, number)[:8]}-0000-5000-8000-{number:012}" for number in (1, 2))
        criteria = shipped(score.criteria)
        return Explanation(
            score=score,
            cell_name=self.city.cells[cell].name,
            criteria_number=criteria.number,
            criteria_title=criteria.title.model_dump(),
            items=items_of(made.lines, events),
            events=events,
            engine=ENGINE,
            facts_digest=digest(cell, period),
        )

    def units_named(self, _: UnitsOf) -> Units:
        """`rpc.evaluation.territory`."""
        names = {unit.unit: unit.name for unit in self.city.units.values()}
        return Units(names=names, standing=tuple(names))

    def criteria(self, question: CriteriaOf) -> CriteriaKnownSets:
        """`rpc.evaluation.criteria`."""
        if question.set and question.set not in SETS:
            raise Refused(Problem(path="set", problem=f"no set {question.set} is known", expected=", ".join(SETS)))
        return CriteriaKnownSets(sets=tuple(known(one, question.set) for one in SETS if question.set in (None, one)))

    # -- runs --------------------------------------------------------------------------------------------------------

    def start(self, question: RescoreOf) -> RunProgress:
        """`rpc.evaluation.rescore`: the same question again is the same run."""
        self.judge(question.before, "before"), self.judge(question.after, "after")
        run = "r-" + digest(question.model_dump_json())[:16]
        self.questions[run] = question.model_copy(update={"position": POSITION})
        if run not in self.runs or self.runs[run].state is RunState.CANCELLED:
            self.runs[run] = RunProgress(run=run, state=RunState.RUNNING, stage="facts", total=PARTS)
        return self.runs[run]

    def run(self, question: RunOf) -> RunProgress:
        """`rpc.evaluation.run`."""
        if question.run not in self.runs:
            raise Refused(Problem(path="run", problem=f"no run {question.run} is known"))
        stands = self.runs[question.run]
        if stands.state is RunState.RUNNING and not self.still:
            stands = stands.model_copy(update={"done": stands.done + 1, "stage": "after"})
            if stands.done == PARTS:
                stands = stands.model_copy(update={"state": RunState.DONE, "receipt": self._carry_out(question.run)})
            self.runs[question.run] = stands
        return stands

    def cancel(self, question: RunOf) -> RunProgress:
        """`rpc.evaluation.cancel`."""
        stands = self.runs[question.run]
        if stands.state is RunState.RUNNING:
            self.runs[question.run] = stands.model_copy(update={"state": RunState.CANCELLED})
        return self.runs[question.run]

    def listed(self) -> Runs:
        """`rpc.evaluation.runs`."""
        under_way = (
            RunUnderWay(question=self.questions[run], progress=told)
            for run, told in self.runs.items()
            if told.state is RunState.RUNNING
        )
        return Runs(runs=tuple(reversed(self.recorded)), under_way=tuple(under_way))

    def result(self, question: ResultOf) -> pa.Table:
        """`rpc.evaluation.result`."""
        whole = self.results[question.run][question.table]
        return whole.slice(question.offset, question.limit).replace_schema_metadata({"rows": str(whole.num_rows)})

    def _carry_out(self, run: str) -> RunReceipt:
        question = self.questions[run]
        every = self.months(question)
        moves = [self.move(made) for made in every]
        self.results[run] = {
            "months": pa.Table.from_pylist([month_row(one) for one in moves]),
            "impacts": pa.Table.from_pylist(
                [one.model_dump(exclude={"title"}) | one.title for one in self._headings(every)]
            ),
            "distribution": pa.table({"year": pa.array([], pa.int32())}),
            "rollups": pa.Table.from_pylist(rollup_rows(moves)),
            "quotas": pa.Table.from_pylist(QUOTAS),
            "units": pa.Table.from_pylist(unit_rows(moves)),
            "official": pa.Table.from_pylist(
                [{"cell": one.cell, "period": one.period, "official_grade": "fair"} for one in moves[:3]]
            ),
        }
        receipt = RunReceipt(
            run=run,
            engine=ENGINE,
            question=question,
            criteria_before=hashes(question.before),
            criteria_after=hashes(question.after),
            months=len(moves),
            events=4321,
            facts_before=digest("before"),
            facts_after=digest("after"),
            tables={name: digest(run, name) for name in TABLES},
            outcomes=Counter(str(m.outcome) for m in moves),
        )
        self.recorded.append(
            RunLine(event=f"event-{run}", recorded_at=datetime(2026, 11, 23, 2, tzinfo=UTC), receipt=receipt)
        )
        return receipt


EVERYONE = {"quota": "Q1", "year": "2026", "among": "all", "denominator": 171, "allowed": 34, "grade": "good"}
QUOTAS = [
    {"side": "after", "set": "an-phu-2025", **EVERYONE, "counted": 41, "undetermined": 2, "over": 7},
    {"side": "before", "set": "hd-42-2025", **EVERYONE, "counted": 20, "undetermined": 0, "over": 0},
]


def listed(moves: Iterable[Move]) -> list[Move]:
    """Those that are not the same, as they are listed."""
    return sorted((one for one in moves if differs(one)), key=weight)


def code(seen: Seen) -> str:
    """The grade as it is counted."""
    return seen.grade or (NONE if seen.set is None else OPEN)


def outcome(old: str, new: str) -> str:
    """What became of a month."""
    if NONE in (old, new) and old != new:
        return "appeared" if old == NONE else "vanished"
    if OPEN in (old, new):
        return "open" if old == new else "settled" if old == OPEN else "opened"
    for scale in SCALES:
        if old in scale and new in scale:
            return "same" if old == new else "up" if scale.index(new) < scale.index(old) else "down"
    return "same" if old == new else "restated"


def mean(seen: Any) -> float | None:
    """The mean of the points that are known."""
    points = [one.points for one in seen if one.points is not None]
    return sum(points) / len(points) if points else None


def sum_of(lines: list[Line]) -> float:
    """Points of these lines together."""
    return sum(line.points or 0.0 for line in lines)


def earned(groups: Any) -> float | None:
    """The share of the maxima that is earned."""
    lines = [line for group in groups for line in group if line.points is not None]
    most = sum(line.max for line in lines)
    return sum_of(lines) / most if most else None


def month_row(move: Move) -> dict[str, Any]:
    """A move as a row of the table `months`."""
    row = move.model_dump(mode="json", exclude={"before", "after"})
    sides = {f"{side}_{k}": v for side in ("before", "after") for k, v in getattr(move, side).model_dump().items()}
    return {**row, "meeting": f"M-{move.period}", "held_on": date.fromisoformat(f"{move.period}-03"), **sides}


def unit_rows(moves: list[Move]) -> list[dict[str, Any]]:
    """Months by unit, side and grade, of the units right above the cells."""
    sides = [(move, "before", move.before) for move in moves] + [(move, "after", move.after) for move in moves]
    counts = Counter((move.unit, move.unit_name, side, code(seen)) for move, side, seen in sides if seen.set)
    return [
        {"unit": unit, "unit_name": name, "side": side, "grade": grade, "months": count, "mean": None}
        for (unit, name, side, grade), count in counts.items()
    ]


def rollup_rows(moves: list[Move]) -> list[dict[str, Any]]:
    """A year of every cell: the grades of its last month stand for it."""
    last = {move.cell: move for move in moves}
    return [{**month_row(move), "span": move.period[:4]} for move in last.values()]


def known(name: str, asked: str | None) -> CriteriaKnown:
    """A shipped set as the service knows it."""
    criteria = shipped(name)
    return CriteriaKnown(
        id=name,
        number=criteria.number,
        title=criteria.title.model_dump(),
        issuer=criteria.issuer,
        effective_from=criteria.effective.from_,
        effective_to=criteria.effective.to,
        anchor="meeting",
        scale=criteria.scale,
        units=criteria.applies_to.units,
        hash=criteria.hash,
        version=1,
        status="published",
        origin="shipped",
        document=document(criteria) if asked == name else None,
    )


def hashes(lens: Lens) -> dict[str, str]:
    """Content hashes of what judges."""
    if lens.draft is not None:
        return {lens.draft["id"]: CriteriaSet.model_validate(lens.draft).hash}
    return {one: shipped(one).hash for one in ([lens.set] if lens.set else ["hd-42-2025"])}


def digest(*parts: object) -> str:
    """A digest of these parts."""
    return hashlib.sha256("/".join(map(str, (ROOT.unit, *parts))).encode()).hexdigest()
