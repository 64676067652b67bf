"""A made-up city for the dashboard's tests: 171 cells with meetings and scores, built from the contracts' models."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import pyarrow as pa

from services.contracts.alerts import Colour
from services.contracts.evaluation import Score
from services.contracts.queries import CellPage, Explanation, Glance, MeetingLine, MonthGlance, MonthState
from services.contracts.receipts import Problem, Refused
from services.contracts.registry import CellKind, CellState, ConcurrentPost, Members, Secretary, UnitKind, UnitState
from tests.dashboard.fake_scores import explanation, score_of

ROOT = UnitState(unit="LAI-CHAU", valid_from=date(2004, 10, 10), name="Thành ủy Lai Châu", kind=UnitKind.CITY)
COMMITTEES = (
    "Tân Phong",
    "Đoàn Kết",
    "Quyết Thắng",
    "Quyết Tiến",
    "Đông Phong",
    "San Thàng",
    "Sùng Phài",
    "Nậm Loỏng",
    "Công an",
    "Quân sự",
    "Trung tâm Y tế",
    "Phòng Giáo dục",
)


@dataclass
class Month:
    """What is known of a cell's month."""

    state: MonthState
    on: date | None = None
    score: Score | None = None


@dataclass
class City:
    """The cells, and a year's months by cell. `today` decides what is scheduled and what overdue."""

    year: int = 2026
    today: date = date(2026, 11, 23)
    seed: int = 7
    synthetic: bool = True
    first_years: tuple[int, ...] = (2024, 2025)
    units: dict[str, UnitState] = field(default_factory=dict)
    cells: dict[str, CellState] = field(default_factory=dict)
    months: dict[str, list[Month]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)
        self.units[ROOT.unit] = ROOT
        for number in range(39):
            self._add(f"LC-{number + 1:03}", f"Chi bộ cơ sở {number + 1}", CellKind.AGENCY, ROOT.unit, chance)
        for number in range(132):
            at = number % len(COMMITTEES)
            code, name = f"DU-{at + 1:02}", COMMITTEES[at]
            self.units.setdefault(
                code,
                UnitState(
                    unit=code,
                    valid_from=date(2005, 1, 1),
                    name=f"Đảng ủy {name}",
                    kind=UnitKind.GRASSROOTS,
                    parent=ROOT.unit,
                ),
            )
            kind = CellKind.RESIDENTIAL if at < 6 else CellKind.VILLAGE if at < 8 else CellKind.SCHOOL
            title = "Tổ dân phố" if kind is CellKind.RESIDENTIAL else "Bản" if kind is CellKind.VILLAGE else "Chi bộ"
            self._add(f"{code}-{number // 12 + 1:02}", f"{title} {number // 12 + 1} {name}", kind, code, chance)
        self._count_members(3368)
        for cell in self.cells:
            self.months[cell] = [self._month(cell, month, chance) for month in range(1, 13)]

    def _add(self, code: str, name: str, kind: CellKind, parent: str, chance: random.Random) -> None:
        hard = kind is CellKind.VILLAGE and sum(cell.hardship for cell in self.cells.values()) < 10
        self.cells[code] = CellState(
            cell=code,
            valid_from=date(2020, 1, 1),
            name=name,
            kind=kind,
            parent=parent,
            members=Members(full=chance.randint(8, 30), probationary=chance.randint(0, 2), exempt=chance.randint(0, 2)),
            secretary=Secretary(
                concurrent_post=ConcurrentPost.VILLAGE_HEAD if kind is CellKind.VILLAGE else ConcurrentPost.NONE,
                on_upper_committee=chance.random() < 0.3,
            ),
            committee_size=3,
            hardship=hard,
        )

    def _count_members(self, wanted: int) -> None:
        """Makes the members add up."""
        codes = list(self.cells)
        short, at = wanted - sum(cell.members.total for cell in self.cells.values()), 0
        while short:
            cell, step = self.cells[codes[at % len(codes)]], 1 if short > 0 else -1
            if step > 0 or cell.members.full > 5:
                members = Members(full=cell.members.full + step, probationary=cell.members.probationary, exempt=0)
                self.cells[cell.cell] = cell.model_copy(update={"members": members})
                short -= step
            at += 1

    def _month(self, cell: str, month: int, chance: random.Random) -> Month:
        on = date(self.year, month, 3)
        if on > self.today:
            return Month(MonthState.SCHEDULED if month == 12 and chance.random() < 0.5 else MonthState.NONE, on)
        roll = chance.random()
        if roll < 0.012:
            return Month(MonthState.OVERDUE)
        if roll < 0.018:
            return Month(MonthState.CANCELLED, on)
        hard = self.cells[cell].hardship
        points = max(35.0, min(100.0, chance.gauss(76 if hard else 90, 9)))
        if chance.random() < 0.02:
            return Month(MonthState.HELD, on, score_of(cell, on, round(points - 15), round(points)))
        return Month(MonthState.HELD, on, score_of(cell, on, round(points, 1)))

    # -- what evaluation answers -------------------------------------------------------------------------------------

    def hold(self, cell: str, month: int, points: float) -> tuple[Score, Score | None]:
        """A meeting of that month is scored so; the new score and the one before."""
        on = date(self.year, month, 3)
        before, now = self.months[cell][month - 1].score, score_of(cell, on, points)
        self.months[cell][month - 1] = Month(MonthState.HELD, on, now)
        return now, before

    def board(self, year: int) -> pa.Table:
        """`rpc.evaluation.board`."""
        lines = []
        for cell in self.cells.values():
            months = self.months[cell.cell] if year == self.year else [Month(MonthState.NONE)] * 12
            for number, month in enumerate(months, 1):
                score = month.score
                lines.append(
                    {
                        "cell": cell.cell,
                        "cell_name": cell.name,
                        "kind": cell.kind.value,
                        "hardship": cell.hardship,
                        "unit": cell.parent,
                        "unit_name": self.units[cell.parent].name,
                        "members": cell.members.total,
                        "month": number,
                        "state": month.state.value,
                        "on": month.on,
                        "points": score.points if score else None,
                        "lower": score.lower if score else None,
                        "upper": score.upper if score else None,
                        "grade": score.grade.value if score and score.grade else None,
                        "criteria": score.criteria if score else None,
                        "meeting": score.meeting if score else None,
                    }
                )
        return pa.Table.from_pylist(lines, BOARD).replace_schema_metadata(
            {"glance": self.glance(year).model_dump_json()}
        )

    def glance(self, year: int) -> Glance:
        """`rpc.evaluation.glance`."""
        months = tuple(self._glance_month(number) for number in range(1, 13)) if year == self.year else ()
        known = [month.attendance for month in months if month.attendance is not None]
        return Glance(
            year=year,
            years=(*self.first_years, self.year) if self.cells else (),
            cells=len(self.cells),
            grassroots_cells=sum(cell.parent == ROOT.unit for cell in self.cells.values()),
            subordinate_cells=sum(cell.parent != ROOT.unit for cell in self.cells.values()),
            members=sum(cell.members.total for cell in self.cells.values()),
            hardship_cells=sum(cell.hardship for cell in self.cells.values()),
            attendance=sum(known) / len(known) if known else None,
            months=months,
            events=len(self.cells) * 30,
            until=len(self.cells) * 30,
            synthetic=self.synthetic,
            alerts={Colour.RED: 2, Colour.YELLOW: 3} if self.cells else {},
        )

    def _glance_month(self, number: int) -> MonthGlance:
        months = [months[number - 1] for months in self.months.values()]
        scores = [month.score for month in months if month.score]
        grades: dict[str, int] = {}
        for score in scores:
            code = score.grade.value if score.grade else "undetermined"
            grades[code] = grades.get(code, 0) + 1
        points = [score.points for score in scores if score.points is not None]
        return MonthGlance(
            period=f"{self.year}-{number:02}",
            states={state.value: sum(month.state is state for month in months) for state in MonthState},
            grades=grades,
            attendance=0.955 + 0.012 * ((number * 7) % 5) / 4 if scores else None,
            mean_points=sum(points) / len(points) if points else None,
        )

    def cell(self, code: str, year: int) -> CellPage:
        """`rpc.evaluation.cell`."""
        if code not in self.cells:
            raise Refused(Problem(path="cell", problem=f"no cell {code} was ever recorded"))
        state = self.cells[code]
        chain = [self.units[state.parent]]
        while chain[-1].parent:
            chain.append(self.units[chain[-1].parent])
        held = self.months[code] if year == self.year else []
        return CellPage(
            state=state,
            units=tuple(chain),
            years=(*self.first_years, self.year),
            meetings=tuple(
                self._line(state, month) for month in held if month.on and month.state is not MonthState.NONE
            ),
        )

    def _line(self, state: CellState, month: Month) -> MeetingLine:
        assert month.on is not None
        held, expected = month.score is not None, state.members.total - state.members.exempt
        return MeetingLine(
            meeting=f"M-{month.on:%Y-%m}",
            kind="combined" if month.on.month % 3 == 0 else "regular",
            status="held" if held else month.state.value,
            on=month.on,
            period=f"{month.on:%Y-%m}",
            minutes=95 if held else None,
            present=expected - 1 if held else None,
            expected=expected if held else None,
            speakers=9 if held else None,
            self_total=96.0 if held else None,
            self_grade="good" if held else None,
            versions=2,
            recorded_at=datetime.combine(month.on, time(9, 30), UTC) + timedelta(days=1),
            score=month.score,
        )

    def explain(self, code: str, period: str) -> Explanation:
        """`rpc.evaluation.explain`: the lines add up to the score's bounds."""
        score = (
            self.months[code][int(period[5:]) - 1].score
            if code in self.cells and period[:4] == str(self.year)
            else None
        )
        if score is None:
            raise Refused(Problem(path="period", problem=f"{code} has no score for {period}"))
        return explanation(score, self.cells[code].name)


BOARD = pa.schema(
    [
        *((name, pa.string()) for name in ("cell", "cell_name", "kind")),
        ("hardship", pa.bool_()),
        *((name, pa.string()) for name in ("unit", "unit_name")),
        ("members", pa.int32()),
        ("month", pa.int8()),
        ("state", pa.string()),
        ("on", pa.date32()),
        *((name, pa.float64()) for name in ("points", "lower", "upper")),
        *((name, pa.string()) for name in ("grade", "criteria", "meeting")),
    ]
)


def empty_city() -> City:
    """A city of which nothing was ever recorded."""
    city = City(synthetic=False)
    city.cells.clear()
    city.months.clear()
    return city
