"""What a service expects of its event store: the same suite for every engine it may run on."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from eventsourcing.persistence import IntegrityError

from services.chassis.outbox import event_topics, events_outbox, receipts_outbox
from services.chassis.recording import IntakeSettled
from services.chassis.store import Store

NOW = datetime(2025, 11, 3, tzinfo=UTC)


def settled(id_, version, position=1):
    return IntakeSettled(
        originator_id=id_,
        originator_version=version,
        timestamp=NOW,
        unit="U1",
        report="r",
        type=None,
        position=position,
        digest="d",
        outcome="rejected",
        problems=[{"path": "a", "problem": "ữ"}],
        events=[],
    )


class StoreConformance:
    """Subclasses give `open_store`, which opens the same store each time."""

    def test_what_was_appended_is_read_back_equal(self, open_store):
        id_ = uuid4()
        with open_store() as store:
            store.append([settled(id_, 1), settled(id_, 2)])
            assert store.settlements([id_])[id_] == [settled(id_, 1), settled(id_, 2)]

    def test_it_is_still_there_after_reopening(self, open_store):
        id_ = uuid4()
        with open_store() as store:
            store.append([settled(id_, 1)])
        with open_store() as store:
            assert store.settlements([id_])[id_] == [settled(id_, 1)]

    def test_a_version_is_taken_once_and_then_nothing_of_the_commit_is_kept(self, open_store):
        first, other = uuid4(), uuid4()
        with open_store() as store:
            store.append([settled(first, 1)])
            with pytest.raises(IntegrityError):
                store.append([settled(other, 1), settled(first, 1)])
            assert store.settlements([other])[other] == []
            assert store.count([IntakeSettled.TOPIC]) == 1

    def test_what_was_counted_and_came_since_is_counted_once(self, open_store):
        with open_store() as store:
            for expected in range(1, 4):
                store.append([settled(uuid4(), 1)])
                assert store.count([IntakeSettled.TOPIC]) == expected
                assert store.count([IntakeSettled.TOPIC]) == expected
                assert store.count(event_topics("registry")) == 0

    def test_many_reads_at_once_see_one_state(self, open_store):
        first, later = uuid4(), uuid4()
        with open_store() as store, open_store() as other:
            store.append([settled(first, 1)])
            with store.reading():
                assert len(store.settlements([first])[first]) == 1
                other.append([settled(later, 1)])
                assert store.settlements([later])[later] == []
            assert len(store.settlements([later])[later]) == 1

    def test_the_log_is_in_the_order_of_the_commits_and_can_be_read_in_pieces(self, open_store):
        with open_store() as store:
            for position in range(1, 8):
                store.append([settled(uuid4(), 1, position)])
            outbox = receipts_outbox(store)
            whole = outbox.read(0, 100)
            assert [one.position for one in whole] == sorted(one.position for one in whole)
            pieces = []
            while piece := outbox.read(pieces[-1].position if pieces else 0, 3):
                pieces += piece
            assert pieces == list(whole)
            assert len(whole) == 7

    def test_events_and_receipts_leave_by_different_doors(self, open_store):
        with open_store() as store:
            store.append([settled(uuid4(), 1)])
            assert len(receipts_outbox(store).read(0, 10)) == 1
            assert list(events_outbox(store).read(0, 10)) == []
            assert store.count(event_topics("registry")) == 0


class TestSqlite(StoreConformance):
    @pytest.fixture
    def open_store(self, tmp_path):
        return lambda: Store("registry", tmp_path / "registry.sqlite")

    def test_every_commit_is_synced_through_a_write_ahead_log(self, open_store):
        with open_store() as store, store.recorder.datastore.transaction(commit=False) as cursor:
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone()[0] == "wal"
            cursor.execute("PRAGMA synchronous")
            assert cursor.fetchone()[0] == 2  # FULL

    def test_what_was_appended_survives_kill_9(self, tmp_path):
        path = tmp_path / "registry.sqlite"
        code = f"""
            import os, signal, sys
            sys.path.insert(0, {str(tmp_path.cwd())!r})
            from tests.chassis.test_store import *
            store = Store("registry", {str(path)!r})
            for n in range(50):
                store.append([settled(uuid4(), 1, n)])
            os.kill(os.getpid(), signal.SIGKILL)
        """
        assert subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=False).returncode == -9
        with Store("registry", path) as store:
            assert store.count([IntakeSettled.TOPIC]) == 50
