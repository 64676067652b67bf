"""Names and codes of a year's work in the three languages."""

from __future__ import annotations

from services.cli.observing.words import Language

_WORDS: dict[str, tuple[str, str, str]] = {
    "units": ("Thematic work by unit", "Sinh hoạt chuyên đề theo đơn vị", "ইউনিট অনুযায়ী বিষয়ভিত্তিক কাজ"),
    "lines": ("By cell and quarter", "Theo chi bộ và quý", "শাখা ও ত্রৈমাসিক অনুযায়ী"),
    "open": (
        "No approved plan, no thematic meeting, or one instead of the regular",
        "Kế hoạch chưa được duyệt, chưa sinh hoạt chuyên đề, hoặc thay cho sinh hoạt thường kỳ",
        "অনুমোদিত পরিকল্পনা নেই, বিষয়ভিত্তিক সভা নেই, বা নিয়মিত সভার বদলে",
    ),
    "models": ("Model meetings", "Sinh hoạt mẫu", "আদর্শ সভা"),
    "left_out": (
        "{count} more were left out: ask for a unit or a quarter",
        "còn {count} dòng không hiện: hãy hỏi theo đơn vị hoặc quý",
        "আরও {count}টি বাদ: ইউনিট বা ত্রৈমাসিক অনুযায়ী জিজ্ঞাসা করুন",
    ),
    "cell": ("cell", "mã chi bộ", "শাখার কোড"),
    "cell_name": ("name", "chi bộ", "শাখা"),
    "unit": ("unit", "mã đơn vị", "ইউনিটের কোড"),
    "unit_name": ("unit name", "đơn vị", "ইউনিট"),
    "quarter": ("quarter", "quý", "ত্রৈমাসিক"),
    "cells": ("cells", "số chi bộ", "শাখা"),
    "plans": ("plans", "kế hoạch", "পরিকল্পনা"),
    "quarters": ("quarters of cells", "quý của các chi bộ", "শাখার ত্রৈমাসিক"),
    "themes": (
        "themes planned / oriented / done",
        "chuyên đề: kế hoạch / đúng định hướng / đã làm",
        "বিষয়: পরিকল্পিত / নির্দেশিত / সম্পন্ন",
    ),
    "plan_state": ("plan", "kế hoạch", "পরিকল্পনা"),
    "decided_by": ("by", "cấp duyệt", "যার দ্বারা"),
    "planned": ("planned", "chuyên đề theo kế hoạch", "পরিকল্পিত বিষয়"),
    "state": ("thematic meeting", "sinh hoạt chuyên đề", "বিষয়ভিত্তিক সভা"),
    "meetings": ("held", "đã sinh hoạt", "অনুষ্ঠিত"),
    "instead": ("instead of the regular one", "thay cho thường kỳ", "নিয়মিত সভার বদলে"),
    "chosen": ("chosen", "đã chọn", "নির্বাচিত"),
    "wanted": ("to choose", "phải chọn", "নির্বাচন করতে হবে"),
    "held": ("held", "riêng", "পৃথক সভায়"),
    "combined": ("combined", "kết hợp thường kỳ", "নিয়মিত সভার সঙ্গে"),
    "missing": ("missing", "thiếu", "নেই"),
    "due": ("still to come", "chưa đến hạn", "এখনও বাকি"),
    "not_owed": ("not owed", "không tính", "প্রযোজ্য নয়"),
    "submitted": ("submitted", "đã trình", "জমা"),
    "returned": ("returned", "bị trả lại", "ফেরত"),
    "approved": ("approved", "đã duyệt", "অনুমোদিত"),
    "attended_by": ("guests from (units and cells)", "khách từ (đơn vị, chi bộ)", "অতিথি যেখান থেকে (ইউনিট, শাখা)"),
    "lacks": ("missing", "còn thiếu", "যা নেই"),
    "unchosen": ("held, not chosen", "sinh hoạt mẫu mà không được chọn", "হয়েছে, নির্বাচিত নয়"),
    "too_few": ("too few chosen", "chọn chưa đủ", "কম নির্বাচিত"),
    "too_many": ("too many chosen", "chọn quá số", "বেশি নির্বাচিত"),
    "not_held": ("not held", "chưa tổ chức", "হয়নি"),
    "no_guests": ("nobody attended", "không có khách dự", "কেউ আসেননি"),
    "guests": ("guests: {count}", "{count} khách", "{count} জন অতিথি"),
}
WORDS: dict[str, dict[str, str]] = {name: dict(zip(Language, words, strict=True)) for name, words in _WORDS.items()}


def word(name: str, lang: str) -> str:
    """The word for a name or code."""
    return WORDS[name][lang]
