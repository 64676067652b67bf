"""What is said around scores, grades and what explains them."""

from __future__ import annotations

from services.cli.language import TERMS, Said, Words

_WORDS: dict[str, Said] = {
    "scores": ("Scores {when} ({n})", "Điểm chấm {when} ({n})", "নম্বর {when} ({n})"),
    "bounds": ("bounds", "trong khoảng", "সীমা"),
    "grade": ("grade", "xếp loại", "মান"),
    "set": ("set", "bộ tiêu chí", "মানদণ্ড-সেট"),
    "grades": (
        "Grades {when} ({decided} of {n} decided)",
        "Xếp loại {when} (đã quyết định {decided}/{n})",
        "মান {when} ({n}টির মধ্যে {decided}টি নির্ধারিত)",
    ),
    "decisions": ("Decisions ({n})", "Các quyết định ({n})", "সিদ্ধান্ত ({n})"),
    "official": ("official", "chính thức", "আনুষ্ঠানিক"),
    "by": ("by", "cấp quyết định", "সিদ্ধান্তকারী"),
    "self": ("self", "tự chấm", "স্ব-মূল্যায়ন"),
    "observer": ("observer", "người dự", "পর্যবেক্ষক"),
    "criteria": ("by criteria", "theo tiêu chí", "মানদণ্ড"),
    "status": ("status", "trạng thái", "অবস্থা"),
    "decided": ("decided", "đã quyết định", "নির্ধারিত"),
    "cancelled": ("cancelled", "đã hủy", "বাতিল"),
    "reclassified": ("re-classified", "xếp loại lại", "পুনঃশ্রেণিবদ্ধ"),
    "number": ("decision", "số quyết định", "সিদ্ধান্তের নম্বর"),
    "decided_on": ("decided on", "ngày quyết định", "সিদ্ধান্তের দিন"),
    "reason": ("reason or note", "lý do, ghi chú", "কারণ বা টীকা"),
    "event": ("event", "sự kiện", "ঘটনা"),
    "would": ("This would be decided", "Sẽ quyết định như sau", "যা স্থির হবে"),
    "so_already": (
        "All of it stands so already: nothing would change.",
        "Tất cả đã đúng như vậy: không có gì thay đổi.",
        "সবই আগে থেকে তাই: কিছুই বদলাবে না।",
    ),
    "held_on": ("held on {day}", "họp ngày {day}", "{day} তারিখের সভা"),
    "item": ("item", "mục", "দফা"),
    "max": ("max", "điểm tối đa", "সর্বোচ্চ"),
    "rule": ("rule", "quy định", "নিয়ম"),
    "fact": ("fact", "số liệu", "তথ্য"),
    "value": ("value", "giá trị", "মান"),
    "not_applicable": ("n/a", "không áp dụng", "প্রযোজ্য নয়"),
    "note": ("note", "ghi chú", "টীকা"),
    "total": ("Total", "Tổng điểm", "মোট নম্বর"),
    "official_grade": ("Official grade:", "Xếp loại chính thức:", "আনুষ্ঠানিক মান:"),
    "decided_by": (
        "{status} by {unit} on {day}",
        "{status}: {unit}, ngày {day}",
        "{status}: {unit}, {day}",
    ),
    "side_by_side": ("Marks side by side", "Điểm các bên", "পাশাপাশি নম্বর"),
    "itself": ("the cell itself", "chi bộ tự chấm", "শাখা নিজে"),
    "provenance": ("Where its facts come from", "Số liệu lấy từ đâu", "তথ্য কোথা থেকে"),
    "events": ("events", "sự kiện", "ঘটনা"),
    "nobody": ("nobody said it", "chưa ai báo", "কেউ জানায়নি"),
    "behind": (
        "Events behind it (--item CODE says which event says which fact):",
        "Các sự kiện làm căn cứ (--item MÃ cho biết số liệu nào do sự kiện nào):",
        "যে ঘটনাগুলো ভিত্তি (--item CODE বলে কোন ঘটনা কোন তথ্য দেয়):",
    ),
}
word = Words(TERMS, _WORDS)
