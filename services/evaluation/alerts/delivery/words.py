"""What mails say, in three languages."""

from __future__ import annotations

import re

from services.contracts.alerts import AlertRecorded, Colour, Rule
from services.evaluation.alerts.delivery.reasons import LANGUAGES, reason_in_words

MAILS = {
    "red": {
        "vi": ("Nền Nếp: {n} cảnh báo đỏ mới", "{n} cảnh báo vừa chuyển sang mức đỏ:"),
        "en": ("Nền Nếp: new red alerts ({n})", "Alerts that have just become red ({n}):"),
        "bn": ("Nền Nếp: {n}টি নতুন লাল সতর্কতা", "{n}টি সতর্কতা এইমাত্র লাল হয়েছে:"),
    },
    "digest": {
        "vi": ("Nền Nếp: {n} cảnh báo đang có", "{n} cảnh báo đang có, nặng nhất trước:"),
        "en": ("Nền Nếp: alerts that stand ({n})", "Alerts that stand ({n}), gravest first:"),
        "bn": ("Nền Nếp: {n}টি সতর্কতা বহাল", "{n}টি সতর্কতা বহাল, সবচেয়ে গুরুতর আগে:"),
    },
}
"""Subject and opening of the mail about new red alerts, and of the daily digest."""
_LINES = {
    "vi": "[{colour}] {rule}: {subject}, {period}: {reason} (hạn {due}, lần {times}{basis})",
    "en": "[{colour}] {rule}: {subject}, {period}: {reason} (due {due}, time {times}{basis})",
    "bn": "[{colour}] {rule}: {subject}, {period}: {reason} (সময়সীমা {due}, {times} বার{basis})",
}
_COLOURS = {
    Colour.RED: {"vi": "ĐỎ", "en": "RED", "bn": "লাল"},
    Colour.ORANGE: {"vi": "CAM", "en": "ORANGE", "bn": "কমলা"},
    Colour.YELLOW: {"vi": "VÀNG", "en": "YELLOW", "bn": "হলুদ"},
}
RULES = {
    Rule.SCHEDULE_MISSING: ("Chưa có lịch họp", "Schedule missing", "সময়সূচি নেই"),
    Rule.DOCUMENTS_LATE: ("Tài liệu chậm", "Documents late", "নথি দেরিতে"),
    Rule.NO_REGULAR_MEETING: ("Chưa sinh hoạt thường kỳ", "No regular meeting", "নিয়মিত সভা নেই"),
    Rule.MINUTES_LATE: ("Biên bản, nghị quyết chậm", "Minutes late", "কার্যবিবরণী দেরিতে"),
    Rule.MONTHLY_REPORT_LATE: ("Báo cáo tháng chậm", "Monthly report late", "মাসিক প্রতিবেদন দেরিতে"),
    Rule.NO_THEMATIC_MEETING: (
        "Quý không sinh hoạt chuyên đề",
        "No thematic meeting in the quarter",
        "ত্রৈমাসিকে বিষয়ভিত্তিক সভা নেই",
    ),
    Rule.THEMATIC_INSTEAD: (
        "Họp chuyên đề thay cho thường kỳ",
        "Thematic held instead of the regular one",
        "নিয়মিত সভার বদলে বিষয়ভিত্তিক সভা",
    ),
    Rule.TOO_SHORT: ("Họp quá ngắn", "Meeting too short", "সভা খুব ছোট"),
    Rule.ATTENDANCE_LOW: ("Tỷ lệ dự thấp", "Attendance low", "উপস্থিতি কম"),
    Rule.UNEXCUSED_ABSENCE: ("Vắng không lý do", "Unexcused absence", "বিনা অনুমতিতে অনুপস্থিতি"),
    Rule.EXCUSED_TOO_OFTEN: ("Vắng có lý do quá nhiều", "Excused too often", "খুব ঘন ঘন অনুমতিসহ অনুপস্থিতি"),
    Rule.SELF_SCORE_INFLATED: ("Tự chấm cao", "Self-score inflated", "স্ব-মূল্যায়ন বাড়ানো"),
    Rule.SUSPICIOUS_UNIFORMITY: ("Giống nhau đáng ngờ", "Suspiciously uniform", "সন্দেহজনকভাবে একরকম"),
    Rule.TOO_FEW_MEMBERS: ("Quá ít đảng viên", "Too few members", "সদস্য খুব কম"),
    Rule.COMMITTEE_MISSING: ("Thiếu chi ủy", "Cell committee missing", "শাখা কমিটি নেই"),
    Rule.SPONSOR_ABSENT: (
        "Tháng không có đơn vị đỡ đầu dự",
        "No sponsor came this month",
        "এই মাসে কোনো পৃষ্ঠপোষক আসেননি",
    ),
    Rule.OBSERVER_ABSENT: (
        "Người được phân công chưa dự",
        "Assigned observer never came",
        "নিযুক্ত পর্যবেক্ষক কখনও আসেননি",
    ),
    Rule.QUOTA_EXCEEDED: ("Vượt tỷ lệ khống chế", "Quota exceeded", "কোটা অতিক্রান্ত"),
}
"""What each rule warns of, by the languages in their order."""


def rule_in_words(rule: Rule, language: str) -> str:
    """What a rule warns of."""
    return RULES[rule][LANGUAGES.index(language)]


def mail_line(alert: AlertRecorded, name: str | None, language: str) -> str:
    """An alert on one line: what and of whom, why, by when it was due, and the document behind it, if it is one."""
    code = alert.cell or alert.unit or ""
    subject = f"{name} ({code})" if name and code else code or "–"
    return _LINES[language].format(
        colour=_COLOURS[alert.colour][language],
        rule=rule_in_words(alert.rule, language),
        subject=subject,
        period=alert.period,
        reason=reason_in_words(alert.reason, alert.values, language),
        due=f"{alert.due:%d/%m/%Y}",
        times=alert.repeated,
        basis=f"; {document}" if (document := _document(alert)) else "",
    )


def _document(alert: AlertRecorded) -> str:
    """The number of the document and its item; settings and rules of ours have none, and are said by the reason."""
    numbers = [part for part in alert.basis.split("; ") if re.search(r"[0-9]+-[A-ZĐ]+", part)]
    return " ".join([*numbers[:1], *([alert.item] if alert.item and numbers else [])])
