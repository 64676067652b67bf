"""Names and codes of coverage and gaps in the three languages."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """The languages there are."""

    EN = "en"
    VI = "vi"
    BN = "bn"


_WORDS: dict[str, tuple[str, str, str]] = {
    "coverage": ("Coverage", "Tỷ lệ chi bộ được dự sinh hoạt", "পর্যবেক্ষণের আওতা"),
    "observed_of": (
        "{observed} of {cells} cells observed",
        "{observed}/{cells} chi bộ có người dự",
        "{cells} শাখার মধ্যে {observed}টি পর্যবেক্ষিত",
    ),
    "told_until": ("told until {day}", "số liệu đến {day}", "{day} পর্যন্ত জানা"),
    "nothing": ("nothing is told of this time", "chưa có số liệu", "এই সময়ের কিছু জানা নেই"),
    "left_out": (
        "{count} more were left out: ask for a unit or a line",
        "còn {count} dòng không hiện: hãy hỏi theo đơn vị hoặc tuyến",
        "আরও {count}টি বাদ: ইউনিট বা ধারা অনুযায়ী জিজ্ঞাসা করুন",
    ),
    "months": ("By month", "Theo tháng", "মাস অনুযায়ী"),
    "lines": ("By line", "Theo tuyến", "ধারা অনুযায়ী"),
    "its_lines": ("lines", "tuyến", "ধারা"),
    "its_months": ("months", "số tháng", "মাস"),
    "units": ("By unit", "Theo đơn vị", "ইউনিট অনুযায়ী"),
    "by_cell": ("By cell", "Theo chi bộ", "শাখা অনুযায়ী"),
    "unvisited": ("Not visited for {months} months", "{months} tháng chưa có người dự", "{months} মাস কেউ আসেননি"),
    "never_came": ("Assigned, never came", "Được phân công mà chưa dự lần nào", "নিযুক্ত, কিন্তু কখনও আসেননি"),
    "broken": ("Assigned off their line", "Phân công không đúng tuyến", "ধারার বাইরে নিযুক্ত"),
    "unsponsored": (
        "Hardest villages without their sponsor",
        "Bản khó khăn nhất không có đơn vị đỡ đầu dự",
        "পৃষ্ঠপোষক ছাড়া সবচেয়ে কঠিন গ্রাম",
    ),
    "proposals": ("Proposals", "Đề xuất phân công", "প্রস্তাব"),
    "period": ("month", "tháng", "মাস"),
    "cells": ("cells", "số chi bộ", "শাখা"),
    "assigned": ("assigned", "đã phân công", "নিযুক্ত"),
    "observed": ("observed", "có người dự", "পর্যবেক্ষিত"),
    "share": ("share", "tỷ lệ", "হার"),
    "line": ("line", "tuyến", "ধারা"),
    "unit": ("unit", "mã đơn vị", "ইউনিটের কোড"),
    "unit_name": ("unit name", "đơn vị", "ইউনিট"),
    "cell": ("cell", "mã chi bộ", "শাখার কোড"),
    "cell_name": ("name", "chi bộ", "শাখা"),
    "observed_months": ("months observed", "số tháng có người dự", "পর্যবেক্ষিত মাস"),
    "last_visit": ("last visit", "lần dự gần nhất", "শেষ সফর"),
    "observer": ("observer", "người dự", "পর্যবেক্ষক"),
    "standing": ("standing", "vị trí", "পদমর্যাদা"),
    "by_unit": ("from", "nơi cử", "প্রেরক"),
    "since": ("since", "từ ngày", "থেকে"),
    "meetings": ("meetings missed", "số buổi vắng", "অনুপস্থিত সভা"),
    "broken_on": ("off since", "sai tuyến từ", "বাইরে যেদিন থেকে"),
    "reasons": ("why", "lý do", "কারণ"),
    "reason": ("why nobody", "lý do chưa có", "কেউ নেই কেন"),
    "sponsors": ("sponsors", "người được cử", "পৃষ্ঠপোষক"),
    "load": ("then has", "số chi bộ phụ trách", "তখন দায়িত্ব"),
    "grassroots": ("grassroots cells", "chi bộ cơ sở", "তৃণমূল শাখা"),
    "villages": ("villages, residential groups", "thôn, bản, tổ dân phố", "গ্রাম ও মহল্লা"),
    "hardest": ("hardest villages", "bản khó khăn nhất", "সবচেয়ে কঠিন গ্রাম"),
    "subordinate": ("subordinate cells", "chi bộ trực thuộc", "অধীন শাখা"),
    "standing_committee": ("standing committee", "ban thường vụ", "স্থায়ী কমিটি"),
    "council_or_peoples_committee_head": (
        "head of council or people's committee",
        "lãnh đạo HĐND, UBND",
        "গণপরিষদ বা গণকমিটির প্রধান",
    ),
    "city_committee": ("city committee member", "thành ủy viên, cấp ủy viên", "শহর কমিটির সদস্য"),
    "party_body_staff": ("staff of party bodies", "cán bộ cơ quan Đảng", "দলীয় দপ্তরের কর্মী"),
    "sponsor": ("sponsor", "đơn vị đỡ đầu", "পৃষ্ঠপোষক"),
    "local_committee": ("local committee member", "cấp ủy viên cơ sở", "স্থানীয় কমিটির সদস্য"),
    "gap_of": ("Own marks against observers'", "Tự chấm so với người dự chấm", "নিজস্ব নম্বর বনাম পর্যবেক্ষকের নম্বর"),
    "compared": (
        "{visits} visits compared, {apart} without marks to compare",
        "so sánh {visits} lần dự, {apart} lần không có điểm để so sánh",
        "{visits}টি সফর তুলনা করা হয়েছে, {apart}টিতে তুলনার নম্বর নেই",
    ),
    "mean_gap": ("mean gap", "chênh lệch bình quân", "গড় ব্যবধান"),
    "gap_items": ("By item", "Theo tiêu chí", "দফা অনুযায়ী"),
    "gap_cells": ("By cell", "Theo chi bộ", "শাখা অনুযায়ী"),
    "gap_units": ("By unit", "Theo đơn vị", "ইউনিট অনুযায়ী"),
    "gap_observers": ("By observer", "Theo người dự", "পর্যবেক্ষক অনুযায়ী"),
    "gap_by_visit": ("By visit", "Theo lần dự", "সফর অনুযায়ী"),
    "more": ("{count} more: --table {name}", "còn {count} dòng: --table {name}", "আরও {count}টি: --table {name}"),
    "how_estimated": (
        "gap and beyond: estimates that few visits cannot pull far, with bounds (95 %); in red what stands out",
        "chênh lệch, vượt thực tế: ước lượng co về trung bình chung, kèm khoảng 95 %; màu đỏ là trường hợp nổi bật",
        "ব্যবধান ও তথ্যের অতিরিক্ত: এমন অনুমান যা অল্প সফরে বেশি সরে না, সীমাসহ (95 %); লাল রঙে যা আলাদা",
    ),
    "item": ("item", "mục", "দফা"),
    "title": ("title", "nội dung", "শিরোনাম"),
    "visits": ("visits", "số lần dự", "সফর"),
    "own": ("own marks", "tự chấm", "নিজস্ব নম্বর"),
    "observer_marks": ("observers' marks", "người dự chấm", "পর্যবেক্ষকের নম্বর"),
    "facts": ("by the facts", "theo thực tế", "তথ্য অনুযায়ী"),
    "gap": ("gap", "chênh lệch", "ব্যবধান"),
    "raw": ("raw mean", "bình quân thô", "সরল গড়"),
    "beyond": ("beyond the facts", "vượt thực tế", "তথ্যের অতিরিক্ত"),
    "own_beyond": ("own beyond facts", "tự chấm vượt thực tế", "নিজস্ব, তথ্যের অতিরিক্ত"),
    "observer_beyond": ("observer beyond facts", "người dự chấm vượt thực tế", "পর্যবেক্ষক, তথ্যের অতিরিক্ত"),
    "inflated": ("inflated", "chấm nâng", "স্ফীত"),
}
WORDS: dict[str, dict[str, str]] = {name: dict(zip(Language, words, strict=True)) for name, words in _WORDS.items()}


def word(name: str, lang: str) -> str:
    """The word for a name or code; one without a word stays as it is."""
    return WORDS[name][lang] if name in WORDS else name
