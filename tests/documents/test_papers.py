"""Papers to be signed, opened again: the month's list, the half-year's table, the year's list."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.contracts.classification import YearGrade, YearOf
from services.contracts.meetings import Grade
from services.documents.document import Document
from services.documents.grades import MOST_NAMED, note
from services.documents.letterhead import Letterhead, LetterheadError, read_letterhead
from services.documents.month import month_list
from services.documents.pdf import as_pdf
from services.documents.plain import MONTH_COLUMNS, SPAN_COLUMNS, YEAR_COLUMNS, month_rows, span_rows, year_rows
from services.documents.span import half_year, year_list
from services.documents.summary import summaries
from services.documents.xlsx import as_xlsx
from services.documents.years import YearSaid, units_said
from services.evaluation.queries.year import year
from services.evaluation.yearend.load import load_shipped_rules
from tests.documents.opened import Book, pages, workbook
from tests.documents.said import answer, classified, head, history
from tests.evaluation.territory import SETS

EXCEL_DAY_0 = date(1899, 12, 30)
NOTES = {
    "Chi bộ D": "Kết quả xếp loại đã bị hủy (QĐ 7-QĐ/TU), chưa xếp loại lại; theo tiêu chí: Tốt (100)",
    "Chi bộ C1 (Đảng ủy G)": (
        "Chính thức (QĐ 5-QĐ/G); theo tiêu chí: Tốt (94); "
        "Trừ điểm: 4.2 Nội dung và ý kiến −3, 6 Kết quả thực hiện nghị quyết kỳ trước −3"
    ),
    "Chi bộ C2 (Đảng ủy G)": "Chi bộ tự chấm; theo tiêu chí: Tốt (97); Trừ điểm: 2 Tham dự −3",
    "Chi bộ C3 (Đảng ủy G)": "Chưa xác định được xếp loại; Chưa xác định: 1, 3, 4.1, 4.2, 4.3, 5, 6, 7 (mất 0–95)",
    "Chi bộ C4 (Đảng ủy G)": "Chưa ghi nhận sinh hoạt thường kỳ",
}


def month() -> Document:
    return month_list(*answer(), head())


def opened(document: Document) -> Book:
    return workbook(as_xlsx(document))


# -- what the list says ------------------------------------------------------------------------------------------------


def test_the_months_list_has_its_ten_columns_and_one_cross_with_where_it_comes_from() -> None:
    found = {row[1]: row for row in month().rows}
    assert list(found) == list(NOTES), "those right below the unit first"
    assert {name: row[-1] for name, row in found.items()} == NOTES
    day = date(2025, 11, 3)
    assert found["Chi bộ D"] == (1, "Chi bộ D", 23, 24, day, None, None, None, None, None, NOTES["Chi bộ D"])
    assert found["Chi bộ C1 (Đảng ủy G)"][2:10] == (23, 24, day, 93.5, "x", None, None, None)
    assert found["Chi bộ C2 (Đảng ủy G)"][2:10] == (22, 24, date(2025, 11, 4), 89.25, None, "x", None, None)
    assert found["Chi bộ C4 (Đảng ủy G)"][2:10] == (None, 24, None, None, None, None, None, None)
    assert month().totals == (None, "Tổng cộng", 91, 120, None, 91.38, 1, 1, 0, 0, None)
    assert month().remarks == ("Kết quả xếp loại: 1 chính thức, 1 do chi bộ tự chấm.",)


def test_a_list_as_known_before_shows_what_was_known_then() -> None:
    months, told = answer(known_at="2025-11-30")
    assert [row[-1] for row in month_list(months, told, head()).rows][:2] == [
        "Chi bộ tự chấm",
        "Chi bộ tự chấm; " + NOTES["Chi bộ C1 (Đảng ủy G)"].split("; ")[2],
    ]
    said = month_list(months, told, head()).remarks
    assert said[1:] == ("Số liệu đến ngày 25/11/2025.", "Theo dữ liệu đã ghi nhận đến 07:00 ngày 30/11/2025."), (
        "in Vietnam"
    )


def test_grades_that_know_only_met_and_not_met_are_in_the_note() -> None:
    [one] = [month for month in answer(10, 10)[0] if month.cell == "C1"]
    met = one.model_copy(update={"self_grade": Grade.NOT_MET})
    assert note(met).startswith("Chi bộ tự chấm: Không đạt; Chưa xác định: 2.1")


def test_a_note_names_what_cost_most_and_counts_the_rest() -> None:
    [one] = [month for month in answer()[0] if month.cell == "C1"]
    assert one.losses
    many = tuple(
        one.losses[0].model_copy(update={"item": f"9.{n}", "least": n, "most": n, "title": {"vi": "Mục dài " * 30}})
        for n in range(1, MOST_NAMED + 4)
    )
    said = note(one.model_copy(update={"losses": many}))
    assert "9.3 " not in said and "9.4 Mục dài" in said and said.endswith("… −15 và 3 mục khác")
    assert len(said) < 100 * (MOST_NAMED + 1)


def test_the_half_year_counts_what_the_months_say() -> None:
    found = half_year(*answer(7, 12), head())
    assert found.period == "6 tháng cuối năm 2025"
    titles = [column.title for column in found.columns]
    row = dict(zip(titles, next(row for row in found.rows if str(row[1]).startswith("Chi bộ C1")), strict=True))
    assert row == {
        "STT": 2, "Đơn vị, chi bộ": "Chi bộ C1 (Đảng ủy G)", "Phải họp": 6, "Đã họp": 2, "Tốt": 1, "Khá": 0,
        "Trung bình": 0, "Kém": 0, "Chưa xếp": 1, "Có mặt": 46, "Phải dự": 46, "Tỷ lệ": 1.0, "Sinh hoạt chuyên đề": 1,
        "Có cấp trên dự": "x", "Ghi chú": "Chưa ghi nhận sinh hoạt tháng 07, 08, 09, 12",
    }  # fmt: skip
    totals = dict(zip(titles, found.totals, strict=True))
    assert (totals["Phải họp"], totals["Đã họp"], totals["Có mặt"], totals["Phải dự"]) == (30, 5, 114, 115)
    assert totals["Tỷ lệ"] == 114 / 115
    assert (totals["Có cấp trên dự"], totals["Sinh hoạt chuyên đề"]) == (1, 1)


def test_the_years_list_has_mean_points_and_quarters_with_a_thematic_meeting() -> None:
    found = year_list(*answer(1, 12), head(), {})
    titles = [column.title for column in found.columns]
    row = dict(zip(titles, next(row for row in found.rows if str(row[1]).startswith("Chi bộ C1")), strict=True))
    assert (found.period, row["Điểm bình quân"], row["Số quý có chuyên đề"], row["Phải họp"]) == (
        "Năm 2025",
        93.5,
        1,
        12,
    )


def test_the_years_list_shows_the_furthest_stage_of_the_classification() -> None:
    said = classified()
    assert list(said) == ["C1", "C2", "C3"], "cells alone"
    said["C1"] = replace(said["C1"], rolled=Grade.FAIR)
    months, told = answer(1, 12)
    found = year_list(months, told, head(), said)
    rows = {str(row[1])[:9]: row[-4:] for row in found.rows}
    assert rows["Chi bộ C1"][:3] == ("Khá", 75, "Hoàn thành nhiệm vụ")
    assert str(rows["Chi bộ C1"][3]).startswith("Xếp loại năm: thẩm định; Chưa ghi nhận sinh hoạt tháng 01")
    assert rows["Chi bộ C2"][:3] == (None, 85.5, "Hoàn thành tốt nhiệm vụ")
    assert str(rows["Chi bộ C2"][3]).startswith("Xếp loại năm: quyết định (số 9-QĐ); ")
    assert rows["Chi bộ C3"][:3] == (None, None, None)
    assert str(rows["Chi bộ C3"][3]).startswith("Xếp loại năm đã bị hủy (số 11-QĐ)")
    assert rows["Chi bộ C4"][:3] == (None, None, None)
    assert found.remarks[-1] == "Xếp loại năm: 1 hoàn thành tốt nhiệm vụ, 1 hoàn thành nhiệm vụ."
    row = next(row for row in year_rows(months, said) if row["cell"] == "C2")
    assert [row[name] for name in ("rolled_grade", "year_stage", "year_grade", "year_points", "year_number")] == [
        None, "decided", "good", 85.5, "9-QĐ",
    ]  # fmt: skip


def test_the_years_list_ends_with_the_organisations_lower_before_upper() -> None:
    rows = year(history(), YearOf(year=2025, unit="CITY"), SETS, load_shipped_rules()).to_pylist()
    [(code, name, said)] = units_said(rows)
    assert (code, name, said.stage, said.points) == ("G", "Đảng ủy G", "proposed", 85.5)
    for row in rows:
        if row["subject"] == "CITY":
            row["proposed"] = {"grade": "good", "total": 80.0, "number": None}
    units = units_said(rows)
    assert [one.name for one in units] == ["Đảng ủy G", "Thành ủy Mẫu"]
    months, told = answer(1, 12)
    found = year_list(months, told, head(), classified(), units)
    cells, organisations = found.rows[:-2], found.rows[-2:]
    assert [len(row) for row in organisations] == [len(cells[0])] * 2
    assert [row[0] for row in organisations] == [len(cells) + 1, len(cells) + 2]
    assert organisations[0][-4:] == (
        None, 85.5, "Hoàn thành tốt nhiệm vụ", "Tổ chức đảng; Xếp loại năm: đề nghị",
    )  # fmt: skip
    assert found.totals[2] == sum(int(str(row[2])) for row in cells), "they have no months of their own"
    assert found.remarks[-2:] == (
        "Xếp loại năm của chi bộ: 1 hoàn thành tốt nhiệm vụ, 1 hoàn thành nhiệm vụ.",
        "Xếp loại năm của tổ chức đảng: 2 hoàn thành tốt nhiệm vụ.",
    )
    *of_cells, lower, upper = year_rows(months, classified(), units)
    assert {row["level"] for row in of_cells} == {"cell"} != {row["cell"] for row in of_cells}
    said_of_lower = {
        "unit": "G",
        "unit_name": "Đảng ủy G",
        "year_stage": "proposed",
        "year_points": 85.5,
        "level": "unit",
    }
    assert {name: value for name, value in lower.items() if value is not None} == {
        **said_of_lower,
        "year_grade": "good",
    }
    assert (upper["unit"], upper["year_points"], list(upper) == list(YEAR_COLUMNS)) == ("CITY", 80.0, True)
    text = "\n".join(pages(as_pdf(found)))
    assert "Thành ủy Mẫu" in text and workbook(as_xlsx(found)).find("Thành ủy Mẫu")


def test_years_of_met_and_not_met_have_their_columns() -> None:
    months = [month.model_copy(update={"self_grade": Grade.MET}) for month in answer(10, 10)[0]]
    titles = [column.title for column in half_year(months, answer(7, 12)[1], head()).columns]
    assert titles[4:9] == ["Tốt", "Khá", "Trung bình", "Kém", "Đạt"]


def test_programs_get_the_same_months() -> None:
    months, _ = answer()
    rows = {row["cell"]: row for row in month_rows(months)}
    shown = ("basis", "grade", "points", "present", "held_on")
    assert [rows["C1"][name] for name in shown] == ["official", "good", 93.5, 23, "2025-11-03"]
    assert [rows["D"][name] for name in shown[:3]] == ["cancelled", None, None]
    assert set(MONTH_COLUMNS) <= rows["C1"].keys()
    spans = {row["cell"]: row for row in span_rows(answer(7, 12)[0])}
    assert list(spans["C1"]) == list(SPAN_COLUMNS)
    assert (spans["C1"]["missing"], spans["C1"]["observed"]) == ("2025-07 2025-08 2025-09 2025-12", 1)


def test_a_cell_that_moved_is_one_row_under_its_last_unit() -> None:
    months = [one for one in answer(10, 11)[0] if one.cell == "C1"]
    moved = [months[0].model_copy(update={"unit": "H"}), months[1]]
    [found] = summaries(reversed(moved))
    assert (found.unit, found.due) == ("G", 2)


# -- as a workbook -----------------------------------------------------------------------------------------------------


def test_a_workbook_has_numbers_dates_and_totals_as_formulas_with_their_values() -> None:
    book = opened(month())
    first = int(book.find("Chi bộ D")[1:])
    c1 = first + 1
    points, day = book.cells[f"F{c1}"], book.cells[f"E{c1}"]
    assert (points.value, day.value, day.shown) == (93.5, (date(2025, 11, 3) - EXCEL_DAY_0).days, "dd/mm/yyyy")
    assert [book.cells[f"{column}{c1}"].value for column in "ABCDG"] == [2, "Chi bộ C1 (Đảng ủy G)", 23, 24, "x"]
    end = int(book.find("Tổng cộng")[1:])
    assert end == first + 5
    whole = f"{first}:C{end - 1}"
    assert (book.cells[f"C{end}"].formula, book.cells[f"C{end}"].value) == (f"SUM(C{whole})", 91)
    assert book.cells[f"F{end}"].value == 91.38
    assert book.cells[f"G{end}"].formula == f'COUNTIF(G{first}:G{end - 1},"x")'
    half = opened(half_year(*answer(7, 12), head()))
    end = int(half.find("Tổng cộng")[1:])
    share = half.cells[f"L{end}"]
    assert (share.formula, share.shown) == (f'IF(K{end}=0,"",J{end}/K{end})', "0.0%")
    assert share.value == pytest.approx(114 / 115)


def test_a_total_of_nothing_is_empty_in_a_workbook() -> None:
    """Months of met and not met have no points; Excel refuses a number that is none."""
    book = opened(month_list(*answer(10, 10), head()))
    total = book.cells[f"F{book.find('Tổng cộng')[1:]}"]
    assert (total.value, total.formula is not None) == (None, True)


def test_a_half_is_rounded_up_as_a_spreadsheet_does() -> None:
    [one] = [month for month in answer()[0] if month.cell == "C1"]
    twice = [
        one.model_copy(update={"official_points": points, "present": 77, "expected": 80}) for points in (94.0, 89.25)
    ]
    told = answer()[1]
    assert month_list(twice, told, head()).totals[5] == summaries(twice)[0].mean_points == 91.63
    assert "96,3%" in pages(as_pdf(half_year(twice, told, head())))[0]


def test_a_workbook_is_ready_to_print_and_to_sign() -> None:
    book = opened(month())
    setup = book.sheet.find("{*}pageSetup")
    assert setup is not None
    assert (setup.get("paperSize"), setup.get("orientation")) == ("9", "landscape")
    header = int(book.find("STT")[1:])
    assert book.names["_xlnm.Print_Titles"] == f"'Danh sách'!${header}:${header + 1}"
    foot = book.sheet.findtext("{*}headerFooter/{*}oddFooter") or ""
    assert foot.endswith("&R&P/&N") and "hd-42-2025" in foot
    texts = [cell.value for cell in book.cells.values()]
    for said in (
        "ĐẢNG BỘ TỈNH MẪU", "ĐẢNG ỦY MẪU", "ĐẢNG CỘNG SẢN VIỆT NAM", "Mẫu, ngày 05 tháng 12 năm 2025",
        "Tháng 11 năm 2025", "Nơi nhận:", "- Ban Tổ chức", "- Lưu Văn phòng", "T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ",
    ):  # fmt: skip
        assert said in texts, said


def test_text_that_looks_like_a_formula_stays_text() -> None:
    months, told = answer()
    evil = [month.model_copy(update={"cell_name": '=HYPERLINK("http://x")'}) for month in months]
    book = opened(month_list(evil, told, Letterhead()))
    named = [cell for cell in book.cells.values() if str(cell.value).startswith("=HYPERLINK")]
    assert named and all(cell.formula is None for cell in named)


# -- as PDF ------------------------------------------------------------------------------------------------------------


def many(count: int) -> Document:
    months, told = answer()
    [one] = [month for month in months if month.cell == "C1"]
    return month_list([one.model_copy(update={"cell": f"C{n:03}"}) for n in range(count)], told, head())


def test_a_pdf_has_the_list_in_vietnamese_with_its_header_on_every_page() -> None:
    found = pages(as_pdf(many(30)))
    assert len(found) > 1
    for number, page in enumerate(found, 1):
        assert page.endswith(f"\n{number}/\n{len(found)}")
        assert ("Ghi chú (lý do trừ điểm)" in page) == ("93,5" in page)
    text = "\n".join(found)
    for said in ("ĐẢNG ỦY MẪU", "03/11/2025", "93,5", "Tổng cộng", "ngày 05 tháng 12 năm 2025", "PHÓ BÍ THƯ"):
        assert said in text, said
    assert "93.5" not in text
    assert text.count("03/11/2025") == 30


def test_a_name_is_never_taken_for_the_number_of_pages() -> None:
    document = replace(many(1), letterhead=Letterhead(body="Đảng ủy {nb} và {nnb}"))
    [page] = pages(as_pdf(document))
    assert "Đảng ủy {nb} và {nnb}" in page and page.endswith("\n1/\n1")


@pytest.mark.parametrize("count", range(5, 9))
def test_a_signature_never_stands_on_a_page_without_rows(count: int) -> None:
    found = pages(as_pdf(many(count)))
    assert "PHÓ BÍ THƯ" in found[-1]
    assert found[-1].count("03/11/2025")
    assert "\n".join(found).count("Tổng cộng") == 1
    assert "\n".join(found).count("03/11/2025") == count


def test_a_pdf_is_a4_landscape_with_its_own_font() -> None:
    content = as_pdf(many(1))
    assert b"/MediaBox [0 0 841.89 595.28]" in content
    assert content.count(b"/FontFile2") == 2


def test_no_word_of_a_heading_is_cut_however_many_columns() -> None:
    months, told = answer(1, 12)
    met = [month.model_copy(update={"self_grade": Grade.NOT_MET}) for month in months]
    said = {"C1": YearSaid(grade=YearGrade.EXCELLENT, stage="decided", points=95.5)}
    paper = year_list(met, told, head(), said)
    found = pages(as_pdf(paper))[0].split()
    for word in {word for column in paper.columns for word in column.title.split()}:
        assert word in found, word


def test_letters_in_parts_are_put_together() -> None:
    months, told = answer()
    apart = [month.model_copy(update={"cell_name": "Ba\u0309n Mo\u0301n"}) for month in months]
    assert "Bản Món" in pages(as_pdf(month_list(apart, told, Letterhead())))[0]


@pytest.mark.parametrize("draw", [as_pdf, as_xlsx])
def test_the_same_answer_gives_the_same_bytes_on_any_day(draw: Any) -> None:
    first = draw(month())
    assert draw(month()) == first
    assert draw(month_list(*answer(), Letterhead())) != first
    assert f"{date.today():%Y%m%d}".encode() not in first
    if draw is as_pdf:
        assert first.count(b"/CreationDate (D:19800101000000Z)") == 1 and b"/ModDate" not in first
        return
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
        made = re.findall(r">(\d{4}-\d\d-\d\d)T", parts.read("docProps/core.xml").decode())
    assert made == ["1980-01-01"] * 2, "created and modified"


def test_a_list_of_nothing_is_a_paper_too() -> None:
    _, told = answer()
    empty = month_list([], told, Letterhead())
    assert "Tổng cộng" in pages(as_pdf(empty))[0]
    assert opened(empty).find("Tổng cộng")


def test_without_a_letterhead_place_and_date_are_left_to_be_written() -> None:
    paper = month_list(*answer(), Letterhead())
    text = pages(as_pdf(paper))[0]
    assert "………………, ngày …… tháng …… năm ………" in text
    assert "Thành ủy Mẫu" in text, "the unit's own name"


# -- the letterhead ----------------------------------------------------------------------------------------------------


def test_everything_wrong_with_a_letterhead_is_said() -> None:
    with pytest.raises(LetterheadError) as failed:
        read_letterhead('recipients = "Ban Tổ chức"\nname = "Nguyễn"\non = "05/12/2025"\nplace = ""\n')
    said = str(failed.value).splitlines()
    assert [line.split(":")[0] for line in said] == ["place", "recipients", "on", "name"]
    assert "known: upper_body, body" in said[-1]
    with pytest.raises(LetterheadError, match="no TOML"):
        read_letterhead("place: Mẫu")
