"""What is said of a year's end: its grades, its steps, its tables."""

from __future__ import annotations

import unicodedata

from rich.text import Text

from services.cli.grading.lists import ListOf
from services.cli.language import Said, Words
from services.contracts.classification import Classified, YearGrade
from services.evaluation.alerts.delivery.reasons import YEARS

STYLES = {"excellent": "bold green", "good": "cyan", "completed": "yellow", "not_completed": "bold red"}
VIETNAMESE = {
    "excellent": "Hoàn thành xuất sắc",
    "good": "Hoàn thành tốt",
    "completed": "Hoàn thành",
    "not_completed": "Không hoàn thành",
}
CODES = {word.lower(): code for code, word in VIETNAMESE.items()}


_WORDS: dict[str, Said] = {
    "year": (
        "The year {year} ({decided} of {n} decided)",
        "Năm {year} (đã quyết định {decided}/{n})",
        "{year} সাল ({n}টির মধ্যে {decided}টি নির্ধারিত)",
    ),
    "not_begun": (
        "The year {year} has not begun: nothing is due yet.",
        "Năm {year} chưa bắt đầu: chưa phải làm gì.",
        "{year} সাল এখনও শুরু হয়নি: এখনও কিছু করার নেই।",
    ),
    "subject": ("subject", "mã", "কোড"),
    "name": ("name", "chi bộ, tổ chức đảng", "শাখা, সংগঠন"),
    "months": ("from the months", "từ các tháng", "মাস থেকে"),
    "component": ("component", "điểm từ sinh hoạt", "সভার অংশ"),
    "proposed": ("proposed", "đề xuất", "প্রস্তাবিত"),
    "appraised": ("appraised", "thẩm định", "যাচাইকৃত"),
    "decided": ("decided", "đã quyết định", "নির্ধারিত"),
    "cancelled": ("cancelled", "đã hủy", "বাতিল"),
    "reclassified": ("re-classified", "xếp loại lại", "পুনঃশ্রেণিবদ্ধ"),
    "next": ("next", "tiếp theo", "এরপর"),
    "propose": ("to be proposed", "cần đề xuất", "প্রস্তাব বাকি"),
    "appraise": ("to be appraised", "cần thẩm định", "যাচাই বাকি"),
    "decide": ("to be decided", "cần quyết định", "সিদ্ধান্ত বাকি"),
    "until": ("until {day}", "hạn {day}", "{day} পর্যন্ত"),
    "waiting": ("{n} below undecided", "{n} bên dưới chưa quyết định", "নিচে {n}টি অনির্ধারিত"),
    "quotas": ("Quotas", "Tỷ lệ khống chế", "কোটা"),
    "grade": ("grade", "mức xếp loại", "মান"),
    "among": ("among", "trong nhóm", "যাদের মধ্যে"),
    "of_cells": ("cells", "chi bộ", "শাখা"),
    "of_units": ("organisations", "tổ chức đảng", "সংগঠন"),
    "percent": ("percent", "tỷ lệ (%)", "শতাংশ"),
    "denominator": ("of", "trên tổng số", "মোট"),
    "allowed": ("allowed", "được phép", "অনুমোদিত"),
    "counted": ("counted", "đã có", "গণিত"),
    "foreseen": ("foreseen", "dự kiến", "প্রত্যাশিত"),
    "undetermined": ("undetermined", "chưa rõ", "অনির্ধারিত"),
    "over": ("over", "vượt", "অতিরিক্ত"),
    "events": ("What was said ({n})", "Các lần báo cáo, quyết định ({n})", "যা জানানো হয়েছে ({n})"),
    "status": ("status", "trạng thái", "অবস্থা"),
    "on": ("on", "ngày", "তারিখ"),
    "by": ("by", "cấp", "কার দ্বারা"),
    "number": ("decision", "số quyết định", "সিদ্ধান্তের নম্বর"),
    "reason": ("reason", "lý do", "কারণ"),
    "event": ("event", "sự kiện", "ঘটনা"),
}
word = Words(_WORDS)


def year_grade(value: str | None, lang: str = "en") -> Text:
    """A grade in its colour; beside the English word the Vietnamese one, which is official."""
    if value is None:
        return Text("–", style="dim")
    said = {"en": f"{value.replace('_', ' ')} · {VIETNAMESE[value]}", "vi": VIETNAMESE[value], "bn": YEARS[value][2]}
    return Text(said[lang], style=STYLES[value])


def year_grade_of(word: str) -> str:
    """The code of a grade that may be given in Vietnamese (with `nhiệm vụ` or without); anything else as it is."""
    said = " ".join(unicodedata.normalize("NFC", word).lower().split()).removesuffix(" nhiệm vụ")
    code = CODES.get(said, said.replace(" ", "_"))
    return code if code in set(YearGrade) else word


LIST = ListOf(
    Classified,
    ("subject", "common", "results", "grade"),
    ("common", "results"),
    year_grade_of,
    "classifications",
    tuple(VIETNAMESE.values()),
)
"""What `--list` reads."""
