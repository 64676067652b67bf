"""What `nenep alerts` says around the alerts; rules and reasons are those of the mails."""

from __future__ import annotations

from services.cli.language import TERMS, Said, Words

_WORDS: dict[str, Said] = {
    "title": ("Alerts that stand: {n}", "Cảnh báo đang có: {n}", "বহাল সতর্কতা: {n}"),
    "cleared": ("cleared: {n}", "đã hết: {n}", "মিটে গেছে: {n}"),
    "red": ("red", "đỏ", "লাল"),
    "orange": ("orange", "cam", "কমলা"),
    "yellow": ("yellow", "vàng", "হলুদ"),
    "resolved": ("resolved", "đã khắc phục", "মিটেছে"),
    "lapsed": ("lapsed", "đã quá lâu", "সময় পেরিয়েছে"),
    "rule": ("rule", "cảnh báo", "সতর্কতা"),
    "of": ("cell or unit", "mã", "কোড"),
    "name": ("name", "chi bộ, đơn vị", "শাখা, একক"),
    "period": ("period", "kỳ", "সময়কাল"),
    "due": ("due", "hạn", "সময়সীমা"),
    "times": ("times", "số lần", "বার"),
    "why": ("why", "vì sao", "কেন"),
    "by": ("by", "căn cứ", "ভিত্তি"),
    "raised": ("raised", "từ lúc", "কখন থেকে"),
    "looked": ("Last looked for: {time}.", "Lần rà soát gần nhất: {time}.", "সর্বশেষ খোঁজা হয়েছে: {time}।"),
    "none": ("No alert that is asked for stands.", "Không có cảnh báo nào như đã hỏi.", "চাওয়া কোনো সতর্কতা বহাল নেই।"),
    "more": (
        "{n} more: ask for a unit, a rule or a colour.",
        "còn {n}: hãy hỏi theo đơn vị, loại hoặc mức.",
        "আরও {n}: একক, নিয়ম বা রং অনুযায়ী জিজ্ঞাসা করুন।",
    ),
    "not_yet": (
        "Evaluation has not looked for alerts since it began: its history is not whole, or the past is being told. Ask "
        "again in some minutes (`nenep status` shows how far it is).",
        "Từ khi chạy, hệ thống chưa rà soát cảnh báo: lịch sử chưa đủ, hoặc số liệu cũ đang được nạp. Vài phút nữa hãy "
        "hỏi lại (`nenep status` cho biết đã đến đâu).",
        "শুরুর পর থেকে এখনও সতর্কতা খোঁজা হয়নি: ইতিহাস সম্পূর্ণ নয়, বা অতীত জানানো হচ্ছে। কয়েক মিনিট পরে আবার "
        "জিজ্ঞাসা করুন (`nenep status` দেখায় কতদূর)।",
    ),
}
word = Words(TERMS, _WORDS)
