"""Which items of two forms judge the same thing."""

from __future__ import annotations

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.rescoring.headings import headings
from tests.evaluation.scoring.sheets import SETS, A, D, E


def labels(before: CriteriaSet, after: CriteriaSet) -> list[str]:
    return [heading.label for heading in headings(before, after)]


def test_a_form_beside_itself_has_a_heading_for_every_item() -> None:
    for criteria in SETS.values():
        assert labels(criteria, criteria) == [item.code for item in criteria.items]


def test_the_frame_of_2025_beside_the_full_form() -> None:
    assert labels(D, E) == [
        "1 → 1.1", "2 → 2.1, 2.2", "3 → 3.1–3.5", "4.1", "4.2 → 4.2–4.8", "4.3 → 5.1–5.4", "5 → 6.1–6.4", "6 → 7",
        "7 → 8.1–8.3",
    ]  # fmt: skip
    titles = {heading.label: heading.title["en"] for heading in headings(D, E)}
    assert titles["4.2 → 4.2–4.8"] == "Conduct"
    assert titles["6 → 7"] == "Result of the previous resolution"


def test_items_that_the_same_measure_decides_belong_together_without_naming_aspects() -> None:
    document = E.model_dump(by_alias=True)
    nameless = [{**item, "aspects": []} if item["code"] == "7" else item for item in document["items"]]
    other = CriteriaSet.model_validate({**document, "id": "other", "items": nameless})
    assert "7" in labels(E, other)


def test_what_only_one_of_them_judges_stands_alone() -> None:
    found = labels(A, E)
    assert "→ 4.3" in found
    assert "1.2 →" in found


def test_every_item_of_both_is_in_exactly_one_heading() -> None:
    for before in SETS.values():
        for after in SETS.values():
            found = headings(before, after)
            assert sorted(item.code for heading in found for item in heading.before) == sorted(
                item.code for item in before.items
            )
            assert sorted(item.code for heading in found for item in heading.after) == sorted(
                item.code for item in after.items
            )


def test_items_of_a_draft_belong_to_those_of_the_same_code_whatever_they_judge() -> None:
    document = E.model_dump(by_alias=True)
    changed = [
        {**item, "aspects": ["conduct.minutes"]} if item["code"] == "4.4" else item for item in document["items"]
    ]
    draft = CriteriaSet.model_validate({**document, "items": changed})
    assert "4.4 → 4.4, 4.6" not in labels(E, draft)
    assert "4.4, 4.6" in labels(E, draft)
