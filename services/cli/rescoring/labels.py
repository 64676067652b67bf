"""Names and words of the report in the three languages."""

from __future__ import annotations

LANGUAGES = ("en", "vi", "bn")
SHEETS = ("moves", "official", "undetermined", "impacts", "headings", "distribution", "units", "rollups", "quotas")
"""The tables of a workbook."""
TABLES = (*SHEETS, "months")
"""The tables of a report."""
_WORDS: dict[str, tuple[str, str, str]] = {
    "good": ("good", "Tốt", "উত্তম"),
    "fair": ("fair", "Khá", "ভালো"),
    "average": ("average", "Trung bình", "মাঝারি"),
    "poor": ("poor", "Kém", "দুর্বল"),
    "met": ("met", "Đạt", "উত্তীর্ণ"),
    "not_met": ("not met", "Không đạt", "অনুত্তীর্ণ"),
    "open": ("not determinable", "chưa xác định được", "নির্ণয়যোগ্য নয়"),
    "none": ("not judged", "không chấm", "মূল্যায়িত নয়"),
    "up": ("up", "lên", "উন্নীত"),
    "down": ("down", "xuống", "অবনত"),
    "same": ("same grade", "giữ nguyên", "অপরিবর্তিত"),
    "restated": ("another scale", "thang khác", "ভিন্ন মাপকাঠি"),
    "opened": ("no longer determinable", "không còn xác định được", "আর নির্ণয়যোগ্য নয়"),
    "settled": ("determinable now", "nay xác định được", "এখন নির্ণয়যোগ্য"),
    "appeared": ("judged now", "nay được chấm", "এখন মূল্যায়িত"),
    "vanished": ("not judged any more", "không còn được chấm", "আর মূল্যায়িত নয়"),
    "before": ("before", "trước", "আগে"),
    "after": ("after", "sau", "পরে"),
    "cell": ("cell", "mã chi bộ", "শাখার কোড"),
    "cell_name": ("name", "chi bộ", "শাখা"),
    "unit": ("unit", "mã đơn vị", "ইউনিটের কোড"),
    "unit_name": ("unit name", "đơn vị", "ইউনিট"),
    "period": ("month", "tháng", "মাস"),
    "meeting": ("meeting", "cuộc họp", "সভা"),
    "held_on": ("held on", "ngày họp", "সভার তারিখ"),
    "change": ("change", "chênh lệch", "পরিবর্তন"),
    "outcome": ("outcome", "kết quả", "ফল"),
    "heading": ("item", "tiêu chí", "মানদণ্ড"),
    "heading_change": ("moved by", "thay đổi điểm", "নম্বরের পরিবর্তন"),
    "months": ("months", "số tháng", "মাসের সংখ্যা"),
    "year": ("year", "năm", "বছর"),
    "side": ("side", "phía", "পক্ষ"),
    "grade": ("grade", "xếp loại", "শ্রেণি"),
    "span": ("span", "kỳ", "মেয়াদ"),
    "set": ("set", "bộ tiêu chí", "মানদণ্ড-সেট"),
    "points": ("points", "điểm", "নম্বর"),
    "lower": ("at least", "ít nhất", "কমপক্ষে"),
    "upper": ("at most", "nhiều nhất", "সর্বোচ্চ"),
    "items": ("items", "mục", "দফা"),
    "max": ("maximum", "điểm tối đa", "সর্বোচ্চ নম্বর"),
    "among": ("among", "trong nhóm", "যাদের মধ্যে"),
    "denominator": ("of", "trên tổng số", "মোট"),
    "allowed": ("allowed", "được phép", "অনুমোদিত"),
    "counted": ("counted", "đã có", "গণিত"),
    "over": ("over", "vượt", "অতিরিক্ত"),
    "summary": ("Summary", "Tổng hợp", "সারাংশ"),
    "moves": ("Moves", "Thay đổi", "পরিবর্তন"),
    "headings": ("By item", "Theo tiêu chí", "দফা অনুযায়ী"),
    "impacts": ("What moved it", "Nguyên nhân", "কারণ"),
    "distribution": ("Distribution", "Phân bố", "বণ্টন"),
    "undetermined": ("Not determinable", "Chưa xác định", "নির্ণয়যোগ্য নয়"),
    "units": ("By unit", "Theo đơn vị", "ইউনিট অনুযায়ী"),
    "rollups": ("Quarters and years", "Quý và năm", "প্রান্তিক ও বছর"),
    "quotas": ("Quotas", "Tỷ lệ khống chế", "কোটা"),
    "official": ("Officially decided", "Quyết định chính thức", "সরকারি সিদ্ধান্ত"),
    "official_grade": ("official grade", "xếp loại chính thức", "সরকারি শ্রেণি"),
    "official_points": ("official points", "điểm chính thức", "সরকারি নম্বর"),
    "status": ("status", "trạng thái", "অবস্থা"),
    "decided": ("decided", "đã quyết định", "সিদ্ধান্ত হয়েছে"),
    "cancelled": ("cancelled", "đã hủy", "বাতিল"),
    "reclassified": ("re-classified", "xếp loại lại", "পুনঃশ্রেণিবিন্যস্ত"),
    "number": ("decision", "số quyết định", "সিদ্ধান্তের নম্বর"),
    "decided_on": ("decided on", "ngày quyết định", "সিদ্ধান্তের তারিখ"),
    "decided_by": ("decided by", "cấp quyết định", "সিদ্ধান্তকারী"),
    "event": ("event", "sự kiện", "ঘটনা"),
    "receipt": ("Receipt", "Biên nhận", "রসিদ"),
    "mean": ("mean points", "điểm trung bình", "গড় নম্বর"),
    "share_before": ("earned before", "đạt trước", "আগে অর্জিত"),
    "share_after": ("earned after", "đạt sau", "পরে অর্জিত"),
}
WORDS: dict[str, dict[str, str]] = {name: dict(zip(LANGUAGES, words, strict=True)) for name, words in _WORDS.items()}


def word(name: str, lang: str) -> str:
    """The word for a name; `before_points` is made of its two parts, and a name without a word stays as it is."""
    if name in WORDS:
        return WORDS[name][lang]
    side, _, rest = name.partition("_")
    if side in ("before", "after") and rest in WORDS:
        return f"{WORDS[rest][lang]} ({WORDS[side][lang]})"
    return name
