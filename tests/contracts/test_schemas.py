"""What is said on the bus does not change unversioned."""

import json

import pytest

from services.contracts.catalogue import EVENTS, REPORTS, find, parse_type, secretary_v1_to_v2
from services.contracts.registry import ConcurrentPost
from services.contracts.schemas import FOLDER, all_schemas, written


@pytest.mark.parametrize("name", sorted(all_schemas()))
def test_a_schema_equals_the_one_checked_in(name):
    file = FOLDER / name
    assert file.exists(), f"new version: run `python -m services.contracts.schemas` to write {name}"
    assert file.read_text(encoding="utf-8") == written(all_schemas()[name]), (
        f"{name} was said like this before: give the model a new version and an upcaster in catalogue.py"
    )


def test_every_schema_checked_in_is_of_a_version_that_can_still_be_read():
    versions = {(s.role, s.service, s.kind): s.version for s in (*REPORTS, *EVENTS)}
    for file in FOLDER.glob("vn.*.json"):
        role, service, kind, version = parse_type(file.name.removesuffix(".json"))
        assert version <= versions[role, service, kind]
        assert json.loads(file.read_text(encoding="utf-8"))["$id"].endswith(file.name.removesuffix(".json"))


@pytest.mark.parametrize("said", [*REPORTS, *EVENTS], ids=lambda said: said.type)
def test_every_older_version_has_its_upcaster(said):
    assert sorted(dict(said.upcasters)) == list(range(1, said.version))


def test_a_secretary_reported_in_version_1_is_read_as_version_2():
    old = {"cell": "C1", "valid_from": "2024-01-01", "heads_village": True, "on_upper_committee": True}
    said = find("report", "registry", "SecretaryAppointed")
    read = said.model.model_validate_json(json.dumps(said.upcast(1, old)))
    assert read.concurrent_post is ConcurrentPost.VILLAGE_HEAD
    assert read.on_upper_committee
    assert secretary_v1_to_v2({"cell": "C1"})["concurrent_post"] == "none"


OURS_NOT = ["", "vn.nennep.report.meetings", "vn.nennep.report.meetings.MeetingHeld.x1", "a.b.c.d.e.v1"]


@pytest.mark.parametrize("value", OURS_NOT)
def test_a_type_that_is_not_ours_is_none(value):
    assert parse_type(value) is None
