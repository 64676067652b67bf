"""What criteria events do to the running scores: the months they touch change, and no others."""

from __future__ import annotations

from typing import Any

import pytest

from services.contracts.cloudevents import attributes
from services.contracts.criteria import CriteriaOf
from services.contracts.evaluation import Score, ScoreChanged
from services.contracts.queries import Explain, ScoresOf
from services.contracts.receipts import Refused
from services.contracts.rescoring import Lens
from services.evaluation.canonical import digest
from services.evaluation.criteria.load import load_shipped
from services.evaluation.history.known import Dials
from services.evaluation.history.store import position
from services.evaluation.queries.criteria import criteria_known
from services.evaluation.queries.explain import explain
from services.evaluation.queries.scores import scores
from services.evaluation.running.outbox import ScoreOutbox
from services.evaluation.running.running import Running, open_evaluation
from services.evaluation.status import count, own_checks
from tests.evaluation.history.stream import Stream, moment
from tests.evaluation.publishing.said import document
from tests.evaluation.territory import SETS, rescored, rows, running_scores, territory

WITHDRAWN, AMENDED = "CriteriaWithdrawn", "CriteriaAmended"


class Evaluation:
    """A running evaluation of `territory`, where C is a cell of the committee G and D one of the city itself.

    After everything that it takes, its scores must be those of the full re-score.
    """

    def __init__(self) -> None:
        self.stream = territory()
        self.running = Running(open_evaluation(":memory:"), SETS)
        self.con = self.running.con
        self.seen = 0

    def held(self, *months: str, cells: str = "CD", **more: Any) -> None:
        """Regular meetings on the 10th of these months."""
        for month in months:
            for cell in cells:
                self.stream.held(cell, month, f"{month}-10", **more)

    def takes(self) -> set[tuple[str, str]]:
        """Takes in what is new; the cells and months whose score changed."""
        self.running.apply(self.stream.events)
        assert running_scores(self.con).rows() == rescored(self.con, Dials(position=position(self.con))).rows()
        return {(change.cell, change.period) for change in self.changes()}

    def changes(self) -> list[ScoreChanged]:
        """The changes to publish that were not looked at yet."""
        out = ScoreOutbox(self.con).read(self.seen, 1_000)
        self.seen += len(out)
        return [ScoreChanged.model_validate_json(one.body) for one in out]

    def judged(self, cell: str = "C") -> dict[str, str]:
        """Which set judges each month of a cell."""
        by = self.con.sql(f"SELECT period, criteria FROM scores WHERE cell = '{cell}' ORDER BY period").fetchall()
        return dict(by)


@pytest.fixture
def evaluation() -> Evaluation:
    return Evaluation()


def test_a_published_set_judges_its_territory_from_its_day_on(evaluation: Evaluation) -> None:
    evaluation.held("2026-02", "2026-03", "2026-04")
    evaluation.takes()
    evaluation.stream.criteria(document(since="2026-03-01", units=["G"]), "2026-05-01")
    assert evaluation.takes() == {("C", "2026-03"), ("C", "2026-04")}
    assert evaluation.judged() == {"2026-02": "hd-42-2025", "2026-03": "own-1", "2026-04": "own-1"}
    assert set(evaluation.judged("D").values()) == {"hd-42-2025"}


def test_a_month_in_which_a_set_ends_stays_whole(evaluation: Evaluation) -> None:
    evaluation.held("2026-03", "2026-04", cells="C")
    evaluation.takes()
    evaluation.stream.criteria(document(since="2026-03-01", to="2026-04-05", units=["G"]), "2026-05-01")
    assert evaluation.takes() == {("C", "2026-03")}
    assert evaluation.judged() == {"2026-03": "own-1", "2026-04": "hd-42-2025"}


def test_a_change_that_criteria_made_names_their_report_as_its_cause(evaluation: Evaluation) -> None:
    evaluation.held("2026-03", cells="C")
    evaluation.takes()
    evaluation.stream.criteria(document(since="2026-03-01", units=["G"]), "2026-05-01")
    evaluation.takes()
    [out] = ScoreOutbox(evaluation.con).read(1, 10)
    assert attributes(out.headers)["cause"] == f"U/r{position(evaluation.con)}"


def test_an_amendment_in_mid_year_is_right_on_both_sides_of_the_day(evaluation: Evaluation) -> None:
    evaluation.held("2026-04", "2026-05", "2026-06", cells="C")
    evaluation.stream.held("C", "2026-03", "2026-03-31")
    evaluation.takes()
    ended = SETS["hd-42-2025"].model_dump(mode="json", by_alias=True, exclude_none=True)
    ended["effective"]["to"] = "2026-04-30"
    evaluation.stream.criteria(ended, "2026-05-02", kind=AMENDED)
    assert evaluation.takes() == {("C", f"2026-0{month}") for month in (3, 4, 5, 6)}, "the set judges with a new hash"
    assert evaluation.judged() == {"2026-03": "hd-42-2025", "2026-04": "hd-42-2025"}
    evaluation.stream.criteria(document(since="2026-05-01"), "2026-05-02")
    assert evaluation.takes() == {("C", "2026-05"), ("C", "2026-06")}
    assert evaluation.judged() == {
        "2026-03": "hd-42-2025",
        "2026-04": "hd-42-2025",
        "2026-05": "own-1",
        "2026-06": "own-1",
    }


def test_a_set_that_ends_earlier_by_an_amendment_gives_its_months_back(evaluation: Evaluation) -> None:
    evaluation.held("2025-12", "2026-03", cells="C")
    evaluation.stream.criteria(document(since="2025-11-01", units=["G"]), "2026-04-01")
    evaluation.takes()
    evaluation.stream.criteria(document(since="2027-01-01", units=["G"]), "2026-04-02", kind=AMENDED)
    assert evaluation.takes() == {("C", "2025-12"), ("C", "2026-03")}
    assert set(evaluation.judged().values()) == {"hd-42-2025"}


def test_a_withdrawn_set_judges_nothing_any_more(evaluation: Evaluation) -> None:
    evaluation.held("2026-03", cells="C")
    own = document(since="2026-01-01", kinds=["regular"], units=["CITY"])
    evaluation.stream.criteria(own, "2026-04-01")
    evaluation.takes()
    evaluation.stream.criteria(own, "2026-04-02", kind=WITHDRAWN)
    assert evaluation.takes() == {("C", "2026-03")}
    assert evaluation.judged() == {"2026-03": "hd-42-2025"}
    shipped = SETS["hd-42-2025"].model_dump(mode="json", by_alias=True, exclude_none=True)
    evaluation.stream.criteria(shipped, "2026-04-03", kind=WITHDRAWN)
    assert evaluation.takes() == {("C", "2026-03")}
    assert evaluation.judged() == {}


def test_a_set_that_goes_by_the_decision_judges_the_year_from_its_first_day(evaluation: Evaluation) -> None:
    evaluation.held("2025-12", "2026-01", "2026-11", cells="C")
    evaluation.takes()
    evaluation.stream.criteria(document(since="2026-08-30", units=["G"], anchor="decision"), "2026-09-01")
    assert evaluation.takes() == {("C", "2026-01"), ("C", "2026-11")}


def test_marks_given_on_a_form_count_once_the_form_is_known_and_after_it_is_withdrawn(evaluation: Evaluation) -> None:
    marks = {"criteria": "own-1", "marks": {"1": 4}, "vote": {"for": 20, "of": 20}}
    evaluation.held("2026-03", cells="C", assessment=marks)
    evaluation.takes()
    form = document(since="2027-01-01", units=["CITY"], judged=True)
    evaluation.stream.criteria(form, "2026-04-01")
    assert evaluation.takes() == {("C", "2026-03")}
    assert _latest(evaluation).lower == _before(evaluation) + 4
    assert evaluation.judged() == {"2026-03": "hd-42-2025"}
    evaluation.stream.criteria(form, "2026-04-02", kind=WITHDRAWN)
    assert evaluation.takes() == set()
    evaluation.stream.criteria(document(since="2027-01-01", units=["CITY"]), "2026-04-03", kind=AMENDED)
    assert evaluation.takes() == {("C", "2026-03")}
    assert _latest(evaluation).lower == _before(evaluation) - 4


def _latest(evaluation: Evaluation) -> Score:
    score = ScoreChanged.model_validate_json(ScoreOutbox(evaluation.con).read(0, 1_000)[-1].body).score
    assert score is not None
    return score


def _before(evaluation: Evaluation) -> float:
    previous = ScoreChanged.model_validate_json(ScoreOutbox(evaluation.con).read(0, 1_000)[-1].body).previous
    assert previous is not None
    return previous.lower or 0


def test_a_unit_that_comes_under_another_is_judged_by_its_sets_from_then_on(evaluation: Evaluation) -> None:
    evaluation.stream.criteria(document(since="2026-01-01", units=["OTHER"]), "2026-01-01")
    evaluation.held("2026-03", "2026-04")
    evaluation.takes()
    evaluation.stream.unit("OTHER", "CITY", "2019-01-01")
    assert evaluation.takes() == set()
    evaluation.stream.unit("G", "OTHER", "2026-04-01")
    assert evaluation.takes() == {("C", "2026-04")}
    evaluation.stream.unit("CITY", "OTHER", "2026-03-01")
    assert evaluation.takes() == {("C", "2026-03"), ("D", "2026-03"), ("D", "2026-04")}


def test_what_was_known_before_an_amendment_is_still_seen_through_a_lens(evaluation: Evaluation) -> None:
    evaluation.held("2026-03", cells="C", recorded="2026-03-11")
    evaluation.stream.criteria(document(since="2026-01-01", units=["G"], minutes=90), "2026-03-01")
    evaluation.stream.criteria(document(since="2026-01-01", units=["G"], minutes=120), "2026-05-01", kind=AMENDED)
    evaluation.takes()

    def points(known_at: str | None) -> tuple[str, float | None]:
        lens = Lens(known_at=known_at and moment(known_at))
        [row] = rows(scores(evaluation.con, ScoresOf(year=2026, lens=lens), SETS))
        told = explain(evaluation.con, Explain(cell="C", period="2026-03", lens=lens), SETS)
        assert (told.score.criteria, told.score.points) == (row["criteria"], row["points"])
        return row["criteria"], row["points"]

    assert points(None) == ("own-1", 40)
    assert points("2026-04-30") == ("own-1", 100)
    evaluation.stream.criteria(document(since="2026-01-01", units=["G"]), "2026-06-01", kind=WITHDRAWN)
    evaluation.takes()
    assert points(None)[0] == "hd-42-2025"
    assert points("2026-05-31") == ("own-1", 40)
    [asked] = rows(scores(evaluation.con, ScoresOf(year=2026, lens=Lens(set="own-1")), SETS))
    assert (asked["criteria"], asked["points"]) == ("own-1", 100), "withdrawn, it may still be asked for by its name"
    with pytest.raises(Refused, match="no set own-2 is known"):
        scores(evaluation.con, ScoresOf(year=2026, lens=Lens(set="own-2")), SETS)


def test_a_document_that_cannot_be_read_is_shown_and_the_version_before_stays(evaluation: Evaluation) -> None:
    evaluation.held("2026-03", cells="C")
    evaluation.stream.criteria(document(since="2026-01-01", units=["G"]), "2026-04-01")
    evaluation.takes()
    evaluation.stream.criteria(document(since="2026-01-01", units=["G"], minutes=120), "2026-04-02", kind=AMENDED)
    evaluation.stream.events[-1] = evaluation.stream.events[-1]._replace(
        data=evaluation.stream.events[-1].data.replace(b"time.minutes", b"time.seconds")
    )
    assert evaluation.takes() == set()
    _, readable = own_checks(count(evaluation.con))
    assert not readable.ok
    assert "there is no measure time.seconds" in readable.detail
    assert evaluation.judged() == {"2026-03": "own-1"}


def test_the_sets_known_are_listed_with_where_they_come_from(evaluation: Evaluation) -> None:
    event = evaluation.stream.criteria(document(units=["G"]), "2026-03-01")
    later = document(units=["G"], minutes=120)
    evaluation.stream.criteria(later, "2026-05-01", kind=AMENDED)
    evaluation.stream.criteria(document("gone", units=["D"]), "2026-05-02")
    evaluation.stream.criteria(document("gone", units=["D"]), "2026-05-03", kind=WITHDRAWN)
    evaluation.takes()
    known = {one.id: one for one in criteria_known(evaluation.con, CriteriaOf(), SETS).sets}
    assert list(known) == sorted([*load_shipped(), "own-1", "gone"])
    assert (known["hd-42-2025"].origin, known["hd-42-2025"].version, known["hd-42-2025"].event) == ("shipped", 0, None)
    assert (known["gone"].status, known["own-1"].status) == ("withdrawn", "published")
    assert (known["own-1"].version, known["own-1"].unit, known["own-1"].units) == (2, "U", ("G",))
    assert known["own-1"].document is None
    [one] = criteria_known(evaluation.con, CriteriaOf(set="own-1"), SETS).sets
    assert (one.document, one.hash) == (later, known["own-1"].hash)
    [before] = criteria_known(evaluation.con, CriteriaOf(set="own-1", known_at=moment("2026-04-01")), SETS).sets
    assert (before.version, before.event, before.recorded_at) == (1, event, moment("2026-03-01"))
    [shipped] = criteria_known(evaluation.con, CriteriaOf(set="hd-12-2018"), SETS).sets
    assert shipped.document is not None and shipped.document["number"] == SETS["hd-12-2018"].number
    with pytest.raises(Refused, match="no set own-1 is known"):
        criteria_known(evaluation.con, CriteriaOf(set="own-1", known_at=moment("2026-02-01")), SETS)


def test_criteria_and_runs_are_part_of_what_verify_compares() -> None:
    stream = Stream()
    stream.criteria(document(), "2026-01-01")
    one, other = (Running(open_evaluation(":memory:"), SETS) for _ in range(2))
    one.apply(stream.events)
    stream.events[0] = stream.events[0]._replace(data=stream.events[0].data.replace(b"A small set", b"A small sea"))
    other.apply(stream.events)
    tables = [{table.table: table for table in digest(running.con).tables} for running in (one, other)]
    assert [name for name in tables[0] if tables[0][name] != tables[1][name]] == ["criteria"]
