"""Why alerts hold, in the words of mails: Vietnamese, English, Bengali, as the screens say it (a test compares)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from services.contracts.alerts import Reason, Value

LANGUAGES = ("vi", "en", "bn")
Words = tuple[str, str, str]
REASONS: dict[Reason, Words] = {
    Reason.NO_PLAN: ("chưa có lịch họp của tháng", "no meeting of the month is planned", "মাসের কোনো সভা পরিকল্পিত নয়"),
    Reason.NO_DOCUMENTS: (
        "chưa đưa tài liệu lên; phải trước khi họp {needed} giờ",
        "no documents were uploaded; {needed} hours before the start were due",
        "কোনো নথি দেওয়া হয়নি; শুরুর {needed} ঘণ্টা আগে দেওয়ার কথা",
    ),
    Reason.DOCUMENTS_AFTER: (
        "tài liệu trước khi họp {value} giờ; phải trước {needed} giờ",
        "documents {value} hours before the start; {needed} were due",
        "নথি শুরুর {value} ঘণ্টা আগে; {needed} ঘণ্টা আগে দেওয়ার কথা",
    ),
    Reason.NOT_HELD: ("chưa họp", "not held yet", "এখনও হয়নি"),
    Reason.MONTH_WITHOUT: ("hết tháng mà không họp", "the month ended without it", "সভা ছাড়াই মাস শেষ"),
    Reason.NO_MINUTES: (
        "chưa nộp biên bản; hạn {needed} ngày",
        "no minutes were filed; due within {needed} days",
        "কার্যবিবরণী জমা হয়নি; {needed} দিনের মধ্যে দেওয়ার কথা",
    ),
    Reason.MINUTES_AFTER: (
        "nộp biên bản sau {value} ngày; hạn {needed} ngày",
        "minutes filed after {value} days; due within {needed}",
        "{value} দিন পরে কার্যবিবরণী জমা; সময়সীমা {needed} দিন",
    ),
    Reason.NOT_GRADED: (
        "{missing}/{of} chi bộ đã họp chưa được xếp loại",
        "without an official grade: {missing} of {of} cells that met",
        "সভা করা {of}টি শাখার {missing}টির আনুষ্ঠানিক শ্রেণি নেই",
    ),
    Reason.NO_THEME: ("hết quý mà không có", "the quarter ended without one", "তা ছাড়াই ত্রৈমাসিক শেষ"),
    Reason.THEMATIC_ONLY: (
        "chỉ họp chuyên đề ngày {held}, không họp thường kỳ",
        "a thematic meeting on {held}, and no regular one",
        "{held}-এ বিষয়ভিত্তিক সভা, নিয়মিত নেই",
    ),
    Reason.SHORTER: ("{value} phút, quy định {needed}", "{value} minutes of {needed}", "{needed} মিনিটের {value}"),
    Reason.FEWER: (
        "có mặt {value}% ({present}/{expected}); yêu cầu {needed}%",
        "{value}% present ({present} of {expected}); {needed}% are asked for",
        "{value}% উপস্থিত ({expected}-এর {present}); চাই {needed}%",
    ),
    Reason.WITHOUT_EXCUSE: ("{value} vắng không lý do", "{value} absent without excuse", "{value} বিনা অনুমতিতে অনুপস্থিত"),
    Reason.IN_A_ROW: (
        "một đảng viên vắng có lý do {value} lần liền; tối đa {needed}",
        "one member excused {value} times in a row; at most {needed}",
        "এক সদস্য টানা {value} বার অনুমতিসহ অনুপস্থিত; সর্বোচ্চ {needed}",
    ),
    Reason.IN_THE_YEAR: (
        "một đảng viên vắng có lý do {value} lần trong năm; tối đa {needed}",
        "one member excused {value} times this year; at most {needed}",
        "এক সদস্য এ বছর {value} বার অনুমতিসহ অনুপস্থিত; সর্বোচ্চ {needed}",
    ),
    Reason.MORE_POINTS: (
        "tự chấm {own} điểm, người dự {observer} chấm {theirs}",
        "{own} points by itself, {theirs} by observer {observer}",
        "নিজে {own} নম্বর, পর্যবেক্ষক {observer} দিয়েছেন {theirs}",
    ),
    Reason.BETTER_GRADE: (
        "tự xếp {own}, người dự {observer} xếp {theirs}",
        "{own} by itself, {theirs} by observer {observer}",
        "নিজে {own}, পর্যবেক্ষক {observer}-এর মতে {theirs}",
    ),
    Reason.SAME_SHEET: (
        "số liệu và điểm giống hệt {before}",
        "figures and marks are those of {before}",
        "অঙ্ক ও নম্বর {before}-এর মতোই",
    ),
    Reason.SAME_MARKS: (
        "cả {cells} chi bộ tự chấm điểm giống hệt nhau",
        "all {cells} cells gave themselves the very same marks",
        "সব {cells}টি শাখা নিজেদের একই নম্বর দিয়েছে",
    ),
    Reason.ALL_FULL: (
        "cả {cells} chi bộ tự chấm 100 điểm",
        "all {cells} cells gave themselves 100 points",
        "সব {cells}টি শাখা নিজেদের ১০০ নম্বর দিয়েছে",
    ),
    Reason.MEMBERS_BELOW: (
        "{value} đảng viên chính thức; ít nhất {needed}",
        "full members: {value}; at least {needed}",
        "{value} পূর্ণ সদস্য; অন্তত {needed}",
    ),
    Reason.NO_COMMITTEE: (
        "{value} đảng viên chính thức; từ {needed} phải có chi ủy",
        "full members: {value}; a committee from {needed} on",
        "{value} পূর্ণ সদস্য; {needed} থেকে কমিটি চাই",
    ),
    Reason.NO_SPONSOR: (
        "chưa phân công đơn vị đỡ đầu",
        "nobody is assigned as its sponsor",
        "কাউকে পৃষ্ঠপোষক নিযুক্ত করা হয়নি",
    ),
    Reason.SPONSOR_STAYED_AWAY: (
        "{sponsors} người đỡ đầu được phân công đều không dự",
        "no assigned sponsor came ({sponsors} assigned)",
        "{sponsors} নিযুক্ত পৃষ্ঠপোষকের কেউ আসেননি",
    ),
    Reason.NEVER_CAME: (
        "người dự {observer} chưa dự lần nào từ {assigned}",
        "observer {observer} not once since {assigned}",
        "পর্যবেক্ষক {observer} {assigned} থেকে একবারও আসেননি",
    ),
    Reason.TOO_MANY: (
        "{value} đạt {grade}; được phép {needed} ({quota}, trong {among})",
        "{value} are {grade}; {needed} may be ({quota}, among {among})",
        "{value}টি {grade}; অনুমোদিত {needed} ({quota}, {among}-এর মধ্যে)",
    ),
    Reason.ABOVE_QUOTA: (
        "{level}: {value} được xếp “{grade}”; tối đa {needed} ({percent}% của {denominator})",
        "{level}: {value} decided “{grade}”; at most {needed} ({percent}% of {denominator})",
        "{level}: {value}টি “{grade}” স্থির হয়েছে; সর্বোচ্চ {needed}টি ({denominator}-এর {percent}%)",
    ),
}
"""The braces are the alert's values."""
GRADES: dict[str, Words] = {
    "good": ("Tốt", "Good", "উত্তম"),
    "fair": ("Khá", "Fair", "ভালো"),
    "average": ("Trung bình", "Average", "মাঝারি"),
    "poor": ("Kém", "Poor", "দুর্বল"),
    "met": ("Đạt", "Met", "পূরণ হয়েছে"),
    "not_met": ("Không đạt", "Not met", "পূরণ হয়নি"),
}
YEARS: dict[str, Words] = {
    "excellent": ("Hoàn thành xuất sắc nhiệm vụ", "Tasks carried out excellently", "কাজ চমৎকারভাবে সম্পন্ন"),
    "good": ("Hoàn thành tốt nhiệm vụ", "Tasks carried out well", "কাজ ভালোভাবে সম্পন্ন"),
    "completed": ("Hoàn thành nhiệm vụ", "Tasks carried out", "কাজ সম্পন্ন"),
    "not_completed": ("Không hoàn thành nhiệm vụ", "Tasks not carried out", "কাজ অসম্পন্ন"),
    "cell": ("Chi bộ", "Cells", "শাখা"),
    "unit": ("Tổ chức đảng", "Organisations", "সংগঠন"),
}
"""The grades of a year, and what is classified."""


def reason_in_words(reason: Reason, values: Mapping[str, Value], language: str) -> str:
    """The reason in a language; one that is not known here is its code, a value that an alert lacks is a dash."""
    if reason not in REASONS:
        return reason
    place = LANGUAGES.index(language)
    words = {**GRADES, **YEARS} if reason is Reason.ABOVE_QUOTA else {**YEARS, **GRADES}
    said = {name: _said(value, words, place) for name, value in values.items()}
    return REASONS[reason][place].format_map(defaultdict(lambda: "–", said))


def _said(value: Value, words: Mapping[str, Words], place: int) -> str:
    """Numbers with the decimal comma in Vietnamese, days as dd/mm/yyyy, grades in words."""
    if value is None:
        return "–"
    if isinstance(value, float):
        text = f"{round(value, 2):g}"
        return text.replace(".", ",") if LANGUAGES[place] == "vi" else text
    text = str(value)
    if text in words:
        return words[text][place]
    return f"{date.fromisoformat(text):%d/%m/%Y}" if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else text
