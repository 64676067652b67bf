"""The scores of a history that is built beside the running one: made, answered, but not published.

While the table `draft` exists, this evaluation is muted. Its own scores go to `draft`, as if nobody had ever published
any; what the running evaluation publishes is taken into `outbox` as it comes. So both are kept up at once, whatever
either engine thinks of a month. When this evaluation takes over, the months in which the two differ are the changes
that it publishes, and `draft` goes.
"""

from __future__ import annotations

from typing import Any

import orjson

from services.evaluation.history.store import Connection
from services.evaluation.running.outbox import DRAFT, SCORE, create_views, ledger
from services.evaluation.running.settle import write_changes

_DIFFERENT = f"""
WITH drafted AS (
    FROM {DRAFT} QUALIFY row_number() OVER (PARTITION BY cell, period ORDER BY seq DESC) = 1
), published_last AS (
    FROM outbox QUALIFY row_number() OVER (PARTITION BY cell, period ORDER BY seq DESC) = 1
)
SELECT cell, period, {", ".join(f"drafted.{field.name}" for field in SCORE)}, drafted.digest, published_last.body
FROM drafted FULL JOIN published_last USING (cell, period)
WHERE drafted.digest IS DISTINCT FROM published_last.digest ORDER BY cell, period
"""  # noqa: S608 - constants of ours


def muted(con: Connection) -> bool:
    """Whether scores are drafted and not published."""
    return ledger(con) == DRAFT


def mute(con: Connection) -> None:
    """From now on scores are drafted, beginning with those that the outbox has. Inside the caller's transaction."""
    if not muted(con):
        con.execute(f"CREATE TABLE {DRAFT} AS FROM outbox")
        create_views(con)


def unmute(con: Connection) -> int:
    """Puts into the outbox what of the draft differs from what was published, and ends the draft; returns how many
    changes that were. Inside the caller's transaction; everything known must be scored."""
    [(position,)] = con.execute("SELECT position FROM place").fetchall()
    found = con.execute(_DIFFERENT)
    names = [column[0] for column in found.description or ()]
    changes = [_change(dict(zip(names, row, strict=True))) for row in found.fetchall()]
    con.execute(f"DROP TABLE {DRAFT}")
    create_views(con)
    if changes:
        write_changes(con, changes, 0, position)
    return len(changes)


def _change(row: dict[str, Any]) -> dict[str, Any]:
    digest, body = row.pop("digest"), row.pop("body")
    previous = orjson.loads(body)["score"] if body else None
    now = row if digest else None
    return {"cell": row["cell"], "period": row["period"], "digest": digest, "now": now, "before": previous}
