"""The demo's history: deterministic, in order, never of the future, and as the contracts have it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date, datetime
from itertools import islice

import pytest
from pydantic import TypeAdapter

from services.contracts.base import Ref
from services.contracts.catalogue import find
from services.contracts.cloudevents import DEMO_SOURCE, CloudEvent
from services.contracts.registry import CellKind
from services.demo import history, period_of, unit_of
from services.demo.corrections import LATE_EXCUSE
from services.demo.observers import REFORMED, TRANSFERRED
from services.demo.reports import LOCAL
from services.demo.sheets import AWAY, EXCUSES
from services.demo.themes import (
    CANCELLED,
    CORRECTIONS,
    GUIDANCE,
    NOBODY_CAME,
    OWN_THEMES,
    POSTPONED,
    RETURNED,
    WITHDRAWN,
    themes,
)
from tests.demo.conftest import SEED, kind_of, service_of

DIGEST = """
import hashlib
from datetime import date
from services.demo import history
digest = hashlib.sha256()
for event in history(7, 2025, 2025, date(2025, 8, 31)):
    digest.update(event.structured())
print(digest.hexdigest())
"""


def day_of(event: CloudEvent) -> date:
    assert event.time is not None
    return event.time.astimezone(LOCAL).date()


def test_the_same_seed_gives_the_same_bytes_in_every_process() -> None:
    def elsewhere(hash_seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": "America/Lima"}
        done = subprocess.run(
            [sys.executable, "-c", DIGEST], capture_output=True, text=True, env=environment, check=True
        )
        return done.stdout.strip()

    here = hashlib.sha256(b"".join(e.structured() for e in history(7, 2025, 2025, date(2025, 8, 31)))).hexdigest()
    assert elsewhere("1") == elsewhere("2") == here


def test_another_seed_tells_another_story_under_other_ids() -> None:
    one, two = (list(islice(history(seed, 2025, 2025, date(2025, 12, 31)), 500)) for seed in (1, 2))
    assert [event.data for event in one] != [event.data for event in two]
    assert not {event.id for event in one} & {event.id for event in two}


def test_every_report_is_as_the_contracts_have_it(events: list[CloudEvent]) -> None:
    for event in events:
        said = find("report", service_of(event), kind_of(event))
        assert said is not None and event.type == said.type
        said.model.model_validate_json(event.body())


def test_ids_are_unique_and_every_report_names_its_unit_and_that_it_is_synthetic(events: list[CloudEvent]) -> None:
    assert len({event.id for event in events}) == len(events)
    assert all(event.source.startswith(DEMO_SOURCE) and unit_of(event) in event.source for event in events)


def test_a_foreign_event_has_no_demo_unit(events: list[CloudEvent]) -> None:
    with pytest.raises(ValueError, match="not a demo unit"):
        unit_of(events[0].model_copy(update={"source": "urn:ward:TAN-PHONG"}))


def test_it_is_told_in_the_order_of_recording(events: list[CloudEvent]) -> None:
    times = [event.time for event in events if event.time]
    assert len(times) == len(events) and times == sorted(times)


def test_nothing_is_recorded_after_the_last_day_or_before_it_happened(events: list[CloudEvent]) -> None:
    assert date(2025, 12, 20) < day_of(events[-1]) <= date(2025, 12, 31)
    for event in events:
        if (valid_from := event.data.get("valid_from")) is not None:
            assert date.fromisoformat(valid_from) <= day_of(event)
        if sheet := event.data.get("sheet"):
            begins = datetime.fromisoformat(f"{sheet['held_on']}T{sheet['started_at']}+07:00")
            assert event.time is not None and begins < event.time
            moments = (sheet.get("documents_at"), sheet.get("notice_at"))
            assert all(datetime.fromisoformat(moment) <= event.time for moment in moments if moment)
            assert date.fromisoformat(sheet.get("minutes_filed_on", sheet["held_on"])) <= day_of(event)


@pytest.mark.parametrize("until", [date(2024, 12, 10), date(2025, 6, 30), date(2025, 9, 4)], ids=str)
def test_a_longer_history_begins_with_the_shorter_one(until: date) -> None:
    shorter = list(history(SEED, 2024, 2025, until))
    longer = list(history(SEED, 2024, 2025, date(2026, 1, 1)))
    assert shorter == longer[: len(shorter)]
    assert all(day_of(event) >= until for event in longer[len(shorter) :])
    assert day_of(shorter[-1]) < until, "until may be today: nothing is of the future"


def test_the_years_must_be_a_span() -> None:
    with pytest.raises(ValueError, match="2019-2025"):
        next(history(SEED, 2025, 2019, date(2025, 1, 1)))


def test_nobody_is_named(events: list[CloudEvent]) -> None:
    """An absentee is an opaque reference, and besides places and set phrases a report has no text of its own."""
    absences = [a for event in events for a in event.data.get("sheet", {}).get("absences", ())]
    reference = TypeAdapter(Ref)
    assert len({reference.validate_python(absence["ref"]) for absence in absences}) > 1000
    reasons = {absence["reason"] for absence in absences if "reason" in absence}
    assert reasons == {*EXCUSES, AWAY, LATE_EXCUSE}
    said = {event.data[field] for event in events for field in ("reason", "theme", "guidance") if field in event.data}
    said |= {entry["theme"] for event in events for entry in event.data.get("entries", ())}
    said |= {theme["title"] for event in events for theme in event.data.get("themes", ())}
    known = {
        *CANCELLED,
        *POSTPONED,
        *CORRECTIONS.values(),
        WITHDRAWN,
        *GUIDANCE,
        NOBODY_CAME,
        TRANSFERRED,
        REFORMED,
        *RETURNED,
        *OWN_THEMES,
    }.union(*(themes(kind) for kind in CellKind))
    assert said <= known
    names = [event.data["name"] for event in events if "name" in event.data]
    assert names and all(name.startswith(("Chi bộ ", "Đảng bộ ")) for name in names)


def test_the_period_of_a_meeting_can_be_read_from_its_report(events: list[CloudEvent]) -> None:
    for event in events:
        sheet, period = event.data.get("sheet"), period_of(event)
        assert (period is None) == (service_of(event) == "registry")
        assert period is None or event.data.get("valid_to", period) <= f"{period}-31"
        assert sheet is None or sheet["held_on"][:7] == period
