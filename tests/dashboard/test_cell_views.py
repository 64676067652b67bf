"""A cell's record and meetings, and why a score is what it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest

from dashboard.components.sheet import render
from dashboard.views.cell import cell_view, period_to_show
from dashboard.views.explain import earned, explanation_view, fact_text, lost, rank
from dashboard.views.lenses import lenses_view
from dashboard.views.rules import rule_text
from dashboard.views.sides import sides_view
from dashboard.words.texts import LANGUAGES, Language, texts
from services.contracts.evaluation import ItemScore, ItemStatus
from services.contracts.grades import OfficialGrade
from services.contracts.meetings import Grade
from services.contracts.observers import Marks, VisitSeen
from services.contracts.queries import Explanation
from services.contracts.registry import Members
from tests.dashboard.fake_city import City
from tests.dashboard.fake_rescoring import known
from tests.dashboard.fake_scores import item, score_of

VI, EN = texts("vi"), texts("en")
CELL = "DU-07-03"


@pytest.fixture(scope="module")
def city() -> City:
    return City()


def explained(*items: ItemScore, points: float | None = 88.0, upper: float | None = None) -> Explanation:
    """An explanation of these lines."""
    return Explanation(
        score=score_of(CELL, date(2026, 11, 3), points, upper),
        cell_name="Bản 3",
        criteria_number="HD 42-HD/BTCTW",
        criteria_title={"vi": "Hướng dẫn", "en": "Guidance"},
        items=items,
        events=("e-1",),
        engine="0.1.0",
        facts_digest="d",
    )


def judged(code: str, met: bool | None, status: ItemStatus = ItemStatus.SCORED) -> ItemScore:
    """A line of a pass/fail set."""
    return ItemScore(
        item=code,
        title={"en": f"Rule {code}"},
        reference="HD 12",
        max=None,
        points=None,
        lower=None,
        upper=None,
        status=status,
        met=met,
        rule="> 85 %",
    )


def test_what_was_lost_comes_first_then_what_is_unknown() -> None:
    lines = (
        item("1", "full", 5, 5, "r"),
        item("2", "a little", 5, 4, "r"),
        item("3", "unknown", 10, None, "r", lower=0),
        item("4", "a lot", 30, 20, "r"),
        item("5", "absent", 5, None, "r").model_copy(update={"status": ItemStatus.NOT_APPLICABLE}),
    )
    view = explanation_view(explained(*lines), EN)
    assert [line["item"] for line in view["lines"]] == ["4", "2", "3", "1", "5"]
    assert [line["css"] for line in view["lines"]] == ["lost", "lost", "unsure", "full", "absent"]
    assert view["summary"] == "Most was lost for: Item 4 (−10); Item 2 (−1)."


def test_a_line_says_what_was_earned_and_shows_it() -> None:
    known, unknown = item("1", "x", 5, 4.5, "r"), item("2", "y", 10, None, "r", lower=2)
    assert earned(known, VI) == "4,5/5"
    assert earned(unknown, EN) == "not determinable: 2 to 10 of 10"
    low, high = (explanation_view(explained(unknown), EN)["lines"][0][side] for side in ("low", "high"))
    assert (low, high) == (20.0, 100.0)
    assert (lost(known), lost(unknown)) == (0.5, 8.0)


def test_a_pass_or_fail_set_names_the_rules_that_were_not_met() -> None:
    view = explanation_view(explained(judged("1", True), judged("2", False), judged("3", None)), EN)
    assert view["summary"] == "Not met: Rule 2."
    assert [line["earned"] for line in view["lines"]] == ["Not met", "Met", "Not determinable"]
    unsure = judged("3", None, ItemStatus.NOT_DETERMINABLE)
    assert rank(unsure) == 1
    assert "1 line cannot be determined" in explanation_view(explained(judged("1", True), unsure), EN)["summary"]


def seen(found: Explanation, guidance: str = "Cần ghi rõ ý kiến") -> Explanation:
    """The same, officially decided, with the cell's own marks and those of an observer."""
    decision = {"event": "e-9", "recorded_at": datetime(2026, 9, 8, tzinfo=UTC), "version": 1, "status": "decided"}
    decision |= {"grade": "fair", "points": 88.5, "number": None, "decided_on": date(2026, 9, 8), "decided_by": "DU-07"}
    decision |= dict.fromkeys(("list", "replaces", "reason", "note"))
    visit = {"visit": "v", "observer": "o-002", "line": "villages", "agrees": False, "event": "e-10"}
    marks = {"criteria": "an-phu-2025", "marks": {"2.1": 2, "7": 24.5, "4.1": 5}, "total": 84.5, "grade": "fair"}
    return found.model_copy(
        update={
            "official": OfficialGrade(period="2026-08", grade=Grade.FAIR, points=88.5, decisions=[decision]),
            "own": Marks(criteria="an-phu-2025", marks={"2.1": 2, "7": 30, "4.1": 4}, total=95, grade=Grade.GOOD),
            "visits": (VisitSeen.model_validate({**visit, **marks, "guidance": guidance}),),
        }
    )


def test_a_month_is_shown_from_all_sides_with_what_is_behind_each(city: City) -> None:
    shown = sides_view(None, seen(city.explain(CELL, "2026-08")), {}, VI)
    assert shown is not None
    assert [(one["name"], one["word"], one["points"]) for one in shown["sides"][:3]] == [
        ("Chính thức", "Khá", "88,5"),
        ("Chi bộ tự chấm", "Tốt", "95"),
        ("Người dự o-002", "Khá", "84,5"),
    ]
    assert shown["sides"][0]["decisions"][0]["event"] == "e-9"
    observer, computed = shown["sides"][2:]
    assert (observer["event"], observer["guidance"]) == ("e-10", "Cần ghi rõ ý kiến")
    assert observer["detail"].endswith("không nhất trí với chi bộ")
    assert computed["name"] == "Theo tiêu chí"
    rows = shown["marks"]["rows"]
    assert [(row["item"], row["own"]) for row in rows] == [("7", "30"), ("2.1", "2"), ("4.1", "4")]
    assert [row["others"][0]["apart"] for row in rows] == [True, False, True]


def test_what_was_decided_is_shown_where_nothing_can_be_explained(city: City) -> None:
    decided = seen(city.explain(CELL, "2026-08")).official
    shown = sides_view(decided, None, {}, EN)
    assert shown is not None and [one["name"] for one in shown["sides"]] == ["Official"]
    assert sides_view(None, None, {}, EN) is None
    assert sides_view(None, city.explain(CELL, "2026-08"), {}, EN) is None, "the criteria alone are no other side"


def test_nothing_lost_is_said() -> None:
    assert explanation_view(explained(item("1", "x", 5, 5, "r")), EN)["summary"] == "Nothing was lost."


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (95, "95"),
        (86.956, "86,96"),
        (True, "có"),
        ("2026-11-01T08:00:00+07:00", "01/11/2026 08:00"),
        ("2026-11-05", "05/11/2026"),
        (None, "không ghi"),
        (["opening", "review"], "khai mạc, kiểm điểm tháng qua"),
        ([], "–"),
        ("07:30:00", "07:30:00"),
    ],
)
def test_a_fact_is_written_as_the_language_writes_it(value: object, text: str) -> None:
    assert fact_text(value, VI) == text


def test_facts_and_measures_have_names_in_words() -> None:
    line = explanation_view(explained(item("2", "x", 5, 4, "r", "attendance.rate", 86.956)), VI)["lines"][0]
    assert line["measure"] == "Tỷ lệ đảng viên dự: 86,96%"
    assert ("Điểm mục 3.1 trên phiếu an-phu-2025", "3", []) in line["facts"]
    assert ("Phải dự", "23", ["e-1"]) in line["facts"]


RULES = [
    ("time.minutes at least 90 minutes", "Thời lượng (phút) ≥ 90"),
    (
        "attendance.rate: at least 75 % and below 90 %: 3.5; below 75 %: 2",
        "Tỷ lệ đảng viên dự: 75–<90%: 3.5; < 75%: 2",
    ),
    ("below 65 % or if attendance.unexcused above 0 members: 1", "< 65% hoặc nếu vắng không lý do > 0: 1"),
    ("judged by people: up to 10 points", "Do người chấm: tối đa 10 điểm"),
    (
        "minutes.days_after at most 2 days: 1 points, otherwise 0",
        "Số ngày đến khi nộp biên bản ≤ 2: 1 điểm, nếu không thì 0",
    ),
    (
        "time.minutes at least 120 minutes (where meeting.thematic: yes)",
        "Thời lượng (phút) ≥ 120 (khi phần chuyên đề: có)",
    ),
    ("no grade above fair without full marks on 2.1, 2.2", "Không xếp trên Khá nếu chưa đạt điểm tối đa ở 2.1, 2.2"),
    ("the lowest grade where attendance.unexcused above 0 members", "Xếp loại thấp nhất nếu vắng không lý do > 0"),
    (
        "at least 80 % and below 90 % earns 27. targets.share: below 50 %: 10",
        "80–<90%: 27. tỷ lệ hoàn thành chỉ tiêu: < 50%: 10",
    ),
    ("a rule that nobody foresaw", "A rule that nobody foresaw"),
]


@pytest.mark.parametrize(("rule", "text"), RULES)
def test_a_rule_is_short_and_in_the_screens_language(rule: str, text: str) -> None:
    assert rule_text(rule, VI) == text


def test_the_record_of_a_cell(city: City) -> None:
    view = cell_view(city.cell(CELL, 2026), 2026, "2026-08", VI)
    assert [unit["code"] for unit in view["units"]] == ["LAI-CHAU", "DU-07"]
    assert view["hardship"]
    assert ("Chi ủy", "3 đảng viên") in view["record"]
    assert len(view["months"]) == 12
    assert [month["month"] for month in view["months"] if month["chosen"]] == ["8"]
    assert view["meetings"][0]["on"] > "0"
    assert sum(meeting["chosen"] for meeting in view["meetings"]) == 1


def test_a_cell_without_secretary_committee_or_meetings(city: City) -> None:
    page = city.cell(CELL, 2019)
    state = page.state.model_copy(
        update={"secretary": None, "committee_size": 0, "members": Members(full=7, exempt=2), "dissolved": True}
    )
    view = cell_view(page.model_copy(update={"state": state}), 2019, None, EN)
    assert ("Members", "7 (7 full, 2 exempt)") in view["record"]
    assert ("Secretary", "none at present") in view["record"]
    assert ("Cell committee", "none, only a secretary") in view["record"]
    assert view["dissolved"] == "dissolved on 1 Jan 2020"
    assert view["meetings"] == []


def test_the_latest_score_is_explained_unless_another_is_asked_for(city: City) -> None:
    page = city.cell(CELL, 2026)
    assert period_to_show(page, None) == "2026-11"
    assert period_to_show(page, "2026-02") == "2026-02"
    assert period_to_show(city.cell(CELL, 2019), None) is None


class Heard(HTMLParser):
    """The texts of a page and the tags that were left open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "input":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


def page(city: City, language: Language, name: str = "Bản 3") -> Heard:
    """The cell's page, read."""
    words, shown = texts(language), city.cell(CELL, 2026)
    shown = shown.model_copy(update={"state": shown.state.model_copy(update={"name": name})})
    html = render(
        "cell.html",
        words,
        cell=cell_view(shown, 2026, "2026-08", words),
        why=explanation_view(city.explain(CELL, "2026-08"), words),
        sides=sides_view(None, seen(city.explain(CELL, "2026-08"), name), {}, words),
        alerts=None,
        unexplained="",
        board="?year=2026",
        here="?year=2026&cell=X",
        lenses=lenses_view((known("an-phu-2025", None),), {"cell": "X", "period": "2026-08"}, "", words),
        rescore="?page=rescore&cell=X",
    )
    heard = Heard()
    heard.feed(html)
    assert heard.open == []
    return heard


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_well_formed_and_whole_in_every_language(city: City, language: Language) -> None:
    heard = page(city, language)
    for text in ("Bản 3", "HD 42-HD/BTCTW, 7", "6f1c9f3e-0002", texts(language).say("What this score rests on")):
        assert text in " ".join(heard.texts)


def test_a_name_is_never_taken_for_markup(city: City) -> None:
    assert "<img src=x onerror=alert(1)>" in page(city, "vi", "<img src=x onerror=alert(1)>").texts
