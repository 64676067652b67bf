"""Scoring what the history has and the scores do not know yet, in one vectorised go."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

import orjson
import pyarrow as pa

from services.contracts.base import derived_id
from services.evaluation.history.criteria import Sets, sets_known
from services.evaluation.history.facts import scoped_facts
from services.evaluation.history.kept import keep, renew_cells, renew_units
from services.evaluation.history.store import Connection, insert
from services.evaluation.rescoring.judge import Judge
from services.evaluation.running.months import month_scores
from services.evaluation.running.outbox import OUTBOX, SCORE, ledger
from services.evaluation.running.scope import REACHING, affected
from services.evaluation.scoring.score import ENGINE

CELLS_AT_ONCE = 500
_KEY = ("cell", "period")
_PUBLISHED = """
SELECT seq, cell, period, digest, body FROM changes JOIN scope USING (cell)
WHERE period BETWEEN strftime(first, '%Y-%m') AND strftime(last, '%Y-%m')
"""
_CAUSES = """
SELECT cell, max_by(cause, position), max_by(origin, position) FROM log
WHERE position > $after AND position <= $upto AND CASE service WHEN 'evaluation' THEN starts_with(kind, 'Criteria')
    ELSE cell IS NOT NULL END
GROUP BY cell
"""
"""The last report about each cell; under no cell, the last one about criteria."""
_UNITS = "SELECT cell, parent FROM cell_spans WHERE until = 'infinity' AND cell IN (SELECT unnest($cells))"
_NEXT = """
SELECT (SELECT coalesce(max(seq), 0) + 1 FROM changes), (SELECT arrived_at FROM log WHERE position = $position)
"""


class Scores:
    """The scores of one history, brought up to its position. All methods are called inside a transaction.

    What judges are the sets known at that position: the `shipped` ones, and what was published.
    """

    def __init__(self, con: Connection, shipped: Sets) -> None:
        self.con, self.shipped = con, shipped
        note_rules(con, shipped)
        keep(con)
        self._known = sets_known(con, shipped)
        self._scored, self._came = -1, set[str]()
        """Into which tables anything came since the position up to which everything is scored, as this knows it."""

    def came(self, tables: Iterable[str]) -> None:
        """Rows came into these tables of the history: nothing of the others need be looked at."""
        self._came |= REACHING.intersection(tables)

    def settle(self) -> int:
        """Scores what is not scored yet; returns how many scores changed."""
        scored, position = self.con.execute("SELECT scored, position FROM place").fetchall()[0]
        if scored == position:
            return 0
        # where the place is another (at first, after a rollback, when all is to be scored again) anything may have come
        came = frozenset(self._came) if scored == self._scored else REACHING
        self._scored, self._came = position, set()
        changes = self._changes(scored, position, came) if came else []
        if changes:
            write_changes(self.con, changes, scored, position)
        self.con.execute("UPDATE place SET scored = position")
        return len(changes)

    def _changes(self, scored: int, position: int, came: Set[str]) -> list[dict[str, Any]]:
        if "units" in came:
            renew_units(self.con)
        if "cells" in came:
            renew_cells(self.con, scored)
        if "criteria" in came:
            self._known = sets_known(self.con, self.shipped)
        scope = affected(self.con, scored, position, self.shipped, came)
        return [change for part in _parts(scope) for change in _changes(self.con, part, *self._known)]


def rules_of(sets: Sets) -> str:
    """What identifies the engine and the shipped criteria together (published ones are in the history)."""
    return hashlib.sha256(orjson.dumps([ENGINE, sorted(criteria.hash for criteria in sets.values())])).hexdigest()


def note_rules(con: Connection, sets: Sets) -> None:
    """When the scores were made by another engine or other shipped sets, everything is to be scored again."""
    rules = rules_of(sets)
    known = [fingerprint for (fingerprint,) in con.execute("SELECT fingerprint FROM rules").fetchall()]
    if known != [rules]:
        con.execute("DELETE FROM rules")
        con.execute("INSERT INTO rules VALUES (?)", [rules])
        con.execute("UPDATE place SET scored = 0")


def _parts(scope: pa.Table) -> Iterator[pa.Table]:
    for start in range(0, scope.num_rows, CELLS_AT_ONCE):
        yield scope.slice(start, CELLS_AT_ONCE)


def _changes(con: Connection, scope: pa.Table, sets: Sets, forms: Sets) -> list[dict[str, Any]]:
    """The months in scope whose score is another than the latest change says: cell, period, the scores `now` and
    `before`, and the `digest` of the former."""
    facts = scoped_facts(con, scope, Judge(sets, forms=forms).needed)
    now = {(row["cell"], row["period"]): row for row in month_scores(facts, sets, forms).to_dicts()}
    rows = con.execute(_PUBLISHED).fetchall()  # DuckDB finds the scope by the name of the argument
    before = {(cell, period): (digest, body) for _, cell, period, digest, body in sorted(rows)}  # the last one stays
    changes = []
    for key in sorted({*now, *before}):
        score = now.get(key)
        digest = score_digest(score) if score else None
        known, body = before.get(key, (None, None))
        if digest != known:
            previous = orjson.loads(body)["score"] if body else None
            changes.append({"cell": key[0], "period": key[1], "digest": digest, "now": score, "before": previous})
    return changes


def score_digest(score: Mapping[str, Any]) -> str:
    """What identifies a score: the hash of all its fields."""
    return hashlib.sha256(orjson.dumps(score, option=orjson.OPT_SORT_KEYS)).hexdigest()


def write_changes(con: Connection, changes: Sequence[Mapping[str, Any]], scored: int, position: int) -> None:
    """Writes changes (of `cell, period, digest, now, before`) that follow from the events between two positions.

    A change's cause is the last report about its cell (or else about criteria), its unit the cell's last one.
    """
    [(first, recorded_at)] = con.execute(_NEXT, {"position": position}).fetchall()
    reports = con.execute(_CAUSES, {"after": scored, "upto": position}).fetchall()
    causes = {cell: (cause, origin) for cell, cause, origin in reports}
    cells = sorted({change["cell"] for change in changes})
    units = dict(con.execute(_UNITS, {"cells": cells}).fetchall())
    rows = []
    for seq, change in enumerate(changes, first):
        cell, period, score = change["cell"], change["period"], change["now"]
        body = {"cell": cell, "period": period, "score": score, "previous": change["before"], "basis": position}
        rows.append(
            (
                seq,
                str(derived_id("score", cell, period, change["digest"], position)),
                cell,
                period,
                units.get(cell),
                position,
                recorded_at,
                *(causes.get(cell) or causes.get(None, (None, None))),
                change["digest"],
                *((score or {}).get(field.name) for field in SCORE),
                orjson.dumps(body).decode(),
            )
        )
    insert(con, ledger(con), OUTBOX, rows)
