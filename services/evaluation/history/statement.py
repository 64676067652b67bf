"""The statement that reads facts: only the fields that are wanted, and only the joins that those fields need."""

from __future__ import annotations

from functools import lru_cache

from services.evaluation.history.known import ABOVE, CELL_STATES, KNOWN, TERRITORY

EXCUSES = ("longest_excused_run", "most_excused_in_year")
"""Fields that depend on the excuses of earlier meetings of the year; made from `EXCUSED` (`history.excuses`)."""
EXCUSED, ASKED = "excused_refs", "asked"
"""The absentees with an accepted reason; whether a meeting is asked for, or only needed for its excuses."""

_OF_CELL = {
    "cell_name": "c.name",
    "cell_kind": "c.kind",
    "hardship": "c.hardship",
    "has_committee": "c.committee_size > 0",
    "registry_event": "c.event",
}
_PLACED = {
    "unit": "p.parent",
    "unit_name": "a.name",
    "units": "CASE WHEN p.parent IS NOT NULL THEN coalesce(a.units, [p.parent]) END",
}
_OF_MEETING = {
    "period": "strftime(h.held_on, '%Y-%m')",
    "expected": "h.members - h.exempt - h.special_duty",
    "excused": "len(list_filter(h.absences, lambda x: x.excused))::INTEGER",
    "unexcused": "len(list_filter(h.absences, lambda x: NOT x.excused))::INTEGER",
    "notice_at": "coalesce(h.sheet_notice_at, h.notice_at)",
    EXCUSED: "list_transform(list_filter(h.absences, lambda x: x.excused), lambda x: x.ref)",
}
_EXPRESSIONS = _OF_CELL | _PLACED | _OF_MEETING
_PLACED_ON = "coalesce($tree_at::DATE, h.held_on)"


@lru_cache(maxsize=64)
def statement(wanted: tuple[str, ...], *, scoped: bool, within: bool) -> str:
    """The statement for these fields, ordered by cell, period, meeting.

    Parameters `known_at` and `upto`, `tree_at` and `unit` where they occur, and without a `scope` (a table of cells,
    each with its first and last day) `first` and `last`. With any of `EXCUSES` the whole years come, of the cells that
    are in scope and (`within`) ever were in the unit's territory, `ASKED` telling which meetings are meant.
    """
    excuses = any(name in EXCUSES for name in wanted)
    names = [name for name in wanted if name not in EXCUSES] + [EXCUSED] * excuses
    cells = "FROM cells SEMI JOIN scope USING (cell)" if scoped else "FROM cells"
    spans = f"""cell_spans AS (
        SELECT *, lead(valid_from, 1, DATE 'infinity') OVER (PARTITION BY cell ORDER BY valid_from) AS until
        FROM ({CELL_STATES.replace("FROM cells", cells)})
    )"""  # noqa: S608 - constants of ours
    known = ["scope"] * scoped + ["inside"] * within
    latest = f"""latest AS (
        SELECT max_by(position, (version, position)) AS position FROM meetings {_semi(known)}
        WHERE {KNOWN} GROUP BY cell, meeting
    )"""  # noqa: S608
    first, last = ("s.first", "s.last") if scoped else ("$first::DATE", "$last::DATE")
    asked = [f"h.held_on >= {first}"] + [_IN_TERRITORY] * within
    begin = f"make_date(year({first}), 1, 1)" if excuses else first
    filters = ["h.status = 'held'", f"h.held_on BETWEEN {begin} AND {last}", *(asked if not excuses else [])]
    columns = [f"{_EXPRESSIONS.get(name, f'h.{name}')} AS {name}" for name in names]
    columns += [f"{' AND '.join(asked)} AS {ASKED}"] * excuses
    of_cell, placed = (any(name in group for name in names) for group in (_OF_CELL, _PLACED))
    above = any(name in ("unit_name", "units") for name in names)
    ctes = [
        *([spans] if of_cell or placed or within else []),
        *([ABOVE] if above else []),
        *([TERRITORY, _INSIDE] if within else []),
        latest,
    ]
    return f"""
        WITH RECURSIVE {", ".join(ctes)}
        SELECT {", ".join(columns)}
        FROM meetings h SEMI JOIN latest USING (position)
        {"JOIN scope s ON s.cell = h.cell" if scoped else ""}
        {_CELL if of_cell else ""} {_PLACE if placed or within else ""} {_ABOVE if above else ""}
        WHERE {" AND ".join(filters)} ORDER BY h.cell, period, h.meeting
    """  # noqa: S608


def _semi(tables: list[str]) -> str:
    return " ".join(f"SEMI JOIN {table} USING (cell)" for table in tables)


_CELL = "LEFT JOIN cell_spans c ON c.cell = h.cell AND h.held_on >= c.valid_from AND h.held_on < c.until"
_PLACE = f"LEFT JOIN cell_spans p ON p.cell = h.cell AND {_PLACED_ON} >= p.valid_from AND {_PLACED_ON} < p.until"
_ABOVE = f"LEFT JOIN above a ON a.unit = p.parent AND {_PLACED_ON} >= a.since AND {_PLACED_ON} < a.until"
_INSIDE = """inside AS (
    SELECT DISTINCT cell FROM cell_spans SEMI JOIN territory ON territory.unit = cell_spans.parent
)"""
"""The cells that were ever in the territory."""
_IN_TERRITORY = f"""EXISTS (
    FROM territory t WHERE t.unit = p.parent AND {_PLACED_ON} >= t.since AND {_PLACED_ON} < t.until
)"""
