"""Checking a document: every fault at once, each with its line and in words; a good document has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.evaluation.criteria.check import check, check_set, check_together
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.load import SHIPPED, CriteriaError, load, load_folder, load_shipped, loads
from services.evaluation.criteria.source import parse

FAULTY = Path(__file__).with_name("faulty.yaml")
ROLLUPS = Path(__file__).with_name("faulty_rollups.yaml")


def told(text: str) -> list[str]:
    return [str(finding) for finding in check(parse(text))]


@pytest.mark.parametrize("path", [FAULTY, ROLLUPS], ids=lambda path: path.stem)
def test_every_planted_fault_is_found_at_once(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    planted = [
        f"line {number}: {line.split('# FAULT ', 1)[1]}"
        for number, line in enumerate(text.splitlines(), 1)
        if "# FAULT " in line
    ]
    wanted = sorted(one for line in planted for one in split(line))
    assert sorted(told(text)) == wanted


def split(line: str) -> list[str]:
    place, faults = line.split(": ", 1)
    return [f"{place}: {fault}" for fault in faults.split(" // ")]


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_sets_have_no_faults(path: Path) -> None:
    assert told(path.read_text(encoding="utf-8")) == []
    assert load(path).id == path.stem
    assert check_set(load(path)) == []


def test_a_shipped_set_whose_form_had_holes_says_how_they_were_closed() -> None:
    notes = {item.code: item.note for item in load_shipped()["an-phu-2025"].items}
    assert "exactly 50 %" in (notes["4.5"] or "")
    assert "half the required time" in (notes["1.1"] or "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["line 1: a criteria document is a mapping of keys and values"]),
        ("- 1\n", ["line 1: a criteria document is a mapping of keys and values"]),
        ("id: [a\n", ["line 2: not YAML: expected ',' or ']', but got '<stream end>'"]),
        ("id: !!python/object:os.system x\n", None),
        ("id: x\n\tnumber: 3\n", ["line 2: not YAML: a tab stands here; indent with spaces"]),
        (
            "id: a\n---\nid: b\n",
            ["line 2: not YAML: expected a single document in the stream, but found another document"],
        ),
    ],
)
def test_what_is_not_a_document(text: str, expected: list[str] | None) -> None:
    found = told(text)
    assert len(found) == 1 and found[0].startswith("line 1: not YAML") if expected is None else found == expected


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [*a]\n",
        "\n".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}' if n else 'x'] * 9)}]" for n in range(9)),
        "a: " + "[" * 60 + "]" * 60,
    ],
    ids=["in itself", "a billion", "deep"],
)
def test_a_text_that_stands_for_more_than_anybody_writes_is_refused_at_once(text: str) -> None:
    [found] = told(text)
    assert found.endswith("this is no criteria set")


@pytest.mark.parametrize("value", ["!!timestamp 99999-01-01", "!!bool 7", "!!int ''", "!!float x", "!!int 0x"])
def test_a_value_that_is_not_what_its_tag_says_is_a_text(value: str) -> None:
    assert "line 1: x: is not a key of the format" in told(f"x: {value}\n")


def test_one_fault_hides_no_other() -> None:
    """A day that no month has, a key given twice, a misspelt grade or condition: the rest is looked at all the same."""
    text = (SHIPPED / "an-phu-2025.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("scale: points\n", "issued: 2025-02-30\nscale: points\nscale: points\n"),
        ("total: 100\n", 'total: "100"\n'),
        ("grade: fair, at_least: 70, below: 90", "grade: fare, at_least: 70, below: 90"),
        ("{below: 30, points: 2}", "{below: 29, points: 2, or_if: {measure: attendance.unexcused}}"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    found = "\n".join(told(text))
    for said in (
        "issued: must be a date, like 2025-10-28",
        "scale: is given a second time (first on line",
        "total: must be a number, without quotation marks",
        "grades 2, grade: fare is not among",
        "bands of opinions.share: nothing covers from 29 to below 30",
        "or_if: compare the measure with at_least",
    ):
        assert said in found


def test_a_pass_fail_set_has_no_points_anywhere() -> None:
    text = (SHIPPED / "hd-12-2018.yaml").read_text(encoding="utf-8")
    share = "    share: {measure: targets.share, decimals: 0}"
    faulty = text.replace("scale: pass_fail", "scale: pass_fail\ntotal: 100").replace(
        "    aspects: [result.previous]\n    judged: true", f"    max: 5\n{share}"
    )
    assert [one.split(": ", 1)[1] for one in told(faulty)] == [
        "total: a pass/fail set has none: it is met when every item is met",
        "items 5, max: an item of a pass/fail set has no points",
        "items 5, share: belongs to a set with points; an item of a pass/fail set is yes_no or judged",
    ]


def test_a_set_with_points_says_what_they_are_worth() -> None:
    text = (SHIPPED / "hd-12-2018.yaml").read_text(encoding="utf-8").replace("scale: pass_fail", "scale: points")
    said = " ".join(told(text))
    assert "total: is missing: the points of a meeting that earns everything" in said
    assert said.count("max is missing") == 13
    frame = (SHIPPED / "hd-42-2025.yaml").read_text(encoding="utf-8")
    ungraded = frame.replace(frame[frame.index("grades:") : frame.index("groups:")], "")
    assert [one.split(": ", 1)[1] for one in told(ungraded)] == ["grades: is missing: which totals earn which grade"]


def test_a_set_without_a_date_of_issue_says_why() -> None:
    text = (SHIPPED / "hd-42-2025.yaml").read_text(encoding="utf-8")
    undated = text.replace("issued: 2025-10-28\n", "")
    assert told(undated) == []
    silent = undated[: undated.index("notes:\n  - The frame")]
    assert told(silent) == [
        "line 3: issued is missing: give the date of issue, or a note that says why it is not known"
    ]


def test_loading_a_faulty_document_says_everything_that_is_wrong() -> None:
    with pytest.raises(CriteriaError) as caught:
        load(FAULTY)
    assert caught.value.findings == check(parse(FAULTY.read_text(encoding="utf-8")))
    assert len(str(caught.value).splitlines()) == len(caught.value.findings) + 1


def changed(criteria: CriteriaSet, **changes: object) -> CriteriaSet:
    return CriteriaSet.model_validate({**criteria.model_dump(by_alias=True), **changes})


def test_two_sets_in_force_for_the_same_meeting_are_named() -> None:
    sets = load_shipped()
    frame = sets["hd-42-2025"]
    rival = changed(frame, id="rival", effective={"from": "2026-01-01"}, applies_to={"meeting_kinds": ["regular"]})
    found = check_together({**sets, "rival": rival})
    assert [str(one) for one in found] == [
        "hd-42-2025 and rival: both are in force for the same meetings from 2026-01-01 on"
    ]
    early = changed(rival, id="early", effective={"from": "2018-01-01", "to": "2018-07-06"})
    assert [str(one) for one in check_together({**sets, "early": early})] == [
        "early and hd-12-2018: both are in force for the same meetings from 2018-07-06 to 2018-07-06"
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"effective": {"from": "2018-01-01", "to": "2018-07-05"}},
        {"applies_to": {"meeting_kinds": ["thematic"]}},
        {"applies_to": {"meeting_kinds": ["regular"], "units": ["TAN-PHONG"]}},
    ],
)
def test_sets_that_never_meet_live_side_by_side(changes: dict[str, object]) -> None:
    sets = load_shipped()
    assert check_together({**sets, "other": changed(sets["hd-42-2025"], id="other", **changes)}) == []


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ({"from": "2025-08-30", "anchor": "decision"}, {"from": "2025-01-01", "to": "2025-01-01"}, "2025-01-01"),
        ({"from": "2025-08-30", "anchor": "decision"}, {"from": "2024-01-01", "to": "2024-12-31"}, None),
        ({"from": "2025-08-30", "to": "2026-12-30", "anchor": "decision"}, {"from": "2026-01-01"}, None),
        ({"from": "2025-08-30", "to": "2026-12-31", "anchor": "decision"}, {"from": "2026-01-01"}, "2026-12-31"),
        ({"from": "2025-02-01", "to": "2025-03-01", "anchor": "decision"}, {"from": "2025-01-01"}, None),
        (
            {"from": "2025-02-01", "to": "2025-03-01", "anchor": "decision"},
            {"from": "2025-03-01", "to": "2025-04-01", "anchor": "decision"},
            "when grades are decided from 2025-03-01 to 2025-03-01",
        ),
        (
            {"from": "2025-02-01", "to": "2025-03-01", "anchor": "decision"},
            {"from": "2025-03-02", "anchor": "decision"},
            None,
        ),
    ],
)
def test_sets_that_go_by_the_decision_meet_others_in_the_years_decided_under_them(
    one: dict[str, str], other: dict[str, str], shared: str | None
) -> None:
    base = load_shipped()["hd-42-2025"]
    sets = {name: changed(base, id=name, effective=force) for name, force in (("one", one), ("other", other))}
    found = [str(finding) for finding in check_together(sets)]
    assert len(found) == (shared is not None)
    assert all(shared and shared in finding for finding in found)


def test_cell_kinds_keep_sets_apart() -> None:
    base = load_shipped()["hd-42-2025"]
    scope = {"meeting_kinds": ["regular"]}
    schools = changed(base, id="schools", applies_to={**scope, "cell_kinds": ["school"]})
    others = changed(base, id="others", applies_to={**scope, "cell_kinds": ["village", "agency"]})
    assert check_together({"schools": schools, "others": others}) == []
    assert len(check_together({"schools": schools, "others": changed(others, applies_to=scope)})) == 1


def test_a_folder_with_rivals_or_doubles_is_refused(tmp_path: Path) -> None:
    text = (SHIPPED / "hd-42-2025.yaml").read_text(encoding="utf-8")
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    assert list(load_folder(tmp_path)) == ["hd-42-2025"]
    (tmp_path / "b.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CriteriaError, match="same id"):
        load_folder(tmp_path)
    (tmp_path / "b.yaml").write_text(text.replace("id: hd-42-2025", "id: rival"), encoding="utf-8")
    with pytest.raises(CriteriaError, match="hd-42-2025 and rival"):
        load_folder(tmp_path)


def test_loads_takes_a_text() -> None:
    text = (SHIPPED / "hd-42-2025.yaml").read_text(encoding="utf-8")
    assert loads(text) == load_shipped()["hd-42-2025"]
