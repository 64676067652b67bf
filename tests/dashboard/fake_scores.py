"""Scores and explanations for the made-up city."""

from __future__ import annotations

from datetime import date

from services.contracts.evaluation import ItemScore, ItemStatus, Score
from services.contracts.meetings import Grade
from services.contracts.queries import Explanation

ENGINE, CRITERIA, HASH = "0.1.0", "hd-42-2025", "3f9a1c77b2e04d55"


def grade_of(points: float) -> Grade:
    """HD 42's thresholds."""
    return Grade.GOOD if points >= 90 else Grade.FAIR if points >= 70 else Grade.AVERAGE if points >= 50 else Grade.POOR


def score_of(cell: str, on: date, points: float | None, upper: float | None = None) -> Score:
    """A score; with `upper` it is undetermined between `points` and that."""
    if upper is not None:
        low, known = points, None
        grade = grade_of(upper) if points is not None and grade_of(points) is grade_of(upper) else None
    else:
        low = upper = known = points
        grade = grade_of(points or 0)
    return Score(
        cell=cell,
        period=f"{on:%Y-%m}",
        meeting=f"M-{on:%Y-%m}",
        held_on=on,
        criteria=CRITERIA,
        criteria_hash=HASH,
        points=known,
        lower=low,
        upper=upper,
        grade=grade,
    )


def explanation(score: Score, cell_name: str) -> Explanation:
    """Lines that add up to the score's bounds, worded as the evaluation words them."""
    low, high = score.lower or 0.0, score.upper or 0.0
    lost = min(30.0, 100 - high)
    judged, full = "judged by people: up to {} points", 5 - min(4.0, 100 - high - lost)
    attended = "attendance.rate at least 90 %; attendance.unexcused at most 0 members: 5 points, otherwise 0"
    met = "at least 80 % and below 90 % earns 27. targets.share: at least 90 %: 30; at least 80 % and below 90 %: 27"
    items = (
        item("1", "Thời gian và thời lượng", 5, 5, "time.minutes at least 90 minutes", "time.minutes", 95),
        item("2", "Tỷ lệ đảng viên dự", 5, full, attended, "attendance.rate", 86.956),
        item("3", "Chuẩn bị nội dung", 10, 10, judged.format(10)),
        item("4", "Tổ chức sinh hoạt", 40, None if low != high else 40, judged.format(40), lower=40 - (high - low)),
        item("7", "Kết quả thực hiện nghị quyết trước", 30, 30 - lost, met, "targets.share", 85.0),
    )
    return Explanation(
        score=score,
        cell_name=cell_name,
        criteria_number="HD 42-HD/BTCTW",
        criteria_title={
            "vi": "Hướng dẫn đánh giá chất lượng sinh hoạt chi bộ",
            "en": "Guidance on judging cell meetings",
        },
        items=items,
        notes=("Đúng 50 % phát biểu được 4 điểm.",),
        events=("6f1c9f3e-0001", "6f1c9f3e-0002"),
        engine=ENGINE,
        facts_digest="sha256:9f2c51aa",
    )


def item(
    code: str,
    title: str,
    top: float,
    points: float | None,
    rule: str,
    measure: str | None = None,
    value: object = None,
    *,
    lower: float | None = None,
) -> ItemScore:
    """One line of an explanation."""
    return ItemScore(
        item=code,
        title={"vi": title, "en": f"Item {code}"},
        reference=f"HD 42-HD/BTCTW, {code}",
        max=top,
        points=points,
        lower=points if points is not None else lower,
        upper=points if points is not None else top,
        status=ItemStatus.SCORED if points is not None else ItemStatus.NOT_DETERMINABLE,
        measure=measure,
        value=value,
        facts={"expected": 23, "present": 20, "documents_at": "2026-11-01T08:00:00+07:00", "an-phu-2025 3.1": 3.0},
        events={"expected": ("e-1",), "present": ("e-1", "e-2")},
        rule=rule,
        note="a mark it needs is not recorded" if points is None else None,
    )
