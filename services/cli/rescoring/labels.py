"""Names and words of the report in the three languages."""

from __future__ import annotations

from services.cli.language import TERMS, Said, Words

SHEETS = ("moves", "official", "undetermined", "impacts", "headings", "distribution", "units", "rollups", "quotas")
"""The tables of a workbook."""
TABLES = (*SHEETS, "months")
"""The tables of a report."""
_WORDS: dict[str, Said] = {
    "open": ("not determinable", "không xác định", "অনির্ণেয়"),
    "none": ("not judged", "không chấm", "মূল্যায়িত নয়"),
    "up": ("better grade", "lên mức", "মান বেড়েছে"),
    "down": ("lower grade", "xuống mức", "মান কমেছে"),
    "same": ("same grade", "giữ mức", "মান একই"),
    "restated": ("on another scale", "khác thang", "অন্য মাপে"),
    "opened": ("no longer determinable", "không còn xác định được", "আর নির্ণয় করা যায় না"),
    "settled": ("determinable now", "nay xác định được", "এখন নির্ণেয়"),
    "appeared": ("judged only after", "chỉ sau mới chấm", "কেবল পরে মূল্যায়িত"),
    "vanished": ("judged only before", "chỉ trước có chấm", "কেবল আগে মূল্যায়িত"),
    "before": ("before", "trước", "আগে"),
    "after": ("after", "sau", "পরে"),
    "meeting": ("meeting", "cuộc họp", "সভা"),
    "held_on": ("held on", "ngày họp", "সভার তারিখ"),
    "change": ("change", "thay đổi", "বদল"),
    "outcome": ("outcome", "kết quả", "ফল"),
    "heading": ("item", "mục", "দফা"),
    "heading_change": ("moved by", "thay đổi điểm", "নম্বরের পরিবর্তন"),
    "months": ("months", "số tháng", "মাস"),
    "year": ("year", "năm", "বছর"),
    "side": ("side", "phía", "পক্ষ"),
    "grade": ("grade", "xếp loại", "মান"),
    "span": ("span", "kỳ", "সময়কাল"),
    "set": ("set", "bộ tiêu chí", "মানদণ্ড-সেট"),
    "lower": ("at least", "tối thiểu", "অন্তত"),
    "upper": ("at most", "tối đa", "সর্বোচ্চ"),
    "items": ("items", "các mục", "দফাগুলো"),
    "max": ("maximum", "điểm tối đa", "সর্বোচ্চ"),
    "among": ("among", "trong nhóm", "যাদের মধ্যে"),
    "denominator": ("of", "trên tổng số", "মোট"),
    "allowed": ("allowed", "được phép", "অনুমোদিত"),
    "counted": ("counted", "đã có", "গণিত"),
    "over": ("over", "vượt", "অতিরিক্ত"),
    "summary": ("Summary", "Tổng hợp", "সারাংশ"),
    "moves": ("Moves", "Những tháng thay đổi", "যে মাসগুলো বদলায়"),
    "headings": ("By item", "Theo mục", "দফা অনুযায়ী"),
    "impacts": ("What moved it", "Mục nào làm thay đổi", "কোন দফা বদলাল"),
    "distribution": ("Distribution", "Phân bố", "বণ্টন"),
    "undetermined": ("Not determinable", "Không xác định", "অনির্ণেয়"),
    "rollups": ("Quarters and years", "Quý và năm", "ত্রৈমাসিক ও বছর"),
    "quotas": ("Quotas", "Tỷ lệ khống chế", "কোটা"),
    "official": ("Officially decided", "Kết quả chính thức", "আনুষ্ঠানিক সিদ্ধান্ত"),
    "official_grade": ("official grade", "xếp loại chính thức", "আনুষ্ঠানিক মান"),
    "official_points": ("official points", "điểm chính thức", "আনুষ্ঠানিক নম্বর"),
    "status": ("status", "trạng thái", "অবস্থা"),
    "decided": ("decided", "đã quyết định", "নির্ধারিত"),
    "cancelled": ("cancelled", "đã hủy", "বাতিল"),
    "reclassified": ("re-classified", "xếp loại lại", "পুনঃশ্রেণিবদ্ধ"),
    "number": ("decision", "số quyết định", "সিদ্ধান্তের নম্বর"),
    "decided_on": ("decided on", "ngày quyết định", "সিদ্ধান্তের দিন"),
    "decided_by": ("decided by", "cấp quyết định", "সিদ্ধান্তকারী"),
    "event": ("event", "sự kiện", "ঘটনা"),
    "moved_points": ("points", "điểm", "নম্বর"),
    "earned_before": ("earned before", "đạt trước", "আগে অর্জিত"),
    "earned_after": ("earned after", "đạt sau", "পরে অর্জিত"),
    "by": ("by", "điểm đổi", "নম্বরের বদল"),
    "receipt": ("Receipt", "Biên nhận", "রসিদ"),
    "mean": ("mean points", "điểm trung bình", "গড় নম্বর"),
}
_SENTENCES: dict[str, Said] = {
    "months": (
        "{n} months of cells, {same} of them the same",
        "{n} tháng của các chi bộ, {same} tháng không đổi",
        "শাখার {n} মাস, {same} মাস অপরিবর্তিত",
    ),
    "in_force": ("the set in force", "bộ đang hiệu lực", "বলবৎ মানদণ্ড"),
    "draft": ("draft {id}", "bản nháp {id}", "খসড়া {id}"),
    "decided_on": ("decided on {day}", "quyết định ngày {day}", "{day} তারিখের সিদ্ধান্ত"),
    "known_at": ("as known at {moment}", "biết đến {moment}", "{moment} পর্যন্ত যা জানা"),
    "day_end": ("the end of {day}", "hết ngày {day}", "{day} তারিখের শেষ"),
    "tree_at": ("in the tree of {day}", "đơn vị ngày {day}", "{day} তারিখের একক"),
    "of_unit": ("unit {code}", "đơn vị {code}", "একক {code}"),
    "of_cell": ("cell {code}", "chi bộ {code}", "শাখা {code}"),
    "nothing": (
        "No regular meeting of these months is known: there is nothing to judge.",
        "Chưa biết cuộc sinh hoạt thường kỳ nào trong các tháng này: không có gì để chấm.",
        "এই মাসগুলোর কোনো নিয়মিত সভা জানা নেই: বিচারের কিছু নেই।",
    ),
    "none_moves": ("No month moves.", "Không tháng nào thay đổi.", "কোনো মাস বদলায় না।"),
    "more": (
        "… and {n} more: --format csv, xlsx or parquet has them all.",
        "… và {n} nữa: --format csv, xlsx hoặc parquet có đủ.",
        "… আরও {n}: --format csv, xlsx বা parquet-এ সব আছে।",
    ),
    "more_units": (
        "… and {n} units more: --format csv --table units has them all.",
        "… và {n} đơn vị nữa: --format csv --table units có đủ.",
        "… আরও {n} একক: --format csv --table units-এ সব আছে।",
    ),
    "between": ("between {low} and {high}", "từ {low} đến {high}", "{low} থেকে {high}"),
    "why_open": (
        "`nenep explain` says which facts are missing",
        "`nenep explain` cho biết thiếu dữ kiện nào",
        "`nenep explain` বলে কোন তথ্য নেই",
    ),
}
WORDS, said = Words(TERMS, _WORDS), Words(_SENTENCES)


def word(name: str, lang: str) -> str:
    """The word for a name; `before_points` is made of its two parts, and a name without a word stays as it is."""
    side, _, rest = name.partition("_")
    if side in ("before", "after") and name not in WORDS.said and rest in WORDS.said:
        return f"{WORDS(rest, lang)} ({WORDS(side, lang)})"
    return WORDS(name, lang)
