"""Lists of grades as committees keep them: what is read, and everything that is wrong with one at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.cli.failures import Exit, Failure
from services.cli.grading.computed import listed
from services.cli.grading.lists import read_list
from services.cli.reporting import in_words
from services.contracts.grades import CellGrade
from services.contracts.meetings import Grade
from services.contracts.receipts import Problem

C1 = CellGrade(cell="C1", grade=Grade.GOOD, points=92.5, note="đủ hồ sơ")
C2 = CellGrade(cell="C2", grade=Grade.NOT_MET)


@pytest.mark.parametrize(
    "text",
    [
        'cell,grade,points,note\nC1,good,"92,5",đủ hồ sơ\nC2,not_met,,\n',
        "\ufeffCell;Grade;Points;Note\r\nC1;Tốt;92,5;đủ hồ sơ\r\n;;;\r\nC2;không đạt;;\r\n",
        "sep=;\r\nCell;Grade;Points;Note\r\nC1;To\u0302\u0301t;92,5;đủ hồ sơ\r\nC2;không đạt;;\r\n",
        "cell\tgrade\tpoints\tnote\nC1\tTốt\t92,5\tđủ hồ sơ\nC2\tkhông đạt\n",
        '{"cell":"C1","grade":"good","points":92.5,"note":"đủ hồ sơ"}\n\n{"cell":"C2","grade":"Không đạt"}\n',
    ],
    ids=["csv", "a spreadsheet's", "marks apart", "tabs", "ndjson"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_list_is_read_as_it_is_kept(tmp_path: Path, text: str, encoding: str) -> None:
    file = tmp_path / "list"
    file.write_text(text, encoding=encoding)
    assert read_list(file).lines == [C1, C2]


def test_lines_are_named_by_where_they_stand(tmp_path: Path) -> None:
    file = tmp_path / "list"
    file.write_text("cell,grade\n\nC1,good\n,\nC2,met\n", encoding="utf-8")
    names = read_list(file).names
    assert names == ["line 3 (C1)", "line 5 (C2)"]
    wrong = Problem(path="data.grades.1.grade", problem="met is no grade", expected="a GradeReclassified, or fair")
    assert in_words(wrong, names) == "line 5 (C2): grade: met is no grade (`nenep decide --reclassify`, or fair)"
    twice = Problem(path="data.grades.1.cell", problem="C1 is listed already, in grades.0", expected="MeetingHeld")
    assert in_words(twice, names) == "line 5 (C2): cell: C1 is listed already, in line 3 (C1) (MeetingHeld)"
    assert in_words(twice) == "grades.1.cell: C1 is listed already, in grades.0 (MeetingHeld)"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["line 1: the columns cell and grade are missing"]),
        ("cell,grade\n", ["it names no cell"]),
        ("cell,colour\n", ["line 1: colour: a list has the columns cell, meeting", "the columns grade are missing"]),
        (
            "cell,grade,points\nc1,good,\nC2,great,12\nC3,good,92,5\nC4,,x\n",
            [
                "line 2: cell: 'c1':",
                "or 'not_met'; in words Tốt, Khá,",
                "line 4: more values than columns",
                "line 5: grade: Field required",
                "line 5: points: 'x':",
            ],
        ),
        (
            "cell,grade,points,note\nC1,good,92,5\nC2,good,92,late\nC3,good,,5\n",
            ["line 2: C1,good,92,5: a number is followed by digits alone (is a decimal comma in quotes?)"],
        ),
        ("cell,grade,Grade\nC1,good,poor\n", ["line 1: grade: each column once"]),
        ('{"cell":\n[1]\n{"cell":"C1"}\n', ["line 1: not JSON", "line 2: not a JSON object", "line 3: grade: Field"]),
    ],
)
def test_everything_wrong_with_a_list_is_said_with_its_line(tmp_path: Path, text: str, problems: list[str]) -> None:
    file = tmp_path / "list"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Failure) as failed:
        read_list(file)
    assert failed.value.code is Exit.WRONG
    said = str(failed.value).splitlines()[1:]
    assert len(said) == len(problems) and all(problem in line for problem, line in zip(problems, said, strict=True))


def test_what_is_computed_is_listed_for_cells_right_below_that_are_undecided() -> None:
    row = {"cell": "C1", "unit": "G", "meeting": "m", "computed_grade": "good", "computed_points": 92.5}
    row["official_grade"] = None
    rows = [
        row,
        {**row, "cell": "C2", "official_grade": "fair"},
        {**row, "cell": "C3", "meeting": None, "computed_grade": None},
        {**row, "cell": "C4", "computed_grade": None},
        {**row, "cell": "D", "unit": "H"},
    ]
    found = listed(rows, "G")
    assert found.lines == [CellGrade(cell="C1", meeting="m", grade=Grade.GOOD, points=92.5)]
    assert found.left_out == [
        "C2: decided already (fair)",
        "C3: no regular meeting was held",
        "C4: its grade cannot be determined",
    ]


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="cannot be read"):
        read_list(tmp_path / "none")
    (tmp_path / "bytes").write_bytes(b"cell\xff")
    with pytest.raises(Failure, match="not in UTF-8; save it as “CSV UTF-8”"):
        read_list(tmp_path / "bytes")
